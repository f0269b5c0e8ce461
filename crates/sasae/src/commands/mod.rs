//! One file per command: what a person types and what the program answers.

pub mod audit;
pub mod backup;
pub mod demo;
pub mod doctor;
mod files;
pub mod import;
pub mod init;
pub mod profile;
pub mod restore;
mod safety;
pub mod serve;
pub mod user;

use anyhow::Result;
use sasae_app::lang::Lang;
use sasae_app::profile::{self as profiles, Problem, Profile};

use crate::stop::usage;

/// A profile by name or by file; the text is empty for one that ships.
pub fn load_profile(named: &str) -> Result<(Profile, String)> {
    if profiles::names().any(|known| known == named) {
        return Ok((sasae_app::rooms::load_profile(named).map_err(|problems| problems_of(&problems))?, String::new()));
    }
    if !named.ends_with(".toml") && !std::path::Path::new(named).exists() {
        let names: Vec<&str> = profiles::names().collect();
        return Err(usage(
            format!(
                "「{named}」という設定はありません。ある設定：{}。自分の設定はファイル名で指定してください",
                names.join("、")
            ),
            format!("there is no profile {named:?}; there are: {}; name your own by its file", names.join(", ")),
        ));
    }
    let text = read_text(named)?;
    let base = sasae_app::rooms::load_profile("base").map_err(|problems| problems_of(&problems))?;
    let profile = Profile::parse(named, &text, Some(&base), &sasae_app::rooms::CATALOGUE)
        .map_err(|problems| problems_of(&problems))?;
    Ok((profile, text))
}

/// A text file, or why it cannot be read.
pub fn read_text(path: &str) -> Result<String> {
    std::fs::read_to_string(path)
        .map_err(|error| usage(format!("{path} を読めません：{error}"), format!("{path} cannot be read: {error}")))
}

fn problems_of(problems: &[Problem]) -> anyhow::Error {
    let all = |lang| problems.iter().map(|problem| problem.line_for(lang)).collect::<Vec<_>>().join("\n");
    usage(all(Lang::Ja), all(Lang::En))
}
