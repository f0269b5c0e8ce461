//! `sasae backup FILE`: while the server runs.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use sasae_db::Error;

use crate::Place;
use crate::config::Config;
use crate::database::{Purpose, open};
use crate::say::Say;
use crate::stop::{failed, usage};

/// Copy the database while it is in use.
#[derive(clap::Args)]
pub struct Args {
    /// 控えのファイル（まだないもの） · the copy; never overwritten.
    file: PathBuf,
    #[command(flatten)]
    place: Place,
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
    opened.db.backup(&args.file).await.map_err(|error| match error {
        Error::Unsupported(_) => {
            usage("PostgreSQL の控えは pg_dump でとってください", "back PostgreSQL up with pg_dump")
        }
        other => failed(format!("控えをとれませんでした：{other}"), format!("the backup could not be made: {other}")),
    })?;
    opened.db.close().await?;
    let bytes = std::fs::metadata(&args.file)?.len();
    say.line(
        &format!("控えを {shown} にとりました（{} KB）。戻すときは sasae restore", bytes / 1024),
        &format!("the backup is {shown} ({} KB); sasae restore brings it back", bytes / 1024),
    );
    Ok(ExitCode::SUCCESS)
}
