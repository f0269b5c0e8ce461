//! The list of the office, a correction and a message, found where all rooms show theirs.

use axum::http::StatusCode;
use sasae_core::id::Id;
use sasae_test::{TestDb, both_engines};

use super::super::{MIGRATIONS, give_back};
use super::{Town, WHAT};
use crate::lang::Lang;
use crate::message::{self, ReceivingForm};
use crate::tests::browser::Visitor;
use crate::tests::steps::{save_view, strike, take_out};

const ASKED: [(Lang, &str); 2] = [
    (Lang::Ja, "落とし物の持ち主さがしを頼まれました"),
    (Lang::En, "You were asked to look for the owner of a lost item"),
];

impl Town {
    /// Somebody in each language, signed in.
    async fn visitor(&self, login: &str, lang: Lang) -> Visitor<'_> {
        let mut visitor = Visitor::signed_in(&self.test, login).await;
        visitor.lang = lang;
        visitor
    }

    /// The helper wants to be told by mail.
    async fn wants(&self, staff: Id) {
        let ctx = self.test.acting(staff).await;
        let mut work = ctx.begin().await.unwrap();
        let form = ReceivingForm { mail: "helper@example.jp".to_owned(), wanted: "yes".to_owned() };
        message::receive(&ctx, &mut work, &form).await.unwrap();
        work.commit("").await.unwrap();
    }

    /// How often the figures of the ward count an item taken in.
    async fn counted(&self) -> i64 {
        let keeper = Visitor::signed_in(&self.test, "keeper").await;
        let body = keeper.get(&format!("/api/figures?year=2025&area={}", self.test.wards[0])).await.body;
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        let rows = body["counts"].as_array().unwrap_or_else(|| panic!("{body}")).iter();
        rows.filter(|row| row["kind"] == "lost_received").filter_map(|row| row["count"].as_i64()).sum()
    }
}

both_engines! {
    migrations = MIGRATIONS;

    async fn the_list_of_the_room_is_a_page_a_file_and_a_saved_view(db: TestDb) {
        let town = Town::new(&db).await;
        town.item(WHAT, None, None, None).await;

        for (lang, words) in [
            (Lang::Ja, ["落とし物", "届いたもの", "預かっているもの", "預かり中", "古いものから"]),
            (Lang::En, ["Lost and found", "What was handed in", "Struck out", "Kept", "Oldest first"]),
        ] {
            let keeper = town.visitor("keeper", lang).await;
            let page = town.page("keeper", lang, "/lost").await;
            assert!(page.contains(WHAT) && words.iter().all(|words| page.contains(words)), "{page}");
            let export = take_out(&keeper, ("lost_item", "show=all"), "csv", "連絡会の資料").await;
            let file = keeper.get(&format!("{export}/file")).await;
            assert!(file.body.contains(WHAT) && file.body.contains(words[1]), "{}", file.body);
            let view = save_view(&keeper, "lost_item", "show=all&order=oldest", &format!("見る {}", lang.code())).await;
            let opened = keeper.open(&view).await;
            assert!(opened.at.starts_with("/lost?show=all&order=oldest"), "{}", opened.at);
            assert!(opened.words().contains(WHAT) && opened.words().contains(&format!("見る {}", lang.code())));
        }
        let far = town.visitor("far", Lang::Ja).await;
        let export = take_out(&far, ("lost_item", "show=all"), "csv", "連絡会の資料").await;
        let file = far.get(&format!("{export}/file")).await;
        assert!(file.status == StatusCode::OK && !file.body.contains(WHAT), "{}", file.body);
        let json = town.page("keeper", Lang::Ja, "/api/lost?show=all").await;
        assert!(json.contains(WHAT), "{json}");
    }

    async fn what_is_struck_out_goes_from_every_view_stays_in_the_history_and_comes_back(db: TestDb) {
        let town = Town::new(&db).await;
        let (person, notice) = (town.person("山川").await, town.notice().await);
        let item = town.item(WHAT, Some(person), Some(notice), Some(town.helper)).await;
        let page = format!("/lost/{item}");
        let search = format!("/search?{}", serde_html_form::to_string([("q", "赤い")]).unwrap());
        let views = ["/today".to_owned(), "/lost".to_owned(), "/lost?show=all".to_owned(), search, format!("/persons/{person}")];
        assert_eq!(town.counted().await, 1);
        assert_eq!(town.status("helper", &page).await, StatusCode::OK);

        for (lang, words) in [
            (Lang::Ja, ["落とし物の一覧と「今日」に出なくなります", "落とし物の記録を取り消す"]),
            (Lang::En, ["It goes from the list of lost items and from", "Strike a lost item out"]),
        ] {
            let keeper = town.visitor("keeper", lang).await;
            let form = keeper.open(&format!("{page}/strike")).await;
            let preview = keeper.send(&form, &format!("{page}/strike"), &[("reason", "いたずらのため")]).await;
            assert!(words.iter().all(|words| preview.words().contains(words)), "{}", preview.words());
        }
        assert_eq!(town.counted().await, 1, "a preview changes nothing");
        strike(&Visitor::signed_in(&town.test, "keeper").await, &page).await;

        for view in &views {
            let shown = town.page("keeper", Lang::Ja, view).await;
            assert!(!shown.contains(&format!("\"{page}\"")), "{view} still leads to it: {shown}");
        }
        assert_eq!(town.counted().await, 0);
        assert_eq!(town.status("helper", &page).await, StatusCode::NOT_FOUND, "nobody is asked to look any more");
        for (lang, history, back) in
            [(Lang::Ja, "訂正の記録", "元にもどす"), (Lang::En, "Corrections", "Restore it")]
        {
            let shown = town.page("keeper", lang, &page).await;
            assert!(shown.contains(history) && shown.contains("いたずらのため") && shown.contains(back), "{shown}");
            assert!(town.page("keeper", lang, "/lost?show=struck").await.contains(WHAT));
        }
        let api = town.page("keeper", Lang::Ja, &format!("/api/corrections/lost_item/{item}")).await;
        assert!(api.contains("いたずらのため"), "{api}");
        assert_eq!(town.status("far", &format!("/api/corrections/lost_item/{item}")).await, StatusCode::NOT_FOUND);

        let keeper = Visitor::signed_in(&town.test, "keeper").await;
        let action = format!("{page}/restore");
        let form = keeper.open(&action).await;
        let preview = keeper.send(&form, &action, &[("reason", "いたずらではなかった")]).await;
        keeper.send(&preview, &action, &[("_confirmed", "1")]).await;
        for view in &views {
            let shown = town.page("keeper", Lang::Ja, view).await;
            assert!(shown.contains(&format!("\"{page}\"")), "{view} leads to it again: {shown}");
        }
        assert_eq!(town.counted().await, 1);
        assert_eq!(town.status("helper", &page).await, StatusCode::OK);
    }

    async fn whoever_is_asked_is_told_and_the_sender_sees_what_became_of_it(db: TestDb) {
        let town = Town::new(&db).await;
        town.wants(town.helper).await;
        let item = town.item(WHAT, None, None, Some(town.helper)).await;

        for (lang, asked) in ASKED {
            let sent = town.page("keeper", lang, "/messages").await;
            let message = Visitor::signed_in(&town.test, "keeper").await.open("/messages").await.row(ASKED[0].1);
            let one = town.page("keeper", lang, &message).await;
            assert!(sent.contains(asked) && one.contains(asked), "{sent}");
            assert!(one.contains(&format!("\"/lost/{item}\"")) && !one.contains(WHAT), "a message names nothing: {one}");
            let beside = town.page("keeper", lang, &format!("/lost/{item}")).await;
            assert!(beside.contains("/messages?handover="), "{beside}");
            for other in ["mate", "far", "supervisor"] {
                assert!(!town.page(other, lang, "/messages").await.contains(&message), "{other}");
                assert_eq!(town.status(other, &message).await, StatusCode::NOT_FOUND);
            }
        }
        let ctx = town.test.acting(town.keeper).await;
        let mut work = ctx.begin().await.unwrap();
        give_back(&ctx, &mut work, item, 1).await.unwrap();
        work.commit("").await.unwrap();

        let after = town.page("keeper", Lang::Ja, "/messages").await;
        assert!(after.contains("取りやめ"), "nobody needs to be told any more: {after}");
    }
}
