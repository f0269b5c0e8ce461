//! Samples of the pages of the room.

use sasae_test::contribute;

use super::steps::{report, triage};
use crate::access::Act;
use crate::notice::TRIAGE;
use crate::tests::browser::Visitor;
use crate::tests::samples::{ALL, CORRECT, City, DECIDERS, Naming, POSTS, Sample, Samples, WARD, at, export_of};
use crate::tests::steps::{save_view, strike, take_out};

contribute!(Samples {
    room: "notice",
    records: &[
        ("notice", "/notices/{new}"),
        ("receipt", "/receipt?receipt=5YY3-QYA4-KRT9"),
        ("decided notice", "/notices/{new}"),
        ("other decided notice", "/notices/{new}"),
        ("mistaken notice", "/notices/{new}"),
        ("answered notice", "/notices/{new}"),
        ("struck notice", "/notices/{new}"),
        ("asked notice", "/notices/{new}"),
        ("notice request", "{asked notice}/requests/{new}"),
        ("answer", "/answers/{new}"),
        ("export", "/exports/{new}"),
        ("view", "/views/{new}"),
    ],
    fill: |city| Box::pin(fill(city)),
    pages,
    forms,
});

async fn fill(city: &City) {
    let lead = Visitor::signed_in(&city.test, "lead").await;
    for (name, what) in [
        ("decided notice", "新聞が4日分たまっています"),
        ("other decided notice", "夜に大きな声がします"),
        ("mistaken notice", "門灯がついたままです"),
    ] {
        let (notice, _) = reported(city, &lead, what).await;
        triage(&lead, &notice).await;
        city.keep(name, &notice);
    }
    let (answered, _) = reported(city, &lead, "回覧板が止まっています").await;
    let page = lead.open(&answered).await;
    lead.send(&page, &format!("{}/triage", page.path()), &[("outcome", "answered"), ("note", "案内した")]).await;
    city.keep("answered notice", &answered);
    let (struck, _) = reported(city, &lead, "いたずら書きです").await;
    strike(&lead, &struck).await;
    city.keep("struck notice", &struck);
    fill_asked(city, &lead).await;
    let (notice, receipt) = reported(city, &lead, "雨戸が閉まったままです").await;
    city.keep("notice", &notice);
    city.keep("receipt", &format!("/receipt?receipt={receipt}"));
    city.keep("export", &take_out(&lead, ("notice", "show=all"), "csv_cp932", &city.say("連絡会の資料")).await);
    city.keep("view", &save_view(&lead, "notice", "show=all&order=oldest", &city.say("古いものから")).await);
}

/// A watcher is asked for two notices: for one it waits, for the other it has come back what was seen.
async fn fill_asked(city: &City, lead: &Visitor<'_>) {
    let minsei = Visitor::signed_in(&city.test, "minsei").await;
    let ask = async |what: &str| {
        let (notice, _) = reported(city, lead, what).await;
        let page = lead.open(&notice).await;
        let watcher = page.choice("staff", "minseiさん");
        let fields = [("outcome", "watch"), ("note", "見てもらう"), ("staff", &watcher)];
        lead.send(&page, &format!("{notice}/triage"), &fields).await;
        notice
    };
    let told = ask("庭の草がのびています").await;
    for (answer, note) in [("accept", ""), ("done", "会えました")] {
        let page = minsei.open(&told).await;
        let action = page.form_under(&format!("{told}/requests/"), "/answer");
        minsei.send(&page, &action, &[("answer", answer), ("note", note)]).await;
    }
    let today = lead.open("/today").await;
    city.keep("answer", &format!("/answers/{}", today.id_behind("/answers/")));
    let asked = ask("朝から雨戸が閉まっています").await;
    let page = minsei.open(&asked).await;
    city.keep("notice request", &format!("{asked}/requests/{}", page.id_behind("/requests/")));
    city.keep("asked notice", &asked);
}

/// Anyone tells of something; gives the path of the notice and the receipt number.
async fn reported(city: &City, lead: &Visitor<'_>, what: &str) -> (String, String) {
    let what = city.say(what);
    let receipt = report(&Visitor::anyone(&city.test), "甲区", &what).await;
    (lead.open("/notices").await.row(&what), receipt)
}

/// To see a notice and decide on it.
const DECIDE: &[Act] = &[Act::SEE, TRIAGE];

fn pages(city: &City) -> Vec<Sample> {
    let receipt = city.path("receipt");
    vec![
        at("/", "/", ALL),
        at("/report/done", &receipt.replacen("/receipt", "/report/done", 1), ALL),
        at("/receipt", "/receipt", ALL),
        at("/receipt", &receipt, ALL),
        at("/notices", "/notices", POSTS).empty(),
        at("/notices", "/notices?show=all", POSTS).empty(),
        at("/notices", "/notices?show=finished", POSTS).empty(),
        at("/notices", "/notices?show=all&kind=other&order=oldest&column=what", POSTS).empty(),
        at("/notices", "/notices?show=all&page=9", POSTS).empty(),
        at("/notices", "/notices?show=struck", POSTS).empty(),
        at("/notices/new", "/notices/new", POSTS),
        city.of("/notices/{id}", "notice", "", WARD),
        city.of("/notices/{id}", "decided notice", "", WARD),
        city.of("/notices/{id}", "struck notice", "", WARD),
        city.of("/notices/{id}", "asked notice", "", "lead officer supervisor minsei"),
        city.of("/notices/{id}/requests/new", "asked notice", "/requests/new", WARD).to(DECIDE),
        city.of("/notices/{id}/correct", "notice", "/correct", WARD).to(CORRECT),
        city.of("/notices/{id}/strike", "notice", "/strike", WARD).to(CORRECT),
        city.of("/notices/{id}/take-back", "answered notice", "/take-back", WARD).to(CORRECT),
        city.of("/notices/{id}/restore", "struck notice", "/restore", WARD).to(CORRECT),
        export_of("/lists/notice/export?show=all", DECIDERS),
        city.of("/exports/{id}", "export", "", "lead"),
        at("/lists/{list}/views", "/lists/notice/views?show=all", POSTS),
        city.of("/views/{id}", "view", "", "lead").leads("/notices?show=all&order=oldest"),
        city.files_of("notice", WARD),
    ]
}

fn forms(home: &City, named: &City) -> Vec<Naming> {
    let told = [("kind", "mail_piled"), ("what", "新聞"), ("urgent", "no")];
    let own_area = home.test.districts[0];
    // One who is in no case and entrusted to nobody today.
    let person = named.id("ended entrustment");
    vec![
        Naming::new("/notices", &told, &[("area", named.test.districts[0])]),
        Naming::new("/notices", &told, &[("area", own_area), ("person", person)]),
        Naming::new(
            &format!("{}/triage", home.path("notice")),
            &[("outcome", "duplicate"), ("note", "同じ家"), ("_revision", "1")],
            &[("original", named.id("decided notice"))],
        ),
    ]
}
