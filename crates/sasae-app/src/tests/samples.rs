//! Samples of pages: where each is opened, and who sees it. A room says in its own folder which it has, and makes
//! the records that they show; here are the crew of the city and the mechanism. `pages` fails for
//! a page of the table of routes that has none, and for a room with records that brings none.

use std::cell::RefCell;
use std::collections::BTreeMap;

use futures_util::future::LocalBoxFuture;
use sasae_core::id::Id;
use sasae_db::Db;
use sasae_test::contributions;

use crate::access::{Act, Kind};
use crate::room::Room;
use crate::staff::store::{insert_post, insert_staff};
use crate::testing::{SINCE, TestApp};

/// The samples of a room, which are a part of the look at all pages: it registers them in its folder,
/// beside its tests.
pub struct Samples {
    /// The room's code.
    pub room: &'static str,
    /// The records that are shown: the name under which the city keeps the address of one, and that
    /// address. `{new}` stands for an id, another name in brackets for the address of a record before it.
    pub records: &'static [(&'static str, &'static str)],
    /// Makes them, on the pages. Rooms do so in the order of the list.
    pub fill: for<'a> fn(&'a City) -> LocalBoxFuture<'a, ()>,
    /// The pages.
    pub pages: fn(&City) -> Vec<Sample>,
    /// Forms of a municipality whose fields name something of another, or of the same: each is whole but for that.
    pub forms: fn(&City, &City) -> Vec<Naming>,
}

impl Samples {
    /// The samples of a room without records.
    pub const fn of(room: &'static str, pages: fn(&City) -> Vec<Sample>) -> Samples {
        Samples { room, records: &[], fill: |_| Box::pin(async {}), pages, forms: |_, _| Vec::new() }
    }
}

/// A form that names a record: where it is sent, and with which fields.
pub struct Naming {
    pub action: String,
    pub fields: Vec<(&'static str, String)>,
}

impl Naming {
    /// Fields as they are typed, and fields that name a record.
    pub fn new(action: &str, typed: &[(&'static str, &'static str)], ids: &[(&'static str, Id)]) -> Naming {
        let typed = typed.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let fields = typed.chain(ids.iter().map(|(name, id)| (*name, id.to_string()))).collect();
        Naming { action: action.to_owned(), fields }
    }
}

/// What the rooms of a house bring, in the order of the rooms.
pub fn of_rooms(test: &TestApp) -> Vec<(&'static Room, &'static Samples)> {
    let find = |room: &'static Room| Some((room, contributions::<Samples>().find(|one| one.room == room.code)?));
    test.app.rooms().filter_map(find).collect()
}

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
    /// Whether there is anything in it.
    pub is_filled: bool,
    /// Where each record opens, by its name. In a city without any these are ids of no record.
    records: RefCell<BTreeMap<&'static str, String>>,
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
        let mut records: BTreeMap<&str, String> = BTreeMap::new();
        for (name, address) in of_rooms(&test).iter().flat_map(|(_, samples)| samples.records) {
            let mut at = (*address).to_owned();
            for (earlier, known) in &records {
                at = at.replace(&format!("{{{earlier}}}"), known);
            }
            while at.contains("{new}") {
                at = at.replacen("{new}", &test.app.clock().new_id().to_string(), 1);
            }
            assert!(!at.contains('{'), "{name}: {at} names a record that is not before it");
            assert!(records.insert(name, at).is_none(), "two records are called {name}");
        }
        City { test, crew, is_filled: false, records: RefCell::new(records), mark }
    }

    /// A city with one of each record, made on the pages.
    pub async fn filled(db: Db) -> City {
        City::empty(db).await.fill().await
    }

    /// The city with one of each record, made on the pages.
    pub async fn fill(self) -> City {
        let nobody = self.records.borrow().clone();
        for (_, samples) in of_rooms(&self.test) {
            (samples.fill)(&self).await;
        }
        let same = |name: &&str| self.path(name) == nobody[name];
        let lacking: Vec<&str> = nobody.keys().copied().filter(|name| same(name)).collect();
        assert!(lacking.is_empty(), "nobody made {lacking:?}");
        City { is_filled: true, ..self }
    }

    /// A text with the mark of the city.
    pub fn say(&self, text: &str) -> String {
        format!("{text}{}", self.mark)
    }

    /// One of the crew.
    pub fn member(&self, login: &str) -> Id {
        self.crew.iter().find(|member| member.login == login).map(|member| member.staff).expect(login)
    }

    /// Keeps where a record opens that was made.
    pub fn keep(&self, name: &'static str, path: &str) {
        let known = self.records.borrow_mut().insert(name, path.to_owned());
        assert!(known.is_some(), "no room says that it has {name}");
    }

    /// Where a record opens.
    pub fn path(&self, name: &str) -> String {
        self.records.borrow().get(name).cloned().unwrap_or_else(|| panic!("there is no {name}"))
    }

    /// The first id in the address of a record.
    pub fn id(&self, name: &str) -> Id {
        self.path(name).split('/').find_map(|part| part.parse().ok()).expect("an id in the address")
    }

    /// Where all records open.
    pub fn paths(&self) -> Vec<String> {
        self.records.borrow().values().cloned().collect()
    }

    /// The record with row rules in whose address a path begins.
    pub fn record_at(&self, path: &str) -> Option<(Kind, Id)> {
        let kinds = self.test.app.rooms().flat_map(|room| room.kinds).filter(|kind| kind.guard.is_some());
        kinds.copied().find_map(|kind| {
            let id = path.strip_prefix(kind.path?)?.split('/').next()?.parse().ok()?;
            Some((kind, id))
        })
    }

    /// The page of a record, or one below its address.
    pub fn of(&self, route: &'static str, record: &str, rest: &str, sees: &'static str) -> Sample {
        let path = self.path(record);
        Sample { of_record: true, record: self.record_at(&path), ..at(route, &format!("{path}{rest}"), sees) }
    }

    /// A page beside that of a record, from which its kind and id are named in the address.
    fn beside(&self, route: &'static str, start: &str, record: &str, sees: &'static str) -> Sample {
        let (kind, id) = self.record_at(&self.path(record)).expect("a record with row rules");
        let named = at(route, &format!("{start}/{}/{id}", kind.code), sees);
        Sample { of_record: true, record: Some((kind, id)), ..named }
    }

    /// The files of a record.
    pub fn files_of(&self, record: &str, sees: &'static str) -> Sample {
        self.beside("/files/of/{kind}/{record}", "/files/of", record, sees)
    }

    /// The thread through a record.
    pub fn thread_of(&self, record: &str, sees: &'static str) -> Sample {
        self.beside("/thread/{kind}/{id}", "/thread", record, sees)
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

/// One page, as it is opened.
#[derive(Clone)]
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

/// A page that is there whether or not there are records.
pub fn at(route: &'static str, path: &str, sees: &'static str) -> Sample {
    Sample {
        route,
        path: path.to_owned(),
        sees,
        record: None,
        acts: &[Act::SEE],
        leads: None,
        says_empty: "",
        of_record: false,
    }
}

/// The question about a list before it leaves as a file.
pub fn export_of(path: &str, sees: &'static str) -> Sample {
    at("/lists/{list}/export", path, sees)
}

impl Sample {
    /// In a city without records it says so, to all who see it.
    pub fn empty(self) -> Sample {
        Sample { says_empty: self.sees, ..self }
    }

    /// It leads on.
    pub fn leads(self, to: &'static str) -> Sample {
        Sample { leads: Some(to), ..self }
    }

    /// The policy is asked about this record of the city.
    pub fn about(self, city: &City, record: &str) -> Sample {
        let record = city.record_at(&city.path(record));
        assert!(record.is_some(), "{} is about a record with row rules", self.path);
        Sample { of_record: true, record, ..self }
    }

    /// What the reader must be allowed to do.
    pub fn to(self, acts: &'static [Act]) -> Sample {
        Sample { acts, ..self }
    }
}

/// Everyone who signs in, with a post or without.
pub const ALL: &str = "lead officer supervisor minsei city system far gone anyone";
/// Everyone with a post.
pub const POSTS: &str = "lead officer supervisor minsei city system far";
/// Whose work it is to decide, and who takes lists out as files.
pub const DECIDERS: &str = "lead officer supervisor far";
/// Who takes in and registers.
pub const TAKERS: &str = "lead officer far";
/// Who sees the records of the ward.
pub const WARD: &str = "lead officer supervisor";

/// To see a record and change it.
pub const EDIT: &[Act] = &[Act::SEE, Act::EDIT];
/// To see a record and put it right.
pub const CORRECT: &[Act] = &[Act::SEE, Act::CORRECT];

/// The samples of all rooms of the house in which the city stands.
pub fn samples(city: &City) -> Vec<Sample> {
    of_rooms(&city.test).iter().flat_map(|(_, samples)| (samples.pages)(city)).collect()
}
