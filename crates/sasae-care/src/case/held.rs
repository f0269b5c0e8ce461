//! Cases and roles that lie with nobody: the lead no longer leads where the case lies, whoever has a role no longer
//! sees the case, or whoever was asked for one can no longer answer.

use sasae_core::id::Id;
use sasae_db::Conn;

use super::model::{LeadForm, RoleForm, RoleState};
use super::{CASE, ROLE, STEER, get_for, grounds, messages, store, team};
use crate::correction::{self, Changes, CorrectionStep, NewCorrection, ReasonForm, check_reason};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::handover::{self, Receiver};
use crate::lang::Words;
use crate::message::{self, NewMessage};
use crate::room::held::sees_to;
use crate::room::{DueKind, Heir, Held, HeldBy, HeldKind, PlacedBy};
use crate::staff;

/// A case whose lead may no longer lead it.
pub static LEADERLESS: HeldKind = HeldKind {
    due: DueKind {
        code: "case_held",
        words: Words("主担当のいない支援を引き継ぐ", "Take over a case without a lead"),
        why: Words("主担当の役職が終わったため", "The post of its lead has ended"),
        action: Words("引き継ぐ", "Take over"),
    },
    record: &CASE,
    passes: true,
};

/// A role whose holder no longer sees the case, or of somebody asked who can no longer answer.
pub static ROLE_HELD: HeldKind = HeldKind {
    due: DueKind {
        code: "role_held",
        words: Words("支援の役割を頼み直す", "Ask somebody else to take a role"),
        why: Words("役割の人の役職が終わったため", "The post of whoever has the role has ended"),
        action: Words("頼み直す", "Ask anew"),
    },
    record: &CASE,
    passes: true,
};

/// What this room tells of it.
pub const BY: HeldBy = HeldBy {
    kinds: &[&LEADERLESS, &ROLE_HELD],
    list: |ctx, conn, limit| {
        Box::pin(async move {
            match sees_to(ctx, &super::may::LEAD) {
                true => store::held::list(ctx, conn, limit).await,
                false => Ok(Vec::new()),
            }
        })
    },
    count: |ctx, conn| Box::pin(store::held::count(ctx, conn)),
    heirs: |ctx, conn, held| Box::pin(list_heirs(ctx, conn, held)),
    pass_on: |ctx, work, held, to, reason| Box::pin(pass_on(ctx, work, held, to, reason)),
};

/// Which cases name an area.
pub const PLACED: PlacedBy = PlacedBy {
    count: |ctx, conn, area| {
        Box::pin(async move { Ok(vec![(&CASE as _, store::held::count_in(ctx, conn, area).await?)]) })
    },
    resettle: |ctx, work, areas| {
        Box::pin(async move {
            for id in store::held::resettle(ctx, work, areas).await? {
                grounds::follow_case(ctx, work, id).await?;
                ctx.wrote(&CASE, id);
            }
            Ok(())
        })
    },
};

/// Those who may lead the case, or take the role.
async fn list_heirs(ctx: &Ctx, conn: &mut Conn, held: &Held) -> Result<Vec<Heir>> {
    let case = store::get(ctx, conn, held.record).await?;
    let leads = *held.kind == LEADERLESS;
    let function = if leads { super::may::LEAD.code } else { super::may::MEMBER.code };
    let mut heirs = Vec::new();
    for heir in staff::list_heirs(ctx, conn, case.area_id, held.holder_id, function).await? {
        let may = match leads {
            true => store::holders::may_lead(ctx, conn, case.id, heir.staff).await?,
            false => store::holders::may_join(ctx, conn, case.id, heir.staff).await?,
        };
        if may {
            heirs.push(heir);
        }
    }
    Ok(heirs)
}

async fn pass_on(ctx: &Ctx, work: &mut Work, held: &Held, to: Id, reason: &str) -> Result<()> {
    let done = match *held.kind == LEADERLESS {
        true => pass_lead(ctx, work, held.record, to, reason).await,
        false => pass_role(ctx, work, (held.record, held.item), to, reason).await,
    };
    match done {
        // The page of what lies with nobody has one field for who goes on.
        Err(Error::Invalid(fields)) => Err(Error::Invalid(fields.beside("staff", "item"))),
        other => other,
    }
}

/// Somebody else leads the case. What the old lead had promised lies with the new one.
async fn pass_lead(ctx: &Ctx, work: &mut Work, case: Id, to: Id, reason: &str) -> Result<()> {
    let before = get_for(ctx, work, case, STEER).await?;
    let form = LeadForm { staff: to.to_string(), organisation: String::new(), reason: reason.to_owned() };
    team::change_lead(ctx, work, case, &form, before.revision).await?;
    let after = store::get(ctx, work, case).await?;
    let mut changes = Changes::default();
    changes.text("lead", Words("主担当", "Lead"), &before.lead_name, &after.lead_name);
    write(ctx, work, (case, None), reason, &changes).await
}

/// Somebody else is asked to take a role: a request that nobody has answered goes to them; a role that somebody
/// had ends, and they are asked for the same.
async fn pass_role(ctx: &Ctx, work: &mut Work, (case, role): (Id, Id), to: Id, reason: &str) -> Result<()> {
    let case = get_for(ctx, work, case, STEER).await?;
    let reason = check_reason(ctx, &ReasonForm { reason: reason.to_owned() })?;
    let old = store::get_role(ctx, work, case.id, role).await?;
    let not_for_them = || {
        Error::field(
            "item",
            "この人には頼めません。ほかの人を選んでください。",
            "This person cannot be asked. Please choose someone else.",
        )
    };
    if !store::holders::may_join(ctx, work, case.id, to).await? {
        return Err(not_for_them());
    }
    if !old.is_current(ctx.today()) {
        return Err(Error::refused("この役割は、もう終わっています。", "This role has ended already."));
    }
    let now = staff::find_staff_name(ctx, work, to).await?.unwrap_or_default();
    let mut changes = Changes::default();
    changes.text("holder", Words("役割の人", "Whose role it is"), &old.who(), &now);
    let open = handover::find_open(ctx, work, role).await?;
    if old.state == RoleState::Asked
        && let Some(open) = open
    {
        store::held::set_asked(ctx, work, role, to).await?;
        grounds::follow_role(ctx, work, case.id, role).await?;
        let by = ctx.due("role_acknowledge", ctx.today())?;
        handover::redirect(ctx, work, open.id, &Receiver::Staff(to), (by, by)).await?;
        message::recall(ctx, work, open.id).await?;
        let message = NewMessage {
            occasion: &messages::ASKED,
            about: (&CASE, case.id),
            number: &case.number,
            handover: Some(open.id),
            due: Some(by),
        };
        message::send(ctx, work, &Receiver::Staff(to), &message).await?;
    } else {
        // Whoever had it could no longer do anything: it ended before today.
        let last = ctx.today().yesterday().unwrap_or(old.valid_from);
        store::set_role_state(ctx, work, &old, (RoleState::Accepted, old.staff_id), (old.valid_from, last)).await?;
        grounds::follow_role(ctx, work, case.id, role).await?;
        let due = old.due_on.map_or(ctx.today(), |due| due.max(ctx.today()));
        let form = RoleForm {
            staff: to.to_string(),
            organisation: String::new(),
            role: old.role.clone(),
            task: old.task.clone(),
            due_on: due.to_string(),
        };
        team::ask(ctx, work, case.id, &form).await?;
    }
    store::touch(ctx, work, case.id).await?;
    write(ctx, work, (case.id, Some(role)), &reason, &changes).await
}

async fn write(
    ctx: &Ctx,
    work: &mut Work,
    (case, role): (Id, Option<Id>),
    reason: &str,
    changes: &Changes,
) -> Result<()> {
    let entry = role.map(|role| (&ROLE as _, role));
    let new = NewCorrection { record: (&CASE, case), entry, step: CorrectionStep::Moved, reason, changes };
    correction::record(ctx, work, &new).await?;
    ctx.wrote(&CASE, case);
    Ok(())
}
