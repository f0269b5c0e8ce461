//! 訂正: what was wrong in a record is put right, and what stood before stays in its history.
//!
//! A room lets those who may correct a record, strike it out, bring it back, move an entry to the
//! record where it belongs, or take back a decision. Each of these steps asks for a reason, and says
//! before it is done what will change ([`FormStep`]): the room does the step in a transaction
//! that is dropped, and shows what came of it ([`Outlook`]). In the transaction that is kept, the room
//! writes what stood before by [`record`], and sees to it that facts, hand-overs, grounds and what is
//! due follow. The page of the record shows 訂正の記録 by one line: [`section`].
//!
//! **Architecture Invariants:** what a row of the history says is never changed and never removed; the
//! rows of an entry that moves to another record go with it ([`move_entry`]). The history of a record is
//! shown only to those who may see the record; where a room shows some readers only a part of it, to those
//! who may see it in full ([`CorrectionRule::see`]). Another record in it — the person whom a notice was
//! about — is kept as a reference, not as a name, and opens only for those who may see that one.
//!
//! Deliberately absent: any way to change or erase a row of the history, and corrections by commands.

pub mod api;
pub mod model;
pub mod pages;
pub mod step;
pub mod store;

pub use model::{Changes, CorrectionStep, Outlook, REASON, ReasonForm, check_reason};
pub use pages::{flash, section, section_of_entry};
pub use step::{FormStep, ManyStep};

use sasae_core::id::Id;
use sasae_db::Conn;

use crate::access::{self, Act, Kind, Sight};
use crate::attachment;
use crate::ctx::{Actor, Ctx, Work};
use crate::error::{Error, Result};
use crate::lang::{Lang, Words};
use crate::room::Room;
use crate::web::{Gate, Routes};

/// What this room offers.
pub static ROOM: Room = Room {
    routes,
    tables: store::TABLES,
    migrations: &[sasae_db::migration!("0001_correction"), sasae_db::migration!("0021_correction_by_program", both)],
    ..Room::new("correction", Words("訂正の記録", "Corrections"))
};

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    const ALL: Words = Words("訂正の記録", "Corrections of a record");
    routes.api_get("/api/corrections/{kind}/{record}", Gate::Staff, ALL, api::list)
}

/// How the history of records of a kind is shown.
pub struct CorrectionRule {
    /// The kind of record.
    pub kind: Kind,
    /// What lets a reader see the history of a record that the reader sees.
    pub see: Act,
    /// Fields, and kinds of entry by their codes, of which the history is told only to those who may do
    /// something more: an address that is hidden today is hidden in the past. The policy is asked at each
    /// reading. Fields that a municipality adds are no such part: who sees one is kept with the correction,
    /// as the profile said when it was made, and asked of the reader's functions of today.
    pub parts: &'static [(&'static str, Act)],
}

/// The rule of a kind; `NotFound` for kinds without corrections.
fn rule_of(ctx: &Ctx, kind: &str) -> Result<&'static CorrectionRule> {
    ctx.app().rooms().flat_map(|room| room.corrections).find(|rule| rule.kind.code == kind).ok_or(Error::NotFound)
}

impl CorrectionRule {
    /// The history for whoever sees the record, all of it.
    pub const fn usual(kind: Kind) -> CorrectionRule {
        CorrectionRule { kind, see: Act::SEE, parts: &[] }
    }

    /// What has to be known of a reader.
    fn acts(&self) -> Vec<Act> {
        std::iter::once(self.see).chain(self.parts.iter().map(|(_, act)| *act)).collect()
    }

    /// Whether one who has this sight is told of a field, or of entries of a kind.
    fn tells(&self, sight: &Sight, part: &str) -> bool {
        self.parts.iter().all(|(known, act)| *known != part || sight.may(*act))
    }

    /// The history of a record as one is told it who has this sight.
    async fn list(&self, ctx: &Ctx, conn: &mut Conn, record: Id, sight: &Sight) -> Result<Vec<store::Correction>> {
        let mut all = store::list_of(ctx, conn, record).await?;
        all.retain(|one| one.entry.as_ref().is_none_or(|(kind, _)| self.tells(sight, kind)));
        for one in &mut all {
            one.changes.retain(|field| self.tells(sight, field));
        }
        Ok(all)
    }

    /// Whether one who has this sight of the record sees its history.
    fn shows(&self, sight: &Sight) -> bool {
        self.see == Act::SEE || sight.may(self.see)
    }
}

/// What was put right, before it is written.
#[derive(Debug)]
pub struct NewCorrection<'a> {
    /// The record.
    pub record: (Kind, Id),
    /// The entry of the record, where it is one.
    pub entry: Option<(Kind, Id)>,
    /// What was done.
    pub step: CorrectionStep,
    /// Why; passed [`check_reason`].
    pub reason: &'a str,
    /// What stood before, and what stands now.
    pub changes: &'a Changes,
}

/// Writes what was put right into the history of the record, in the transaction of the step. A
/// correction that changes nothing is refused. What an import on the command line changes was put right by nobody.
pub async fn record(ctx: &Ctx, work: &mut Work, new: &NewCorrection<'_>) -> Result<()> {
    if new.step == CorrectionStep::Corrected && new.changes.is_empty() {
        return Err(Error::refused(
            "変えたところがありません。直すところを書き直してください。",
            "Nothing was changed. Please put right what is wrong.",
        ));
    }
    let by = match ctx.actor() {
        Actor::System(_) => None,
        Actor::Staff(_) | Actor::Public => Some(ctx.staff()?.staff),
    };
    store::insert(ctx, work, by, new).await
}

/// Moves what was put right in an entry along with the entry to the record where it belongs, in the
/// transaction of the move: what it said stays readable only to those who may read it there. Called
/// before the rows that tell of the move are written.
pub async fn move_entry(ctx: &Ctx, work: &mut Work, (kind, entry): (Kind, Id), from: Id, to: Id) -> Result<()> {
    store::set_record(ctx, work, (kind.code, entry), from, to).await
}

/// What becomes of the files of a record that is put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilesGo {
    /// They are struck out along with it.
    StruckOut,
    /// They go along to others.
    Moved,
}

/// Says of a record that is put right how many files go along; nothing where there are none.
pub async fn follow_files(
    ctx: &Ctx,
    conn: &mut Conn,
    (kind, record): (Kind, Id),
    go: FilesGo,
    outlook: &mut Outlook,
) -> Result<()> {
    let files = attachment::count(ctx, conn, kind, record).await?;
    if files == 0 {
        return Ok(());
    }
    let (ja, en) = (kind.name.get(Lang::Ja), kind.name.get(Lang::En));
    match go {
        FilesGo::StruckOut => outlook.follow(
            format!("{ja}に添えた書類・写真{files}件も、いっしょに取り消されます。見られるのは、この画面を開ける人だけです。"),
            format!("Files that go along ({en}): {files}. Only those who can open this page still see them."),
        ),
        FilesGo::Moved => outlook.follow(
            format!("{ja}に添えた書類・写真{files}件も、いっしょに移ります。移した先でその記録を見られる人には、書類・写真も見えます。"),
            format!("Files that go along ({en}): {files}. Whoever sees the record there sees them too."),
        ),
    }
    Ok(())
}

/// Where somebody goes after a correction: to the page of what was put right, or where the reason to
/// see the record was lost by it, to the list. `done` says there what was done.
pub async fn place_after(
    ctx: &Ctx,
    conn: &mut Conn,
    (kind, id): (Kind, Id),
    page: &str,
    list: &str,
    done: &str,
) -> Result<String> {
    let place = if access::can_see(ctx, conn, kind, id).await? { page } else { list };
    Ok(format!("{place}?done={done}"))
}
