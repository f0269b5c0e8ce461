//! Samples of the pages of the room. A message has its sample with the room whose step sends it.

use sasae_test::contribute;

use crate::staff::store::{NewOrganisation, insert_organisation};
use crate::tests::samples::{City, DECIDERS, POSTS, Sample, Samples, at, export_of};

contribute!(Samples {
    room: "message",
    records: &[("organisation", "/messages/organisations/{new}")],
    fill: |city| Box::pin(fill(city)),
    ..Samples::of("message", pages)
});

/// An organisation without mail and fax, which is told on a sheet.
async fn fill(city: &City) {
    let ctx = city.test.system().await;
    let mut work = ctx.begin().await.expect("a transaction");
    let id = ctx.new_id();
    let new = NewOrganisation {
        kind: "support_center".to_owned(),
        name: city.say("みどり地域包括支援センター"),
        source: ("test".to_owned(), "1".to_owned()),
        ..NewOrganisation::default()
    };
    insert_organisation(&ctx, &mut work, id, &new).await.expect("organisation");
    work.commit("").await.expect("commit");
    city.keep("organisation", &format!("/messages/organisations/{id}"));
}

fn pages(city: &City) -> Vec<Sample> {
    vec![
        at("/messages/receiving", "/messages/receiving", POSTS),
        at("/messages", "/messages", POSTS).empty(),
        at("/messages", "/messages?show=all", "system").empty(),
        export_of("/lists/message/export", DECIDERS),
        at("/messages/organisations", "/messages/organisations", "system").empty(),
        at("/messages/organisations", "/messages/organisations?q=%E3%81%BF%E3%81%A9%E3%82%8A", "system"),
        city.of("/messages/organisations/{id}", "organisation", "", "system"),
    ]
}
