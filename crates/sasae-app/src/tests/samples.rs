//! A sample of every page: where it is opened, and who sees it. `pages` fails
//! for a page of the table of routes that has none here.

use sasae_core::id::Id;
use sasae_db::Db;

use super::browser::Visitor;
use super::steps;
use crate::access::{Act, Kind};
use crate::case::{CASE, CLOSE};
use crate::consultation::CONSULTATION;
use crate::notice::NOTICE;
use crate::person::{ENTRUST, PERSON, RESTRICT, SEE_LOOKS};
use crate::staff::store::{NewOrganisation, insert_organisation, insert_post, insert_staff};
use crate::testing::{PNG, SINCE, TestApp};

/// Everybody who looks at the pages, with the role in the profile and where.
const CREW: &[(&str, &str, Place)] = &[
    ("lead", "coordinator", Place::Ward),
    ("officer", "ward_officer", Place::Ward),
    ("supervisor", "supervisor", Place::City),
    ("minsei", "minsei", Place::District),
    ("city", "city_officer", Place::City),
    ("system", "system_officer", Place::City),
    ("far", "coordinator", Place::OtherWard),
];

#[derive(Clone, Copy)]
enum Place {
    City,
    Ward,
    District,
    OtherWard,
}

/// One whose post ended before today.
pub const GONE: &str = "gone";

/// Somebody who signs in.
pub struct Member {
    pub login: &'static str,
    pub staff: Id,
    /// The role in the profile; none where the post has ended.
    pub role: Option<&'static str>,
}

/// The city with its crew, and the records that the samples show.
pub struct City {
    pub test: TestApp,
    /// Everybody who signs in, with the role of their post of today.
    pub crew: Vec<Member>,
    pub person: String,
    pub notice: String,
    pub decided: String,
    pub answered: String,
    pub struck: String,
    pub consultation: String,
    /// The ends of an entrustment and of a restriction, to be taken back.
    pub ended: [String; 2],
    pub nameless: String,
    pub settled: String,
    pub struck_consultation: String,
    pub case: String,
    pub closed: String,
    pub assessment: String,
    pub plan: String,
    pub contact: String,
    pub struck_contact: String,
    pub monitoring: String,
    pub file: String,
    pub export: String,
    pub view: String,
    pub message: String,
    pub organisation: String,
    pub receipt: String,
    /// Who opens the rows behind the figure of contacts: where they are few, only those
    /// who may know the persons.
    counted: &'static str,
    /// Stands in names and texts of the city: what tells it from another that was made alike.
    mark: &'static str,
}

impl City {
    /// A city in which nothing has happened: the ids are those of no record.
    pub async fn empty(db: Db) -> City {
        City::founded(TestApp::new(db).await, "").await
    }

    /// The same in a municipality that stands, with a mark in its names.
    pub async fn founded(test: TestApp, mark: &'static str) -> City {
        let mut crew = Vec::new();
        for &(login, role, place) in CREW {
            let area = match place {
                Place::City => test.city,
                Place::Ward => test.wards[0],
                Place::District => test.districts[0],
                Place::OtherWard => test.wards[1],
            };
            let staff = test.staff(&format!("{login}さん{mark}"), role, area).await;
            test.account(staff, login).await;
            crew.push(Member { login, staff, role: Some(role) });
        }
        let staff = gone(&test).await;
        test.account(staff, GONE).await;
        crew.push(Member { login: GONE, staff, role: None });
        let record = |room: &str| format!("/{room}/{}", test.app.clock().new_id());
        let case = record("cases");
        City {
            person: record("persons"),
            notice: record("notices"),
            decided: record("notices"),
            answered: record("notices"),
            struck: record("notices"),
            consultation: record("consultations"),
            ended: [
                format!("{}{}/resume", record("persons"), record("entrustments")),
                format!("{}{}/resume", record("persons"), record("restrictions")),
            ],
            nameless: record("consultations"),
            settled: record("consultations"),
            struck_consultation: record("consultations"),
            closed: record("cases"),
            assessment: format!("{case}{}", record("assessments")),
            plan: format!("{case}{}", record("plans")),
            contact: format!("{case}{}", record("contacts")),
            struck_contact: format!("{case}{}", record("contacts")),
            monitoring: format!("{case}{}", record("monitoring")),
            file: record("files"),
            export: record("exports"),
            view: record("views"),
            message: record("messages"),
            organisation: record("messages/organisations"),
            receipt: "5YY3-QYA4-KRT9".to_owned(),
            counted: "lead officer supervisor city system",
            case,
            crew,
            mark,
            test,
        }
    }

    /// A city with one of each record, made on the pages.
    pub async fn filled(db: Db) -> City {
        City::empty(db).await.fill().await
    }

    /// The city with one of each record, made on the pages.
    pub async fn fill(self) -> City {
        let city = self;
        let say = |text: &str| format!("{text}{}", city.mark);
        let lead = Visitor::signed_in(&city.test, "lead").await;
        let minsei = Visitor::signed_in(&city.test, "minsei").await;
        let anyone = Visitor::anyone(&city.test);
        let person = register(&lead, "山川", &say("ハナ")).await;
        let (decided, consultation, case) = concern(&city.test, &lead, &say("新聞が4日分たまっています")).await;
        let (_, _, closed) = concern(&city.test, &lead, &say("夜に大きな声がします")).await;
        steps::close(&lead, &closed, "2025-06-10", &say("落ち着きました。")).await;
        let answered = answered(&city.test, &lead, &say("回覧板が止まっています")).await;
        let struck = struck(&city.test, &lead, &say("いたずら書きです")).await;
        let receipt = steps::report(&anyone, "甲区", &say("雨戸が閉まったままです")).await;
        let notice = lead.open("/notices").await.row("雨戸が閉まったまま");
        entrust(&lead, &person).await;
        let ended = ended(&city.test, &lead, &say("ウメ")).await;
        steps::ask(&lead, &case, "staff", "minseiさん", "2025-07-10").await;
        steps::accept(&minsei, &case).await;
        steps::agree(&lead, &case).await;
        let visit = say("受診のようすを聞く");
        let next = ("2025-06-17", visit.as_str());
        let assessment = steps::assess(&lead, &case, "2025-06-10").await;
        let plan = steps::plan(&lead, &case, "2025-06-10", "2025-08-10").await;
        let struck_contact = steps::contact(&lead, &case, "2025-06-10", &say("書きまちがい"), next).await;
        strike(&lead, &struck_contact).await;
        let contact = steps::contact(&lead, &case, "2025-06-10", &say("玄関先で話した"), next).await;
        let monitoring = steps::monitor(&lead, &case, "2025-06-10").await;
        let settled = settled(&lead, &say("名前を言わない電話")).await;
        let struck_consultation = nameless(&lead, &say("名前を言わない電話")).await;
        strike(&lead, &struck_consultation).await;
        let nameless = nameless(&lead, &say("名前を言わない電話")).await;
        let file = add_file(&lead, &case, &say("玄関")).await;
        let export = take_out(&lead, &say("連絡会の資料")).await;
        let view = save_view(&lead, &say("古いものから")).await;
        let organisation =
            format!("/messages/organisations/{}", organisation(&city.test, &say("みどり地域包括支援センター")).await);
        steps::ask(&lead, &case, "organisation", "みどり地域包括", "2025-07-10").await;
        let message = lead.open("/messages").await.row("支援の役割");
        City {
            person,
            notice,
            decided,
            answered,
            struck,
            consultation,
            ended,
            nameless,
            settled,
            struck_consultation,
            case,
            closed,
            assessment,
            plan,
            contact,
            struck_contact,
            monitoring,
            file,
            export,
            view,
            message,
            organisation,
            receipt,
            counted: WARD,
            ..city
        }
    }
}

async fn gone(test: &TestApp) -> Id {
    let ctx = test.system().await;
    let mut work = ctx.begin().await.expect("a transaction");
    let id = ctx.new_id();
    let yesterday = ctx.today().yesterday().expect("a day before");
    insert_staff(&ctx, &mut work, id, ("goneさん", ""), None, "", GONE, SINCE).await.expect("staff");
    insert_post(&ctx, &mut work, ctx.new_id(), id, "minsei", test.districts[1], (SINCE, yesterday))
        .await
        .expect("post");
    work.commit("").await.expect("commit");
    id
}

/// An organisation without mail and fax, which is told on a sheet.
async fn organisation(test: &TestApp, name: &str) -> Id {
    let ctx = test.system().await;
    let mut work = ctx.begin().await.expect("a transaction");
    let id = ctx.new_id();
    let new = NewOrganisation {
        kind: "support_center".to_owned(),
        name: name.to_owned(),
        source: ("test".to_owned(), "1".to_owned()),
        ..NewOrganisation::default()
    };
    insert_organisation(&ctx, &mut work, id, &new).await.expect("organisation");
    work.commit("").await.expect("commit");
    id
}

async fn register(lead: &Visitor<'_>, family: &str, given: &str) -> String {
    let form = lead.open("/persons/new").await;
    let area = form.choice("area", "甲区第1");
    let fields = [("family", family), ("given", given), ("birth", "昭和15年4月1日"), ("area", &area)];
    lead.send(&form, "/persons", &fields).await.path().to_owned()
}

/// A concern from its notice to its case: the paths of notice, consultation and case.
async fn concern(test: &TestApp, lead: &Visitor<'_>, what: &str) -> (String, String, String) {
    steps::report(&Visitor::anyone(test), "甲区", what).await;
    let notice = lead.open("/notices").await.row(what);
    let intake = steps::triage(lead, &notice).await;
    let taken = steps::take(lead, &intake, ("山川", "山川 ハナ"), "甲区第1", what).await;
    let case = steps::open_case(lead, &taken, "買い物に行けない").await;
    (notice, taken.path().to_owned(), case.path().to_owned())
}

/// A notice that was answered at once; gives its path.
async fn answered(test: &TestApp, lead: &Visitor<'_>, what: &str) -> String {
    steps::report(&Visitor::anyone(test), "甲区", what).await;
    let notice = lead.open("/notices").await.row(what);
    let page = lead.open(&notice).await;
    lead.send(&page, &format!("{}/triage", page.path()), &[("outcome", "answered"), ("note", "案内した")]).await;
    notice
}

/// A notice that was struck out; gives its path.
async fn struck(test: &TestApp, lead: &Visitor<'_>, what: &str) -> String {
    steps::report(&Visitor::anyone(test), "甲区", what).await;
    let notice = lead.open("/notices").await.row(what);
    strike(lead, &notice).await;
    notice
}

/// Strikes a record out.
async fn strike(lead: &Visitor<'_>, record: &str) {
    let action = format!("{record}/strike");
    let form = lead.open(&action).await;
    let preview = lead.send(&form, &action, &[("reason", "いたずらのため")]).await;
    lead.send(&preview, &action, &[("_confirmed", "1")]).await;
}

/// A consultation that was answered at once; gives its path.
async fn settled(lead: &Visitor<'_>, what: &str) -> String {
    let path = nameless(lead, what).await;
    let page = lead.open(&path).await;
    lead.send(&page, &format!("{path}/settle"), &[("outcome", "answered"), ("note", "案内した")]).await;
    path
}

async fn entrust(lead: &Visitor<'_>, person: &str) {
    let form = lead.open(&format!("{person}/entrust")).await;
    let staff = form.choice("staff", "minseiさん");
    lead.send(&form, &format!("{person}/entrust"), &[("staff", &staff)]).await;
}

/// A person whose entrustment and restriction have ended; gives where the ends are taken back.
async fn ended(test: &TestApp, lead: &Visitor<'_>, given: &str) -> [String; 2] {
    let officer = Visitor::signed_in(test, "officer").await;
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
    [watch, held]
}

/// Adds a picture to a record; gives the path of the picture.
async fn add_file(lead: &Visitor<'_>, record: &str, name: &str) -> String {
    let form = lead.open(&lead.open(record).await.link("/files/of/")).await;
    let action = form.path().to_owned();
    let done = lead.send_file(&form, &action, &[("note", name)], (&format!("{name}.png"), PNG)).await;
    done.link("/files/").trim_end_matches("/erase").to_owned()
}

/// Asks for the list of notices as a file; gives the path of its page.
async fn take_out(lead: &Visitor<'_>, purpose: &str) -> String {
    let form = lead.open("/lists/notice/export?show=all").await;
    let fields = [("format", "csv_cp932"), ("purpose", purpose)];
    lead.send(&form, "/lists/notice/export", &fields).await.path().to_owned()
}

/// Saves a view of the list of notices; gives the path that opens it.
async fn save_view(lead: &Visitor<'_>, name: &str) -> String {
    let form = lead.open("/lists/notice/views?show=all&order=oldest").await;
    lead.send(&form, "/lists/notice/views", &[("name", name)]).await;
    let list = lead.open("/lists/notice/views").await;
    list.form_under("/views/", "/delete").trim_end_matches("/delete").to_owned()
}

async fn nameless(lead: &Visitor<'_>, what: &str) -> String {
    let form = lead.open("/consultations/new").await;
    let area = form.choice("area", "甲区第1");
    let fields = [
        ("channel", "phone"),
        ("area", &area),
        ("from_whom", "neighbour"),
        ("what", what),
        ("urgency", "normal"),
        ("person", ""),
    ];
    lead.send(&form, "/consultations", &fields).await.path().to_owned()
}

/// One page, as it is opened.
pub struct Sample {
    /// The line of the table of routes.
    pub route: &'static str,
    pub path: String,
    /// Who sees it where the records are: logins, apart by spaces. What everyone else is
    /// told says the gate of the route, and the policy about `record`.
    pub sees: &'static str,
    /// The record of which the policy is asked; none where no policy speaks of what the page shows.
    pub record: Option<(Kind, Id)>,
    /// What the policy must let the reader do to the record before the page opens.
    pub acts: &'static [Act],
    /// A redirect that is meant, and where it leads.
    pub leads: Option<&'static str>,
    /// To whom it says, in a city without records, that there are none.
    pub says_empty: &'static str,
    /// It is about a record, so that a city without records does not have it.
    pub of_record: bool,
}

/// Everyone who signs in, with a post or without.
const ALL: &str = "lead officer supervisor minsei city system far gone anyone";
/// Everyone with a post.
const POSTS: &str = "lead officer supervisor minsei city system far";
/// Who decides on notices and takes lists out as files.
const TRIAGERS: &str = "lead officer supervisor far";
/// Who takes consultations and registers persons.
const TAKERS: &str = "lead officer far";
/// Who sees the records of the ward.
const WARD: &str = "lead officer supervisor";

/// To see a record and change it.
const EDIT: &[Act] = &[Act::SEE, Act::EDIT];
/// To see a record and put it right.
const CORRECT: &[Act] = &[Act::SEE, Act::CORRECT];

/// The id at the end of a path.
fn id_at(path: &str) -> Id {
    path.rsplit('/').next().and_then(|id| id.parse().ok()).expect("a path that ends with an id")
}

/// The record with row rules in whose address a path begins.
fn record_at(path: &str) -> Option<(Kind, Id)> {
    [&PERSON, &NOTICE, &CONSULTATION, &CASE].into_iter().find_map(|kind| {
        let id = path.strip_prefix(kind.path?)?.split('/').next()?.parse().ok()?;
        Some((kind as Kind, id))
    })
}

/// A sample of every page.
pub fn samples(city: &City) -> Vec<Sample> {
    let at = |route, path: &str, sees| Sample {
        route,
        path: path.to_owned(),
        sees,
        record: None,
        acts: &[Act::SEE],
        leads: None,
        says_empty: "",
        of_record: false,
    };
    let empty = |sample: Sample| Sample { says_empty: sample.sees, ..sample };
    let leads = |sample: Sample, to| Sample { leads: Some(to), ..sample };
    let of = |route, record: &str, rest: &str, sees| Sample {
        of_record: true,
        record: record_at(record),
        ..at(route, &format!("{record}{rest}"), sees)
    };
    let about = |kind, record: &str, sample: Sample| Sample { record: Some((kind, id_at(record))), ..sample };
    let to = |acts, sample: Sample| Sample { acts, ..sample };
    let id = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let ward = city.test.wards[0];
    let behind = format!("/figures/behind?year=2025&area={ward}&kind=contact&month=0");
    let thread = format!("/thread/case/{}", id(&city.case));
    let intake_of_notice = format!("/consultations/new?notice={}", id(&city.decided));
    let opening = format!("/cases/new?consultation={}", id(&city.consultation));
    let files_of = |kind: &str, record: &str| format!("/files/of/{kind}/{}", id(record));
    let report_done = format!("/report/done?receipt={}", city.receipt);
    vec![
        at("/", "/", ALL),
        at("/report/done", &report_done, ALL),
        at("/receipt", "/receipt", ALL),
        at("/receipt", &format!("/receipt?receipt={}", city.receipt), ALL),
        leads(
            at("/sign-in", "/sign-in?next=/notices", "lead officer supervisor minsei city system far gone"),
            "/notices",
        ),
        at("/sign-in/code", "/sign-in/code", "lead officer supervisor minsei city system far gone"),
        leads(at("/language", "/language?to=ja&back=/today", ALL), "/today"),
        at("/account", "/account", POSTS),
        at("/messages/receiving", "/messages/receiving", POSTS),
        empty(at("/messages", "/messages", POSTS)),
        empty(at("/messages", "/messages?show=all", "system")),
        of("/messages/{id}", &city.message, "", "lead system"),
        of("/messages/{id}/sheet", &city.message, "/sheet", "lead system"),
        empty(at("/messages/organisations", "/messages/organisations", "system")),
        at("/messages/organisations", "/messages/organisations?q=%E3%81%BF%E3%81%A9%E3%82%8A", "system"),
        of("/messages/organisations/{id}", &city.organisation, "", "system"),
        empty(at("/today", "/today", POSTS)),
        empty(at("/today/kinds", "/today/kinds", POSTS)),
        Sample { says_empty: "lead officer supervisor minsei far", ..at("/record", "/record", POSTS) },
        at("/search", "/search", POSTS),
        at("/search", "/search?q=%E5%B1%B1", POSTS),
        empty(at("/search", "/search?q=%E7%84%A1%E3%81%84", POSTS)),
        empty(at("/persons", "/persons", POSTS)),
        at("/persons", "/persons?all=yes&column=age", POSTS),
        at("/persons", "/persons?q=%E5%B1%B1", POSTS),
        at("/persons/new", "/persons/new", TAKERS),
        of("/persons/{id}", &city.person, "", "lead officer supervisor minsei"),
        to(EDIT, of("/persons/{id}/edit", &city.person, "/edit", WARD)),
        to(EDIT, of("/persons/{id}/leave", &city.person, "/leave", WARD)),
        to(&[Act::SEE, RESTRICT], of("/persons/{id}/restrict", &city.person, "/restrict", "officer supervisor")),
        to(&[Act::SEE, ENTRUST], of("/persons/{id}/entrust", &city.person, "/entrust", WARD)),
        to(&[Act::SEE, ENTRUST], of("/persons/{id}/entrustments/{entrustment}/resume", &city.ended[0], "", WARD)),
        to(
            &[Act::SEE, RESTRICT],
            of("/persons/{id}/restrictions/{restriction}/resume", &city.ended[1], "", "officer supervisor"),
        ),
        to(&[SEE_LOOKS], of("/persons/{id}/looks", &city.person, "/looks", "officer supervisor system")),
        empty(at("/notices", "/notices", POSTS)),
        empty(at("/notices", "/notices?show=all", POSTS)),
        empty(at("/notices", "/notices?show=finished", POSTS)),
        empty(at("/notices", "/notices?show=all&kind=other&order=oldest&column=what", POSTS)),
        empty(at("/notices", "/notices?show=all&page=9", POSTS)),
        at("/lists/{list}/export", "/lists/notice/export?show=all", TRIAGERS),
        of("/exports/{id}", &city.export, "", "lead"),
        at("/lists/{list}/views", "/lists/notice/views?show=all", POSTS),
        leads(of("/views/{id}", &city.view, "", "lead"), "/notices?show=all&order=oldest"),
        at("/lists/{list}/export", "/lists/consultation/export", TRIAGERS),
        at("/lists/{list}/export", "/lists/case/export?show=open", TRIAGERS),
        at("/lists/{list}/export", "/lists/person/export?all=yes", TRIAGERS),
        at("/notices/new", "/notices/new", POSTS),
        of("/notices/{id}", &city.notice, "", WARD),
        of("/notices/{id}", &city.decided, "", WARD),
        of("/notices/{id}", &city.struck, "", WARD),
        empty(at("/notices", "/notices?show=struck", POSTS)),
        to(CORRECT, of("/notices/{id}/correct", &city.notice, "/correct", WARD)),
        to(CORRECT, of("/notices/{id}/strike", &city.notice, "/strike", WARD)),
        to(CORRECT, of("/notices/{id}/take-back", &city.answered, "/take-back", WARD)),
        to(CORRECT, of("/notices/{id}/restore", &city.struck, "/restore", WARD)),
        empty(at("/consultations", "/consultations", POSTS)),
        at("/consultations/new", "/consultations/new", TAKERS),
        leads(
            about(&NOTICE, &city.decided, of("/consultations/new", &intake_of_notice, "", "lead officer")),
            "/consultations/",
        ),
        of("/consultations/{id}", &city.consultation, "", "lead officer supervisor minsei"),
        of("/consultations/{id}", &city.nameless, "", WARD),
        empty(at("/consultations", "/consultations?show=struck", POSTS)),
        of("/consultations/{id}", &city.struck_consultation, "", WARD),
        to(CORRECT, of("/consultations/{id}/correct", &city.consultation, "/correct", WARD)),
        to(CORRECT, of("/consultations/{id}/strike", &city.nameless, "/strike", WARD)),
        to(CORRECT, of("/consultations/{id}/take-back", &city.settled, "/take-back", WARD)),
        to(CORRECT, of("/consultations/{id}/restore", &city.struck_consultation, "/restore", WARD)),
        to(EDIT, of("/consultations/{id}/person", &city.nameless, "/person", "lead officer")),
        empty(at("/cases", "/cases", POSTS)),
        empty(at("/cases", "/cases?show=open", POSTS)),
        empty(at("/cases", "/cases?show=closed", POSTS)),
        at("/cases/new", "/cases/new", TAKERS),
        about(&CONSULTATION, &city.consultation, of("/cases/new", &opening, "", "lead officer")),
        of("/cases/{id}", &city.case, "", "lead officer supervisor minsei"),
        of("/cases/{id}", &city.closed, "", WARD),
        to(EDIT, of("/cases/{id}/roles/new", &city.case, "/roles/new", "lead officer minsei")),
        to(EDIT, of("/cases/{id}/lead", &city.case, "/lead", "lead officer minsei")),
        to(EDIT, of("/cases/{id}/assessments/new", &city.case, "/assessments/new", "lead officer minsei")),
        of("/cases/{id}/assessments/{record}", &city.assessment, "", "lead officer supervisor minsei"),
        to(EDIT, of("/cases/{id}/plans/new", &city.case, "/plans/new", "lead officer minsei")),
        of("/cases/{id}/plans/{record}", &city.plan, "", "lead officer supervisor minsei"),
        to(EDIT, of("/cases/{id}/contacts/new", &city.case, "/contacts/new", "lead officer minsei")),
        of("/cases/{id}/contacts", &city.case, "/contacts", "lead officer supervisor minsei"),
        of("/cases/{id}/contacts/{record}", &city.contact, "", "lead officer supervisor minsei"),
        to(EDIT, of("/cases/{id}/monitoring/new", &city.case, "/monitoring/new", "lead officer minsei")),
        of("/cases/{id}/monitoring/{record}", &city.monitoring, "", "lead officer supervisor minsei"),
        of("/cases/{id}/contacts/{record}", &city.struck_contact, "", "lead officer supervisor minsei"),
        to(CORRECT, of("/cases/{id}/contacts/{record}/correct", &city.contact, "/correct", WARD)),
        to(CORRECT, of("/cases/{id}/assessments/{record}/correct", &city.assessment, "/correct", WARD)),
        to(CORRECT, of("/cases/{id}/plans/{record}/correct", &city.plan, "/correct", WARD)),
        to(CORRECT, of("/cases/{id}/monitoring/{record}/correct", &city.monitoring, "/correct", WARD)),
        to(CORRECT, of("/cases/{id}/{entries}/{record}/strike", &city.monitoring, "/strike", WARD)),
        to(CORRECT, of("/cases/{id}/{entries}/{record}/move", &city.assessment, "/move", WARD)),
        to(CORRECT, of("/cases/{id}/{entries}/{record}/restore", &city.struck_contact, "/restore", WARD)),
        to(
            CORRECT,
            of("/cases/{id}/persons/{person}/end", &city.case, &format!("/persons/{}/end", id(&city.person)), WARD),
        ),
        to(CORRECT, of("/cases/{id}/reopen", &city.closed, "/reopen", WARD)),
        to(&[Act::SEE, CLOSE], of("/cases/{id}/close", &city.case, "/close", WARD)),
        about(&NOTICE, &city.notice, of("/files/of/{kind}/{record}", &files_of("notice", &city.notice), "", WARD)),
        about(
            &CONSULTATION,
            &city.nameless,
            of("/files/of/{kind}/{record}", &files_of("consultation", &city.nameless), "", WARD),
        ),
        about(
            &CASE,
            &city.case,
            of("/files/of/{kind}/{record}", &files_of("case", &city.case), "", "lead officer supervisor minsei"),
        ),
        about(&CASE, &city.closed, of("/files/of/{kind}/{record}", &files_of("case", &city.closed), "", WARD)),
        about(
            &PERSON,
            &city.person,
            of("/files/of/{kind}/{record}", &files_of("person", &city.person), "", "lead officer supervisor minsei"),
        ),
        to(EDIT, about(&CASE, &city.case, of("/files/{id}/erase", &city.file, "/erase", "lead officer minsei"))),
        about(&CASE, &city.case, of("/thread/{kind}/{id}", &thread, "", "lead officer supervisor minsei")),
        at("/figures", "/figures", "lead officer supervisor city system far"),
        empty(at("/figures/behind", &behind, city.counted)),
        at("/organisation", "/organisation", POSTS),
    ]
}
