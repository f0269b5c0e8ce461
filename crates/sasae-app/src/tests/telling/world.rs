//! A small world by chance, made by the functions of the rooms: each room puts its own records into it,
//! from its folder. Every text in it stands nowhere else.

use std::cell::Cell;

use futures_util::future::LocalBoxFuture;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{TestRng, TestRunner};
use sasae_core::id::Id;
use sasae_test::contributions;
use serde_json::Value;

use crate::access::Kind;
use crate::ctx::Ctx;
use crate::testing::{PNG, TestApp};

/// A room of which the API tells: it registers in its folder, beside its tests, how its records get
/// into the world, and what is asked about them.
pub struct Telling {
    /// The room's code.
    pub room: &'static str,
    /// Makes records. Rooms do so in the order of the list.
    pub make: for<'a> fn(&'a mut World<'_>) -> LocalBoxFuture<'a, ()>,
    /// What happens when all is there, the last room first: some are struck out, some are restricted.
    pub finish: for<'a> fn(&'a mut World<'_>) -> LocalBoxFuture<'a, ()>,
    /// What the API is asked about a record beyond the record itself, its files and its thread.
    pub questions: fn(Id) -> Vec<Question>,
    /// The addresses of lists, without `/api`.
    pub lists: fn(&TestApp) -> Vec<String>,
    /// Beginnings of what stands below the address of a record and has a page of its own.
    pub entries: &'static [&'static str],
    /// Codes in bodies, and what pages say in their place.
    pub words: &'static [(&'static str, &'static [&'static str])],
    /// Routes of the API, and the keys of what steers a client in their answers: no content of a record.
    pub steers: &'static [(&'static str, &'static [&'static str])],
    /// Whether a body tells all of a record: then there are readers who are told less, and for whom it
    /// would be too much.
    pub is_whole: Option<fn(&Value) -> bool>,
}

impl Telling {
    /// A room that tells nothing yet.
    pub const fn of(room: &'static str) -> Telling {
        Telling {
            room,
            make: |_| Box::pin(async {}),
            finish: |_| Box::pin(async {}),
            questions: |_| Vec::new(),
            lists: |_| Vec::new(),
            entries: &[],
            words: &[],
            steers: &[],
            is_whole: None,
        }
    }
}

/// A question to the API, and the page that says the same.
pub struct Question {
    pub api: String,
    pub page: String,
    /// There may be nothing where the page is there.
    pub may_lack: bool,
}

impl Question {
    /// A question with a page of the same address.
    pub fn same(page: String) -> Question {
        Question { api: format!("/api{page}"), page, may_lack: false }
    }
}

/// The rooms that tell, in the order of a house.
pub fn telling(test: &TestApp) -> Vec<&'static Telling> {
    test.app.rooms().filter_map(|room| contributions::<Telling>().find(|one| one.room == room.code)).collect()
}

/// Everybody who looks: role, and where (0 city, 1–2 wards, 3–6 districts).
const CREW: [(&str, usize); 9] = [
    ("coordinator", 1),
    ("coordinator", 2),
    ("ward_officer", 1),
    ("ward_officer", 2),
    ("supervisor", 0),
    ("minsei", 3),
    ("minsei", 5),
    ("city_officer", 0),
    ("system_officer", 0),
];
/// How many they are.
pub const READERS: usize = CREW.len();
/// Those of them who look after single persons.
pub const COMMISSIONERS: std::ops::Range<usize> = 5..7;

/// A record of the world, and the district (0–3) whose coordinator takes care of it.
#[derive(Debug, Clone, Copy)]
pub struct Made {
    pub kind: Kind,
    pub id: Id,
    pub district: usize,
}

/// The world in the database.
pub struct World<'a> {
    pub test: &'a TestApp,
    /// Who looks, with the token of the session.
    pub readers: Vec<(String, Id, String)>,
    /// Every record of the rooms.
    pub records: Vec<Made>,
    /// How often a record, or an entry of one, was struck out.
    pub struck: usize,
    dice: TestRunner,
    words: Cell<u32>,
}

/// Runs a step of a room; a step that the room refuses leaves nothing.
macro_rules! step {
    ($ctx:expr, $work:ident => $step:expr) => {{
        let mut $work: $crate::ctx::Work = $ctx.begin().await.unwrap();
        let done = $step.await;
        match done {
            Ok(made) => {
                $work.commit("").await.unwrap();
                Some(made)
            }
            Err(
                $crate::error::Error::NotFound
                | $crate::error::Error::Forbidden(_)
                | $crate::error::Error::Invalid(_)
                | $crate::error::Error::Refused(_)
                | $crate::error::Error::Stale { .. },
            ) => None,
            Err(other) => panic!("{other:?}"),
        }
    }};
}
pub(crate) use step;

impl<'a> World<'a> {
    /// Makes the world; more than one may stand in a city.
    pub async fn build(test: &'a TestApp, number: usize, chance: TestRng) -> World<'a> {
        let mut world = World {
            test,
            readers: Vec::new(),
            records: Vec::new(),
            struck: 0,
            dice: TestRunner::new_with_rng(proptest::test_runner::Config::default(), chance),
            words: Cell::new(number as u32 * 1000),
        };
        for (index, (role, place)) in CREW.iter().enumerate() {
            let area = match place {
                0 => test.city,
                1 | 2 => test.wards[place - 1],
                _ => test.districts[place - 3],
            };
            let login = format!("w{number}r{index}");
            let staff = test.staff(&world.word(), role, area).await;
            test.account(staff, &login).await;
            let token = test.sign_in(&login).await;
            world.readers.push((format!("{role} of {place}"), staff, token));
        }
        let rooms = telling(test);
        for room in &rooms {
            (room.make)(&mut world).await;
        }
        world.files().await;
        // The last room first, and persons last of all, so that restrictions fall upon what is there already.
        for room in rooms.iter().rev() {
            (room.finish)(&mut world).await;
        }
        world
    }

    /// What chance says.
    pub fn draw<S: Strategy>(&mut self, of: S) -> S::Value {
        of.new_tree(&mut self.dice).unwrap().current()
    }

    /// A record was made.
    pub fn keep(&mut self, kind: Kind, id: Id, district: usize) {
        self.records.push(Made { kind, id, district });
    }

    /// The records of a kind so far.
    pub fn of(&self, kind: Kind) -> Vec<Made> {
        self.records.iter().filter(|made| *made.kind == *kind).copied().collect()
    }

    /// One more was struck out, where it was.
    pub fn count_struck<T>(&mut self, done: Option<&T>) {
        self.struck += usize::from(done.is_some());
    }

    /// A text that stands nowhere else.
    pub fn word(&self) -> String {
        let number = self.words.get();
        self.words.set(number + 1);
        format!("語{number:05}番")
    }

    pub async fn reader(&self, index: usize) -> Ctx {
        self.test.acting(self.readers[index].1).await
    }

    /// The coordinator of the ward of a district.
    pub async fn coordinator(&self, district: usize) -> Ctx {
        self.reader(district / 2).await
    }

    /// The officer of the ward of a district, who protects.
    pub async fn officer(&self, district: usize) -> Ctx {
        self.reader(2 + district / 2).await
    }

    /// Adds a picture to some records, by whoever may; one of them is erased again.
    async fn files(&self) {
        for (number, Made { kind, id, .. }) in self.records.iter().enumerate().step_by(3) {
            for (_, _, token) in &self.readers {
                let path = format!("/files/of/{}/{id}", kind.code);
                let note = self.word();
                let name = format!("{}.png", self.word());
                self.test.post_file(&path, Some(token), &[("note", &note)], (&name, PNG)).await;
                if number % 2 == 0 {
                    self.erase_first(&path, token).await;
                }
            }
        }
    }

    async fn erase_first(&self, path: &str, token: &str) {
        let files = self.test.get(&format!("/api{path}"), Some(token)).await.body;
        let files: serde_json::Value = serde_json::from_str(&files).unwrap();
        let Some(file) = files[0]["id"].as_str() else { return };
        let fields = [("_revision", "1"), ("reason", &*self.word())];
        self.test.post(&format!("/files/{file}/erase"), Some(token), &fields).await;
    }
}
