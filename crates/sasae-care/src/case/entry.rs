//! Entries of a case that are put right: struck out, brought back, moved to the case where they belong.
//! Whoever wrote an entry may do so while in the team; the lead and the supervisor may with every one,
//! also after the case was closed.

use sasae_core::clock::tokyo_date;
use sasae_core::id::Id;
use sasae_db::Conn;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{fold_number, parts_of};
use super::store::{self, Case, EntryRow, StruckEntry};
use super::{fact_of, facts, get_for, require_post};
use crate::access::{self, Act, Kind, RecordKind};
use crate::case::CASE;
use crate::correction::pages::struck_out;
use crate::correction::{self, Changes, CorrectionStep, NewCorrection, Outlook, ReasonForm, check_reason};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::fact::{self, DoneBy, FactKind};
use crate::input::{Check, given};
use crate::lang::{Text, Words};

/// Most characters of the number of a case (R7-0001).
pub const NUMBER: usize = 40;

/// 連絡・訪問.
pub static CONTACT: RecordKind = RecordKind::plain("case_contact", Words("連絡・訪問", "Contact"));
/// アセスメント.
pub static ASSESSMENT: RecordKind = RecordKind::plain("case_assessment", Words("アセスメント", "Assessment"));
/// 計画.
pub static PLAN: RecordKind = RecordKind::plain("case_plan", Words("計画", "Plan"));
/// モニタリング.
pub static MONITORING: RecordKind = RecordKind::plain("case_monitoring", Words("モニタリング", "Monitoring"));

/// A kind of entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// 連絡・訪問.
    Contact,
    /// アセスメント.
    Assessment,
    /// 計画.
    Plan,
    /// モニタリング.
    Monitoring,
}

impl Entry {
    /// Every kind.
    pub const ALL: [Entry; 4] = [Entry::Contact, Entry::Assessment, Entry::Plan, Entry::Monitoring];

    /// How it stands in addresses.
    pub const fn path(self) -> &'static str {
        match self {
            Entry::Contact => "contacts",
            Entry::Assessment => "assessments",
            Entry::Plan => "plans",
            Entry::Monitoring => "monitoring",
        }
    }

    /// The kind with an address; `NotFound` where there is none.
    pub fn of_path(path: &str) -> Result<Entry> {
        Entry::ALL.into_iter().find(|entry| entry.path() == path).ok_or(Error::NotFound)
    }

    /// As a kind of record.
    pub fn kind(self) -> Kind {
        match self {
            Entry::Contact => &CONTACT,
            Entry::Assessment => &ASSESSMENT,
            Entry::Plan => &PLAN,
            Entry::Monitoring => &MONITORING,
        }
    }

    /// The entry with a kind of record.
    pub fn of_kind(kind: Kind) -> Result<Entry> {
        Entry::ALL.into_iter().find(|entry| *entry.kind() == *kind).ok_or(Error::NotFound)
    }

    /// Whether it may be moved to another case. A plan is made for its case alone.
    pub fn is_moved(self) -> bool {
        self != Entry::Plan
    }

    fn fact(self) -> &'static FactKind {
        match self {
            Entry::Contact => &facts::CONTACT,
            Entry::Assessment => &facts::ASSESSED,
            Entry::Plan => &facts::PLAN_MADE,
            Entry::Monitoring => &facts::MONITORED,
        }
    }
}

/// To which case an entry is moved.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct MoveForm {
    /// The case, where it was chosen from those on which the writer works.
    pub case: String,
    /// The number of the case where none was chosen: R7-0001; in any width, with or without the zeros, and
    /// without the year where one open case alone has that number.
    pub number: String,
    /// Why it is moved; it stays. At most 500 characters.
    pub reason: String,
}

const NOT_YOURS: Words = Words(
    "この記録を直せるのは、書いた人、主担当、この区域のスーパーバイザーです。",
    "Only who wrote it, the lead and the supervisor of this area may put this entry right.",
);

/// Whether the reader may put an entry right that somebody wrote.
pub(super) fn may_mend(ctx: &Ctx, sight: &access::Sight, writer: Id) -> bool {
    sight.may(Act::CORRECT) || (sight.may(Act::EDIT) && ctx.staff_id() == Some(writer))
}

/// The entries of a case that were struck out and that the reader may restore, the latest first.
pub(super) async fn list_restorable(
    ctx: &Ctx,
    conn: &mut Conn,
    case: &Case,
    sight: &access::Sight,
) -> Result<Vec<StruckEntry>> {
    // Nothing of a case that was struck out is restored by itself.
    if case.struck_at.is_some() {
        return Ok(Vec::new());
    }
    let mut struck = store::list_struck(ctx, conn, case.id).await?;
    struck.retain(|one| may_mend(ctx, sight, one.staff_id));
    Ok(struck)
}

/// An entry that the reader may put right.
pub(super) async fn get_mendable(ctx: &Ctx, conn: &mut Conn, case: Id, entry: Entry, id: Id) -> Result<EntryRow> {
    let sight = access::sight(ctx, conn, &CASE, case, &[Act::CORRECT, Act::EDIT]).await?;
    let row = store::get_entry(ctx, conn, case, entry, id).await?;
    if !may_mend(ctx, &sight, row.staff_id) {
        return Err(Error::Forbidden(NOT_YOURS.into()));
    }
    require_post(ctx)?;
    if store::is_struck(ctx, conn, case).await? {
        return Err(struck_out());
    }
    Ok(row)
}

/// The same of an entry that stands.
pub(super) async fn get_standing(ctx: &Ctx, conn: &mut Conn, case: Id, entry: Entry, id: Id) -> Result<EntryRow> {
    let row = get_mendable(ctx, conn, case, entry, id).await?;
    if row.struck_at.is_some() { Err(struck_out()) } else { Ok(row) }
}

/// The same of one that was struck out.
pub(super) async fn get_struck(ctx: &Ctx, conn: &mut Conn, case: Id, entry: Entry, id: Id) -> Result<EntryRow> {
    let row = get_mendable(ctx, conn, case, entry, id).await?;
    match row.struck_at {
        Some(_) => Ok(row),
        None => Err(Error::refused("この記録は、取り消されていません。", "This entry was not struck out.")),
    }
}

/// Strikes an entry out that never should have been written.
pub async fn strike_out(
    ctx: &Ctx,
    work: &mut Work,
    (case, entry, id): (Id, Entry, Id),
    form: &ReasonForm,
    seen: i64,
) -> Result<Outlook> {
    get_standing(ctx, work, case, entry, id).await?;
    let reason = check_reason(ctx, form)?;
    let mut outlook = Outlook::default();
    outlook.follow(
        "支援の画面と、人の記録に出なくなります。この画面は、見られる人がこれからも開けます。",
        "It goes from the page of the case and from the record of the person. Whoever may see it can still open this page.",
    );
    outlook.follow("数字から1件減ります。", "It is no longer counted in the figures.");
    follow_due(&mut outlook, entry);
    store::set_struck(ctx, work, (case, entry, id), Some(ctx.now()), seen).await?;
    fact::remove(ctx, work, id, entry.fact()).await?;
    recount(ctx, work, case, entry).await?;
    write(ctx, work, case, (entry, id), CorrectionStep::StruckOut, &reason, &outlook.changes).await?;
    Ok(outlook)
}

/// Brings an entry back that was struck out by mistake.
pub async fn restore(
    ctx: &Ctx,
    work: &mut Work,
    (case, entry, id): (Id, Entry, Id),
    form: &ReasonForm,
    seen: i64,
) -> Result<Outlook> {
    get_struck(ctx, work, case, entry, id).await?;
    let reason = check_reason(ctx, form)?;
    let mut outlook = Outlook::default();
    outlook.follow(
        "支援の画面、人の記録、数字に、元のとおりにもどります。",
        "It stands on the page of the case, in the record of the person and in the figures again, as before.",
    );
    follow_due(&mut outlook, entry);
    store::set_struck(ctx, work, (case, entry, id), None, seen).await?;
    recount(ctx, work, case, entry).await?;
    record_fact(ctx, work, case, entry, id).await?;
    write(ctx, work, case, (entry, id), CorrectionStep::Restored, &reason, &outlook.changes).await?;
    Ok(outlook)
}

/// Moves an entry to the case where it belongs, which is open and which the writer may change.
pub async fn move_to(
    ctx: &Ctx,
    work: &mut Work,
    (case, entry, id): (Id, Entry, Id),
    form: &MoveForm,
    seen: i64,
) -> Result<Outlook> {
    if !entry.is_moved() {
        return Err(Error::NotFound);
    }
    let row = get_standing(ctx, work, case, entry, id).await?;
    let mut check = Check::new(ctx);
    let chosen = check.id("case", &form.case);
    let number = check.text("number", &form.number, NUMBER);
    let reason = check.required("reason", &form.reason, correction::REASON);
    let target = find_target(ctx, work, &mut check, case, (chosen, &number)).await?;
    check.done()?;
    let from = store::get(ctx, work, case).await?;
    let to = get_for(ctx, work, given(target)?, Act::EDIT).await?;
    let named = store::list_person_ids(ctx, work, to.id).await?;
    let person = row.person_id.filter(|person| named.iter().any(|(id, _)| id == person));
    let mut outlook = Outlook { moved_to: Some(to.id), ..Outlook::default() };
    outlook.changes.record("case", Words("支援", "Case"), &CASE, Some(from.id), Some(to.id));
    outlook.follow(
        format!("「{} {}」から「{} {}」へ移ります。", from.number, from.title, to.number, to.title),
        format!("It moves from {} {} to {} {}.", from.number, from.title, to.number, to.title),
    );
    outlook.follow(
        "記録と、その訂正の記録は、移した先の支援を見られる人が読めるようになり、元の支援だけを見られる人は、すぐに読めなくなります。元の支援の訂正の記録には、移したことと理由だけが残ります。",
        "Those who may see the other case can read it and its corrections; those who may see this one alone no longer can. The corrections of this case keep only that it was moved, and why.",
    );
    if row.person_id.is_some() && person.is_none() {
        outlook.follow(
            "記録にある人は、移した先の支援に入っていないため、「だれと」が空になります。",
            "The person of the entry is not named in the other case, so that it names nobody there.",
        );
    }
    outlook.follow("数字は、移した先の支援として数え直されます。", "The figures count it with the other case.");
    follow_due(&mut outlook, entry);
    store::set_case(ctx, work, (case, entry, id), (to.id, person), seen).await?;
    recount(ctx, work, from.id, entry).await?;
    recount(ctx, work, to.id, entry).await?;
    record_fact(ctx, work, to.id, entry, id).await?;
    correction::move_entry(ctx, work, (entry.kind(), id), from.id, to.id).await?;
    write_departure(ctx, work, &from, &to, entry, &reason).await?;
    write(ctx, work, to.id, (entry, id), CorrectionStep::Moved, &reason, &outlook.changes).await?;
    Ok(outlook)
}

/// The open case that was chosen or named by its number.
async fn find_target(
    ctx: &Ctx,
    work: &mut Work,
    check: &mut Check<'_>,
    case: Id,
    (chosen, number): (Option<Id>, &str),
) -> Result<Option<Id>> {
    let mut found = match (chosen, number) {
        (Some(chosen), "") => {
            let sees = access::can_see(ctx, work, &CASE, chosen).await?;
            if sees && store::is_open(ctx, work, chosen).await? { vec![chosen] } else { Vec::new() }
        }
        (Some(_), _) => {
            check.put(
                "number",
                "上で選ぶか、番号を入れるか、どちらか1つにしてください。",
                "Either choose above or give a number, not both.",
            );
            return Ok(None);
        }
        (None, "") => {
            check.put(
                "number",
                "移す先の支援を選ぶか、番号を入れてください。",
                "Choose the other case, or give its number.",
            );
            return Ok(None);
        }
        (None, number) => find_numbered(ctx, work, number).await?,
    };
    found.retain(|target| *target != case);
    match found.as_slice() {
        [only] => Ok(Some(*only)),
        [] => {
            check.put(
                if number.is_empty() { "case" } else { "number" },
                "その番号の支援は見つかりません。いまと別の、続いている支援の番号を入れてください。",
                "No such case was found. Give the number of another case that is open.",
            );
            Ok(None)
        }
        _ => {
            check.put(
                "number",
                "同じ番号の支援が、年度のちがうものを合わせて2つ以上あります。R7-0001 のように、年も入れてください。",
                "Several cases have this number in different years. Give the year too: R7-0001.",
            );
            Ok(None)
        }
    }
}

/// Open cases by a number as people write it: in any width, with or without zeros, year or mark between.
async fn find_numbered(ctx: &Ctx, conn: &mut Conn, typed: &str) -> Result<Vec<Id>> {
    let folded = fold_number(typed);
    if let Some(exact) = store::find_numbered(ctx, conn, &folded).await? {
        return Ok(vec![exact]);
    }
    match parts_of(&folded) {
        Some(("", serial)) => store::list_numbered(ctx, conn, serial).await,
        Some((year, serial)) => {
            Ok(store::find_numbered(ctx, conn, &format!("{year}-{serial:04}")).await?.into_iter().collect())
        }
        None => Ok(Vec::new()),
    }
}

fn follow_due(outlook: &mut Outlook, entry: Entry) {
    match entry {
        Entry::Contact => outlook.follow(
            "約束した連絡の「済み」と、次の連絡の期限が数え直されます。",
            "Which promised contacts count as kept, and what is due next, is worked out anew.",
        ),
        Entry::Plan | Entry::Monitoring => outlook.follow(
            "次に見直す日は、残った中でいちばん新しい計画かモニタリングの日になります。",
            "The next review is that of the latest plan or monitoring that stands.",
        ),
        Entry::Assessment => {}
    }
}

/// What is due follows from the entries that stand.
pub(super) async fn recount(ctx: &Ctx, work: &mut Work, case: Id, entry: Entry) -> Result<()> {
    match entry {
        Entry::Contact => store::recount_promises(ctx, work, case).await,
        Entry::Plan | Entry::Monitoring => {
            let review = store::find_review(ctx, work, case).await?;
            store::set_review(ctx, work, case, review).await
        }
        Entry::Assessment => Ok(()),
    }
}

/// The fact of an entry as it stands, by whoever wrote it.
pub(super) async fn record_fact(ctx: &Ctx, work: &mut Work, case: Id, entry: Entry, id: Id) -> Result<()> {
    let case: Case = store::get(ctx, work, case).await?;
    let row = store::get_entry(ctx, work, case.id, entry, id).await?;
    let on = if entry == Entry::Plan { tokyo_date(row.created_at) } else { row.on };
    let mut fact = fact_of(ctx, work, &case, entry.fact(), on).await?.of_entry(id);
    fact.by = DoneBy::Known(Some(row.staff_id));
    fact.person = row.person_id.or(fact.person);
    fact.about = row.about;
    fact.method = row.method;
    fact::record(ctx, work, &fact).await
}

/// Writes the history of an entry into its case.
pub(super) async fn write(
    ctx: &Ctx,
    work: &mut Work,
    case: Id,
    (entry, id): (Entry, Id),
    step: CorrectionStep,
    reason: &str,
    changes: &Changes,
) -> Result<()> {
    let entry = Some((entry.kind(), id));
    let new = NewCorrection { record: (&CASE, case), entry, step, reason, changes };
    correction::record(ctx, work, &new).await?;
    ctx.wrote(&CASE, case);
    Ok(())
}

/// Writes into the case that an entry leaves what kind of entry left it, where to, and why. It names
/// no entry: what the entry said is no longer read here.
async fn write_departure(ctx: &Ctx, work: &mut Work, from: &Case, to: &Case, entry: Entry, reason: &str) -> Result<()> {
    let mut changes = Changes::default();
    let Words(ja, en) = entry.kind().name;
    changes.words("entry", Words("移した記録", "Entry moved"), &Text::new(ja, en), &Text::new("", ""));
    changes.record("case", Words("支援", "Case"), &CASE, Some(from.id), Some(to.id));
    let step = CorrectionStep::Moved;
    let new = NewCorrection { record: (&CASE, from.id), entry: None, step, reason, changes: &changes };
    correction::record(ctx, work, &new).await?;
    ctx.wrote(&CASE, from.id);
    Ok(())
}
