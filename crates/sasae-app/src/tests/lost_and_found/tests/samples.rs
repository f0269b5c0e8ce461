//! Samples of the pages of the room.

use sasae_test::contribute;

use crate::tests::browser::Visitor;
use crate::tests::samples::{CORRECT, City, Naming, Sample, Samples, WARD, at, export_of};
use crate::tests::steps::strike;

contribute!(Samples {
    room: "lost_and_found",
    records: &[("lost item", "/lost/{new}"), ("returned item", "/lost/{new}"), ("struck item", "/lost/{new}"),],
    fill: |city| Box::pin(fill(city)),
    pages,
    forms: |home, named| {
        let (owner, notice) = (named.id("ended entrustment"), named.id("notice"));
        let area = home.test.wards[0];
        vec![
            Naming::new("/lost", &[("what", "傘")], &[("area", named.test.wards[0])]),
            Naming::new("/lost", &[("what", "傘")], &[("area", area), ("owner", owner), ("notice", notice)]),
        ]
    },
});

async fn fill(city: &City) {
    let lead = Visitor::signed_in(&city.test, "lead").await;
    for (name, what) in [("lost item", "赤い傘"), ("returned item", "黒い帽子"), ("struck item", "書きまちがい")]
    {
        let form = lead.open(&format!("/lost/new?notice={}", city.id("notice"))).await;
        let item = lead.send(&form, "/lost", &[("what", &city.say(what))]).await;
        let path = item.path().to_owned();
        match name {
            "returned item" => drop(lead.send(&item, &format!("{path}/give-back"), &[]).await),
            "struck item" => strike(&lead, &path).await,
            _ => {}
        }
        city.keep(name, &path);
    }
}

/// Who keeps what was found in the ward.
const KEEP: &str = "lead officer";

fn pages(city: &City) -> Vec<Sample> {
    // The coordinator of the other ward keeps things, too.
    let keepers = "lead officer far";
    vec![
        at("/lost", "/lost", keepers).empty(),
        at("/lost", "/lost?show=all&order=oldest", keepers).empty(),
        at("/lost", "/lost?show=struck", keepers).empty(),
        at("/lost/new", "/lost/new", keepers),
        city.of("/lost/{id}", "lost item", "", KEEP),
        city.of("/lost/{id}", "returned item", "", KEEP),
        city.of("/lost/{id}", "struck item", "", KEEP),
        city.of("/lost/{id}/strike", "lost item", "/strike", KEEP).to(CORRECT),
        city.of("/lost/{id}/restore", "struck item", "/restore", KEEP).to(CORRECT),
        export_of("/lists/lost_item/export?show=all", "lead officer supervisor far"),
        city.files_of("lost item", KEEP),
        city.thread_of("lost item", KEEP),
        city.thread_of("notice", WARD),
    ]
}
