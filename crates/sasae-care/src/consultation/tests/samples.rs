//! Samples of the pages of the room.

use sasae_test::contribute;

use super::steps::take;
use crate::tests::browser::Visitor;
use crate::tests::samples::{
    CORRECT, City, DECIDERS, EDIT, Naming, POSTS, Sample, Samples, TAKERS, WARD, at, export_of,
};
use crate::tests::steps::strike;

contribute!(Samples {
    room: "consultation",
    records: &[
        ("consultation", "/consultations/{new}"),
        ("other consultation", "/consultations/{new}"),
        ("mistaken consultation", "/consultations/{new}"),
        ("nameless consultation", "/consultations/{new}"),
        ("settled consultation", "/consultations/{new}"),
        ("struck consultation", "/consultations/{new}"),
    ],
    fill: |city| Box::pin(fill(city)),
    pages,
    forms,
});

async fn fill(city: &City) {
    let lead = Visitor::signed_in(&city.test, "lead").await;
    for (name, notice, what) in [
        ("consultation", "decided notice", "新聞が4日分たまっています"),
        ("other consultation", "other decided notice", "夜に大きな声がします"),
        ("mistaken consultation", "mistaken notice", "門灯がついたままです"),
    ] {
        let intake = lead.open(&intake_of(city, notice)).await;
        let taken = take(&lead, &intake, ("山川", "山川 ハナ"), "甲区第1", &city.say(what)).await;
        city.keep(name, taken.path());
    }
    let settled = nameless(city, &lead).await;
    let page = lead.open(&settled).await;
    lead.send(&page, &format!("{settled}/settle"), &[("outcome", "answered"), ("note", "案内した")]).await;
    city.keep("settled consultation", &settled);
    let struck = nameless(city, &lead).await;
    strike(&lead, &struck).await;
    city.keep("struck consultation", &struck);
    city.keep("nameless consultation", &nameless(city, &lead).await);
}

/// Where the intake of a notice is.
fn intake_of(city: &City, notice: &str) -> String {
    format!("/consultations/new?notice={}", city.id(notice))
}

/// Somebody calls who does not say who it is about; gives the path of the page.
async fn nameless(city: &City, lead: &Visitor<'_>) -> String {
    let form = lead.open("/consultations/new").await;
    let (area, what) = (form.choice("area", "甲区第1"), city.say("名前を言わない電話"));
    let fields = [
        ("channel", "phone"),
        ("area", &area),
        ("from_whom", "neighbour"),
        ("what", &what),
        ("urgency", "normal"),
        ("person", ""),
    ];
    lead.send(&form, "/consultations", &fields).await.path().to_owned()
}

fn pages(city: &City) -> Vec<Sample> {
    let intake = intake_of(city, "decided notice");
    vec![
        at("/consultations", "/consultations", POSTS).empty(),
        at("/consultations", "/consultations?show=struck", POSTS).empty(),
        at("/consultations/new", "/consultations/new", TAKERS),
        at("/consultations/new", &intake, "lead officer supervisor")
            .about(city, "decided notice")
            .leads("/consultations/"),
        city.of("/consultations/{id}", "consultation", "", "lead officer supervisor minsei"),
        city.of("/consultations/{id}", "nameless consultation", "", WARD),
        city.of("/consultations/{id}", "struck consultation", "", WARD),
        city.of("/consultations/{id}/correct", "consultation", "/correct", WARD).to(CORRECT),
        city.of("/consultations/{id}/strike", "nameless consultation", "/strike", WARD).to(CORRECT),
        city.of("/consultations/{id}/take-back", "settled consultation", "/take-back", WARD).to(CORRECT),
        city.of("/consultations/{id}/restore", "struck consultation", "/restore", WARD).to(CORRECT),
        city.of("/consultations/{id}/person", "nameless consultation", "/person", "lead officer").to(EDIT),
        export_of("/lists/consultation/export", DECIDERS),
        city.files_of("nameless consultation", WARD),
    ]
}

fn forms(home: &City, named: &City) -> Vec<Naming> {
    let intake = [
        ("channel", "phone"),
        ("from_whom", "neighbour"),
        ("what", "電話"),
        ("urgency", "normal"),
        ("received_on", "2025-06-10"),
    ];
    let own_area = home.test.districts[0];
    // One who is in no case and entrusted to nobody today.
    let person = named.id("ended entrustment");
    vec![
        Naming::new("/consultations", &intake, &[("area", named.test.districts[0])]),
        Naming::new("/consultations", &intake, &[("area", own_area), ("person", person)]),
    ]
}
