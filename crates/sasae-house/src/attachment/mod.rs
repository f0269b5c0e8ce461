//! 書類・写真: files with a record — signed consents, certificates, letters, copies of plans,
//! photographs (#50).
//!
//! Staff add a file on the page of files, which every record with files links to: they choose it,
//! say what it shows, and send it. The program tells the type of a file from its content. Whoever may see the record
//! sees the list on the record's own page, pictures as pictures, and opens the rest as downloads.
//! A file that is wrong is erased with a reason: its content goes, and so do its name and note;
//! that there was one, who erased it, when and why, stays.
//!
//! A room lets its records have files by an [`AttachmentRule`] in its `Room`, and shows them by one
//! line: [`section`].
//!
//! **Architecture Invariants:** a file is as restricted as its record, and where a reader may see
//! the record only in part, only those files show that the reader added. Each look is noted of record and
//! file. A file is on the disk before its row is committed. Nothing is served as something that a
//! browser runs. Nothing that was sent is unpacked.
//!
//! Deliberately absent: files from people without an account, small copies of pictures and anything
//! else that would have to decode what was sent, and changing a file (add another, erase the old).

pub mod api;
pub mod examine;
pub mod files;
pub mod model;
pub mod pages;
mod serve;
pub mod store;
pub use files::Folder;
pub use model::{AttachmentForm, EraseForm};
pub use pages::section;
pub use store::Attachment;
pub use store::{is_known, list_content, list_erased_content};

use sasae_core::id::Id;
use sasae_db::Conn;

use self::files::Staged;
use self::model::NewFile;
use crate::access::{self, Act, Kind, RecordKind, Sight};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::lang::{Text, Words};
use crate::room::{Pending, Room};
use crate::web::{Gate, Routes};

/// 書類・写真.
pub static ATTACHMENT: RecordKind =
    RecordKind { code: "attachment", name: Words("書類・写真", "File"), path: Some("/files/"), guard: None };

/// What this room offers.
pub static ROOM: Room = Room {
    routes,
    tables: store::TABLES,
    migrations: &[sasae_db::migration!("0001_attachment")],
    kinds: &[&ATTACHMENT],
    ..Room::new("attachment", Words("書類・写真", "Papers and pictures"))
};

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    const ALL: Words = Words("書類・写真の一覧", "Papers and pictures of a record");
    const NEW: Words = Words("書類・写真の追加", "Adding a paper or picture");
    const ONE: Words = Words("書類・写真", "A paper or picture");
    const ERASURE: Words = Words("書類・写真の消去", "Erasing a paper or picture");
    /// Where a file is a little too large, its form says so itself.
    const MOST_SENT: usize = model::LARGEST + model::LARGEST / 4;
    routes
        .get("/files/of/{kind}/{record}", Gate::Staff, ALL, pages::show)
        .post("/files/of/{kind}/{record}", Gate::Staff, NEW, pages::add)
        .limit(MOST_SENT)
        .get("/files/{id}", Gate::Staff, ONE, serve::serve)
        .get("/files/{id}/erase", Gate::Staff, ERASURE, pages::show_erase)
        .post("/files/{id}/erase", Gate::Staff, ERASURE, pages::erase)
        .api_get("/api/files/of/{kind}/{record}", Gate::Staff, ALL, api::list)
        .api_post("/api/files/of/{kind}/{record}", Gate::Staff, NEW, api::add)
        .limit(MOST_SENT)
        .api_get("/api/files/{id}", Gate::Staff, ONE, serve::serve)
        .api_post("/api/files/{id}/erase", Gate::Staff, ERASURE, api::erase)
}

/// Why a record takes no more files; `None` where it does.
pub type Closed = for<'a> fn(&'a Ctx, &'a mut Conn, Id) -> Pending<'a, Option<Text>>;

/// Keeps a record as it is until the transaction ends, or refuses.
pub type Hold = for<'a> fn(&'a Ctx, &'a mut Work, Id) -> Pending<'a, ()>;

/// How records of a kind have files.
pub struct AttachmentRule {
    /// The kind of record.
    pub kind: Kind,
    /// What lets somebody add a file.
    pub add: Act,
    /// What lets somebody see files that others added. Without it one sees one's own.
    pub see: Act,
    /// What lets somebody erase a file. One's own may be erased by whoever may add.
    pub erase: Act,
    /// For records that take no more files at some time: whether that has come.
    pub closed: Option<Closed>,
    /// For the same: that it does not come before the file is with the record.
    pub hold: Option<Hold>,
}

impl AttachmentRule {
    /// Files for whoever may see the record, added and erased by whoever may change it.
    pub const fn usual(kind: Kind) -> AttachmentRule {
        AttachmentRule { kind, add: Act::EDIT, see: Act::SEE, erase: Act::EDIT, closed: None, hold: None }
    }

    /// What has to be known of a reader beyond that the record is seen.
    fn acts(&self) -> Vec<Act> {
        let mut acts = vec![self.add, self.see, self.erase];
        acts.retain(|act| *act != Act::SEE);
        acts.dedup();
        acts
    }
}

/// The rule by which records of a kind have files; `NotFound` for kinds that have none.
fn rule_of(ctx: &Ctx, kind: &str) -> Result<&'static AttachmentRule> {
    ctx.app().rooms().flat_map(|room| room.attachments).find(|rule| rule.kind.code == kind).ok_or(Error::NotFound)
}

/// What a reader may do with the files of a record.
struct Reach<'a> {
    rule: &'static AttachmentRule,
    sight: &'a Sight,
    reader: Id,
}

impl<'a> Reach<'a> {
    fn new(ctx: &Ctx, rule: &'static AttachmentRule, sight: &'a Sight) -> Reach<'a> {
        Reach { rule, sight, reader: ctx.actor_id() }
    }

    fn may_add(&self) -> bool {
        self.sight.may(self.rule.add)
    }

    fn may_see(&self, file: &Attachment) -> bool {
        self.rule.see == Act::SEE || self.sight.may(self.rule.see) || file.uploaded_by == self.reader
    }

    fn may_erase(&self, file: &Attachment) -> bool {
        !file.is_erased() && (self.sight.may(self.rule.erase) || (file.uploaded_by == self.reader && self.may_add()))
    }

    /// The files of the record that the reader may see.
    async fn list(&self, ctx: &Ctx, conn: &mut Conn, record: Id) -> Result<Vec<Attachment>> {
        let mut files = store::list_of(ctx, conn, self.rule.kind, record).await?;
        files.retain(|file| self.may_see(file));
        Ok(files)
    }
}

/// How many files a record has that were not erased. The caller has checked what the reader may do with
/// the record.
pub async fn count(ctx: &Ctx, conn: &mut Conn, kind: Kind, record: Id) -> Result<i64> {
    store::count_of(ctx, conn, kind, record).await
}

/// A record that may have files, as the reader may see it.
async fn sight_of(ctx: &Ctx, conn: &mut Conn, kind: &str, record: Id) -> Result<(&'static AttachmentRule, Sight)> {
    let rule = rule_of(ctx, kind)?;
    let sight = access::sight(ctx, conn, rule.kind, record, &rule.acts()).await?;
    Ok((rule, sight))
}

/// A file that the reader may see, with the rule and the sight of its record.
async fn get(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<(Attachment, &'static AttachmentRule, Sight)> {
    let file = store::get(ctx, conn, id).await?;
    let (rule, sight) = sight_of(ctx, conn, &file.subject_kind, file.subject_id).await?;
    if !Reach::new(ctx, rule, &sight).may_see(&file) {
        return Err(Error::NotFound);
    }
    ctx.saw(rule.kind, file.subject_id);
    ctx.saw(&ATTACHMENT, id);
    Ok((file, rule, sight))
}

/// The folder of attachments, or what to do without one.
fn folder(ctx: &Ctx) -> Result<&Folder> {
    ctx.app().attachments().ok_or_else(|| Error::Refused(no_folder()))
}

/// What is said where no folder is set.
fn no_folder() -> Text {
    Text::new(
        "書類・写真を置く場所が設定されていないため、添えられません。システムの管理担当者に、設定の attachments を決めるよう頼んでください。",
        "No folder is set for files, so none can be added. Ask whoever administers the system to set attachments in the configuration.",
    )
}

/// A file that was checked and is on the disk, before it is with a record.
pub struct ReadyFile {
    file: NewFile,
    staged: Staged,
}

/// Checks a file that somebody who may add it to the record has sent, and brings it to the disk.
/// This takes as long as the disk takes, so it is done before the transaction begins.
pub async fn ready(
    ctx: &Ctx,
    kind: Kind,
    record: Id,
    sent: Option<&crate::web::SentFile>,
    form: &AttachmentForm,
) -> Result<ReadyFile> {
    let mut read = ctx.read().await?;
    let (rule, sight) = sight_of(ctx, &mut read, kind.code, record).await?;
    sight.require(rule.add)?;
    drop(read);
    let folder = folder(ctx)?;
    let file = model::check_file(ctx, sent, form)?;
    let staged = folder.stage(ctx.tenant(), ctx.new_id(), file.bytes.clone()).await?;
    Ok(ReadyFile { file, staged })
}

/// Adds a file to a record.
pub async fn add(ctx: &Ctx, work: &mut Work, kind: Kind, record: Id, ready: ReadyFile) -> Result<Id> {
    let (rule, sight) = sight_of(ctx, work, kind.code, record).await?;
    sight.require(rule.add)?;
    if let Some(closed) = rule.closed
        && let Some(why) = closed(ctx, work, record).await?
    {
        return Err(Error::Refused(why));
    }
    if let Some(hold) = rule.hold {
        hold(ctx, work, record).await?;
    }
    if store::count_of(ctx, work, rule.kind, record).await? >= model::MOST as i64 {
        return Err(Error::refused(
            format!(
                "1つの記録に添えられるのは{}件までです。いらなくなったものを消してから、もう一度送ってください。",
                model::MOST
            ),
            format!("A record has at most {} files. Erase what is no longer needed and send again.", model::MOST),
        ));
    }
    let ReadyFile { file, staged } = ready;
    let id = ctx.new_id();
    store::hold_content(ctx, work, &staged.sha256).await?;
    store::insert(ctx, work, (rule.kind, record), id, &file, &staged).await?;
    staged.place().await?;
    ctx.wrote(rule.kind, record);
    ctx.wrote(&ATTACHMENT, id);
    Ok(id)
}

/// What was erased.
#[derive(Debug, Clone)]
pub struct Erased {
    /// The code of the record's kind.
    pub kind: Kind,
    /// The record.
    pub record: Id,
    sha256: String,
}

/// Erases a file: its name, its note and, after the commit, its content ([`discard`]).
pub async fn erase(ctx: &Ctx, work: &mut Work, id: Id, form: &EraseForm, seen: i64) -> Result<Erased> {
    let (file, rule, sight) = get(ctx, work, id).await?;
    if file.is_erased() {
        return Err(erased_already());
    }
    if !Reach::new(ctx, rule, &sight).may_erase(&file) {
        return Err(Error::Forbidden(rule.erase.refusal.into()));
    }
    let reason = model::check_erase(ctx, form)?;
    store::set_erased(ctx, work, id, &reason, seen).await?;
    ctx.wrote(rule.kind, file.subject_id);
    ctx.wrote(&ATTACHMENT, id);
    Ok(Erased { kind: rule.kind, record: file.subject_id, sha256: file.sha256 })
}

fn erased_already() -> Error {
    Error::refused("この書類・写真は、もう消されています。", "This file has been erased.")
}

/// Removes the content of an erased file from the disk, once the erasure is committed and where no
/// other file has the same content. `false` where the disk refuses: then nobody can open it any
/// more, and `sasae doctor --sweep` removes it later.
pub async fn discard(ctx: &Ctx, erased: &Erased) -> bool {
    match discard_content(ctx, &erased.sha256).await {
        Ok(()) => true,
        Err(error) => {
            tracing::error!(%error, request = %ctx.request(), "the content of an erased file is still on the disk");
            false
        }
    }
}

async fn discard_content(ctx: &Ctx, sha256: &str) -> Result<()> {
    let folder = folder(ctx)?;
    let mut work = ctx.begin().await?;
    store::hold_content(ctx, &mut work, sha256).await?;
    if !store::is_used(ctx, &mut work, sha256).await? {
        folder.remove(ctx.tenant(), sha256).await?;
    }
    // Nothing was changed in the database: the transaction only kept others from this content.
    drop(work);
    Ok(())
}
