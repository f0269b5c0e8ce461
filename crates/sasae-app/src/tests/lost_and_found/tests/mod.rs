//! The office of lost and found in every view over all rooms.

mod rows;
mod samples;
mod telling;
mod wrong;

use axum::http::StatusCode;
use cedar_policy::{PolicySet, Schema, ValidationMode, Validator};
use jiff::civil::date;
use sasae_core::id::Id;
use sasae_test::{TestDb, both_engines};

use super::{ITEM, ItemForm, MIGRATIONS, ROOMS, give_back, profile, take_in};
use crate::access::{self, Kind};
use crate::audit;
use crate::ctx::Ctx;
use crate::lang::Lang;
use crate::listing::{self, ListQuery};
use crate::message::MailSettings;
use crate::notice::{self, NoticeForm};
use crate::person::{self, PersonForm, RestrictionForm};
use crate::profile::{Catalogue, Profile};
use crate::rooms::CATALOGUE;
use crate::testing::{TENANT, TestApp};
use crate::tests::browser::Visitor;
use crate::tests::of_rooms::access::{look_at_lists, look_at_mutations, look_at_rules};
use crate::tests::pages::look_at;
use crate::tests::telling::ask_everything;
use crate::tests::walls::neighbours::{look_across, name_across};
use crate::web::Pairs;

/// A city with the office. The keeper and a colleague keep things in the first ward, `far` in the
/// second; the supervisor sees the first ward's persons and notices, but nothing of the office.
struct Town {
    test: TestApp,
    keeper: Id,
    mate: Id,
    far: Id,
    supervisor: Id,
    helper: Id,
}

impl Town {
    async fn new(db: &TestDb) -> Town {
        let test = TestApp::of_rooms(db.db.clone(), *ROOMS, &profile()).await.with_settings(|settings| {
            // No mail leaves a test: what waits is read on the pages.
            settings.mail = Some(MailSettings::default());
        });
        let mut crew = Vec::new();
        for (login, role, area) in [
            ("keeper", "coordinator", test.wards[0]),
            ("mate", "coordinator", test.wards[0]),
            ("far", "coordinator", test.wards[1]),
            ("supervisor", "supervisor", test.city),
            ("helper", "minsei", test.districts[0]),
        ] {
            let staff = test.staff(&format!("{login}さん"), role, area).await;
            test.account(staff, login).await;
            crew.push(staff);
        }
        let [keeper, mate, far, supervisor, helper] = crew[..] else { unreachable!("five were added") };
        Town { test, keeper, mate, far, supervisor, helper }
    }

    async fn person(&self, family: &str) -> Id {
        let ctx = self.test.acting(self.keeper).await;
        let area = self.test.districts[0].to_string();
        let form = PersonForm { family: family.to_owned(), given: "ハナ".to_owned(), area, ..PersonForm::default() };
        let mut work = ctx.begin().await.unwrap();
        let id = person::register(&ctx, &mut work, &form).await.unwrap();
        work.commit("").await.unwrap();
        id
    }

    async fn notice(&self) -> Id {
        let ctx = self.test.public().await;
        let area = self.test.wards[0].to_string();
        let form = NoticeForm { kind: "not_seen".to_owned(), area, ..NoticeForm::default() };
        let mut work = ctx.begin().await.unwrap();
        let reported = notice::report(&ctx, &mut work, &form).await.unwrap();
        work.commit("").await.unwrap();
        reported.id
    }

    /// Taken in by the keeper in the first ward.
    async fn item(&self, what: &str, owner: Option<Id>, notice: Option<Id>, helper: Option<Id>) -> Id {
        let ctx = self.test.acting(self.keeper).await;
        let text = |id: Option<Id>| id.map(|id| id.to_string()).unwrap_or_default();
        let form = ItemForm {
            what: what.to_owned(),
            area: self.test.wards[0].to_string(),
            owner: text(owner),
            notice: text(notice),
            helper: text(helper),
        };
        let mut work = ctx.begin().await.unwrap();
        let id = take_in(&ctx, &mut work, &form).await.unwrap();
        work.commit("").await.unwrap();
        id
    }

    async fn restrict(&self, person: Id, kind: &str, against: Option<Id>) {
        let ctx = self.test.acting(self.supervisor).await;
        let form = RestrictionForm {
            kind: kind.to_owned(),
            against_staff: against.map(|id| id.to_string()).unwrap_or_default(),
            reason: "other".to_owned(),
            ..RestrictionForm::default()
        };
        let mut work = ctx.begin().await.unwrap();
        person::restrict(&ctx, &mut work, person, &form).await.unwrap();
        work.commit("").await.unwrap();
    }

    /// On which pages an item was shown, as the audit trail has it.
    async fn acts_on(&self, item: Id) -> Vec<String> {
        let mut read = self.test.app.db().read(TENANT).await.unwrap();
        let looks = audit::list_looks(&mut read, TENANT, item, (0, 100)).await.unwrap();
        looks.into_iter().filter(|look| look.verb == "read").map(|look| look.act).collect()
    }

    /// A page in a language.
    async fn page(&self, login: &str, lang: Lang, path: &str) -> String {
        let mut visitor = Visitor::signed_in(&self.test, login).await;
        visitor.lang = lang;
        let answer = visitor.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path} for {login}: {}", answer.body);
        answer.body
    }

    async fn status(&self, login: &str, path: &str) -> StatusCode {
        Visitor::signed_in(&self.test, login).await.get(path).await.status
    }
}

/// The views over all rooms, each with what it says of the item or of the office.
struct View {
    path: String,
    ja: &'static [&'static str],
    en: &'static [&'static str],
}

const WHAT: &str = "赤い傘";

fn views(town: &Town, person: Id, notice: Id) -> Vec<View> {
    let query = serde_html_form::to_string([("q", "赤い")]).unwrap();
    let behind = format!("year=2025&area={}&kind=lost_received&month=6", town.test.wards[0]);
    let view = |path: String, ja, en| View { path, ja, en };
    vec![
        view(
            "/today".to_owned(),
            &[WHAT, "落とし物を返すか、警察に届ける", "あなたが預かったため"],
            &[WHAT, "Give the item back, or bring it to the police", "You took it in"],
        ),
        view("/record".to_owned(), &["届いたものを預かる"], &["Something that was handed in"]),
        view(format!("/search?{query}"), &[WHAT, "落とし物"], &[WHAT, "Lost and found"]),
        view(
            format!("/persons/{person}"),
            &[WHAT, "落とし物を預かった", "落とし物を預かる人", "落とし物を預かる</a>"],
            &[WHAT, "Item taken in", "Keeper of a lost item", "Take in an item</a>"],
        ),
        view(format!("/notices/{notice}"), &["落とし物を預かる", "落とし物を開く"], &["Take in an item", "lost item"]),
        view(
            format!("/thread/notice/{notice}"),
            &[WHAT, "落とし物の預かり", "落とし主"],
            &[WHAT, "Item taken in", "The owner"],
        ),
        view("/figures".to_owned(), &["落とし物の預かり", "落とし物の返却"], &["Items taken in", "Items given back"]),
        view(format!("/figures/behind?{behind}"), &["落とし物の預かり"], &["Items taken in"]),
    ]
}

both_engines! {
    migrations = MIGRATIONS;

    async fn a_room_of_one_folder_and_one_line_appears_in_every_view(db: TestDb) {
        let town = Town::new(&db).await;
        let (person, notice) = (town.person("山川").await, town.notice().await);
        let item = town.item(WHAT, Some(person), Some(notice), None).await;
        let href = format!("/lost/{item}");

        for view in views(&town, person, notice) {
            for (lang, words) in [(Lang::Ja, view.ja), (Lang::En, view.en)] {
                let page = town.page("keeper", lang, &view.path).await;
                let missing: Vec<_> = words.iter().filter(|words| !page.contains(**words)).collect();
                assert!(missing.is_empty(), "{} lacks {missing:?}: {page}", view.path);
                assert!(page.contains("href=\"/lost\""), "the navigation leads to the office");
            }
        }
        for path in [
            "/today".to_owned(),
            format!("/persons/{person}"),
            format!("/notices/{notice}"),
            format!("/thread/notice/{notice}"),
            format!("/figures/behind?year=2025&area={}&kind=lost_received&month=6", town.test.wards[0]),
        ] {
            let page = town.page("keeper", Lang::Ja, &path).await;
            assert!(page.contains(&format!("\"{href}\"")), "{path} leads to the item: {page}");
        }
        let acts = town.acts_on(item).await;
        for page in ["/today", "/search", "/persons/{id}", "/thread/{kind}/{id}", "/figures/behind"] {
            assert!(acts.contains(&format!("GET {page}")), "{page} is in the trail: {acts:?}");
        }
        let why = town.page("keeper", Lang::Ja, &href).await;
        assert!(why.contains("この区域の落とし物を預かっているため見えます") && why.contains("自分が預かった"), "{why}");
        assert!(why.contains(&format!("/files/of/lost_item/{item}")), "papers and pictures go with it: {why}");
        town.page("keeper", Lang::En, &format!("/files/of/lost_item/{item}")).await;
        let due = town.page("keeper", Lang::Ja, "/api/today").await;
        assert!(due.contains("\"lost_waits\"") && due.contains("\"2025-06-17\""), "{due}");
        let document = town.page("keeper", Lang::Ja, "/api/openapi.json").await;
        assert!(document.contains("\"/api/lost\""));
    }

    async fn one_who_may_not_know_of_the_item_finds_no_trace_of_it_anywhere(db: TestDb) {
        let town = Town::new(&db).await;
        let (person, notice) = (town.person("山川").await, town.notice().await);
        let item = town.item(WHAT, Some(person), Some(notice), None).await;
        let behind = format!("/figures/behind?year=2025&area={}&kind=lost_received&month=6", town.test.wards[0]);
        let by_the_keeper = town.acts_on(item).await;

        for view in views(&town, person, notice) {
            let page = town.page("supervisor", Lang::Ja, &view.path).await;
            assert!(!page.contains(WHAT) && !page.contains("/lost"), "{}: {page}", view.path);
        }
        assert_eq!(town.acts_on(item).await, by_the_keeper, "nobody else was shown it");
        let anonymous = town.page("supervisor", Lang::Ja, &behind).await;
        let thread = town.page("supervisor", Lang::Ja, &format!("/api/thread/notice/{notice}")).await;
        let thread: serde_json::Value = serde_json::from_str(&thread).unwrap();

        assert_eq!(anonymous.matches("（表示できない記録）").count(), 1, "as many rows as the figure says: {anonymous}");
        assert_eq!(thread["nodes"].as_array().unwrap().len(), 1, "the notice alone: {thread}");
        for path in [format!("/lost/{item}"), format!("/thread/lost_item/{item}"), format!("/files/of/lost_item/{item}"), "/lost".to_owned(), "/api/lost".to_owned()] {
            assert_eq!(town.status("supervisor", &path).await, StatusCode::NOT_FOUND, "{path}");
        }
        for path in [format!("/lost/{item}"), format!("/thread/lost_item/{item}")] {
            assert_eq!(town.status("far", &path).await, StatusCode::NOT_FOUND, "{path}");
        }
        let query = serde_html_form::to_string([("q", "赤い")]).unwrap();
        let far = town.page("far", Lang::Ja, &format!("/search?{query}")).await;
        assert!(!far.contains(WHAT), "{far}");
        assert!(!town.page("far", Lang::Ja, "/lost").await.contains(WHAT));
    }

    async fn next_steps_lead_from_earlier_rooms_and_giving_back_is_followed_everywhere(db: TestDb) {
        let town = Town::new(&db).await;
        let (person, notice) = (town.person("山川").await, town.notice().await);
        let keeper = Visitor::signed_in(&town.test, "keeper").await;

        for (page, field) in [(format!("/persons/{person}"), "owner"), (format!("/notices/{notice}"), "notice")] {
            let step = keeper.open(&page).await.link(&format!("/lost/new?{field}="));
            keeper.open(&step).await;
        }
        let form = keeper.open(&format!("/lost/new?notice={notice}")).await;
        let item = keeper.send(&form, "/lost", &[("what", WHAT)]).await;
        town.test.at(date(2025, 6, 13), 9);
        let keeper = Visitor::signed_in(&town.test, "keeper").await;
        let page = keeper.open(item.path()).await;
        keeper.send(&page, &format!("{}/give-back", item.path()), &[]).await;

        let today = town.page("keeper", Lang::Ja, "/today").await;
        let thread = town.page("keeper", Lang::Ja, &format!("/thread/notice/{notice}")).await;
        let figures = town.page("keeper", Lang::Ja, "/figures").await;
        let english = town.page("keeper", Lang::En, "/figures").await;
        assert!(!today.contains(WHAT), "{today}");
        assert!(thread.contains("返却") && thread.contains("持ち主へ") && !thread.contains("落とし主"), "{thread}");
        assert!(figures.contains("落とし物が見つかってから、返すまで") && figures.contains("<strong>3"), "{figures}");
        assert!(english.contains("From finding an item to giving it back"), "{english}");
    }

    async fn a_ground_of_the_room_shows_the_item_and_says_why_until_it_ends(db: TestDb) {
        let town = Town::new(&db).await;
        let item = town.item(WHAT, None, None, Some(town.helper)).await;
        let href = format!("/lost/{item}");

        let helper = town.page("helper", Lang::Ja, &href).await;
        let english = town.page("helper", Lang::En, &href).await;
        let ctx = town.test.acting(town.keeper).await;
        let mut work = ctx.begin().await.unwrap();
        give_back(&ctx, &mut work, item, 1).await.unwrap();
        work.commit("").await.unwrap();
        let after = town.status("helper", &href).await;

        assert!(helper.contains("令和7年6月10日から、持ち主さがしを頼まれているため見えます"), "{helper}");
        assert!(english.contains("asked to look for the owner since 2025-06-10"), "{english}");
        assert!(!helper.contains("give-back"), "whoever helps gives nothing back");
        assert_eq!(after, StatusCode::NOT_FOUND);
    }

    async fn the_list_of_the_room_is_the_policy_asked_row_by_row(db: TestDb) {
        let town = Town::new(&db).await;
        let (sealed, barring, plain) = (town.person("秘").await, town.person("拒").await, town.person("凡").await);
        let mut items = Vec::new();
        for (what, owner, helper) in [
            ("傘", None, None),
            ("帽子", Some(sealed), None),
            ("鞄", Some(barring), Some(town.mate)),
            ("靴", Some(plain), Some(town.helper)),
        ] {
            items.push(town.item(what, owner, None, helper).await);
        }
        town.restrict(sealed, "sealed", None).await;
        town.restrict(barring, "barred", Some(town.mate)).await;

        let mut seen = Vec::new();
        for reader in [town.keeper, town.mate, town.far, town.supervisor, town.helper] {
            let ctx: Ctx = town.test.acting(reader).await;
            let mut read = ctx.read().await.unwrap();
            let mut listed: Vec<Id> = Vec::new();
            let asked = ListQuery::read(&ctx, &super::list::ITEMS, &Pairs::from([("show", "all")])).unwrap();
            let take = |item: super::store::Item| {
                listed.push(item.id);
                Ok(())
            };
            super::store::each(&ctx, &mut read, &asked, listing::Window::first(50), take).await.unwrap();
            for item in &items {
                let policy = access::can_see(&ctx, &mut read, &ITEM, *item).await.unwrap();
                assert_eq!(listed.contains(item), policy);
                assert_eq!(access::is_visible(&ctx, &mut read, &ITEM, *item).await.unwrap(), policy);
            }
            seen.push(listed.len());
        }

        // The supervisor is in charge of protection, the mate is barred from one and sealed from another.
        assert_eq!(seen, [4, 2, 0, 1, 1]);
    }

    async fn every_page_of_the_room_is_whole_for_everybody_who_opens_it(db: TestDb) {
        let test = TestApp::of_rooms(db.db.clone(), *ROOMS, &profile()).await;

        look_at(test, super::ROOM.code, 60, 40).await;
    }

    async fn in_worlds_with_the_room_its_list_is_the_policy_and_a_dropped_condition_is_noticed(db: TestDb) {
        let test = TestApp::of_rooms(db.db.clone(), *ROOMS, &profile()).await;
        let of_room = |kind: Kind| *kind == ITEM;

        let (seen, hidden) = look_at_lists(&test, 40, of_room).await;
        let dropped = look_at_mutations(&test, of_room).await;
        let rules = look_at_rules(&test, *ROOMS).await;

        assert!(seen > 30 && hidden > 30 && dropped >= 3 && rules > 25, "{seen} seen, {hidden} hidden, {dropped}, {rules}");
    }

    async fn the_api_of_the_room_tells_nobody_more_than_its_pages(db: TestDb) {
        let test = TestApp::of_rooms(db.db.clone(), *ROOMS, &profile()).await;

        let asked = ask_everything(&test, Some(super::ROOM.code)).await;

        assert!(asked.records["lost_item"] >= 4 && asked.rows > 4, "{asked:?}");
    }

    async fn nothing_of_the_room_crosses_from_one_municipality_into_another(db: TestDb) {
        let neighbours = TestApp::neighbours_of_rooms(db.db.clone(), *ROOMS, &profile()).await;

        look_across(neighbours).await;
    }

    async fn no_form_of_the_room_names_what_is_of_another_municipality(db: TestDb) {
        let neighbours = TestApp::neighbours_of_rooms(db.db.clone(), *ROOMS, &profile()).await;

        name_across(neighbours).await;
    }

    async fn the_statements_of_the_room_are_understood_by_both_engines(db: TestDb) {
        let mut read = db.db.read(TENANT).await.unwrap();
        let own = sasae_db::STATEMENTS.iter().filter(|one| one.file.contains("tests/lost_and_found/"));
        let mut count = 0;

        for statement in own {
            read.prepare_text(statement.text).await.expect(statement.text);
            count += 1;
        }

        assert!(count > 6, "{count}");
    }
}

#[test]
fn the_rules_of_the_room_keep_to_the_schema_of_the_rooms_with_it() {
    let (schema, _) = Schema::from_cedarschema_str(&access::schema_text(*ROOMS)).unwrap();
    let policies: PolicySet = access::policy_text(*ROOMS).parse().unwrap();

    let result = Validator::new(schema).validate(&policies, ValidationMode::Strict);

    let faults: Vec<String> = result.validation_errors().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_profile_may_grant_the_function_only_where_the_room_is() {
    let load = |catalogue: &Catalogue| {
        let base = Profile::load("base", catalogue).unwrap();
        Profile::parse("kitakyushu", &profile(), Some(&base), catalogue)
    };

    let with = load(&access::catalogue(*ROOMS));
    let without = load(&CATALOGUE);

    assert!(with.unwrap().role("coordinator").unwrap().may.iter().any(|code| code == "lost_keep"));
    assert!(without.unwrap_err().iter().any(|problem| problem.en.contains("lost_keep")), "the function is not known");
}
