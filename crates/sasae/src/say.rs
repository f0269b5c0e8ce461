//! What the program says: Japanese with English behind, or one of them.

use std::io::Write as _;

use sasae_app::lang::Lang;

/// The languages of `--lang`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Tongue {
    /// 日本語
    Ja,
    /// English
    En,
}

/// In which language to speak; both where nobody has chosen.
#[derive(Clone, Copy, Debug)]
pub struct Say(Option<Lang>);

impl Say {
    /// The language asked for, else that of the machine, else both.
    pub fn new(asked: Option<Tongue>) -> Say {
        let of_machine = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(|name| std::env::var(name).ok())
            .find(|value| !value.is_empty())
            .and_then(|value| match value.get(..2) {
                Some("ja") => Some(Lang::Ja),
                Some("en") => Some(Lang::En),
                _ => None,
            });
        let asked = asked.map(|tongue| match tongue {
            Tongue::Ja => Lang::Ja,
            Tongue::En => Lang::En,
        });
        Say(asked.or(of_machine))
    }

    /// The sentence in the language spoken.
    pub fn text(&self, ja: &str, en: &str) -> String {
        match self.0 {
            Some(lang) => lang.t(ja, en).to_owned(),
            None => format!("{ja} / {en}"),
        }
    }

    /// The language for long texts: Japanese where nobody has chosen.
    pub fn lang(&self) -> Lang {
        self.0.unwrap_or(Lang::Ja)
    }

    /// Says a sentence.
    pub fn line(&self, ja: &str, en: &str) {
        self.raw(&self.text(ja, en));
    }

    /// Prints a line as it is.
    pub fn raw(&self, text: &str) {
        let mut out = std::io::stdout().lock();
        // Whoever reads may have gone (`sasae … | head`); that is no failure of ours.
        let _gone = writeln!(out, "{text}").and_then(|()| out.flush());
    }

    /// Says on standard error what went wrong.
    pub fn error(&self, ja: &str, en: &str) {
        let mut out = std::io::stderr().lock();
        let _gone = writeln!(out, "{}", self.text(ja, en));
    }
}
