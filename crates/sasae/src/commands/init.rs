//! `sasae init --profile NAME|FILE --tenant CODE --name NAME --database URL`

use std::process::ExitCode;

use anyhow::Result;
use sasae_app::area;
use sasae_app::migrations::MIGRATIONS;
use sasae_app::tenancy;
use sasae_core::clock::Clock;

use super::{audit, load_profile};
use crate::DataPlace;
use crate::config::{Config, tenant_code};
use crate::database::{Purpose, Session, open};
use crate::say::Say;
use crate::stop::usage;

/// Set a municipality up, or renew it from a newer profile.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: DataPlace,
    /// 設定の名前かファイル · profile by name or file.
    #[arg(long, value_name = "NAME|FILE")]
    profile: String,
    /// 自治体の名前（なければ設定の名前） · name of the municipality.
    #[arg(long)]
    name: Option<String>,
    /// 英語の名前 · English name.
    #[arg(long)]
    name_en: Option<String>,
}

/// Runs the command.
pub async fn run(args: Args, say: &Say) -> Result<ExitCode> {
    let (profile, text) = load_profile(&args.profile)?;
    let config = Config::load(&args.place)?;
    let code = match (config.server.tenant.as_str(), &profile.head.tenant) {
        ("", Some(example)) => tenant_code(example)?,
        ("", None) => {
            return Err(usage(
                "自治体を --tenant（6桁の団体コード）で指定してください",
                "name the municipality by --tenant, its 6-digit code",
            ));
        }
        (code, _) => tenant_code(code)?,
    };
    let name = args.name.as_deref().unwrap_or(&profile.head.name);
    // The English name of the profile is that of its own municipality.
    let name_en = args.name_en.as_deref().or(args.name.as_deref()).unwrap_or(&profile.head.name_en);
    let opened = open(&config, Purpose::Create).await?;
    let applied = opened.db.migrate(&MIGRATIONS).await?;
    if !applied.is_empty() {
        say.line(
            &format!("データベースの形を用意しました（{}段階）", applied.len()),
            &format!("the schema is in place ({} steps)", applied.len()),
        );
    }
    let clock = Clock::system();
    tenancy::set_up(&opened.db, &clock, &code, (name, name_en), &profile, &text).await?;
    audit::ensure_key(&config, &opened.db, code.as_str(), say).await?;
    let session = Session::over(opened, code.as_str(), config.settings()?).await?;
    let ctx = session.ctx("sasae init", &format!("init {}", profile.head.id), say.lang());
    let mut work = ctx.begin().await?;
    area::ensure_top(&ctx, &mut work, code.as_str(), name).await?;
    work.commit("").await?;
    session.close().await?;
    say.line(
        &format!("{name}（{code}）を「{}」の設定で用意しました", profile.head.name),
        &format!("{name_en} ({code}) is set up with the profile {}", profile.head.id),
    );
    say.line(
        "次に：sasae import areas（区域の一覧）、sasae user add（利用者）、sasae serve",
        "next: sasae import areas, sasae user add, sasae serve",
    );
    Ok(ExitCode::SUCCESS)
}
