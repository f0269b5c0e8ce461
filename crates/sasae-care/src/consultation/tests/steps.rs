//! Steps of the room, as somebody takes them on the pages.

use crate::tests::browser::{Opened, Visitor};

/// The intake for somebody who is found by what is typed and known by name, in
/// the area of that name.
pub async fn take(visitor: &Visitor<'_>, form: &Opened, who: (&str, &str), area: &str, what: &str) -> Opened {
    let searched = visitor.send(form, "/consultations#who", &[("find", who.0), ("_find", "1"), ("what", what)]).await;
    let person = searched.choice("person", who.1);
    let area = searched.choice("area", area);
    let fields = [
        ("channel", "phone"),
        ("area", &area),
        ("from_whom", "neighbour"),
        ("problems", "illness_disability"),
        ("problems", "community"),
        ("worst", "illness_disability"),
        ("urgency", "soon"),
        ("person", &person),
    ];
    visitor.send(&searched, "/consultations", &fields).await
}
