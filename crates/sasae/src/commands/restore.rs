//! `sasae restore FILE --data DIR`: into a folder that has no database yet.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use sasae_app::attachment::{self, Folder};
use sasae_app::audit::Key;
use sasae_app::migrations::MIGRATIONS;
use sasae_app::tenancy;
use sasae_db::{Db, Options};

use super::{audit, files};
use crate::config::{beside, key_beside};
use crate::database::{Lock, make_private};
use crate::say::Say;
use crate::stop::{failed, usage};

/// The name of a database within its folder.
pub const DATABASE: &str = "sasae.sqlite";

/// Restore a backup.
#[derive(clap::Args)]
pub struct Args {
    /// 控えのファイル · the backup.
    file: PathBuf,
    /// 戻す先のフォルダー（データベースのないところ） · folder without a database.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// 書類・写真の控えのあるフォルダー（なければ FILE.attachments） · folder of the copies of attachments.
    #[arg(long, value_name = "DIR")]
    attachments: Option<PathBuf>,
    /// 記録の鍵（なければ FILE.audit-key） · key of the audit trail.
    #[arg(long, value_name = "FILE")]
    audit_key: Option<PathBuf>,
}

/// What came of bringing a backup back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Brought {
    /// All of it.
    Whole,
    /// The database, but not every file.
    WithoutFiles,
    /// Nothing, because the file is damaged or the audit trail is broken.
    Nothing,
}

/// Runs the command.
pub async fn run(args: Args, say: &Say) -> Result<ExitCode> {
    let target = args.data.join(DATABASE);
    let parts = ["", "-wal", "-shm", "-journal"].map(|ending| args.data.join(format!("{DATABASE}{ending}")));
    if let Some(there) = parts.iter().find(|path| path.exists()) {
        return Err(usage(
            format!("{} がもうあります。上書きはしません。別のフォルダーを指定してください", there.display()),
            format!("{} exists already and is never overwritten; name another folder", there.display()),
        ));
    }
    if !args.file.is_file() {
        return Err(usage(
            format!("控え {} がありません", args.file.display()),
            format!("there is no backup {}", args.file.display()),
        ));
    }
    std::fs::create_dir_all(&args.data).map_err(|error| cannot(&args.data, &error))?;
    let lock = Lock::take(&target)?;
    let unfinished = args.data.join(format!("{DATABASE}.restoring"));
    let folders = Folders {
        from: Folder::new(args.attachments.unwrap_or_else(|| beside(&args.file))),
        to: Folder::new(beside(&target)),
    };
    let key_file = args.audit_key.unwrap_or_else(|| key_beside(&args.file));
    let key = Key::load(&key_file).map_err(|error| {
        usage(
            format!("記録の鍵 {} を読めません：{error}", key_file.display()),
            format!("the key of the audit trail {} cannot be read: {error}", key_file.display()),
        )
    })?;
    match bring_back(&args.file, &unfinished, &folders, key.as_ref(), say).await {
        Ok(Brought::Nothing) => {
            remove(&unfinished);
            say.line("傷んでいる控えなので、戻しませんでした", "the backup is damaged, so it was not restored");
            Ok(ExitCode::from(1))
        }
        Ok(brought) => {
            if let Some(key) = &key {
                key.save(&key_beside(&target))?;
            }
            std::fs::rename(&unfinished, &target).map_err(|error| cannot(&target, &error))?;
            drop(lock);
            say.line(&format!("{} に戻しました", target.display()), &format!("restored to {}", target.display()));
            Ok(if brought == Brought::Whole { ExitCode::SUCCESS } else { ExitCode::from(1) })
        }
        Err(error) => {
            remove(&unfinished);
            Err(error)
        }
    }
}

/// Where the files of attachments come from, and where they go.
struct Folders {
    from: Folder,
    to: Folder,
}

/// Copies the backup and checks the copy: its pages, its schema, every chain, and every file.
async fn bring_back(from: &Path, to: &Path, folders: &Folders, key: Option<&Key>, say: &Say) -> Result<Brought> {
    std::fs::copy(from, to).map_err(|error| cannot(to, &error))?;
    make_private(to).map_err(|error| cannot(to, &error))?;
    std::fs::File::open(to).and_then(|file| file.sync_all()).map_err(|error| cannot(to, &error))?;
    let options = Options { create: false, readers: 2, ..Options::default() };
    let not_ours = |error: &dyn std::fmt::Display| {
        usage(
            format!("{} は sasae の控えではありません：{error}", from.display()),
            format!("{} is no backup of sasae: {error}", from.display()),
        )
    };
    let db = Db::open(&format!("sqlite:{}", to.display()), &options).await.map_err(|error| not_ours(&error))?;
    let version = db.version().await.map_err(|error| not_ours(&error))?;
    let newest = MIGRATIONS.last().map(|migration| migration.name);
    match version.as_deref() {
        None => return Err(not_ours(&"no schema")),
        Some(version) if !MIGRATIONS.iter().any(|migration| migration.name == version) => {
            return Err(usage(
                format!("もっと新しい版の sasae の控えです（{version}）。その版で戻してください"),
                format!("the backup is of a newer version of sasae ({version}); restore it with that one"),
            ));
        }
        version => {
            if version != newest {
                say.line(
                    "古い版の控えなので、この版の形に新しくして戻します",
                    "the backup is of an older version and is brought up to date",
                );
            }
        }
    }
    let damage = db.examine().await?;
    if !damage.is_empty() {
        say_damage(&damage, say);
        db.close().await?;
        return Ok(Brought::Nothing);
    }
    if version.as_deref() != newest {
        // What an older version lacks is brought up to date before its trail is read; only the copy changes.
        db.migrate(&MIGRATIONS).await?;
    }
    let mut read = db.read("").await?;
    let codes: Vec<String> = tenancy::list_tenants(&mut read).await?.into_iter().map(|(code, _)| code).collect();
    drop(read);
    let mut brought = match audit::verify(&db, &codes, key, &[], say).await? {
        audit::Outcome::Broken => Brought::Nothing,
        audit::Outcome::Whole | audit::Outcome::Unproven => Brought::Whole,
    };
    if brought == Brought::Whole && has_files(&db).await? {
        match files::copy(&db, &codes, &folders.from, &folders.to, say).await? {
            Some(0) => {}
            Some(count) => say.line(
                &format!("書類・写真{count}件を {} に戻しました", folders.to.path().display()),
                &format!("{count} files of attachments were restored to {}", folders.to.path().display()),
            ),
            None => brought = Brought::WithoutFiles,
        }
    }
    db.close().await?;
    Ok(brought)
}

/// What the engine says of a damaged file.
pub fn say_damage(damage: &[String], say: &Say) {
    for line in damage {
        say.line(&format!("× データベースが傷んでいます：{line}"), &format!("× the database is damaged: {line}"));
    }
}

/// Whether the backup is of a version that knows attachments.
async fn has_files(db: &Db) -> Result<bool> {
    let mut read = db.read("").await?;
    Ok(attachment::is_known(&mut read).await)
}

fn cannot(path: &Path, error: &std::io::Error) -> anyhow::Error {
    failed(
        format!("{} に書けません：{error}", path.display()),
        format!("{} cannot be written: {error}", path.display()),
    )
}

fn remove(unfinished: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let mut path = unfinished.as_os_str().to_owned();
        path.push(ending);
        // What is left of a failed copy is of no use; the first failure is the one to tell.
        let _left = std::fs::remove_file(path);
    }
}
