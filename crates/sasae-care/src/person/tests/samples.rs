//! Samples of the pages of the room.

use sasae_test::contribute;

use crate::access::Act;
use crate::person::{ENTRUST, RESTRICT, SEE_LOOKS};
use crate::tests::browser::Visitor;
use crate::tests::samples::{City, EDIT, Naming, POSTS, Sample, Samples, TAKERS, WARD, at, export_of};

contribute!(Samples {
    room: "person",
    records: &[
        ("person", "/persons/{new}"),
        // The ends of an entrustment and of a restriction, to be taken back.
        ("ended entrustment", "/persons/{new}/entrustments/{new}/resume"),
        ("ended restriction", "/persons/{new}/restrictions/{new}/resume"),
    ],
    fill: |city| Box::pin(fill(city)),
    pages,
    forms,
});

async fn fill(city: &City) {
    let lead = Visitor::signed_in(&city.test, "lead").await;
    let person = register(&lead, "山川", &city.say("ハナ")).await;
    entrust(&lead, &person).await;
    city.keep("person", &person);
    end(city, &lead, &city.say("ウメ")).await;
}

/// Somebody of a district is registered; gives the path of the page.
async fn register(lead: &Visitor<'_>, family: &str, given: &str) -> String {
    let form = lead.open("/persons/new").await;
    let area = form.choice("area", "甲区第1");
    let fields = [("family", family), ("given", given), ("birth", "昭和15年4月1日"), ("area", &area)];
    lead.send(&form, "/persons", &fields).await.path().to_owned()
}

async fn entrust(lead: &Visitor<'_>, person: &str) {
    let form = lead.open(&format!("{person}/entrust")).await;
    let staff = form.choice("staff", "minseiさん");
    lead.send(&form, &format!("{person}/entrust"), &[("staff", &staff)]).await;
}

/// A person whose entrustment and restriction have ended.
async fn end(city: &City, lead: &Visitor<'_>, given: &str) {
    let officer = Visitor::signed_in(&city.test, "officer").await;
    let person = register(lead, "川上", given).await;
    entrust(lead, &person).await;
    let page = lead.open(&person).await;
    let end = page.form_under(&format!("{person}/entrustments/"), "/end");
    let watch = lead.send(&page, &end, &[]).await.link(&format!("{person}/entrustments/"));
    let form = officer.open(&format!("{person}/restrict")).await;
    let reason = form.choice("reason", "支援措置");
    let fields = [("kind", "address"), ("reason", reason.as_str())];
    let page = officer.send(&form, &format!("{person}/restrict"), &fields).await;
    let lift = page.form_under(&format!("{person}/restrictions/"), "/lift");
    let held = officer.send(&page, &lift, &[]).await.link(&format!("{person}/restrictions/"));
    city.keep("ended entrustment", &watch);
    city.keep("ended restriction", &held);
}

/// Who protects persons.
const PROTECT: &str = "officer supervisor";
/// Who sees the person: the ward, and to whom she is entrusted.
const SEE: &str = "lead officer supervisor minsei";

fn pages(city: &City) -> Vec<Sample> {
    vec![
        at("/persons", "/persons", POSTS).empty(),
        at("/persons", "/persons?all=yes&column=age", POSTS),
        at("/persons", "/persons?q=%E5%B1%B1", POSTS),
        at("/persons/new", "/persons/new", TAKERS),
        city.of("/persons/{id}", "person", "", SEE),
        city.of("/persons/{id}/edit", "person", "/edit", WARD).to(EDIT),
        city.of("/persons/{id}/household", "person", "/household", WARD).to(EDIT),
        city.of("/persons/{id}/leave", "person", "/leave", WARD).to(EDIT),
        city.of("/persons/{id}/restrict", "person", "/restrict", PROTECT).to(&[Act::SEE, RESTRICT]),
        city.of("/persons/{id}/entrust", "person", "/entrust", WARD).to(&[Act::SEE, ENTRUST]),
        city.of("/persons/{id}/entrustments/{entrustment}/resume", "ended entrustment", "", WARD)
            .to(&[Act::SEE, ENTRUST]),
        city.of("/persons/{id}/restrictions/{restriction}/resume", "ended restriction", "", PROTECT)
            .to(&[Act::SEE, RESTRICT]),
        city.of("/persons/{id}/looks", "person", "/looks", "officer supervisor").to(&[Act::SEE, SEE_LOOKS]),
        export_of("/lists/person/export?all=yes", "lead officer supervisor far"),
        city.files_of("person", SEE),
    ]
}

fn forms(home: &City, named: &City) -> Vec<Naming> {
    let own = home.path("person");
    let born = [("family", "谷"), ("given", "カナ"), ("birth", "昭和15年4月1日")];
    let barred = [("kind", "barred"), ("reason", "domestic_violence")];
    vec![
        Naming::new("/persons", &born, &[("area", named.test.districts[0])]),
        Naming::new(&format!("{own}/entrust"), &[], &[("staff", named.member("officer"))]),
        Naming::new(&format!("{own}/restrict"), &barred, &[("against_staff", named.member("minsei"))]),
    ]
}
