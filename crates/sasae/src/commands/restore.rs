//! `sasae restore FILE --data DIR`: into a folder that has no database yet.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use sasae_app::migrations::MIGRATIONS;
use sasae_app::tenancy;
use sasae_db::{Db, Options};

use super::audit;
use crate::database::Lock;
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
}

/// Runs the command.
pub async fn run(args: Args, say: &Say) -> Result<ExitCode> {
    let target = args.data.join(DATABASE);
    let beside = ["", "-wal", "-shm", "-journal"].map(|ending| args.data.join(format!("{DATABASE}{ending}")));
    if let Some(there) = beside.iter().find(|path| path.exists()) {
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
    let checked = bring_back(&args.file, &unfinished, say).await;
    match checked {
        Ok(true) => {
            std::fs::rename(&unfinished, &target).map_err(|error| cannot(&target, &error))?;
            drop(lock);
            say.line(&format!("{} に戻しました", target.display()), &format!("restored to {}", target.display()));
            Ok(ExitCode::SUCCESS)
        }
        Ok(false) => {
            remove(&unfinished);
            say.line(
                "記録のつながりが切れている控えなので、戻しませんでした",
                "the backup's audit trail is broken, so it was not restored",
            );
            Ok(ExitCode::from(1))
        }
        Err(error) => {
            remove(&unfinished);
            Err(error)
        }
    }
}

/// Copies the backup and checks the copy: its schema, and every chain.
async fn bring_back(from: &Path, to: &Path, say: &Say) -> Result<bool> {
    std::fs::copy(from, to).map_err(|error| cannot(to, &error))?;
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
                    "古い版の控えです。戻したあと、sasae serve --migrate で新しくしてください",
                    "the backup is of an older version; run sasae serve --migrate after restoring",
                );
            }
        }
    }
    let mut read = db.read("").await?;
    let codes: Vec<String> = tenancy::list_tenants(&mut read).await?.into_iter().map(|(code, _)| code).collect();
    drop(read);
    let whole = audit::verify(&db, &codes, say).await?;
    db.close().await?;
    Ok(whole)
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
