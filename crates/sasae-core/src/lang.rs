//! The two languages of the pages. Both stand side by side at every use, so
//! that neither can be forgotten: `lang.t("今日", "Today")`.

use std::borrow::Cow;

use crate::clock::tokyo_datetime;
use crate::wareki;
use jiff::Timestamp;
use jiff::civil::Date;

/// The language in which a page is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Lang {
    /// Japanese, the language of the field.
    #[default]
    Ja,
    /// English, complete.
    En,
}

impl Lang {
    /// Picks the text of this language.
    pub fn t<'a>(self, ja: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::Ja => ja,
            Lang::En => en,
        }
    }

    /// The BCP 47 code: `ja` or `en`.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Ja => "ja",
            Lang::En => "en",
        }
    }

    /// A day as it is written into a field or a sentence: 令和7年4月1日, 2025-04-01.
    pub fn date(self, day: Date) -> String {
        match self {
            Lang::Ja => wareki(day),
            Lang::En => day.to_string(),
        }
    }

    /// Day and time in Japan in a sentence or a table of a page: 令和7年4月1日 15:20, 2025-04-01 15:20.
    pub fn moment(self, at: Timestamp) -> String {
        let at = tokyo_datetime(at);
        format!("{} {}", self.date(at.date()), at.strftime("%H:%M"))
    }

    /// Reads a code as it stands in a cookie or an address; anything else is Japanese.
    pub fn from_code(code: &str) -> Lang {
        if code == "en" { Lang::En } else { Lang::Ja }
    }
}

/// A sentence in both languages: what errors and labels carry until the
/// language of the reader is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Text {
    ja: Cow<'static, str>,
    en: Cow<'static, str>,
}

impl Text {
    /// A sentence in both languages.
    pub fn new(ja: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Text {
        Text { ja: ja.into(), en: en.into() }
    }

    /// The sentence in one language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        }
    }
}

/// A text in both languages that is known before the program runs: Japanese, English.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Words(pub &'static str, pub &'static str);

impl Words {
    /// The text in one language.
    pub const fn get(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Ja => self.0,
            Lang::En => self.1,
        }
    }
}

impl From<Words> for Text {
    fn from(words: Words) -> Text {
        Text::new(words.0, words.1)
    }
}
