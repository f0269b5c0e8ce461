//! The log, on standard error: as lines for people, or one JSON object a line.
//!
//! `SASAE_LOG` says how much (`warn`, `sasae_app=debug`, …). **Architecture Invariant:** the log
//! holds no personal data, whatever that says: of other crates only warnings are let through,
//! because at finer levels they tell what was sent to the database and what an address held, and
//! of a panic only its place, because its words may quote a text.

use std::io::IsTerminal as _;
use std::panic::PanicHookInfo;
use std::str::FromStr;

use serde::Deserialize;
use tracing::Level;
use tracing_subscriber::filter::{EnvFilter, filter_fn};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

/// Of a server: what it does and each request.
pub const WITH_REQUESTS: &str = "warn,sasae=info,sasae_app=info";
/// Of everything else: a line for each request would stand between what a command says.
pub const WITHOUT_REQUESTS: &str = "warn,sasae=info,sasae_app=info,sasae_app::web::watch=warn";

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

impl FromStr for Form {
    type Err = ();

    fn from_str(text: &str) -> Result<Form, ()> {
        match text {
            "text" => Ok(Form::Text),
            "json" => Ok(Form::Json),
            _ => Err(()),
        }
    }
}

/// Whether the log may tell of this at all.
fn may_be_told(target: &str, level: Level) -> bool {
    level <= Level::WARN || target == "sasae" || target.starts_with("sasae::") || target.starts_with("sasae_")
}

/// Starts the log; `usual` is how much it tells where `SASAE_LOG` says nothing.
pub fn start(form: Form, usual: &str) {
    let wanted = EnvFilter::try_from_env("SASAE_LOG").unwrap_or_else(|_| EnvFilter::new(usual));
    let ours = filter_fn(|about| may_be_told(about.target(), *about.level()));
    let lines =
        tracing_subscriber::fmt::layer().with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr);
    let lines = match form {
        Form::Text => lines.boxed(),
        Form::Json => lines.json().with_span_list(false).boxed(),
    };
    tracing_subscriber::registry().with(lines.with_filter(ours).with_filter(wanted)).init();
    std::panic::set_hook(Box::new(tell_of_panic));
}

/// A text that stands in the program tells of nobody; one that was put together may.
fn tell_of_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let words = panic.payload().downcast_ref::<&'static str>().copied().unwrap_or("its words may quote a record");
    tracing::error!(place, words, "the program met a case that it does not know");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_crates_are_heard_only_when_something_is_wrong() {
        for (target, level, told) in [
            ("sasae", Level::TRACE, true),
            ("sasae_app::web::watch", Level::DEBUG, true),
            ("tokio_postgres::query", Level::DEBUG, false),
            ("axum::rejection", Level::TRACE, false),
            ("sasaeish", Level::INFO, false),
            ("rustls", Level::WARN, true),
            ("hyper", Level::ERROR, true),
        ] {
            assert_eq!(may_be_told(target, level), told, "{target} {level}");
        }
    }
}
