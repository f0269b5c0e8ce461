//! `sasae demo`: a fictional city on this machine, nothing else needed.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};
use sasae_app::account;
use sasae_app::app::{App, DemoAccount, Settings};
use sasae_app::migrations::MIGRATIONS;
use sasae_app::profile;
use sasae_app::tenancy;
use sasae_app::web::ui::parts::grouped;
use sasae_core::clock::{Clock, tokyo_datetime};
use sasae_db::{Db, Options};
use sasae_demo::{self as demo, Plan, Progress, Size};

use super::restore::DATABASE;
use super::serve::{StopSignals, listen, serve};
use crate::config::beside;
use crate::database::Lock;
use crate::say::Say;
use crate::stop::{failed, usage};

/// Try it with a fictional city.
#[derive(clap::Args)]
pub struct Args {
    /// 待ち受けるところ · address and port.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDR")]
    listen: String,
    /// データを置くフォルダー · folder for the data.
    #[arg(long, default_value = "data", value_name = "DIR")]
    data: PathBuf,
    /// 同じ数からは同じ市ができる · the same seed gives the same city.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// 市の大きさ · size of the city.
    #[arg(long, value_enum, default_value_t = Size::Small)]
    size: Size,
    /// どの設定で試すか · profile.
    #[arg(long, default_value = profile::DEFAULT, value_name = "NAME")]
    profile: String,
    /// 空の PostgreSQL データベースを使う · use an empty PostgreSQL database.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

/// Runs the command.
pub async fn run(args: Args, say: &Say) -> Result<ExitCode> {
    let profile = sasae_app::rooms::load_profile(&args.profile).map_err(|problems| {
        let first = problems.first();
        usage(
            first.map(|problem| problem.ja.clone()).unwrap_or_default(),
            first.map(|problem| problem.en.clone()).unwrap_or_default(),
        )
    })?;
    // The port first: a city that nobody can visit need not be built.
    let (listener, address) = listen(&args.listen).await?;
    if !address.ip().is_loopback() {
        say.error(
            "ご注意：試しの市のパスワードは公開されています。ほかの人が届くところでは動かさないでください",
            "take care: the passwords of the demo are public; do not run it where others can reach it",
        );
    }
    let until = demo::last_moment(tokyo_datetime(Clock::system().now()));
    let files = beside(&args.data.join(DATABASE));
    let attachments = Some(files.as_path());
    let plan = Plan { profile: &profile, seed: args.seed, size: args.size, share: 1, until, attachments };
    let (db, _lock) = match &args.database {
        Some(url) => (on_postgres(url, &plan, say).await?, None),
        None => {
            let (db, lock) = in_folder(&args.data, &plan, say).await?;
            (db, Some(lock))
        }
    };
    let accounts = demo::accounts(&profile);
    let settings = Settings {
        tenant: plan.tenant()?.to_string(),
        secure_cookies: false,
        attachments: Some(files.clone()),
        demo_accounts: accounts.clone(),
        ..Settings::default()
    };
    let app = App::new(db.clone(), sasae_app::rooms::ROOMS, Clock::system(), settings)?;
    let tenant = app.tenant(plan.tenant()?.as_str()).await.map_err(|_| {
        usage(
            "このデータは別の設定の試しの市です。--data で別のフォルダーを指定してください",
            "this data is the demo of another profile; name another folder by --data",
        )
    })?;
    let asked = StopSignals::listen()?;
    say.line(&format!("架空の{}です", tenant.name), &format!("the fictional {}", tenant.name_en));
    print_accounts(&accounts, say);
    say.raw(&format!("address: http://{address}"));
    serve(&app, listener, asked, Duration::from_secs(10), say).await?;
    db.close().await?;
    Ok(ExitCode::SUCCESS)
}

fn print_accounts(accounts: &[DemoAccount], say: &Say) {
    let widest = accounts.iter().map(|account| account.login.len()).max().unwrap_or(0);
    say.line("利用者とパスワード：", "accounts and passwords:");
    for DemoAccount { login, password, what } in accounts {
        say.raw(&format!("  {login:widest$}  {password}  {}", say.text(&what.0, &what.1)));
    }
}

/// The database in a folder. A new one is built under another name, so that a
/// demo that was interrupted while it was built is built again.
async fn in_folder(folder: &Path, plan: &Plan<'_>, say: &Say) -> Result<(Db, Lock)> {
    let path = folder.join(DATABASE);
    std::fs::create_dir_all(folder).map_err(|error| {
        failed(
            format!("フォルダー {} を作れません：{error}", folder.display()),
            format!("the folder {} cannot be made: {error}", folder.display()),
        )
    })?;
    let lock = Lock::take(&path)?;
    if !path.exists() {
        let building = folder.join(format!("{DATABASE}.building"));
        for ending in ["", "-wal", "-shm"] {
            let left = folder.join(format!("{DATABASE}.building{ending}"));
            if left.exists() {
                std::fs::remove_file(&left)?;
            }
        }
        // A power failure only means that the city is built again.
        let quick = Options { durable: false, ..Options::default() };
        let db = Db::open(&format!("sqlite:{}", building.display()), &quick).await?;
        build(&db, plan, say).await?;
        db.close().await?;
        std::fs::File::open(&building)?.sync_all()?;
        std::fs::rename(&building, &path)?;
    }
    let db = Db::open(&format!("sqlite:{}", path.display()), &Options::default()).await?;
    db.migrate(MIGRATIONS).await?;
    Ok((db, lock))
}

async fn on_postgres(url: &str, plan: &Plan<'_>, say: &Say) -> Result<Db> {
    let db = open_server(url, &Options::default()).await?;
    db.migrate(MIGRATIONS).await?;
    let tenant = plan.tenant()?;
    if tenancy::load(&db, &sasae_app::rooms::CATALOGUE, tenant.as_str()).await?.is_none() {
        // Built without waiting for the disk: a power failure only means that it is built again.
        let quick = open_server(url, &Options { durable: false, ..Options::default() }).await?;
        build(&quick, plan, say).await?;
        quick.close().await?;
        return Ok(db);
    }
    // Accounts are made last: without them an earlier start was interrupted.
    let Some(first) = demo::accounts(plan.profile).into_iter().next() else { return Ok(db) };
    let mut read = db.read(tenant.as_str()).await?;
    if account::find_account(&mut read, tenant.as_str(), &first.login).await?.is_none() {
        return Err(usage(
            "このデータベースの試しの市は作りかけです。空のデータベースを指定してください",
            "the demo in this database is half built; name an empty database",
        ));
    }
    drop(read);
    Ok(db)
}

async fn open_server(url: &str, options: &Options) -> Result<Db> {
    Db::open(url, options).await.map_err(|error| {
        failed(format!("データベースを開けません：{error}"), format!("the database cannot be opened: {error}"))
    })
}

async fn build(db: &Db, plan: &Plan<'_>, say: &Say) -> Result<()> {
    db.migrate(MIGRATIONS).await?;
    let households = plan.profile.demo.as_ref().map_or(0, |demo| demo.households);
    match plan.size {
        Size::Small => say.line(
            &format!("架空の市を作っています（{}世帯）…", grouped(i64::from(households))),
            &format!("building a fictional city of {} households …", grouped(i64::from(households))),
        ),
        Size::City => say.line("大きな市を作っています…", "building a large city …"),
    }
    let bar = ProgressBar::no_length();
    bar.set_style(ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len} {eta}")?);
    let stages = [say.text("世帯", "households"), say.text("1年分の記録", "a year of history")];
    let progress = Progress::on(bar, stages);
    demo::build(db, plan, &progress).await?;
    progress.end();
    Ok(())
}
