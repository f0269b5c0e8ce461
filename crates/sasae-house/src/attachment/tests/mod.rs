//! Tests of the room, on both engines: a small town with one record of each kind that has files.

mod checks;
mod disk;
mod life;
mod rights;

use axum::http::StatusCode;
use sasae_core::id::Id;
use sasae_db::Db;
use sasae_test::contribute;

use crate::case::{self, OpenForm};
use crate::consultation::{self, IntakeForm};
use crate::notice::{self, NoticeForm};
use crate::person::{self, PersonForm, RestrictionForm};
use crate::testing::{Answer, PNG, TestApp};
use crate::tests::telling::world::Telling;

contribute!(Telling { words: &[("image/png", &["画像", "写真"])], ..Telling::of("attachment") });

/// Who acts: login, role, and where.
const CREW: [(&str, &str, usize); 8] = [
    ("lead", "coordinator", 1),
    ("mate", "coordinator", 1),
    ("officer", "ward_officer", 1),
    ("supervisor", "supervisor", 0),
    ("minsei", "minsei", 2),
    ("city", "city_officer", 0),
    ("system", "system_officer", 0),
    ("far", "coordinator", 3),
];

/// A ward with a notice of the 民生委員, a person, a consultation, and a case that `lead` leads.
struct Town {
    test: TestApp,
    staff: Vec<Id>,
    tokens: Vec<String>,
    notice: Id,
    person: Id,
    consultation: Id,
    case: Id,
}

impl Town {
    async fn new(db: Db) -> Town {
        let test = TestApp::new(db).await;
        let (mut staff, mut tokens) = (Vec::new(), Vec::new());
        for (login, role, place) in CREW {
            let area = [test.city, test.wards[0], test.districts[0], test.wards[1]][place];
            let id = test.staff(&format!("{login}さん"), role, area).await;
            test.account(id, login).await;
            staff.push(id);
            tokens.push(test.sign_in(login).await);
        }
        let nil = Id::nil();
        let mut town = Town { test, staff, tokens, notice: nil, person: nil, consultation: nil, case: nil };
        town.fill().await;
        town
    }

    async fn fill(&mut self) {
        let area = self.test.districts[0].to_string();
        let ctx = self.test.acting(self.staff("minsei")).await;
        let mut work = ctx.begin().await.unwrap();
        let form = NoticeForm { kind: "mail_piled".to_owned(), area: area.clone(), ..NoticeForm::default() };
        self.notice = notice::report(&ctx, &mut work, &form).await.unwrap().id;
        work.commit("").await.unwrap();
        let ctx = self.test.acting(self.staff("lead")).await;
        let mut work = ctx.begin().await.unwrap();
        let form = PersonForm {
            family: "山川".to_owned(),
            given: "ハナ".to_owned(),
            area: area.clone(),
            ..PersonForm::default()
        };
        self.person = person::register(&ctx, &mut work, &form).await.unwrap();
        let form = IntakeForm {
            received_on: "2025-06-09".to_owned(),
            channel: "phone".to_owned(),
            area: area.clone(),
            person: self.person.to_string(),
            from_whom: "neighbour".to_owned(),
            what: "食事を作れない".to_owned(),
            urgency: "soon".to_owned(),
            ..IntakeForm::default()
        };
        self.consultation = consultation::take(&ctx, &mut work, &form).await.unwrap();
        let form = OpenForm {
            title: "食事の手配".to_owned(),
            consultation: self.consultation.to_string(),
            persons: vec![self.person.to_string()],
            main: self.person.to_string(),
            area,
            ..OpenForm::default()
        };
        self.case = case::open(&ctx, &mut work, &form).await.unwrap();
        work.commit("").await.unwrap();
    }

    fn number(login: &str) -> usize {
        CREW.iter().position(|(name, ..)| *name == login).unwrap()
    }

    fn staff(&self, login: &str) -> Id {
        self.staff[Town::number(login)]
    }

    fn token(&self, login: &str) -> Option<&str> {
        Some(&self.tokens[Town::number(login)])
    }

    /// The page of the files of a record.
    fn files_of(&self, kind: &str) -> String {
        let record = match kind {
            "notice" => self.notice,
            "person" => self.person,
            "consultation" => self.consultation,
            _ => self.case,
        };
        format!("/files/of/{kind}/{record}")
    }

    async fn send(&self, login: &str, kind: &str, file: (&str, &[u8])) -> Answer {
        self.test.post_file(&self.files_of(kind), self.token(login), &[("note", "試験の書類")], file).await
    }

    /// Adds a file and gives its id.
    async fn add(&self, login: &str, kind: &str, file: (&str, &[u8])) -> Id {
        let answer = self.send(login, kind, file).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        self.list(login, kind).await[0].0
    }

    /// The files of a record as the API tells them: id and name.
    async fn list(&self, login: &str, kind: &str) -> Vec<(Id, String)> {
        let answer = self.test.get(&format!("/api{}", self.files_of(kind)), self.token(login)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let files: Vec<serde_json::Value> = serde_json::from_str(&answer.body).unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        files.iter().map(|file| (text(&file["id"]).parse().unwrap(), text(&file["name"]))).collect()
    }

    async fn open(&self, login: &str, file: Id) -> Answer {
        self.test.get(&format!("/files/{file}"), self.token(login)).await
    }

    async fn erase(&self, login: &str, file: Id, reason: &str) -> Answer {
        let path = format!("/files/{file}/erase");
        self.test.post(&path, self.token(login), &[("reason", reason), ("_revision", "1")]).await
    }

    /// Seals the person, hides the address, or bars one of the crew.
    async fn restrict(&self, kind: &str, against: Option<&str>) {
        let ctx = self.test.acting(self.staff("officer")).await;
        let mut work = ctx.begin().await.unwrap();
        let form = RestrictionForm {
            kind: kind.to_owned(),
            against_staff: against.map(|login| self.staff(login).to_string()).unwrap_or_default(),
            reason: "domestic_violence".to_owned(),
            ..RestrictionForm::default()
        };
        person::restrict(&ctx, &mut work, self.person, &form).await.unwrap();
        work.commit("").await.unwrap();
    }

    /// How many files stand in the folder, whole or not.
    fn on_disk(&self) -> usize {
        self.test.app.attachments().unwrap().list(crate::testing::TENANT).unwrap().len()
    }
}

/// A picture that no other is the same as.
fn picture(number: u8) -> Vec<u8> {
    [PNG, &[number]].concat()
}
