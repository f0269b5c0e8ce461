//! The bulk path makes what the room's own function makes.

use sasae_db::{args, record, sql};

use super::*;
use crate::person::bulk::{BulkPerson, insert_people};

record! {
    #[derive(Debug, PartialEq)]
    struct Stored {
        family: String,
        given: String,
        family_kana: String,
        given_kana: String,
        birth_on: Option<jiff::civil::Date>,
        sex: String,
        area_id: Id,
        town_id: Option<Id>,
        address: String,
        address_key: String,
        phone: String,
        phone_key: String,
        care_level: String,
        language: String,
        communication: String,
        note: String,
        source: String,
        created_by: Option<Id>,
        revision: i64,
    }
}

type Living = (Id, String, String, String, i64, jiff::civil::Date, jiff::civil::Date);

/// Everything about a person but ids and times; its household by its area,
/// address, note and size.
async fn stored(ctx: &Ctx, id: Id) -> (Stored, Vec<(String,)>, Living) {
    let mut read = ctx.read().await.unwrap();
    let person = read
        .query_one(
            sql!(
                "SELECT family, given, family_kana, given_kana, birth_on, sex, area_id, town_id, address, ",
                "address_key, phone, phone_key, care_level, language, communication, note, source, created_by, ",
                "revision FROM person WHERE tenant = ?1 AND id = ?2"
            ),
            args![ctx.tenant(), id],
        )
        .await
        .unwrap();
    let keys = read
        .query(
            sql!("SELECT key FROM person_key WHERE tenant = ?1 AND person_id = ?2 ORDER BY key"),
            args![ctx.tenant(), id],
        )
        .await
        .unwrap();
    let home = read
        .query_one(
            sql!(
                "SELECT h.area_id, h.address, h.note, m.relation, (SELECT COUNT(*) FROM household_member o ",
                "WHERE o.tenant = h.tenant AND o.household_id = h.id) AS size, m.valid_from, m.valid_to ",
                "FROM household_member m JOIN household h ON h.tenant = m.tenant AND h.id = m.household_id ",
                "WHERE m.tenant = ?1 AND m.person_id = ?2"
            ),
            args![ctx.tenant(), id],
        )
        .await
        .unwrap();
    (person, keys, home)
}

both_engines! {
    migrations = MIGRATIONS;

    async fn a_bulk_makes_the_same_rows_and_keys_as_registering_one_by_one(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ctx = test.acting(test.staff("担当", "coordinator", test.wards[0]).await).await;
        let area = test.districts[0];
        let mother = PersonForm {
            communication: vec!["writing".to_owned(), "slow_speech".to_owned()],
            language: "zh".to_owned(),
            care_level: "care_2".to_owned(),
            note: "右の耳から話す".to_owned(),
            ..hanako(area)
        };
        let child = PersonForm { relation: "child".to_owned(), ..named(area, "山田", "一郎") };
        let guest = named(test.districts[1], "NGUYỄN", "Văn A");

        let first = add(&ctx, &mother).await;
        let mut read = ctx.read().await.unwrap();
        let home = crate::person::household_of(&ctx, &mut read, first).await.unwrap().unwrap().id.to_string();
        drop(read);
        let second = add(&ctx, &PersonForm { household: home, ..child.clone() }).await;
        let third = add(&ctx, &guest).await;
        let people = [(&mother, None), (&child, Some(0)), (&guest, None)]
            .map(|(form, with)| BulkPerson { new: model::check_person(&ctx, form).unwrap(), with });
        let mut work = ctx.begin().await.unwrap();
        let made = insert_people(&ctx, &mut work, people.into()).await.unwrap();
        work.commit("").await.unwrap();

        assert_eq!(made.len(), 3);
        for (one, other) in [first, second, third].into_iter().zip(made) {
            assert_eq!(stored(&ctx, one).await, stored(&ctx, other).await);
        }
    }

    async fn a_bulk_is_refused_where_the_writer_may_not_register(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ctx = test.acting(test.staff("担当", "coordinator", test.wards[0]).await).await;
        let one = |area| BulkPerson { new: model::check_person(&ctx, &hanako(area)).unwrap(), with: None };

        let mut work = ctx.begin().await.unwrap();
        let refused = insert_people(&ctx, &mut work, vec![one(test.districts[0]), one(test.districts[2])]).await;
        let empty = insert_people(&ctx, &mut work, Vec::new()).await.unwrap();

        assert!(matches!(refused, Err(Error::Forbidden(_))));
        assert!(empty.is_empty());
    }
}
