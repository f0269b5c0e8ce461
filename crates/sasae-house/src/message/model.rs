//! What a message is, what it says, and when it is tried again.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::Occasion;
use super::smtp;
use crate::ctx::Ctx;
use crate::error::{Fields, Result};
use crate::lang::{Lang, Words};

/// How long after each try that failed the next one comes. After the last of them it is given up.
pub const DELAYS: [SignedDuration; 6] = [
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(8),
    SignedDuration::from_hours(24),
];

/// When a message that has failed so many times is tried again; `None` when it is given up.
pub fn next_try(now: Timestamp, failed: i64) -> Option<Timestamp> {
    let delay = DELAYS.get(usize::try_from(failed).ok()?.checked_sub(1)?)?;
    Some(now + *delay)
}

/// What has become of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It waits to be sent, or to be tried again.
    Waiting,
    /// The mail server has taken it over, or the sheet was sent or handed over.
    Sent,
    /// The mail server refused it for good.
    Failed,
    /// It was tried often enough.
    GivenUp,
    /// Somebody withdrew it, or it was no longer needed.
    Withdrawn,
}

impl State {
    /// Every state.
    pub const ALL: [State; 5] = [State::Waiting, State::Sent, State::Failed, State::GivenUp, State::Withdrawn];

    /// How it stands in the database.
    pub const fn code(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Sent => "sent",
            State::Failed => "failed",
            State::GivenUp => "given_up",
            State::Withdrawn => "withdrawn",
        }
    }

    /// In words.
    pub const fn words(self) -> Words {
        match self {
            State::Waiting => Words("送信待ち", "Waiting to be sent"),
            State::Sent => Words("送信済み", "Sent"),
            State::Failed => Words("届きませんでした", "Not delivered"),
            State::GivenUp => Words("届きませんでした（送るのをやめました）", "Not delivered, given up"),
            State::Withdrawn => Words("取りやめ", "Withdrawn"),
        }
    }

    /// Whether it may be sent once more.
    pub fn can_go_again(self) -> bool {
        matches!(self, State::Failed | State::GivenUp | State::Withdrawn)
    }
}

/// How a message leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// By mail.
    Mail,
    /// On a sheet of paper, by fax or by hand.
    Sheet,
}

impl Channel {
    /// Both ways.
    pub const ALL: [Channel; 2] = [Channel::Mail, Channel::Sheet];

    /// How it stands in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Channel::Mail => "mail",
            Channel::Sheet => "sheet",
        }
    }

    /// In words.
    pub const fn words(self) -> Words {
        match self {
            Channel::Mail => Words("メール", "Mail"),
            Channel::Sheet => Words("送付状（ファクス・手渡し）", "Sheet (fax or by hand)"),
        }
    }
}

closed_set!(for State in "message", "state");
closed_set!(for Channel in "message", "channel");

/// The text of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageText {
    /// The subject.
    pub subject: String,
    /// The body, lines apart by `\n`.
    pub body: String,
}

/// What stands in a text beside the words of its occasion. None of it tells of a person.
#[derive(Debug, Clone, Copy)]
pub struct MessageDetails<'a> {
    /// What has happened.
    pub occasion: &'static Occasion,
    /// A number by which both sides know the record; empty without one.
    pub number: &'a str,
    /// By when something is to be done.
    pub due: Option<Date>,
    /// How it leaves: a sheet can be answered, a mail cannot.
    pub channel: Channel,
    /// The address of the record; empty where the installation's own address is not known.
    pub link: &'a str,
}

/// What stands between the two languages of a text.
const APART: &str = "\n----\n\n";

/// The part of a text in one language; all of it where it is not in two.
pub fn part_in(lang: Lang, body: &str) -> &str {
    match (body.split_once(APART), lang) {
        (Some((ja, _)), Lang::Ja) => ja,
        (Some((_, en)), Lang::En) => en,
        (None, _) => body,
    }
}

/// Puts a text together: Japanese first, English below it.
pub fn compose(municipality: (&str, &str), facts: &MessageDetails<'_>) -> MessageText {
    let number = if facts.number.is_empty() { String::new() } else { format!("（{}）", facts.number) };
    let subject = format!("【支え】{}{number}", facts.occasion.words.get(Lang::Ja));
    let body = format!("{}{APART}{}", part(Lang::Ja, municipality.0, facts), part(Lang::En, municipality.1, facts));
    MessageText { subject, body }
}

fn part(lang: Lang, municipality: &str, facts: &MessageDetails<'_>) -> String {
    let mut lines = vec![
        match lang {
            Lang::Ja => format!("{municipality} 「支え」からのお知らせです。"),
            Lang::En => format!("From Sasae, {municipality}."),
        },
        String::new(),
        match lang {
            Lang::Ja => format!("{}。", facts.occasion.words.get(lang)),
            Lang::En => format!("{}.", facts.occasion.words.get(lang)),
        },
    ];
    if !facts.number.is_empty() {
        lines.push(format!("{}{}", lang.t("番号：", "Number: "), facts.number));
    }
    if let Some(due) = facts.due {
        lines.push(format!("{}{}", lang.t("期限：", "Due: "), lang.date(due)));
    }
    lines.push(String::new());
    if facts.link.is_empty() {
        lines
            .push(lang.t("サインインして、「今日」を見てください。", "Please sign in and look at “Today”.").to_owned());
    } else {
        lines.push(lang.t("サインインして、ここを見てください：", "Please sign in and open:").to_owned());
        lines.push(facts.link.to_owned());
    }
    lines.push(String::new());
    let nameless = lang.t(
        "個人の情報を守るため、名前や内容は書いていません。",
        "To protect people, no names and no contents are written here.",
    );
    let unanswered = match facts.channel {
        Channel::Mail => lang.t("返信しても届きません。", " Answers to this mail reach nobody."),
        Channel::Sheet => "",
    };
    lines.push(format!("{nameless}{unanswered}"));
    lines.join("\n") + "\n"
}

/// Where links of a municipality's messages lead: the host name that stands for it, or what the
/// installation says; empty when neither is set.
pub fn origin(ctx: &Ctx) -> String {
    let settings = ctx.app().settings();
    let mut hosts: Vec<&str> =
        settings.hosts.iter().filter(|(_, code)| *code == ctx.tenant()).map(|(host, _)| host.as_str()).collect();
    hosts.sort_unstable();
    match hosts.first() {
        Some(host) => format!("{}://{host}", if settings.secure_cookies { "https" } else { "http" }),
        None => settings.origin.trim_end_matches('/').to_owned(),
    }
}

/// Most characters of a mail address (RFC 5321).
pub const MAIL: usize = 254;
/// Most characters of the number of a fax.
pub const FAX: usize = 30;

/// お知らせの受け取り, as it is typed.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct ReceivingForm {
    /// The mail address.
    pub mail: String,
    /// Ticked where messages are wanted.
    pub wanted: String,
}

/// The same, checked: the address and whether messages are wanted.
pub fn check_receiving(form: &ReceivingForm) -> Result<(String, bool)> {
    let mut errors = Fields::default();
    let wanted = !form.wanted.is_empty();
    let mail = form.mail.trim().to_owned();
    if mail.is_empty() && wanted {
        errors.put("mail", "受け取るメールアドレスを入れてください。", "Give the mail address at which to be told.");
    }
    if !mail.is_empty() && (mail.chars().count() > MAIL || smtp::address(&mail).is_none()) {
        put_unreadable(&mut errors);
    }
    errors.into_result()?;
    Ok((mail, wanted))
}

/// Why a mail was not delivered, in words; the code itself says it to those who know mail.
pub fn failure_words(code: &str, lang: Lang) -> String {
    let words = match code {
        "connection" => lang.t("メールサーバーにつながりません", "The mail server cannot be reached"),
        "timeout" => lang.t("メールサーバーが答えません", "The mail server does not answer"),
        "tls" => lang.t("メールサーバーとの暗号化ができません", "The way to the mail server cannot be encrypted"),
        "address" => lang.t("メールアドレスとして使えません", "The address cannot be used"),
        "smtp 530" | "smtp 534" | "smtp 535" | "smtp 538" => {
            lang.t("メールサーバーにサインインできません", "The mail server refuses the sign-in")
        }
        code if code.starts_with("smtp 5") => lang.t(
            "メールサーバーが断りました（あて先がないなど）",
            "The mail server refused it (no such address, for example)",
        ),
        _ => lang.t("メールサーバーが、いまは受け取りません", "The mail server does not take it for now"),
    };
    format!("{words} ({code})")
}

/// Where an organisation is told, as it is typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct OrganisationForm {
    /// The mail address.
    pub mail: String,
    /// The number of its fax.
    pub fax: String,
}

/// The same, checked: mail and fax.
pub fn check_organisation(form: &OrganisationForm) -> Result<(String, String)> {
    let mut errors = Fields::default();
    let (mail, fax) = (form.mail.trim().to_owned(), form.fax.trim().to_owned());
    if !mail.is_empty() && (mail.chars().count() > MAIL || smtp::address(&mail).is_none()) {
        put_unreadable(&mut errors);
    }
    let digits = fax.chars().filter(char::is_ascii_digit).count();
    let written = fax.chars().all(|c| c.is_ascii_digit() || "-+() ".contains(c));
    let readable = written && fax.chars().count() <= FAX && (6..=15).contains(&digits);
    if !fax.is_empty() && !readable {
        errors.put(
            "fax",
            "ファクスの番号として読めません。半角の数字で、093-000-0000 のように入れてください。",
            "This cannot be read as a number of a fax. Write it like 093-000-0000.",
        );
    }
    errors.into_result()?;
    Ok((mail, fax))
}

fn put_unreadable(errors: &mut Fields) {
    errors.put(
        "mail",
        "メールアドレスとして読めません。半角で、name@example.jp のように入れてください。",
        "This cannot be read as a mail address. Write it like name@example.jp.",
    );
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const OCCASION: Occasion =
        Occasion { code: "test", words: Words("気づきが届きました", "A notice has arrived"), answers: false };

    #[test]
    fn the_delay_grows_until_it_is_given_up() {
        let now = Timestamp::UNIX_EPOCH;

        let waits: Vec<i64> = (1..).map_while(|failed| next_try(now, failed)).map(|at| at.as_second() / 60).collect();

        assert_eq!(waits, [1, 5, 30, 120, 480, 1440]);
        assert_eq!(next_try(now, 0), None);
    }

    #[test]
    fn a_text_says_what_happened_by_when_and_where_in_both_languages() {
        let link = "http://127.0.0.1/notices/1";
        let facts = MessageDetails {
            occasion: &OCCASION,
            number: "AB12-CD34",
            due: Some(date(2025, 6, 11)),
            channel: Channel::Mail,
            link,
        };

        let text = compose(("試験市", "Test City"), &facts);

        assert_eq!(text.subject, "【支え】気づきが届きました（AB12-CD34）");
        for words in
            ["試験市", "番号：AB12-CD34", "期限：令和7年6月11日", link, "A notice has arrived.", "Due: 2025-06-11"]
        {
            assert!(text.body.contains(words), "{words}\n{}", text.body);
        }
    }

    #[test]
    fn a_text_without_an_address_of_its_own_says_where_to_look() {
        let facts = MessageDetails { occasion: &OCCASION, number: "", due: None, channel: Channel::Sheet, link: "" };

        let text = compose(("試験市", "Test City"), &facts);

        assert!(text.body.contains("「今日」を見てください") && !text.body.contains("番号"), "{}", text.body);
        assert!(!text.body.contains("返信しても"), "a sheet is sent back: {}", text.body);
        assert!(part_in(Lang::Ja, &text.body).contains("試験市") && !part_in(Lang::Ja, &text.body).contains("Sasae"));
        assert!(part_in(Lang::En, &text.body).contains("Sasae") && !part_in(Lang::En, &text.body).contains("試験市"));
    }

    #[test]
    fn an_address_is_asked_for_only_where_messages_are_wanted() {
        let form = |mail: &str, wanted: &str| ReceivingForm { mail: mail.to_owned(), wanted: wanted.to_owned() };

        assert_eq!(check_receiving(&form(" a@example.jp ", "yes")).unwrap(), ("a@example.jp".to_owned(), true));
        assert_eq!(check_receiving(&form("", "")).unwrap(), (String::new(), false));
        assert!(check_receiving(&form("", "yes")).is_err());
        assert!(check_receiving(&form("a＠example.jp", "")).is_err());
    }

    #[test]
    fn an_organisation_has_a_mail_address_a_fax_both_or_neither() {
        let form = |mail: &str, fax: &str| OrganisationForm { mail: mail.to_owned(), fax: fax.to_owned() };

        for (mail, fax) in [("", ""), ("a@example.jp", ""), ("", "093-000-0000"), (" a@example.jp ", "(093) 000 0000")]
        {
            assert!(check_organisation(&form(mail, fax)).is_ok(), "{mail} {fax}");
        }
        for (mail, fax) in [("a", ""), ("", "093"), ("", "ファクスなし"), ("", "0930000000000000000")] {
            assert!(check_organisation(&form(mail, fax)).is_err(), "{mail} {fax}");
        }
    }
}
