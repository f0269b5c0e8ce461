//! Steps of the house that every room offers for its records, as somebody takes them on the pages.

use super::browser::Visitor;
use crate::testing::PNG;

/// Strikes a record out.
pub async fn strike(visitor: &Visitor<'_>, record: &str) {
    let action = format!("{record}/strike");
    let form = visitor.open(&action).await;
    let preview = visitor.send(&form, &action, &[("reason", "いたずらのため")]).await;
    visitor.send(&preview, &action, &[("_confirmed", "1")]).await;
}

/// Adds a picture to a record; gives the path of the picture.
pub async fn add_file(visitor: &Visitor<'_>, record: &str, name: &str) -> String {
    let form = visitor.open(&visitor.open(record).await.link("/files/of/")).await;
    let action = form.path().to_owned();
    let done = visitor.send_file(&form, &action, &[("note", name)], (&format!("{name}.png"), PNG)).await;
    done.link("/files/").trim_end_matches("/erase").to_owned()
}

/// Asks for a list, as its address asks for it, as a file; gives the path of its page.
pub async fn take_out(visitor: &Visitor<'_>, (list, query): (&str, &str), format: &str, purpose: &str) -> String {
    let action = format!("/lists/{list}/export");
    let form = visitor.open(&format!("{action}?{query}")).await;
    let fields = [("format", format), ("purpose", purpose)];
    visitor.send(&form, &action, &fields).await.path().to_owned()
}

/// Saves a view of a list; gives the path that opens it.
pub async fn save_view(visitor: &Visitor<'_>, list: &str, query: &str, name: &str) -> String {
    let views = format!("/lists/{list}/views");
    let form = visitor.open(&format!("{views}?{query}")).await;
    visitor.send(&form, &views, &[("name", name)]).await;
    visitor.open(&views).await.form_under("/views/", "/delete").trim_end_matches("/delete").to_owned()
}
