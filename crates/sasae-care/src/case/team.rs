//! Lead and team: who is asked for what until when, who accepted, and the
//! moment when all of it is agreed (#29).

use jiff::ToSpan;
use jiff::civil::Date;
use sasae_core::clock::tokyo_date;
use sasae_core::id::Id;
use sasae_db::Conn;

use super::model::{self, AnswerForm, LeadForm, RoleForm, RoleState};
use super::opening::{lead_organisation, not_a_lead};
use super::store::{self, Case, Role, RoleEntry};
use super::{STEER, fact_of, facts, get_for, grounds, messages, not_open, require_post};
use crate::access::{self, Act};
use crate::case::{CASE, ROLE};
use crate::ctx::{Actor, Ctx, Work};
use crate::error::{Error, Result};
use crate::fact::{self, DoneBy};
use crate::handover::{self, Handover, NewHandover, Outcome, Receiver};
use crate::message::{self, NewMessage};
use crate::staff;

/// Asks a person or an organisation to take a role. A person who is asked sees
/// the case from now on, so that they can decide; of an organisation nobody
/// does until one of its staff accepts. Who asks oneself has accepted.
pub async fn ask(ctx: &Ctx, work: &mut Work, case: Id, form: &RoleForm) -> Result<Id> {
    let case = get_for(ctx, work, case, STEER).await?;
    let new = model::check_role(ctx, form)?;
    if let Some(staff) = new.staff
        && !store::holders::may_join(ctx, work, case.id, staff).await?
    {
        return Err(Error::field(
            "staff",
            "この人には頼めません。ほかの人を選んでください。",
            "This person cannot be asked. Please choose someone else.",
        ));
    }
    if let Some(organisation) = new.organisation
        && staff::find_organisation(ctx, work, organisation).await?.is_none()
    {
        return Err(Error::field("organisation", "選び直してください。", "Please choose again."));
    }
    let same = |role: &Role| {
        role.is_current(ctx.today())
            && role.role == new.role
            && role.staff_id == new.staff
            && (new.staff.is_some() || role.organisation_id == new.organisation)
    };
    if store::list_roles(ctx, work, case.id).await?.iter().any(|role| same(role) && role.done_on.is_none()) {
        return Err(Error::field(
            "role",
            "同じ役割を、もう頼んでいます。",
            "They have been asked for this role already.",
        ));
    }
    let own = new.staff.is_some() && new.staff == ctx.staff_id();
    let id = ctx.new_id();
    let entry = RoleEntry {
        id,
        case: case.id,
        staff: new.staff,
        organisation: new.organisation,
        role: &new.role,
        task: &new.task,
        state: if own { RoleState::Accepted } else { RoleState::Asked },
        due_on: Some(new.due_on),
        reason: "",
        unseen: false,
    };
    store::insert_role(ctx, work, &entry).await?;
    grounds::follow_role(ctx, work, case.id, id).await?;
    if !own {
        let to = match (new.staff, new.organisation) {
            (Some(staff), _) => Receiver::Staff(staff),
            (None, Some(organisation)) => Receiver::Organisation(organisation),
            (None, None) => return Err(Error::internal("a role without a receiver passed its check")),
        };
        let by = ctx.due("role_acknowledge", ctx.today())?;
        let from_label = match ctx.actor() {
            Actor::Staff(staff) => staff.name.clone(),
            Actor::Public | Actor::System(_) => case.lead_name.clone(),
        };
        let handover = NewHandover {
            kind: "role",
            subject: (&ROLE, id),
            from_label,
            to,
            acknowledge_by: by,
            answer_by: by,
            keeper: Some(case.lead_staff),
        };
        let handed_on = handover::hand_on(ctx, work, &handover).await?;
        let message = NewMessage {
            occasion: &messages::ASKED,
            about: (&CASE, case.id),
            number: &case.number,
            handover: Some(handed_on),
            due: Some(by),
        };
        message::send(ctx, work, &handover.to, &message).await?;
    }
    store::touch(ctx, work, case.id).await?;
    ctx.wrote(&CASE, case.id);
    Ok(id)
}

/// Accepts or declines a role: only the person asked, or for an organisation one
/// of its staff, who then has the role. Who declines no longer sees the case.
pub async fn answer_role(ctx: &Ctx, work: &mut Work, case: Id, role: Id, form: &AnswerForm) -> Result<()> {
    let me = ctx.staff()?.staff;
    let role = find_asked(ctx, work, case, role, me).await?;
    require_post(ctx)?;
    if !store::hold_open(ctx, work, case).await? {
        return Err(not_open(ctx, work, case).await);
    }
    if role.state != RoleState::Asked {
        return Err(answered());
    }
    let (accepts, note) = model::check_answer(ctx, form)?;
    let today = ctx.today();
    let changed = if accepts {
        if !store::holders::may_join(ctx, work, case, me).await? {
            return Err(Error::refused(
                "いまの役職では、支援の役割を引き受けられません。",
                "Your posts of today do not let you take a role in a case.",
            ));
        }
        let from = if role.staff_id.is_some() { role.valid_from } else { today };
        store::set_role_state(ctx, work, &role, (RoleState::Accepted, Some(me)), (from, role.valid_to)).await?
    } else {
        let last = today.saturating_sub(1.day());
        store::set_role_state(ctx, work, &role, (RoleState::Declined, role.staff_id), (role.valid_from, last)).await?
    };
    if changed == 0 {
        return Err(answered());
    }
    grounds::follow_role(ctx, work, case, role.id).await?;
    if let Some(open) = handover::find_open(ctx, work, role.id).await? {
        let outcome = if accepts { Outcome::Accepted } else { Outcome::Declined };
        handover::answer(ctx, work, open.id, outcome, &note).await?;
        message::recall(ctx, work, open.id).await?;
        if let Some(asker) = open.from_staff {
            let message = NewMessage {
                occasion: &messages::ANSWERED,
                about: (&CASE, case),
                number: "",
                handover: Some(open.id),
                due: None,
            };
            message::send(ctx, work, &Receiver::Staff(asker), &message).await?;
        }
    }
    store::touch(ctx, work, case).await?;
    ctx.wrote(&CASE, case);
    Ok(())
}

fn answered() -> Error {
    Error::refused("この役割には、もう返事がされています。", "This role has been answered already.")
}

/// The role, for the one who was asked. Others who see the case are told who
/// may answer; for everyone else there is nothing here.
async fn find_asked(ctx: &Ctx, work: &mut Work, case: Id, role: Id, me: Id) -> Result<Role> {
    let sees = access::can_see(ctx, work, &CASE, case).await?;
    let request = store::find_request(ctx, work, case).await?;
    if !sees && request.is_none() {
        return Err(Error::NotFound);
    }
    let role = store::get_role(ctx, work, case, role).await;
    if !sees && role.as_ref().is_ok_and(|role| role.staff_id.is_some()) {
        return Err(Error::NotFound);
    }
    let role = role?;
    let asked = match (role.staff_id, role.organisation_id) {
        (Some(staff), _) => staff == me,
        (None, Some(organisation)) => staff::find_own_organisation(ctx, work, me).await? == Some(organisation),
        (None, None) => false,
    };
    match (asked, sees) {
        (true, _) => Ok(role),
        (false, false) => Err(Error::NotFound),
        (false, true) => Err(Error::Forbidden(crate::lang::Text::new(
            "返事ができるのは、頼まれた人か、頼まれた機関の職員です。",
            "Only the person asked, or the staff of the organisation asked, may answer.",
        ))),
    }
}

/// A role of an open case, for those who decide on its roles, and for whoever has accepted this one.
async fn get_own_or_steered(ctx: &Ctx, work: &mut Work, case: Id, role: Id) -> Result<(Case, Role)> {
    let steers = access::allowed(ctx, work, &CASE, case, STEER).await?;
    let case = get_for(ctx, work, case, if steers { STEER } else { Act::EDIT }).await?;
    let role = store::get_role(ctx, work, case.id, role).await?;
    if steers || role.is_held_by(ctx.staff_id()) {
        return Ok((case, role));
    }
    Err(Error::Forbidden(STEER.refusal.into()))
}

/// What a role asked is done, as whoever has it or decides on the roles says.
pub async fn done_role(ctx: &Ctx, work: &mut Work, case: Id, role: Id, on: Date) -> Result<()> {
    let (case, role) = get_own_or_steered(ctx, work, case, role).await?;
    if role.state != RoleState::Accepted {
        return Err(Error::refused(
            "引き受けられていない役割は、済みにできません。",
            "A role that has not been accepted cannot be done.",
        ));
    }
    if on > ctx.today() {
        return Err(Error::field(
            "on",
            "先の日付になっています。行った日を入れてください。",
            "This date is in the future. Give the day on which it was done.",
        ));
    }
    if !store::set_done(ctx, work, role.id, on).await? {
        return Err(Error::refused("この役割は、もう済んでいます。", "This role has been done already."));
    }
    ctx.wrote(&CASE, case.id);
    Ok(())
}

/// Withdraws a role that nobody answered, or ends one that was accepted; whoever has accepted one may leave it.
/// The lead's own role ends with a new lead only.
pub async fn end_role(ctx: &Ctx, work: &mut Work, case: Id, role: Id) -> Result<()> {
    let (case, role) = get_own_or_steered(ctx, work, case, role).await?;
    if role.role == "lead" {
        return Err(Error::refused(
            "主担当の役割は、「主担当を替える」で終わります。",
            "The lead's role ends with “Change the lead”.",
        ));
    }
    if !role.is_current(ctx.today()) {
        return Err(Error::refused("この役割は、もう終わっています。", "This role has ended already."));
    }
    let asked = role.state == RoleState::Asked;
    let (state, last) = if asked {
        (RoleState::Withdrawn, ctx.today().saturating_sub(1.day()))
    } else {
        (RoleState::Accepted, ctx.today())
    };
    if store::set_role_state(ctx, work, &role, (state, role.staff_id), (role.valid_from, last)).await? == 0 {
        return Err(answered());
    }
    grounds::follow_role(ctx, work, case.id, role.id).await?;
    if let Some(open) = handover::find_open(ctx, work, role.id).await? {
        handover::withdraw(ctx, work, open.id).await?;
        message::recall(ctx, work, open.id).await?;
    }
    store::touch(ctx, work, case.id).await?;
    ctx.wrote(&CASE, case.id);
    Ok(())
}

/// Lead and roles are agreed: nobody is still to answer. The days since the
/// intake become a figure.
pub async fn agree(ctx: &Ctx, work: &mut Work, case: Id, seen: i64) -> Result<()> {
    let case = get_for(ctx, work, case, STEER).await?;
    if case.revision != seen {
        return Err(Error::Stale { now: case.revision });
    }
    if case.agreed_at.is_some() {
        return Err(Error::refused("主担当と役割は、もう決まっています。", "Lead and roles have been agreed already."));
    }
    if !store::list_roles_asked(ctx, work, case.id).await?.is_empty() {
        return Err(Error::refused(
            "まだ返事を待っている役割があります。返事がそろってから決めるか、頼むのを取りやめてください。",
            "A role still waits for an answer. Wait for it, or withdraw the request.",
        ));
    }
    store::set_agreed(ctx, work, case.id, seen).await?;
    let mut fact = fact_of(ctx, work, &case, &facts::ROLES_AGREED, ctx.today()).await?;
    fact.quantity = i64::from((ctx.today() - tokyo_date(case.intake_at)).get_days());
    fact.by = DoneBy::Known(Some(case.lead_staff));
    fact::record(ctx, work, &fact).await?;
    ctx.wrote(&CASE, case.id);
    Ok(())
}

/// Another lead from today, for a reason that stays: the old lead's role ends, the new one's begins. Who did not
/// take it over in person is told, and finds it in 今日 until they have taken note.
pub async fn change_lead(ctx: &Ctx, work: &mut Work, case: Id, form: &LeadForm, seen: i64) -> Result<()> {
    let case = get_for(ctx, work, case, STEER).await?;
    let new = model::check_lead(ctx, form)?;
    if !store::holders::may_lead(ctx, work, case.id, new.staff).await? {
        return Err(not_a_lead("staff"));
    }
    let organisation = lead_organisation(ctx, work, "organisation", new.organisation, new.staff).await?;
    if new.staff == case.lead_staff && organisation == case.lead_organisation {
        return Err(Error::field("staff", "いまの主担当と同じです。", "This is the present lead already."));
    }
    store::set_lead(ctx, work, case.id, (new.staff, organisation), seen).await?;
    let today = ctx.today();
    for role in store::list_roles(ctx, work, case.id).await? {
        if role.role == "lead" && role.is_current(today) {
            // A lead of a single day keeps that day; the new one begins on it too.
            let last = if role.valid_from < today { today.saturating_sub(1.day()) } else { today };
            let period = (role.valid_from, last);
            store::set_role_state(ctx, work, &role, (RoleState::Accepted, role.staff_id), period).await?;
        }
    }
    let entry = RoleEntry {
        id: ctx.new_id(),
        case: case.id,
        staff: Some(new.staff),
        organisation,
        role: "lead",
        task: "",
        state: RoleState::Accepted,
        due_on: None,
        reason: &new.reason,
        unseen: ctx.staff_id() != Some(new.staff),
    };
    store::insert_role(ctx, work, &entry).await?;
    grounds::follow_case(ctx, work, case.id).await?;
    messages::tell_lead(ctx, work, &case, new.staff).await?;
    ctx.wrote(&CASE, case.id);
    Ok(())
}

/// The lead, whom somebody else chose, has taken note; a second time changes nothing.
pub async fn note_lead(ctx: &Ctx, work: &mut Work, case: Id) -> Result<()> {
    access::require_sight(ctx, work, &CASE, case).await?;
    let me = ctx.staff()?.staff;
    if !store::list_roles(ctx, work, case).await?.iter().any(|role| role.leads_unseen(me, ctx.today())) {
        return Err(Error::refused(
            "確かめることは、ありません。主担当の本人だけが押せます。",
            "There is nothing to take note of. Only the lead may.",
        ));
    }
    store::set_lead_seen(ctx, work, case, me).await?;
    ctx.wrote(&CASE, case);
    Ok(())
}

/// Every hand-over of the case's roles, oldest first, for its page and the thread.
/// The caller has checked that the reader may see the case.
pub async fn handovers_of(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<Vec<(Id, Handover)>> {
    let mut found = Vec::new();
    for role in store::list_roles(ctx, conn, case).await? {
        // Only what was asked of somebody was handed over.
        if role.role != "lead" {
            let handovers = handover::list_of(ctx, conn, role.id).await?;
            found.extend(handovers.into_iter().map(|handover| (role.id, handover)));
        }
    }
    Ok(found)
}
