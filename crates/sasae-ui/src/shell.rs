//! The frame around every page: who one is, where one is, the search box, and
//! the two ways round (a column on the left, a bar at the thumb on a phone).
//!
//! The frame shows only the entries it is given. What somebody may not open
//! must not be passed in; the frame asks nobody.

use std::borrow::Cow;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::assets::asset_href;
use super::field;
use super::form::name_errors;
use super::parts::{Flash, why_box};
use sasae_core::lang::Lang;

/// Where 今日, the list of what is due, lives.
pub const TODAY: &str = "/today";
/// Where the choice of what to record lives.
pub const RECORD: &str = "/record";
/// Where the watch of the person who is signed in lives.
pub const WATCH: &str = "/watch";
/// Where the search over everything one may see lives.
pub const SEARCH: &str = "/search";
/// `GET /language?to=ja|en&back=PATH` keeps the language and goes back.
pub const LANGUAGE: &str = "/language";
/// `POST /post` with `_csrf` and `post` changes to another post one holds.
pub const SWITCH_POST: &str = "/post";
/// `POST /sign-out` with `_csrf` ends the session.
pub const SIGN_OUT: &str = "/sign-out";
/// Where one's own account (password, second factor, sessions) lives.
pub const ACCOUNT: &str = "/account";

/// htmx without what a strict policy forbids or privacy speaks against: no
/// injected style, no eval, no page kept in the browser's storage. A form that
/// comes back with errors (422), a stale edit (409) and an end that was
/// reached too soon (429) are shown, not swallowed.
const HTMX_CONFIG: &str = concat!(
    r#"{"includeIndicatorStyles":false,"allowEval":false,"selfRequestsOnly":true,"#,
    r#""historyCacheSize":0,"refreshOnHistoryMiss":true,"responseHandling":["#,
    r#"{"code":"204","swap":false},{"code":"[23]..","swap":true},"#,
    r#"{"code":"409|422|429","swap":true},{"code":"[45]..","swap":false,"error":true}]}"#
);

/// One entry of the navigation.
#[derive(Clone, Debug)]
pub struct NavItem {
    /// Its word.
    pub label: Cow<'static, str>,
    /// Where it leads; a path on this server.
    pub href: Cow<'static, str>,
    /// How many things wait there, where that is worth knowing.
    pub count: Option<i64>,
}

impl NavItem {
    /// An entry without a count.
    pub fn new(label: impl Into<Cow<'static, str>>, href: impl Into<Cow<'static, str>>) -> NavItem {
        NavItem { label: label.into(), href: href.into(), count: None }
    }

    /// The same entry with the number of things that wait.
    pub fn count(self, count: i64) -> NavItem {
        NavItem { count: Some(count), ..self }
    }
}

/// One of the six groups of the navigation.
#[derive(Clone, Debug)]
pub struct NavGroup {
    /// Its word, for example 相談と支援.
    pub label: Cow<'static, str>,
    /// The page of the group itself, where it has one.
    pub href: Option<Cow<'static, str>>,
    /// The entries under it.
    pub items: Vec<NavItem>,
}

/// A post that the person holds besides the one they act in now.
#[derive(Clone, Debug)]
pub struct PostChoice {
    /// Sent as `post`.
    pub id: String,
    /// Role and area, for example 第2層 生活支援コーディネーター（門司区）.
    pub label: String,
}

/// What the frame knows of the person who is signed in.
#[derive(Clone, Debug)]
pub struct Nav {
    /// Name of the municipality.
    pub tenant_name: String,
    /// Name of the person.
    pub user_name: String,
    /// The post they act in now: role and area.
    pub post_name: String,
    /// Their other posts; empty for most people.
    pub other_posts: Vec<PostChoice>,
    /// Token for the forms of the frame.
    pub csrf: String,
    /// Path of this page; the entry whose `href` is the longest start of it is
    /// marked.
    pub current: String,
    /// Whether 記録する is offered.
    pub may_record: bool,
    /// What stands in the search box, on the page of results.
    pub query: String,
    /// The six groups, as far as the person may open them.
    pub groups: Vec<NavGroup>,
    /// 台帳 and 設定.
    pub below: Vec<NavItem>,
    /// Minutes without use after which the person is signed out; 0 says nothing of it.
    pub idle_minutes: i64,
}

/// A full page.
#[derive(Debug)]
pub struct Shell<'a> {
    /// Language of the page.
    pub lang: Lang,
    /// Title for the tab; the page's own `h1` stands in `main`.
    pub title: &'a str,
    /// Nonce of this answer's content security policy.
    pub nonce: &'a str,
    /// Path and query of this page, to come back to after a change of language.
    pub here: &'a str,
    /// `None` on pages for people without an account, and before signing in.
    pub nav: Option<Nav>,
    /// What came of the step before.
    pub flash: Option<Flash>,
    /// The page itself, with one `h1`.
    pub main: Markup,
    /// Whether the page needs the whole width (tables, boards, threads).
    pub wide: bool,
    /// Why the person may see this page.
    pub why: Option<Markup>,
}

impl Shell<'_> {
    /// The document from doctype to `</html>`.
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        let code = lang.code();
        let main_class = if self.wide { "main main-wide" } else { "main" };
        html! {
            (DOCTYPE)
            html lang=(code) {
                head {
                    meta charset="utf-8";
                    title { (self.title) " | " (lang.t("支え", "Sasae")) }
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content="noindex";
                    meta name="referrer" content="same-origin";
                    meta name="htmx-config" content=(HTMX_CONFIG);
                    link rel="icon" href=(asset_href("icon.svg")) type="image/svg+xml";
                    link rel="stylesheet" href=(asset_href("app.css"));
                    script defer nonce=(self.nonce) src=(asset_href("htmx.min.js")) {}
                    script defer nonce=(self.nonce) src=(asset_href("app.js")) {}
                }
                body {
                    a class="skip" href="#main" { (lang.t("本文へ", "Skip to the content")) }
                    (self.header())
                    div class=(if self.nav.is_some() { "frame" } else { "frame frame-plain" }) {
                        @if let Some(nav) = &self.nav { (side(lang, nav)) }
                        main id="main" class=(main_class) tabindex="-1" {
                            @if let Some(nav) = &self.nav { (soon_out(lang, nav.idle_minutes)) }
                            @if let Some(flash) = &self.flash { (flash.render(lang)) }
                            (PreEscaped(name_errors(&self.main.0, lang)))
                            @if let Some(why) = &self.why { (why_box(lang, why)) }
                        }
                    }
                    (self.footer())
                    @if let Some(nav) = &self.nav { (thumb_bar(lang, nav)) }
                }
            }
        }
    }

    fn header(&self) -> Markup {
        let lang = self.lang;
        html! {
            header class="top" {
                a class="brand" href=(if self.nav.is_some() { TODAY } else { "/" }) {
                    span class="brand-mark" { (lang.t("支え", "Sasae")) }
                    @if let Some(nav) = &self.nav { span class="brand-name" { (nav.tenant_name) } }
                }
                @if let Some(nav) = &self.nav {
                    form class="search" role="search" action=(SEARCH) method="get" {
                        label class="unseen" for="search-box" {
                            (lang.t("人・記録をさがす", "Search people and records"))
                        }
                        input id="search-box" type="search" name="q" maxlength=(field::SEARCH)
                            value=(nav.query) autocomplete="off"
                            placeholder=(lang.t("名前・ことば・番号", "Name, word or number"));
                        button class="button" type="submit" { (lang.t("さがす", "Search")) }
                    }
                    @if nav.may_record {
                        a class="button top-record" href=(RECORD) {
                            (lang.t("記録する", "Record"))
                        }
                    }
                }
                (self.language_switch())
                @if let Some(nav) = &self.nav {
                    (account(lang, nav))
                    a class="button menu-open" href="#nav" data-menu="nav" {
                        (lang.t("メニュー", "Menu"))
                    }
                }
            }
        }
    }

    fn language_switch(&self) -> Markup {
        let (to, code, word) = match self.lang {
            Lang::Ja => ("en", "en", "English"),
            Lang::En => ("ja", "ja", "日本語"),
        };
        let href = format!("{LANGUAGE}?to={to}&back={}", percent_encoded(self.here));
        html! { a class="language" href=(href) lang=(code) hreflang=(code) { (word) } }
    }

    fn footer(&self) -> Markup {
        let lang = self.lang;
        html! {
            footer class="foot" {
                p {
                    (lang.t(
                        "支え：地域の見守りと支え合いの記録。記録を開いたことは、すべて記録に残ります。",
                        "Sasae keeps the records of neighbourhood support. Every look at a record is itself recorded.",
                    ))
                }
            }
        }
    }
}

/// Whether a page is the one at `href` or lies in the folder beneath it.
fn is_at_or_under(current: &str, href: &str) -> bool {
    let path = current.split(['?', '#']).next().unwrap_or_default();
    path.strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The path of the entry that stands for `current`: the longest `href` that
/// is `current` itself or a folder above it.
fn marked_href(nav: &Nav) -> Option<&str> {
    let of_groups = nav.groups.iter().filter_map(|group| group.href.as_deref());
    let of_items = nav.groups.iter().flat_map(|group| &group.items);
    of_groups
        .chain(of_items.chain(&nav.below).map(|item| item.href.as_ref()))
        .filter(|href| is_at_or_under(&nav.current, href))
        .max_by_key(|href| href.len())
}

/// Said by the script some minutes before the session ends for want of use, and once it has ended.
fn soon_out(lang: Lang, minutes: i64) -> Markup {
    html! {
        @if minutes > 0 {
            div class="flash tone-caution" role="alert" hidden data-idle=(minutes)
                data-ended=(lang.t(
                    "しばらく操作がなかったため、サインアウトしました。書きかけのものは、そのまま送れば、サインインのあとで続けられます。",
                    "You were signed out after a time without use. Send what you are writing: after signing in you go on with it.",
                )) {
                p {
                    (lang.t(
                        "しばらく操作がないため、まもなくサインアウトします。",
                        "You will soon be signed out, because nothing was done for a while.",
                    ))
                }
                button class="button" type="button" data-stay { (lang.t("このまま続ける", "Stay signed in")) }
            }
        }
    }
}

fn side(lang: Lang, nav: &Nav) -> Markup {
    let marked = marked_href(nav);
    html! {
        nav id="nav" class="side" aria-label=(lang.t("メニュー", "Menu")) {
            a class="button side-close" href="#main" data-menu-close="nav" {
                (lang.t("メニューを閉じる", "Close the menu"))
            }
            ul class="side-groups" {
                @for group in &nav.groups {
                    li {
                        @if let Some(href) = &group.href {
                            a class="side-head" href=(href)
                                aria-current=[(marked == Some(href.as_ref())).then_some("page")] {
                                (group.label)
                            }
                        } @else {
                            span class="side-head" { (group.label) }
                        }
                        @if !group.items.is_empty() {
                            ul { @for item in &group.items { (side_item(lang, item, marked)) } }
                        }
                    }
                }
            }
            @if !nav.below.is_empty() {
                ul class="side-below" {
                    @for item in &nav.below { (side_item(lang, item, marked)) }
                }
            }
        }
    }
}

fn side_item(lang: Lang, item: &NavItem, marked: Option<&str>) -> Markup {
    html! {
        li {
            a href=(item.href) aria-current=[(marked == Some(item.href.as_ref())).then_some("page")] {
                span { (item.label) }
                @if let Some(count) = item.count {
                    " " span class="count" { (count) span class="unseen" { (lang.t("件", " waiting")) } }
                }
            }
        }
    }
}

fn account(lang: Lang, nav: &Nav) -> Markup {
    html! {
        details class="account" {
            summary {
                span class="account-name" { (nav.user_name) }
                span class="account-post" { (nav.post_name) }
            }
            div class="account-panel" {
                p { strong { (nav.user_name) } br; (nav.post_name) br; (nav.tenant_name) }
                @if !nav.other_posts.is_empty() {
                    form action=(SWITCH_POST) method="post" {
                        input type="hidden" name="_csrf" value=(nav.csrf);
                        p { (lang.t("ほかの役割に切り替える", "Act in another post")) }
                        @for post in &nav.other_posts {
                            button class="button" type="submit" name="post" value=(post.id) {
                                (post.label)
                            }
                        }
                    }
                }
                p { a href=(ACCOUNT) { (lang.t("アカウントと安全", "Account and security")) } }
                form action=(SIGN_OUT) method="post" {
                    input type="hidden" name="_csrf" value=(nav.csrf);
                    button class="button" type="submit" { (lang.t("サインアウト", "Sign out")) }
                }
            }
        }
    }
}

fn thumb_bar(lang: Lang, nav: &Nav) -> Markup {
    let watches = nav
        .groups
        .iter()
        .any(|group| group.href.as_deref() == Some(WATCH) || group.items.iter().any(|item| item.href == WATCH));
    let entries = [
        (true, TODAY, lang.t("今日", "Today")),
        (nav.may_record, RECORD, lang.t("記録", "Record")),
        (watches, WATCH, lang.t("見守り", "Watch")),
        (true, SEARCH, lang.t("さがす", "Search")),
    ];
    html! {
        nav class="thumb" aria-label=(lang.t("よく使うところ", "Often used")) {
            ul {
                @for (shown, href, word) in entries {
                    @if shown {
                        li {
                            a href=(href) aria-current=[is_at_or_under(&nav.current, href).then_some("page")] {
                                (word)
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Encodes a path with its query as one value of a query string.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                encoded.push(char::from(byte));
            }
            _ => {
                const HEX: [char; 16] =
                    ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
                encoded.push('%');
                encoded.push(HEX[usize::from(byte >> 4)]);
                encoded.push(HEX[usize::from(byte & 15)]);
            }
        }
    }
    encoded
}
