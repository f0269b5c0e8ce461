//! Samples of the pages of the room.

use sasae_test::contribute;

use super::steps;
use crate::access::Act;
use crate::case::{CLOSE, STEER};
use crate::tests::browser::Visitor;
use crate::tests::samples::{
    CORRECT, City, DECIDERS, EDIT, Naming, POSTS, Sample, Samples, TAKERS, WARD, at, export_of,
};
use crate::tests::steps::{add_file, strike};

contribute!(Samples {
    room: "case",
    records: &[
        ("case", "/cases/{new}"),
        ("closed case", "/cases/{new}"),
        ("struck case", "/cases/{new}"),
        ("assessment", "{case}/assessments/{new}"),
        ("plan", "{case}/plans/{new}"),
        ("goal", "{case}/goals/{new}"),
        ("role", "{case}/roles/{new}"),
        ("contact", "{case}/contacts/{new}"),
        ("struck contact", "{case}/contacts/{new}"),
        ("monitoring", "{case}/monitoring/{new}"),
        ("file", "/files/{new}"),
        ("message", "/messages/{new}"),
    ],
    fill: |city| Box::pin(fill(city)),
    pages,
    forms,
});

async fn fill(city: &City) {
    let lead = Visitor::signed_in(&city.test, "lead").await;
    let minsei = Visitor::signed_in(&city.test, "minsei").await;
    let open = async |consultation: &str| {
        let taken = lead.open(&city.path(consultation)).await;
        steps::open_case(&lead, &taken, "買い物に行けない").await.path().to_owned()
    };
    let case = open("consultation").await;
    let closed = open("other consultation").await;
    steps::close(&lead, &closed, "2025-06-10", &city.say("落ち着きました。")).await;
    let struck_case = open("mistaken consultation").await;
    strike(&lead, &struck_case).await;
    city.keep("struck case", &struck_case);
    steps::ask(&lead, &case, "staff", "minseiさん", "2025-07-10").await;
    steps::accept(&minsei, &case).await;
    steps::agree(&lead, &case).await;
    let visit = city.say("受診のようすを聞く");
    let next = ("2025-06-17", visit.as_str());
    city.keep("assessment", &steps::assess(&lead, &case, "2025-06-10").await);
    let plan = steps::plan(&lead, &case, "2025-06-10", "2025-08-10").await;
    let struck = steps::contact(&lead, &case, "2025-06-10", &city.say("書きまちがい"), next).await;
    strike(&lead, &struck).await;
    city.keep("struck contact", &struck);
    city.keep("contact", &steps::contact(&lead, &case, "2025-06-10", &city.say("玄関先で話した"), next).await);
    city.keep("monitoring", &steps::monitor(&lead, &case, "2025-06-10").await);
    city.keep("file", &add_file(&lead, &case, &city.say("玄関")).await);
    steps::ask(&lead, &case, "organisation", "みどり地域包括", "2025-07-10").await;
    city.keep("message", &lead.open("/messages").await.row("支援の役割"));
    let page = lead.open(&case).await;
    city.keep("role", &format!("{case}/roles/{}", page.id_behind("/roles/")));
    let shown = if page.answer.body.contains("/goals/") { page } else { lead.open(&plan).await };
    city.keep("goal", &format!("{case}/goals/{}", shown.id_behind("/goals/")));
    city.keep("plan", &plan);
    city.keep("case", &case);
    city.keep("closed case", &closed);
}

/// Who sees the case: the ward, and its team.
const SEE: &str = "lead officer supervisor minsei";
/// Who works on it.
const TEAM: &str = "lead officer minsei";

fn pages(city: &City) -> Vec<Sample> {
    let opening = format!("/cases/new?consultation={}", city.id("consultation"));
    let end = format!("/persons/{}/end", city.id("person"));
    let ward = city.test.wards[0];
    let behind = format!("/figures/behind?year=2025&area={ward}&kind=contact&month=0");
    // Where contacts are few, only those open the rows behind their figure who may know the persons.
    let counted = if city.is_filled { WARD } else { "lead officer supervisor city system" };
    vec![
        at("/cases", "/cases", POSTS).empty(),
        at("/cases", "/cases?show=open", POSTS).empty(),
        at("/cases", "/cases?show=closed", POSTS).empty(),
        at("/cases", "/cases?show=struck", POSTS).empty(),
        at("/cases/new", "/cases/new", TAKERS),
        at("/cases/new", &opening, "lead officer").about(city, "consultation"),
        city.of("/cases/{id}", "case", "", SEE),
        city.of("/cases/{id}", "closed case", "", WARD),
        city.of("/cases/{id}", "struck case", "", WARD),
        city.of("/cases/{id}/correct", "case", "/correct", WARD).to(CORRECT),
        city.of("/cases/{id}/strike", "case", "/strike", WARD).to(CORRECT),
        city.of("/cases/{id}/restore", "struck case", "/restore", WARD).to(CORRECT),
        city.of("/cases/{id}/roles/new", "case", "/roles/new", WARD).to(&[Act::SEE, STEER]),
        city.of("/cases/{id}/lead", "case", "/lead", WARD).to(&[Act::SEE, STEER]),
        city.of("/cases/{id}/assessments/new", "case", "/assessments/new", TEAM).to(EDIT),
        city.of("/cases/{id}/assessments/{record}", "assessment", "", SEE),
        city.of("/cases/{id}/plans/new", "case", "/plans/new", TEAM).to(EDIT),
        city.of("/cases/{id}/plans/{record}", "plan", "", SEE),
        city.of("/cases/{id}/contacts/new", "case", "/contacts/new", TEAM).to(EDIT),
        city.of("/cases/{id}/contacts", "case", "/contacts", SEE),
        city.of("/cases/{id}/contacts/{record}", "contact", "", SEE),
        city.of("/cases/{id}/monitoring/new", "case", "/monitoring/new", TEAM).to(EDIT),
        city.of("/cases/{id}/monitoring/{record}", "monitoring", "", SEE),
        city.of("/cases/{id}/contacts/{record}", "struck contact", "", SEE),
        city.of("/cases/{id}/contacts/{record}/correct", "contact", "/correct", WARD).to(CORRECT),
        city.of("/cases/{id}/assessments/{record}/correct", "assessment", "/correct", WARD).to(CORRECT),
        city.of("/cases/{id}/plans/{record}/correct", "plan", "/correct", WARD).to(CORRECT),
        city.of("/cases/{id}/monitoring/{record}/correct", "monitoring", "/correct", WARD).to(CORRECT),
        city.of("/cases/{id}/{entries}/{record}/strike", "monitoring", "/strike", WARD).to(CORRECT),
        city.of("/cases/{id}/{entries}/{record}/move", "assessment", "/move", WARD).to(CORRECT),
        city.of("/cases/{id}/{entries}/{record}/restore", "struck contact", "/restore", WARD).to(CORRECT),
        city.of("/cases/{id}/persons/{person}/end", "case", &end, WARD).to(CORRECT),
        city.of("/cases/{id}/reopen", "closed case", "/reopen", WARD).to(CORRECT),
        city.of("/cases/{id}/close", "case", "/close", WARD).to(&[Act::SEE, CLOSE]),
        export_of("/lists/case/export?show=open", DECIDERS),
        city.files_of("case", SEE),
        city.files_of("closed case", WARD),
        city.of("/files/{id}/erase", "file", "/erase", TEAM).about(city, "case").to(EDIT),
        city.thread_of("case", SEE),
        city.of("/messages/{id}", "message", "", "lead system"),
        city.of("/messages/{id}/sheet", "message", "/sheet", "lead system"),
        at("/figures/behind", &behind, counted).empty(),
    ]
}

fn forms(home: &City, named: &City) -> Vec<Naming> {
    let case = home.path("case");
    let own_area = home.test.districts[0];
    // One who is in no case and entrusted to nobody today.
    let (person, own) = (named.id("ended entrustment"), home.id("ended entrustment"));
    let role = [("role", "visit"), ("task", "たずねる"), ("due_on", "2025-07-10")];
    let opening = [("title", "買い物")];
    let mut forms = vec![
        Naming::new("/cases", &opening, &[("area", own_area), ("persons", person), ("main", person)]),
        Naming::new(&format!("{case}/persons"), &[], &[("person", person)]),
        Naming::new(&format!("{case}/roles"), &role, &[("staff", named.member("officer"))]),
    ];
    // Own ones are refused for another reason: the organisation has been asked already, and
    // nobody has said whose consultation it is.
    if named.test.tenant != home.test.tenant {
        let consultation = named.id("nameless consultation");
        let of_case = [("area", own_area), ("consultation", consultation), ("persons", own), ("main", own)];
        forms.push(Naming::new("/cases", &opening, &of_case));
        forms.push(Naming::new(&format!("{case}/roles"), &role, &[("organisation", named.id("organisation"))]));
    }
    forms
}
