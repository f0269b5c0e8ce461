//! A browser without scripts: it opens pages, fills in the forms that stand on
//! them, and follows where they lead. It can only send what a form offers.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use sasae_core::id::Id;
use scraper::{ElementRef, Html, Selector};

use crate::lang::Lang;
use crate::testing::{Answer, TestApp, multipart};
use crate::web::LANGUAGE_COOKIE;

thread_local! {
    /// What visitors typed into forms, and what files they sent, in this test.
    static TYPED: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// What was typed so far, the longest first.
pub fn typed() -> Vec<String> {
    let mut all: Vec<String> = TYPED.with_borrow(|typed| typed.iter().cloned().collect());
    all.sort_by_key(|text| std::cmp::Reverse(text.len()));
    all
}

fn note_typed<'a>(texts: impl IntoIterator<Item = &'a str>) {
    TYPED.with_borrow_mut(|typed| typed.extend(texts.into_iter().map(|text| text.trim().to_owned())));
}

/// Most redirects in a row.
const FOLLOWED: usize = 5;

/// Somebody at a browser.
pub struct Visitor<'a> {
    pub test: &'a TestApp,
    pub token: Option<String>,
    pub lang: Lang,
}

/// What was opened last.
#[derive(Debug)]
pub struct Opened {
    /// Path and query.
    pub at: String,
    pub answer: Answer,
}

pub fn all<'a>(dom: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    let selector = Selector::parse(selector).expect("a selector");
    dom.select(&selector).collect()
}

fn within<'a>(element: ElementRef<'a>, selector: &str) -> Vec<ElementRef<'a>> {
    let selector = Selector::parse(selector).expect("a selector");
    element.select(&selector).collect()
}

pub fn text_of(element: &ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

impl<'a> Visitor<'a> {
    /// Anyone, without an account.
    pub fn anyone(test: &'a TestApp) -> Visitor<'a> {
        Visitor { test, token: None, lang: Lang::Ja }
    }

    /// Signs in through the form.
    pub async fn signed_in(test: &'a TestApp, login: &str) -> Visitor<'a> {
        let anyone = Visitor::anyone(test);
        let form = anyone.open("/sign-in").await;
        let fields = form.filled("/sign-in", &[("login", login), ("password", "correct horse")]);
        let answer = anyone.post("/sign-in", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{login} cannot sign in: {}", answer.body);
        Visitor { token: answer.token, ..anyone }
    }

    fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let session = self.token.as_ref().map(|token| format!("; sasae_session={token}")).unwrap_or_default();
        let cookies = format!("{LANGUAGE_COOKIE}={}{session}", self.lang.code());
        self.test.to_host(Request::builder().method(method).uri(path)).header(header::COOKIE, cookies)
    }

    /// One answer, whatever it is.
    pub async fn get(&self, path: &str) -> Answer {
        let path = path.split('#').next().unwrap_or_default();
        self.test.send(self.request("GET", path).body(Body::empty()).expect("a request")).await
    }

    async fn post(&self, path: &str, fields: &[(String, String)]) -> Answer {
        note_typed(fields.iter().map(|(_, value)| value.as_str()));
        let body = serde_html_form::to_string(fields).expect("a form");
        let request = self
            .request("POST", path.split('#').next().unwrap_or_default())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.test.send(request.body(Body::from(body)).expect("a request")).await
    }

    async fn follow(&self, path: &str, mut answer: Answer) -> Opened {
        let mut at = path.to_owned();
        for _ in 0..FOLLOWED {
            if answer.status != StatusCode::SEE_OTHER {
                break;
            }
            at = answer.location.clone();
            answer = self.get(&at).await;
        }
        assert_eq!(answer.status, StatusCode::OK, "{path} led to {at}: {}", words(&answer.body));
        Opened { at, answer }
    }

    /// Opens a page, which must be there.
    pub async fn open(&self, path: &str) -> Opened {
        let answer = self.get(path).await;
        self.follow(path, answer).await
    }

    /// The same for a form with a file in its field `file`.
    pub async fn send_file(&self, page: &Opened, action: &str, fields: &[(&str, &str)], file: (&str, &[u8])) -> Opened {
        let filled = page.filled(action, fields);
        let fields: Vec<(&str, &str)> = filled.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        note_typed(fields.iter().map(|(_, value)| *value).chain([file.0]));
        let (kind, body) = multipart(self.test.clock.new_id(), &fields, file);
        let request = self.request("POST", action).header(header::CONTENT_TYPE, kind);
        let answer = self.test.send(request.body(Body::from(body)).expect("a request")).await;
        self.follow(action, answer).await
    }

    /// Fills in the form of a page that leads to `action`, sends it, and opens
    /// what it leads to. What is not named keeps the value that stands there.
    pub async fn send(&self, page: &Opened, action: &str, fields: &[(&str, &str)]) -> Opened {
        let answer = self.post(action, &page.filled(action, fields)).await;
        self.follow(action, answer).await
    }
}

impl Visitor<'_> {
    /// The same with input that must come back as wrong; gives the words of that page.
    pub async fn send_wrong(&self, page: &Opened, action: &str, fields: &[(&str, &str)]) -> String {
        let answer = self.post(action, &page.filled(action, fields)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", words(&answer.body));
        words(&answer.body)
    }
}

/// The visible words of a page, for the message of a failure.
pub fn words(body: &str) -> String {
    let dom = Html::parse_document(body);
    all(&dom, "main").first().map_or_else(|| body.to_owned(), text_of)
}

/// What a control would send if nobody touched it.
fn standing(control: &ElementRef<'_>) -> Option<String> {
    let value = |element: &ElementRef<'_>| element.attr("value").map(str::to_owned);
    match (control.value().name(), control.attr("type").unwrap_or("text")) {
        ("button", _) | ("input", "submit" | "button" | "file") => None,
        ("input", "radio" | "checkbox") => control.attr("checked").and(Some(value(control).unwrap_or("on".to_owned()))),
        ("input", _) => Some(value(control).unwrap_or_default()),
        ("textarea", _) => Some(control.text().collect()),
        _ => {
            let options = within(*control, "option");
            let chosen = options.iter().find(|option| option.attr("selected").is_some()).or(options.first());
            chosen.map(|option| value(option).unwrap_or_else(|| text_of(option)))
        }
    }
}

/// Whether somebody could make a control send this value.
fn offers(control: &ElementRef<'_>, wanted: &str) -> bool {
    let fits = |element: &ElementRef<'_>| element.attr("value") == Some(wanted);
    match (control.value().name(), control.attr("type").unwrap_or("text")) {
        ("button", _) | ("input", "radio" | "checkbox" | "hidden" | "submit") => fits(control),
        ("select", _) => within(*control, "option").iter().any(fits),
        _ => true,
    }
}

impl Opened {
    fn dom(&self) -> Html {
        Html::parse_document(&self.answer.body)
    }

    /// The words of the page.
    pub fn words(&self) -> String {
        words(&self.answer.body)
    }

    /// The last part of the path: the record's id.
    pub fn id(&self) -> String {
        let path = self.at.split(['?', '#']).next().unwrap_or_default();
        path.rsplit('/').next().unwrap_or_default().to_owned()
    }

    /// The first id that stands on the page behind a part of an address.
    pub fn id_behind(&self, part: &str) -> Id {
        let ids = self.answer.body.split(part).skip(1).filter_map(|rest| rest.get(..36)?.parse().ok());
        ids.into_iter().next().unwrap_or_else(|| panic!("{} has no id behind {part}", self.at))
    }

    /// The path without its query.
    pub fn path(&self) -> &str {
        self.at.split(['?', '#']).next().unwrap_or_default()
    }

    /// What the form that leads to `action` sends with these fields filled in.
    fn filled(&self, action: &str, fields: &[(&str, &str)]) -> Vec<(String, String)> {
        let dom = self.dom();
        let forms = all(&dom, "form[method=post]");
        let form = forms.iter().find(|form| {
            form.attr("action") == Some(action)
                || within(**form, "button[formaction]").iter().any(|b| b.attr("formaction") == Some(action))
        });
        let form = form.unwrap_or_else(|| panic!("{} has no form for {action}: {}", self.at, self.words()));
        let controls = within(*form, "input[name], select[name], textarea[name], button[name]");
        let named: HashSet<&str> = fields.iter().map(|(name, _)| *name).collect();
        let mut sent: Vec<(String, String)> = controls
            .iter()
            .filter(|control| !named.contains(control.attr("name").unwrap_or_default()))
            .filter_map(|control| Some((control.attr("name")?.to_owned(), standing(control)?)))
            .collect();
        for (name, value) in fields {
            let offered = controls.iter().any(|control| control.attr("name") == Some(name) && offers(control, value));
            assert!(offered, "the form for {action} on {} does not offer {name}={value}", self.at);
            sent.push(((*name).to_owned(), (*value).to_owned()));
        }
        sent
    }

    /// The value of the choice whose words contain `label`: an option of a
    /// list, or the box or circle with that label.
    pub fn choice(&self, name: &str, label: &str) -> String {
        let dom = self.dom();
        for option in all(&dom, &format!("select[name='{name}'] option")) {
            if text_of(&option).contains(label) {
                return option.attr("value").unwrap_or_default().to_owned();
            }
        }
        for control in all(&dom, &format!("input[name='{name}']")) {
            let id = control.attr("id").unwrap_or_default();
            if all(&dom, &format!("label[for='{id}']")).iter().any(|found| text_of(found).contains(label)) {
                return control.attr("value").unwrap_or_default().to_owned();
            }
        }
        panic!("{} offers no {label} for {name}: {}", self.at, self.words());
    }

    /// Where the first link leads whose address begins with `start`.
    pub fn link(&self, start: &str) -> String {
        let dom = self.dom();
        let links = all(&dom, "main a[href]");
        let found = links.iter().filter_map(|link| link.attr("href")).find(|href| href.starts_with(start));
        found.unwrap_or_else(|| panic!("{} has no link to {start}: {}", self.at, self.words())).to_owned()
    }

    /// Where the first row of a list leads that says `text`.
    pub fn row(&self, text: &str) -> String {
        let dom = self.dom();
        let rows = all(&dom, "main tr, main li");
        let row = rows.iter().find(|row| text_of(row).contains(text) && !within(**row, "a[href]").is_empty());
        let row = row.unwrap_or_else(|| panic!("{} has no row with {text}: {}", self.at, self.words()));
        within(*row, "a[href]")[0].attr("href").unwrap_or_default().to_owned()
    }

    /// The action of the first form that begins and ends so.
    pub fn form_under(&self, start: &str, end: &str) -> String {
        let dom = self.dom();
        let forms = all(&dom, "form[action]");
        let actions = forms.iter().filter_map(|form| form.attr("action"));
        let found = actions.into_iter().find(|action| action.starts_with(start) && action.ends_with(end));
        found.unwrap_or_else(|| panic!("{} has no form {start}…{end}: {}", self.at, self.words())).to_owned()
    }

    /// The first value that a group of boxes or circles offers.
    pub fn first_choice(&self, name: &str) -> String {
        let dom = self.dom();
        let offered = all(&dom, &format!("input[name='{name}']"));
        offered.first().and_then(|input| input.attr("value")).expect("something to choose").to_owned()
    }
}
