//! `sasae backup FILE`: while the server runs.
//!
//! The database is copied first, then the files that rows name: a row always has its file, so every
//! file of the copied rows is there to be copied, apart from those that are erased meanwhile. A
//! folder of attachments that several backups share holds what is the same only once. Beside the copy
//! stand the heads of the audit trail, and the key that its rows were written by.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use sasae_app::attachment::Folder;
use sasae_app::tenancy;
use sasae_db::{Db, Error};

use super::{audit, files};
use crate::DataPlace;
use crate::config::{Config, beside, key_beside};
use crate::database::{Purpose, open, require_schema};
use crate::say::Say;
use crate::stop::{failed, usage};

/// Copy the database and its attachments while they are in use.
#[derive(clap::Args)]
pub struct Args {
    /// 控えのファイル（まだないもの） · the copy; never overwritten.
    file: PathBuf,
    /// 書類・写真の控えを置くフォルダー（なければ FILE.attachments） · folder for the copies of attachments.
    #[arg(long, value_name = "DIR")]
    attachments: Option<PathBuf>,
    #[command(flatten)]
    place: DataPlace,
}

/// Runs the command.
pub async fn run(args: Args, say: &Say) -> Result<ExitCode> {
    let config = Config::load(&args.place)?;
    let opened = open(&config, Purpose::Read).await?;
    let shown = args.file.display().to_string();
    if args.file.exists() {
        return Err(usage(
            format!("{shown} はもうあります。控えは上書きしません"),
            format!("{shown} exists already; a backup never overwrites"),
        ));
    }
    // Noted before the copy: the copy holds every row up to them.
    let heads = note_heads(&opened.db).await?;
    opened.db.backup(&args.file).await.map_err(|error| match error {
        Error::Unsupported(_) => on_postgres(&config),
        other => failed(format!("控えをとれませんでした：{other}"), format!("the backup could not be made: {other}")),
    })?;
    let noted = heads_beside(&args.file);
    std::fs::write(&noted, heads)?;
    if let Some(key) = config.audit_key()? {
        key.save(&key_beside(&args.file))?;
    }
    let to = Folder::new(args.attachments.unwrap_or_else(|| beside(&args.file)));
    let mut read = opened.db.read("").await?;
    let codes: Vec<String> = tenancy::list_tenants(&mut read).await?.into_iter().map(|(code, _)| code).collect();
    drop(read);
    let count = match config.attachments() {
        Some(from) => files::copy(&opened.db, &codes, &Folder::new(from), &to, say).await?,
        None => Some(0),
    };
    opened.db.close().await?;
    let bytes = std::fs::metadata(&args.file)?.len();
    say.line(
        &format!("控えを {shown} にとりました（{} KB）。戻すときは sasae restore", bytes / 1024),
        &format!("the backup is {shown} ({} KB); sasae restore brings it back", bytes / 1024),
    );
    say.line(
        &format!("記録の末尾は {} に控えました。sasae audit verify --since でくらべられます", noted.display()),
        &format!("the head of the audit trail is noted in {}; sasae audit verify --since compares", noted.display()),
    );
    match count {
        Some(0) => {}
        Some(count) => say.line(
            &format!("書類・写真{count}件の控えは {} にあります", to.path().display()),
            &format!("{count} files of attachments are in {}", to.path().display()),
        ),
        None => return Ok(ExitCode::from(1)),
    }
    Ok(ExitCode::SUCCESS)
}

/// Where the heads of the chains are noted beside a backup: `FILE.head`.
fn heads_beside(file: &Path) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(".head");
    PathBuf::from(path)
}

/// The heads of the chains as lines; none of a database of another version.
async fn note_heads(db: &Db) -> Result<String> {
    if require_schema(db).await.is_err() {
        return Ok(String::new());
    }
    let mut read = db.read("").await?;
    let codes: Vec<String> = tenancy::list_tenants(&mut read).await?.into_iter().map(|(code, _)| code).collect();
    drop(read);
    let heads = audit::list_heads(db, &codes).await?;
    Ok(heads.iter().map(|head| format!("{}\n", head.line())).collect())
}

/// PostgreSQL has its own way; what matters is that the files come second.
fn on_postgres(config: &Config) -> anyhow::Error {
    let (ja, en) = match config.attachments() {
        Some(folder) => (
            format!(
                "。そのあとで、書類・写真のフォルダー {} を写してください（順番が大切です）。戻したら sasae doctor で確かめてください",
                folder.display()
            ),
            format!(
                ", and then copy the folder of attachments {} (in this order). After restoring, check with sasae doctor",
                folder.display()
            ),
        ),
        None => (String::new(), String::new()),
    };
    usage(format!("PostgreSQL の控えは pg_dump でとってください{ja}"), format!("back PostgreSQL up with pg_dump{en}"))
}
