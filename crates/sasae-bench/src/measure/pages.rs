//! The requests that are measured, each in several variants: other readers,
//! other persons, other cases.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use sasae_app::account::session::csrf_of;
use sasae_app::app::App;
use sasae_app::profile::Profile;
use sasae_app::web::inside::Inside;

use super::client::{Ask, ONCE};
use super::fill::{self, PASSWORD};
use super::store;

/// Most readers that sign in.
const READERS: usize = 40;
/// Cases looked at to choose from.
const LOOKED_AT: i64 = 400;

/// A kind of request.
#[derive(Debug, Clone)]
pub struct RequestKind {
    /// What the report calls it.
    pub name: &'static str,
    /// Its variants.
    pub asks: Vec<Ask>,
}

/// Signs readers in and puts the requests together.
pub async fn kinds(app: &App, inside: &Inside, profile: &Profile) -> Result<Vec<RequestKind>> {
    let tenant = app.settings().tenant.clone();
    let mut read = app.db().read(&tenant).await?;
    let cases = store::list_open_cases(&mut read, &tenant, 0, LOOKED_AT).await?;
    let long = store::list_open_cases(&mut read, &tenant, 200, LOOKED_AT).await?;
    ensure!(!cases.is_empty() && !long.is_empty(), "the database holds no cases of the benchmark");
    let mut tokens: BTreeMap<String, String> = BTreeMap::new();
    for (.., login) in long.iter().chain(&cases) {
        if tokens.len() < READERS && !tokens.contains_key(login) {
            let token = sign_in(inside, login).await?;
            tokens.insert(login.clone(), token);
        }
    }
    let mut names = Vec::new();
    for (_, person, _, login) in &cases {
        if let Some(token) = tokens.get(login) {
            names.push((store::get_name(&mut read, &tenant, *person).await?, token));
        }
    }
    drop(read);

    let get = |path: String, token: &String| Ask { path, token: token.clone(), body: None };
    let search = |words: &dyn Fn(&(String, String, String, String)) -> String| -> Result<Vec<Ask>> {
        let asks =
            names.iter().map(|(name, token)| Ok(get(format!("/persons?{}", form(&[("q", &words(name))])?), token)));
        asks.collect()
    };
    let chars = |text: &str, count: usize| text.chars().take(count).collect::<String>();
    let of_readers = |list: &[(sasae_core::id::Id, sasae_core::id::Id, sasae_core::id::Id, String)]| {
        list.iter().filter_map(|row| Some((row.0, row.1, row.2, tokens.get(&row.3)?.clone()))).collect::<Vec<_>>()
    };
    let (cases, long) = (of_readers(&cases), of_readers(&long));
    let words = fill::words(profile);
    let today = app.clock().today().to_string();
    let contact = |case: &sasae_core::id::Id, person: &sasae_core::id::Id, token: &String| -> Result<Ask> {
        let body = form(&[
            ("contact_on", &today),
            ("person", &person.to_string()),
            ("kind", &words.contact_kind),
            ("method", &words.contact_method),
            ("body", "電話でようすをきいた。元気な声で、来週はサロンに行くとのこと。"),
            ("next_on", ""),
            ("next_what", ""),
        ])?;
        Ok(Ask { path: format!("/cases/{case}/contacts"), token: token.clone(), body: Some(signed(&body, token)) })
    };
    let intake = |area: &sasae_core::id::Id, person: &sasae_core::id::Id, token: &String| -> Result<Ask> {
        let problem = words.problems.first().map(String::as_str).unwrap_or_default();
        let body = form(&[
            ("received_on", &today),
            ("channel", &words.channel),
            ("area", &area.to_string()),
            ("person", &person.to_string()),
            ("from_whom", &words.from_whom),
            ("what", "買い物に行くのがつらくなったと、窓口に来た。"),
            ("wish", &words.wish),
            ("urgency", &words.urgency),
            ("problems", problem),
            ("worst", problem),
        ])?;
        Ok(Ask { path: "/consultations".to_owned(), token: token.clone(), body: Some(signed(&body, token)) })
    };
    Ok(vec![
        RequestKind {
            name: "今日 · due list",
            asks: tokens.values().map(|token| get("/today".to_owned(), token)).collect(),
        },
        RequestKind {
            name: "人をさがす：かな2文字 · search, 2 kana", asks: search(&|name| chars(&name.2, 2))?
        },
        RequestKind {
            name: "人をさがす：漢字2文字 · search, 2 kanji", asks: search(&|name| chars(&name.0, 2))?
        },
        RequestKind {
            name: "人をさがす：氏名 · search, full name",
            asks: search(&|name| format!("{} {}", name.0, name.1))?,
        },
        RequestKind {
            name: "人 · person",
            asks: cases.iter().map(|(_, person, _, token)| get(format!("/persons/{person}"), token)).collect(),
        },
        RequestKind {
            name: "支援（連絡200件） · case with 200 contacts",
            asks: long.iter().map(|(case, .., token)| get(format!("/cases/{case}"), token)).collect(),
        },
        RequestKind {
            name: "連絡を記録する · save a contact",
            asks: cases.iter().map(|(case, person, _, token)| contact(case, person, token)).collect::<Result<_>>()?,
        },
        RequestKind {
            name: "相談を受け付ける · save an intake",
            asks: cases.iter().map(|(_, person, area, token)| intake(area, person, token)).collect::<Result<_>>()?,
        },
    ])
}

fn form(fields: &[(&str, &str)]) -> Result<String> {
    Ok(serde_html_form::to_string(fields)?)
}

/// The hidden fields of a form; the key is made when it is sent.
fn signed(body: &str, token: &str) -> String {
    format!("{body}&_csrf={}&_once={ONCE}", csrf_of(token))
}

async fn sign_in(inside: &Inside, login: &str) -> Result<String> {
    let came = inside.ask("/sign-in", "", Some(form(&[("login", login), ("password", PASSWORD)])?)).await?;
    came.token.context("signing in opens a session")
}
