//! Why a command stopped: what to tell, and the exit code.

use std::fmt;

use sasae_app::lang::Lang;

/// A command stopped.
#[derive(Debug, Clone)]
pub struct Stop {
    /// The exit code.
    pub code: u8,
    /// What happened and what to do, Japanese.
    pub ja: String,
    /// The same in English.
    pub en: String,
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

impl std::error::Error for Stop {}

impl Stop {
    /// What an error means for the person at the terminal.
    pub fn of(error: anyhow::Error) -> Stop {
        let error = match error.downcast::<Stop>() {
            Ok(stop) => return stop,
            Err(error) => error,
        };
        let error = match error.downcast::<sasae_demo::NoDemo>() {
            Ok(none) => {
                return Stop {
                    code: 2, ja: format!("設定 {} には試しの市がありません", none.0), en: none.to_string()
                };
            }
            Err(error) => error,
        };
        match error.downcast::<sasae_app::error::Error>() {
            Ok(error) => of_app(&error),
            Err(error) => Stop {
                code: 3,
                ja: format!("できませんでした：{error:#}"),
                en: format!("it could not be done: {error:#}"),
            },
        }
    }
}

fn of_app(error: &sasae_app::error::Error) -> Stop {
    use sasae_app::error::Error;
    match error {
        Error::Invalid(fields) => {
            let all =
                |lang| fields.iter(lang).map(|(name, text)| format!("{name}: {text}")).collect::<Vec<_>>().join("\n");
            Stop { code: 2, ja: all(Lang::Ja), en: all(Lang::En) }
        }
        Error::Refused(text) | Error::Forbidden(text) | Error::Bad(text) => {
            Stop { code: 2, ja: text.get(Lang::Ja).to_owned(), en: text.get(Lang::En).to_owned() }
        }
        Error::NotFound => {
            Stop { code: 2, ja: "見つかりませんでした".to_owned(), en: "not found".to_owned() }
        }
        Error::Db(sasae_db::Error::Full) => Stop {
            code: 3,
            ja: "保存先のディスクがいっぱいか、書き込めません。何も登録していません。空きを増やして、もう一度実行してください"
                .to_owned(),
            en: causes(error),
        },
        other => Stop {
            code: 3,
            ja: format!("できませんでした：{}", causes(other)),
            en: format!("it could not be done: {}", causes(other)),
        },
    }
}

fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let more = inner.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = inner.source();
    }
    text
}

/// Wrong use or configuration.
pub fn usage(ja: impl Into<String>, en: impl Into<String>) -> anyhow::Error {
    Stop { code: 2, ja: ja.into(), en: en.into() }.into()
}

/// It could not be done.
pub fn failed(ja: impl Into<String>, en: impl Into<String>) -> anyhow::Error {
    Stop { code: 3, ja: ja.into(), en: en.into() }.into()
}
