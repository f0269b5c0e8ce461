//! `sasae profile list` · `sasae profile check FILE`

use std::process::ExitCode;

use anyhow::Result;
use sasae_app::profile;

use super::read_text;
use crate::say::Say;

/// Look at profiles.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: ProfileCommand,
}

#[derive(clap::Subcommand)]
enum ProfileCommand {
    /// 用意された設定の一覧 · the profiles that ship.
    List,
    /// 設定ファイルの誤りを行と列で示す · check a file and name line and column of what is wrong.
    Check {
        /// 設定ファイル · profile file.
        file: String,
    },
}

/// Runs the command.
pub fn run(args: Args, say: &Say) -> Result<ExitCode> {
    match args.what {
        ProfileCommand::List => {
            for name in profile::names() {
                if let Ok(profile) = sasae_app::rooms::load_profile(name) {
                    let head = &profile.head;
                    say.raw(&format!("{name:12} {}", say.text(&head.name, &head.name_en)));
                    say.raw(&format!("{:12} {}", "", head.source));
                }
            }
            Ok(ExitCode::SUCCESS)
        }
        ProfileCommand::Check { file } => {
            let problems = profile::check(&file, &read_text(&file)?, &sasae_app::rooms::CATALOGUE);
            for problem in &problems {
                say.raw(&problem.line_for(say.lang()));
            }
            let errors = problems.iter().filter(|problem| problem.is_error()).count();
            if errors > 0 {
                say.line(&format!("誤りが{errors}件あります"), &format!("{errors} errors"));
                return Ok(ExitCode::from(1));
            }
            say.line("誤りはありません", "no errors");
            Ok(ExitCode::SUCCESS)
        }
    }
}
