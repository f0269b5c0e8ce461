use sasae_test::{TestDb, both_engines, contribute};

use crate::migrations::MIGRATIONS;
use crate::search::tests::open_case;
use crate::testing::TestApp;
use crate::tests::samples::{POSTS, Sample, Samples, at};

contribute!(Samples::of("record", |_| {
    let below = "lead officer supervisor minsei far";
    vec![Sample { says_empty: below, ..at("/record", "/record", POSTS) }]
}));

both_engines! {
    migrations = MIGRATIONS;

    async fn only_what_one_may_record_is_offered_with_ones_own_cases_beside_it(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let lead = test.staff("担当", "coordinator", test.wards[0]).await;
        let mate = test.staff("同僚", "coordinator", test.wards[0]).await;
        let volunteer = test.staff("福祉協力員", "welfare_volunteer", test.districts[0]).await;
        for (staff, login) in [(lead, "lead"), (mate, "mate"), (volunteer, "volunteer")] {
            test.account(staff, login).await;
        }
        let case = open_case(&test, lead, test.wards[0], "食事の支え").await;
        let contact = format!("/cases/{case}/contacts/new");

        let leads = test.get("/record", Some(&test.sign_in("lead").await)).await.body;
        let mates = test.get("/record", Some(&test.sign_in("mate").await)).await.body;
        let volunteers = test.get("/record", Some(&test.sign_in("volunteer").await)).await.body;

        assert!(leads.contains("/consultations/new") && leads.contains(&contact) && leads.contains("食事の支え"));
        assert!(mates.contains("/consultations/new") && !mates.contains(&contact));
        assert!(volunteers.contains("/notices/new") && !volunteers.contains("/consultations/new"));
        assert!(!volunteers.contains("own-cases"));
    }
}
