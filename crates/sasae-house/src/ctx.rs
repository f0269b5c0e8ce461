//! `Ctx`: who acts, for which municipality, at what time. Every function that
//! reads or writes data takes it; a transaction opens only through it, and the
//! audit row is written in the same transaction.
//!
//! **Architecture Invariant:** there is no other way to the database for a
//! room. Time and ids come from here too.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jiff::Timestamp;
use jiff::civil::Date;
use sasae_core::clock::tokyo_date;
use sasae_core::id::Id;
use sasae_db::{Engine, Read, Tx};

use crate::access::Kind;
use crate::app::{App, Tenant};
use crate::audit::{self, Entry, Outcome, Trail, Verb};
use crate::error::{Error, Result};
use crate::lang::Lang;
use crate::profile::{Function, Profile, Reach};
use crate::web::submission::store as submission;

/// Who acts.
#[derive(Debug, Clone)]
pub enum Actor {
    /// Anyone, without an account: may report a notice and ask after a receipt.
    Public,
    /// A person with a staff record.
    Staff(Arc<StaffActor>),
    /// A command on the machine itself (`sasae import`), named for the audit trail.
    System(&'static str),
}

/// A person who acts, with the posts held today.
#[derive(Debug, Clone)]
pub struct StaffActor {
    /// The staff record.
    pub staff: Id,
    /// The account signed in with; `None` in tests and in the demo's history.
    pub account: Option<Id>,
    /// The name shown.
    pub name: String,
    /// Posts valid on the day of the request.
    pub posts: Vec<HeldPost>,
}

/// A post as the actor holds it.
#[derive(Debug, Clone)]
pub struct HeldPost {
    /// The post record.
    pub id: Id,
    /// The role's code in the profile.
    pub role: String,
    /// What the role is called, Japanese and English.
    pub label: (String, String),
    /// How far the holder sees.
    pub reach: Reach,
    /// The area of the post.
    pub area: Id,
    /// The area's name.
    pub area_name: String,
    /// What the role may do.
    pub functions: Vec<String>,
    /// First day of the post.
    pub valid_from: Date,
}

impl HeldPost {
    /// Whether the role may do `function`.
    pub fn carries(&self, function: &Function) -> bool {
        self.carries_code(function.code)
    }

    /// As [`carries`](Self::carries), by the code of a function.
    pub fn carries_code(&self, code: &str) -> bool {
        self.functions.iter().any(|known| known == code)
    }
}

/// A form's own key: the same key again is answered with the first result.
#[derive(Debug, Clone)]
pub struct Once {
    /// The key, made when the form was shown or by the API's client.
    pub key: Id,
    /// SHA-256 of what was sent with it.
    pub fingerprint: Vec<u8>,
}

struct Inner {
    app: App,
    tenant: Arc<Tenant>,
    actor: Actor,
    lang: Lang,
    request: Id,
    at: Timestamp,
    act: String,
    here: String,
    csrf: String,
    nonce: String,
    once: Option<Once>,
    /// The key has been written by a commit of this very request.
    once_written: AtomicBool,
    /// Where the very same submission led that a twin request has committed in between.
    twin: OnceLock<String>,
    trail: Mutex<Trail>,
    /// How signing in or out ended, for the next entry of the trail.
    outcome: Mutex<Option<Outcome>>,
}

/// The context of one request or one step of a command; cheap to clone.
#[derive(Clone)]
pub struct Ctx(Arc<Inner>);

/// What the shell knows of a request before a context is made of it.
#[derive(Debug, Clone, Default)]
pub struct Visit {
    /// Language of the reader.
    pub lang: Lang,
    /// The request's number, where one was given out already.
    pub request: Option<Id>,
    /// What is being done, for the audit trail: `GET /persons/…`.
    pub act: String,
    /// Path and query of the page.
    pub here: String,
    /// The token that forms of this session carry; empty without a session.
    pub csrf: String,
    /// The nonce of the answer's content security policy.
    pub nonce: String,
    /// The submission's key, if there is one.
    pub once: Option<Once>,
}

impl Ctx {
    /// A context at the clock's present moment.
    pub fn new(app: App, tenant: Arc<Tenant>, actor: Actor, visit: Visit) -> Ctx {
        let at = app.clock().now();
        let request = visit.request.unwrap_or_else(|| app.clock().new_id());
        Ctx(Arc::new(Inner {
            app,
            tenant,
            actor,
            lang: visit.lang,
            request,
            at,
            act: visit.act,
            here: visit.here,
            csrf: visit.csrf,
            nonce: visit.nonce,
            once: visit.once,
            once_written: AtomicBool::new(false),
            twin: OnceLock::new(),
            trail: Mutex::new(Trail::default()),
            outcome: Mutex::default(),
        }))
    }

    /// The application: database, clock, policies.
    pub fn app(&self) -> &App {
        &self.0.app
    }
    /// The municipality's code, six digits.
    pub fn tenant(&self) -> &str {
        &self.0.tenant.code
    }
    /// The municipality's record.
    pub fn municipality(&self) -> &Tenant {
        &self.0.tenant
    }
    /// The municipality's system, as data.
    pub fn profile(&self) -> &Profile {
        &self.0.tenant.profile
    }
    /// What a code of a vocabulary is called, in both languages.
    pub fn label(&self, vocabulary: &str, code: &str) -> crate::lang::Text {
        let word = |lang| self.profile().label(vocabulary, code, lang).to_owned();
        crate::lang::Text::new(word(Lang::Ja), word(Lang::En))
    }
    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.0.actor
    }
    /// The person who acts, or `SignIn`.
    pub fn staff(&self) -> Result<&Arc<StaffActor>> {
        match &self.0.actor {
            Actor::Staff(staff) => Ok(staff),
            Actor::Public | Actor::System(_) => Err(Error::SignIn),
        }
    }
    /// The id that row rules compare with: nil for anyone without a staff record,
    /// so that no row is theirs.
    pub fn actor_id(&self) -> Id {
        match &self.0.actor {
            Actor::Staff(staff) => staff.staff,
            Actor::Public | Actor::System(_) => Id::nil(),
        }
    }
    /// The staff id for columns that say who did it; `None` for the public and for commands.
    pub fn staff_id(&self) -> Option<Id> {
        match &self.0.actor {
            Actor::Staff(staff) => Some(staff.staff),
            Actor::Public | Actor::System(_) => None,
        }
    }
    /// Language of the reader.
    pub fn lang(&self) -> Lang {
        self.0.lang
    }
    /// The moment of the request.
    pub fn now(&self) -> Timestamp {
        self.0.at
    }
    /// The day of the request, in Japan.
    pub fn today(&self) -> Date {
        tokyo_date(self.0.at)
    }
    /// A fresh id.
    pub fn new_id(&self) -> Id {
        self.0.app.clock().new_id()
    }
    /// The id of the request: what a 500 page shows and the log names.
    pub fn request(&self) -> Id {
        self.0.request
    }
    /// The token that forms of this session carry.
    pub fn csrf(&self) -> &str {
        &self.0.csrf
    }
    /// Path and query of the page.
    pub fn here(&self) -> &str {
        &self.0.here
    }
    /// The nonce of the answer's content security policy.
    pub fn nonce(&self) -> &str {
        &self.0.nonce
    }
    /// Which engine stands below; only for messages.
    pub fn engine(&self) -> Engine {
        self.0.app.db().engine()
    }

    /// Whether any post held today may do `function` anywhere.
    pub fn may(&self, function: &Function) -> bool {
        self.may_code(function.code)
    }

    /// As [`may`](Self::may), by the code that a profile gives.
    pub fn may_code(&self, code: &str) -> bool {
        match &self.0.actor {
            Actor::Staff(staff) => staff.posts.iter().any(|post| post.carries_code(code)),
            Actor::Public => false,
            Actor::System(_) => true,
        }
    }

    /// The last day in time for something that happened on `from`, by the rule
    /// of that day.
    pub fn due(&self, code: &str, from: Date) -> Result<Date> {
        self.profile()
            .due(code, from)
            .ok_or_else(|| Error::internal(format!("no rule for the deadline {code} on {from}")))
    }

    /// Opens a connection for reading.
    pub async fn read(&self) -> Result<Read> {
        Ok(self.0.app.db().read(self.tenant()).await?)
    }

    /// Opens a transaction; dropping it undoes everything.
    ///
    /// The submission's key is taken first: a twin of the request waits here until this one is committed or
    /// undone, and then learns where it led before it has done anything.
    ///
    /// # Errors
    /// [`Error::Twin`] where the very same submission was committed before; the layer answers with what
    /// came of that one.
    pub async fn begin(&self) -> Result<Work> {
        let mut tx = self.0.app.db().begin(self.tenant()).await?;
        if let Some(once) = self.open_once()
            && !submission::reserve(&mut tx, self.tenant(), &self.once_actor(), once, self.now()).await?
        {
            drop(tx);
            let twin = self.earlier_submission().await?.ok_or(Error::Db(sasae_db::Error::Retry))?;
            let _first = self.0.twin.set(twin);
            return Err(Error::Twin);
        }
        Ok(Work { tx, ctx: self.clone(), _undone: Undone(self.clone()) })
    }

    /// The key that is still to be written.
    fn open_once(&self) -> Option<&Once> {
        self.0.once.as_ref().filter(|_| !self.0.once_written.load(Ordering::Acquire))
    }

    /// Notes that a personal record was read, for the audit trail.
    pub fn saw(&self, kind: Kind, id: Id) {
        self.trail().note(Verb::Read, kind.code, id);
    }

    /// Notes that a personal record was written, for the audit trail.
    pub fn wrote(&self, kind: Kind, id: Id) {
        self.trail().note(Verb::Wrote, kind.code, id);
    }

    /// Notes how signing in or out ended; the next entry of the trail says so.
    pub fn came_to(&self, outcome: Outcome) {
        *self.0.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
    }

    fn trail(&self) -> std::sync::MutexGuard<'_, Trail> {
        self.0.trail.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what has been noted since the last entry, if anything.
    pub fn take_entry(&self) -> Option<Entry> {
        let trail = std::mem::take(&mut *self.trail());
        if trail.is_empty() {
            return None;
        }
        let (actor, label) = match &self.0.actor {
            Actor::Public => (None, "public".to_owned()),
            Actor::Staff(staff) => (Some(staff.staff), staff.name.clone()),
            Actor::System(name) => (None, (*name).to_owned()),
        };
        let outcome = self.0.outcome.lock().unwrap_or_else(PoisonError::into_inner).take();
        let act = match outcome {
            Some(outcome) => format!("{}#{}", self.0.act, outcome.code()),
            None => self.0.act.clone(),
        };
        Some(Entry { at: self.0.at, actor, actor_label: label, act, request: self.0.request, trail })
    }

    /// Writes what is still noted, together with what others wait to write,
    /// and returns when it is on disk. The shell calls it before an answer is sent.
    pub async fn flush_trail(&self) -> Result<()> {
        match self.take_entry() {
            Some(entry) => self.0.app.audit().write(self.tenant(), entry).await,
            None => Ok(()),
        }
    }

    /// Where the twin of this submission led, when one was committed while the handler ran: what the
    /// handler has made is dropped, and its answer would name a record that does not exist.
    pub fn twin(&self) -> Option<&str> {
        self.0.twin.get().map(String::as_str)
    }

    /// Where the very same submission led, asked after a refusal: the handler may have read what its twin had
    /// written a moment before, and so refuse what was accepted.
    pub async fn twin_after_refusal(&self) -> Option<String> {
        self.open_once()?;
        self.earlier_submission().await.ok().flatten()
    }

    /// The place that an earlier submission with this request's key led to.
    pub async fn earlier_submission(&self) -> Result<Option<String>> {
        let Some(once) = &self.0.once else { return Ok(None) };
        let mut read = self.read().await?;
        let found = submission::find(&mut read, self.tenant(), &self.once_actor(), once.key).await?;
        match found {
            None => Ok(None),
            Some((fingerprint, location)) if fingerprint == once.fingerprint => Ok(Some(location)),
            Some(_) => Err(Error::refused(
                "同じ送信番号が、ちがう内容かちがう宛先で使われました。前の画面にもどって、もう一度開いてから送ってください。",
                "This submission key was already used for other content or another address. Go back, open the form again and resend.",
            )),
        }
    }

    fn once_actor(&self) -> String {
        match &self.0.actor {
            Actor::Staff(staff) => staff.staff.to_string(),
            Actor::Public => "public".to_owned(),
            Actor::System(name) => (*name).to_owned(),
        }
    }
}

/// A transaction of one request. `commit` writes the submission's key and the
/// audit row in it; whatever happens before that leaves no trace when it fails.
pub struct Work {
    tx: Tx,
    ctx: Ctx,
    _undone: Undone,
}

/// What a transaction noted as written is not said to be written when it is
/// dropped; after a commit nothing is left to forget.
struct Undone(Ctx);

impl Drop for Undone {
    fn drop(&mut self) {
        self.0.trail().forget_writes();
    }
}

impl Work {
    /// Commits; `location` is where the result can be seen, also for the very same submission when it
    /// comes once more.
    pub async fn commit(mut self, location: &str) -> Result<String> {
        let ctx = self.ctx.clone();
        let entry = ctx.take_entry();
        if let Some(once) = ctx.open_once() {
            submission::settle(&mut self.tx, ctx.tenant(), &ctx.once_actor(), once, location).await?;
        }
        if let Some(entry) = entry {
            audit::append(&mut self.tx, ctx.tenant(), &[entry], ctx.app().audit_key()).await?;
        }
        self.tx.commit().await?;
        ctx.0.once_written.store(true, Ordering::Release);
        Ok(location.to_owned())
    }
}

impl Deref for Work {
    type Target = Tx;
    fn deref(&self) -> &Tx {
        &self.tx
    }
}

impl DerefMut for Work {
    fn deref_mut(&mut self) -> &mut Tx {
        &mut self.tx
    }
}
