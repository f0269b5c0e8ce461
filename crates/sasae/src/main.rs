//! `sasae`: the program that serves, sets up, imports, backs up and checks.
//!
//! Exit codes: 0 done · 1 done, but what was looked at is not in order (refused
//! rows, a broken chain, a profile with errors) · 2 wrong use or configuration ·
//! 3 it could not be done (database, disk, network).

mod commands;
mod config;
mod database;
mod log;
mod say;
mod stop;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::say::{Say, Tongue};
use crate::stop::Stop;

/// 支え（ささえ）：気づきから支援の終わりまでを一つにつなぐ · from a neighbour's notice to a closed case.
#[derive(Parser)]
#[command(name = "sasae", version, about, arg_required_else_help = true)]
struct Cli {
    /// 表示のことば（指定がなければ LANG、それもなければ両方） · language of messages.
    #[arg(long, global = true, value_enum)]
    lang: Option<Tongue>,
    #[command(subcommand)]
    command: Command,
}

/// Where the database is, and for which municipality.
#[derive(clap::Args, Clone, Debug, Default)]
struct DataPlace {
    /// 設定ファイル（TOML） · configuration file.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// データベースの場所（sqlite:/path/file または postgres://…） · database address.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// 全国地方公共団体コード（6桁） · code of the municipality.
    #[arg(long, value_name = "CODE")]
    tenant: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// サーバーを動かす · serve requests.
    Serve(commands::serve::Args),
    /// 架空の市で試す · try it with a fictional city.
    Demo(commands::demo::Args),
    /// 自治体を用意する · set a municipality up.
    Init(commands::init::Args),
    /// 自治体の設定を調べる · look at profiles.
    Profile(commands::profile::Args),
    /// 利用者を加える · manage users.
    User(commands::user::Args),
    /// 一覧を取り込む（CSV・Excel） · import lists.
    Import(commands::import::Args),
    /// 動かしたまま控えをとる · back up while in use.
    Backup(commands::backup::Args),
    /// 控えから戻す · restore a backup.
    Restore(commands::restore::Args),
    /// どこが悪いかを調べる · find out what is wrong.
    Doctor(commands::doctor::Args),
    /// 閲覧と操作の記録を確かめる · check the audit trail.
    Audit(commands::audit::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    database::keep_private();
    let say = Say::new(cli.lang);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            say.error("実行の準備ができませんでした", &format!("the runtime could not start: {error}"));
            return ExitCode::from(3);
        }
    };
    match runtime.block_on(run(cli.command, &say)) {
        Ok(code) => code,
        Err(error) => {
            let stop = Stop::of(error);
            say.error(&stop.ja, &stop.en);
            ExitCode::from(stop.code)
        }
    }
}

async fn run(command: Command, say: &Say) -> anyhow::Result<ExitCode> {
    // The server reads from its configuration how it shall write the log.
    if !matches!(command, Command::Serve(_)) {
        log::start(log::Form::Text, log::WITHOUT_REQUESTS);
    }
    match command {
        Command::Serve(args) => commands::serve::run(args, say).await,
        Command::Demo(args) => commands::demo::run(args, say).await,
        Command::Init(args) => commands::init::run(args, say).await,
        Command::Profile(args) => commands::profile::run(args, say),
        Command::User(args) => commands::user::run(args, say).await,
        Command::Import(args) => commands::import::run(args, say).await,
        Command::Backup(args) => commands::backup::run(args, say).await,
        Command::Restore(args) => commands::restore::run(args, say).await,
        Command::Doctor(args) => commands::doctor::run(args, say).await,
        Command::Audit(args) => commands::audit::run(args, say).await,
    }
}
