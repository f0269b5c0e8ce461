//! What holds of every address and every form that a browser, or anyone, sends: a cursor that was
//! printed is read again, and nothing that is sent makes a reader panic.

use axum::extract::Query;
use axum::http::Uri;
use sasae_app::case::store::Cursor;
use sasae_app::{case, consultation, figures, notice, person, search, staff, task};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Panics where something does not hold.
pub fn hold(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    cursor(&text);
    addresses(&text);
    form::<notice::NoticeForm>(bytes);
    form::<notice::TriageForm>(bytes);
    form::<person::PersonForm>(bytes);
    form::<person::LeaveForm>(bytes);
    form::<consultation::model::SettleForm>(bytes);
    form::<case::model::PlanForm>(bytes);
    form::<case::model::ContactForm>(bytes);
}

/// A cursor that was read is printed and read as the same; anything else starts from the newest.
fn cursor(text: &str) {
    let cursor = Cursor::parse(text);
    assert_eq!(Cursor::parse(&cursor.to_string()), cursor, "{text:?}");
    if !text.contains('_') {
        assert_eq!(cursor, Cursor::START);
    }
    for (name, value) in serde_html_form::from_str::<Vec<(String, String)>>(text).unwrap_or_default() {
        if name == "from" {
            Cursor::parse(&value);
        }
    }
}

/// Every list and page that takes a query reads it, or says that it cannot.
fn addresses(text: &str) {
    let Ok(uri) = format!("/x?{text}").parse::<Uri>() else { return };
    asked::<figures::pages::FigureQuery>(&uri);
    asked::<case::api::ContactsQuery>(&uri);
    asked::<case::pages::contact::FromQuery>(&uri);
    asked::<case::pages::list::DoneQuery>(&uri);
    asked::<case::pages::open::NewQuery>(&uri);
    asked::<case::pages::team::AskQuery>(&uri);
    asked::<consultation::form::NewQuery>(&uri);
    asked::<consultation::pages::ShowQuery>(&uri);
    asked::<consultation::who::WhoQuery>(&uri);
    asked::<notice::public::Receipt>(&uri);
    asked::<person::pages::show::DoneQuery>(&uri);
    asked::<search::pages::SearchQuery>(&uri);
    asked::<staff::pages::AreaQuery>(&uri);
    asked::<task::pages::TodayQuery>(&uri);
}

fn asked<T: DeserializeOwned>(uri: &Uri) {
    if let Err(refused) = Query::<T>::try_from_uri(uri) {
        assert!(refused.status().is_client_error() && !refused.body_text().is_empty());
    }
}

/// What was typed is the same after it was kept as a draft, and after it was sent again.
fn form<T: Serialize + DeserializeOwned>(bytes: &[u8]) {
    let Ok(typed) = serde_html_form::from_bytes::<T>(bytes) else { return };
    let kept = serde_json::to_string(&typed).expect("a form of texts has its JSON");
    let draft: T = serde_json::from_str(&kept).expect("a draft is read again");
    assert_eq!(serde_json::to_string(&draft).ok().as_ref(), Some(&kept));
    let sent = serde_html_form::to_string(&typed).expect("a form of texts is sent");
    let again: T = serde_html_form::from_str(&sent).expect("what was sent is read again");
    assert_eq!(serde_json::to_string(&again).ok().as_ref(), Some(&kept));
}
