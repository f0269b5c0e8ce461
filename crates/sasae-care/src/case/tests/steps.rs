//! Steps of the room, as somebody takes them on the pages.

use crate::tests::browser::{Opened, Visitor};

/// Opens the case of a consultation.
pub async fn open_case(visitor: &Visitor<'_>, consultation: &Opened, title: &str) -> Opened {
    let form = visitor.open(&consultation.link("/cases/new?consultation=")).await;
    visitor.send(&form, "/cases", &[("title", title)]).await
}

/// Asks somebody (`field` is `staff` or `organisation`) to visit.
pub async fn ask(visitor: &Visitor<'_>, case: &str, field: &str, name: &str, due: &str) {
    let query = serde_html_form::to_string([("q", name)]).expect("a query");
    let form = visitor.open(&format!("{case}/roles/new?{query}")).await;
    let whom = form.choice(field, name);
    let fields = [(field, whom.as_str()), ("role", "visit"), ("task", "週に1回たずねる"), ("due_on", due)];
    visitor.send(&form, &format!("{case}/roles"), &fields).await;
}

/// Accepts the role that is asked on the case's page.
pub async fn accept(visitor: &Visitor<'_>, case: &str) {
    let page = visitor.open(case).await;
    let action = page.form_under(&format!("{case}/roles/"), "/answer");
    visitor.send(&page, &action, &[("answer", "accept")]).await;
}

/// Lead and roles are agreed.
pub async fn agree(visitor: &Visitor<'_>, case: &str) {
    let page = visitor.open(case).await;
    visitor.send(&page, &format!("{case}/agree"), &[]).await;
}

/// Writes the assessment; gives its page's path.
pub async fn assess(visitor: &Visitor<'_>, case: &str, on: &str) -> String {
    let form = visitor.open(&format!("{case}/assessments/new")).await;
    let fields = [("assessed_on", on), ("situation", "膝の痛みで外に出られない"), ("needs", "買い物の手伝い")];
    visitor.send(&form, &format!("{case}/assessments"), &fields).await.link(&format!("{case}/assessments/0"))
}

/// Makes a plan with two goals; gives its page's path.
pub async fn plan(visitor: &Visitor<'_>, case: &str, on: &str, review: &str) -> String {
    let form = visitor.open(&format!("{case}/plans/new")).await;
    let mut fields = vec![("aim", "安心して家で暮らし続ける"), ("agreed_on", on), ("review_on", review)];
    for (name, values) in [
        ("goal", ["食べ物がそろう", "人と話す"]),
        ("step", ["買い物を手伝う", "サロンにさそう"]),
        ("who", ["おたすけ隊", "民生委員"]),
        ("due", [review, review]),
    ] {
        fields.extend(values.map(|value| (name, value)));
    }
    visitor.send(&form, &format!("{case}/plans"), &fields).await.link(&format!("{case}/plans/0"))
}

/// Records a contact, with the next one promised.
pub async fn contact(visitor: &Visitor<'_>, case: &str, on: &str, body: &str, next: (&str, &str)) -> String {
    let form = visitor.open(&format!("{case}/contacts/new")).await;
    let fields = [
        ("contact_on", on),
        ("kind", "safety_check"),
        ("method", "visit"),
        ("body", body),
        ("next_on", next.0),
        ("next_what", next.1),
    ];
    visitor.send(&form, &format!("{case}/contacts"), &fields).await.link(&format!("{case}/contacts/0"))
}

/// Looks at how the plan goes.
pub async fn monitor(visitor: &Visitor<'_>, case: &str, on: &str) -> String {
    let form = visitor.open(&format!("{case}/monitoring/new")).await;
    let fields = [("monitored_on", on), ("findings", "表情が明るい"), ("verdict", "continue")];
    visitor.send(&form, &format!("{case}/monitoring"), &fields).await.link(&format!("{case}/monitoring/0"))
}

/// Closes the case with an answer to whoever noticed.
pub async fn close(visitor: &Visitor<'_>, case: &str, on: &str, answer: &str) -> Opened {
    let form = visitor.open(&format!("{case}/close")).await;
    let outcome = form.first_choice("outcome");
    let fields = [("closed_on", on), ("outcome", outcome.as_str()), ("note", "暮らしが落ち着いた"), ("answer", answer)];
    visitor.send(&form, &format!("{case}/close"), &fields).await
}
