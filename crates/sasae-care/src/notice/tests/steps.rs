//! Steps of the room, as somebody takes them on the pages.

use crate::tests::browser::{Opened, Visitor};

/// Anyone reports; gives the receipt number.
pub async fn report(visitor: &Visitor<'_>, area: &str, what: &str) -> String {
    let form = visitor.open("/").await;
    let area = form.choice("area", area);
    let fields = [("kind", "mail_piled"), ("what", what), ("area", &area), ("urgent", "no")];
    let done = visitor.send(&form, "/report", &fields).await;
    let (_, receipt) = done.at.split_once("receipt=").expect("a receipt");
    receipt.to_owned()
}

/// A notice is taken as a consultation; gives the open form of the intake.
pub async fn triage(visitor: &Visitor<'_>, notice: &str) -> Opened {
    let page = visitor.open(notice).await;
    visitor.send(&page, &format!("{}/triage", page.path()), &[("outcome", "consultation")]).await
}
