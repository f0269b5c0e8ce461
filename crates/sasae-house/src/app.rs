//! The application: what every request shares.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use sasae_core::clock::Clock;
use sasae_db::Db;

use crate::access::Kind;
use crate::access::{self, Policy};
use crate::account::password::Hashing;
use crate::attachment::Folder;
use crate::audit;
use crate::error::{Error, Result};
use crate::message::MailSettings;
use crate::meter::Meter;
use crate::network::Proxies;
use crate::profile::{Catalogue, Profile};
use crate::room::{Room, Rooms};
use crate::tenancy;

/// What an installation sets; read from TOML and environment by the binary.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The municipality shown where the address does not name another.
    pub tenant: String,
    /// Host name → municipality, for installations that serve several.
    pub hosts: HashMap<String, String>,
    /// Cookies carry `Secure`; off only for the demo on loopback.
    pub secure_cookies: bool,
    /// Minutes without a request after which a session ends.
    pub idle_minutes: i64,
    /// Hours after which a session ends in any case.
    pub absolute_hours: i64,
    /// The proxies whose word about the client's address is taken.
    pub proxies: Proxies,
    /// How many notices one network address may send in a minute.
    pub notices_per_minute: u32,
    /// How many connections one network address may hold at a time; 0 means any number.
    pub connections_per_address: usize,
    /// The folder of attachments; without one no file can be added.
    pub attachments: Option<PathBuf>,
    /// The mail server; without one no mail is sent.
    pub mail: Option<MailSettings>,
    /// Where links in messages lead, for municipalities without a host name of their own:
    /// `https://…`, without a path.
    pub origin: String,
    /// The key of the audit trail.
    pub audit_key: Option<Arc<audit::Key>>,
    /// argon2id: memory in KiB, passes. Lower only in tests.
    pub argon2: (u32, u32),
    /// What the sign-in page says in a demo: accounts and what each may see.
    pub demo_accounts: Vec<DemoAccount>,
}

/// An account that the demo offers on its sign-in page.
#[derive(Debug, Clone)]
pub struct DemoAccount {
    /// Login name.
    pub login: String,
    /// Password, shown: the demo is on loopback with invented people.
    pub password: String,
    /// What this account shows, Japanese and English.
    pub what: (String, String),
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            tenant: String::new(),
            hosts: HashMap::new(),
            secure_cookies: true,
            idle_minutes: 30,
            absolute_hours: 12,
            proxies: Proxies::default(),
            notices_per_minute: 6,
            connections_per_address: 400,
            attachments: None,
            mail: None,
            origin: String::new(),
            audit_key: None,
            argon2: (19_456, 2),
            demo_accounts: Vec::new(),
        }
    }
}

/// A municipality that uses this installation.
#[derive(Debug)]
pub struct Tenant {
    /// 全国地方公共団体コード, six digits.
    pub code: String,
    /// Name in Japanese.
    pub name: String,
    /// Name in English.
    pub name_en: String,
    /// The municipality's system.
    pub profile: Profile,
}

struct Inner {
    db: Db,
    rooms: Rooms,
    clock: Clock,
    settings: Settings,
    policy: Policy,
    catalogue: Catalogue,
    audit: audit::Queue,
    hashing: Arc<Hashing>,
    meter: Meter,
    attachments: Option<Folder>,
    tenants: RwLock<HashMap<String, Arc<Tenant>>>,
}

/// Handle to the application; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

impl App {
    /// Puts an application together over a migrated database. Starts the task
    /// that groups audit rows of reads, so it needs a running runtime.
    pub fn new(db: Db, rooms: Rooms, clock: Clock, settings: Settings) -> Result<App> {
        let audit = audit::Queue::start(db.clone(), settings.audit_key.clone());
        let policy = Policy::new(rooms)?;
        let catalogue = access::catalogue(rooms);
        let tenants = RwLock::default();
        let attachments = settings.attachments.clone().map(Folder::new);
        Ok(App(Arc::new(Inner {
            db,
            rooms,
            clock,
            settings,
            policy,
            catalogue,
            audit,
            hashing: Hashing::new(),
            meter: Meter::default(),
            attachments,
            tenants,
        })))
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.0.db
    }
    /// The rooms of this house, in the order in which a concern flows.
    pub fn rooms(&self) -> impl Iterator<Item = &'static Room> {
        self.0.rooms.iter().copied()
    }
    /// The kind of record with a code.
    pub fn kind(&self, code: &str) -> Option<Kind> {
        self.rooms().flat_map(|room| room.kinds).copied().find(|kind| kind.code == code)
    }
    /// The clock, which also makes ids.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }
    /// The installation's settings.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }
    /// The policies that decide.
    pub fn policy(&self) -> &Policy {
        &self.0.policy
    }
    /// The queue of audit rows for reads.
    pub fn audit(&self) -> &audit::Queue {
        &self.0.audit
    }

    /// The key of the audit trail, where the installation has one.
    pub fn audit_key(&self) -> Option<&audit::Key> {
        self.0.settings.audit_key.as_deref()
    }

    /// The ration of password hashing.
    pub fn hashing(&self) -> &Arc<Hashing> {
        &self.0.hashing
    }

    /// What is counted of requests.
    pub fn meter(&self) -> &Meter {
        &self.0.meter
    }

    /// The folder of attachments, where one is set.
    pub fn attachments(&self) -> Option<&Folder> {
        self.0.attachments.as_ref()
    }

    /// The municipality with this code, from memory or from its record.
    pub async fn tenant(&self, code: &str) -> Result<Arc<Tenant>> {
        let known = self.0.tenants.read().unwrap_or_else(PoisonError::into_inner).get(code).cloned();
        if let Some(tenant) = known {
            return Ok(tenant);
        }
        let tenant = Arc::new(tenancy::load(&self.0.db, &self.0.catalogue, code).await?.ok_or(Error::NotFound)?);
        self.0.tenants.write().unwrap_or_else(PoisonError::into_inner).insert(code.to_owned(), tenant.clone());
        Ok(tenant)
    }

    /// The codes of the municipalities that the settings name.
    pub fn served(&self) -> Vec<&str> {
        let settings = &self.0.settings;
        let mut codes: Vec<&str> = settings.hosts.values().chain([&settings.tenant]).map(String::as_str).collect();
        codes.retain(|code| !code.is_empty());
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// The municipality that a host name stands for.
    pub async fn tenant_of_host(&self, host: Option<&str>) -> Result<Arc<Tenant>> {
        let settings = &self.0.settings;
        let code = host
            .map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name))
            .and_then(|name| settings.hosts.get(name))
            .unwrap_or(&settings.tenant);
        self.tenant(code).await
    }
}
