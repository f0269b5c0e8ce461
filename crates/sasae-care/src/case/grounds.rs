//! Who sees what because of a case team: the case, the persons whom it names, and the consultation
//! from which it came, as long as the case names the person whom that is about. Whoever is only asked sees
//! them too, for a reason of their own: to be able to decide. Of a case that was struck out
//! only its leads still see the case itself, so that they can restore it.

use sasae_core::id::Id;

use super::CASE;
use super::model::RoleState;
use super::store::{self, Role};
use crate::access::Kind;
use crate::consultation::{self, CONSULTATION};
use crate::ctx::{Ctx, Work};
use crate::error::Result;
use crate::ground::{self, Ground, HeldByPost};
use crate::person::PERSON;

/// The reason of whoever has a role, as the policies name it.
const TEAM: &str = "team";
/// The reason of whoever is asked for one and has not answered.
const ASKED: &str = "asked";

/// Writes anew what follows from one role of a case.
pub async fn follow_role(ctx: &Ctx, work: &mut Work, case: Id, role: Id) -> Result<()> {
    let role = store::get_role(ctx, work, case, role).await?;
    let covered = list_covered(ctx, work, case).await?;
    write(ctx, work, &role, &covered).await
}

/// Writes anew what follows from every role of a case: after a change of the persons named, or
/// when all roles end.
pub async fn follow_case(ctx: &Ctx, work: &mut Work, case: Id) -> Result<()> {
    let covered = list_covered(ctx, work, case).await?;
    for role in store::list_roles(ctx, work, case).await? {
        write(ctx, work, &role, &covered).await?;
    }
    Ok(())
}

/// Writes anew what follows where a consultation is about somebody else than before.
pub async fn follow_record(ctx: &Ctx, work: &mut Work, kind: Kind, id: Id) -> Result<()> {
    if *kind == CONSULTATION
        && let Some(case) = store::find_of_consultation(ctx, work, id).await?
    {
        follow_case(ctx, work, case).await?;
    }
    Ok(())
}

/// What a team sees.
struct Covered {
    /// The case comes first.
    records: Vec<(Kind, Id)>,
    /// The case was struck out.
    struck: bool,
}

async fn list_covered(ctx: &Ctx, work: &mut Work, case: Id) -> Result<Covered> {
    let (named, consultation) = store::list_covered(ctx, work, case).await?;
    let mut records: Vec<(Kind, Id)> = vec![(&CASE, case)];
    records.extend(named.iter().map(|person| (&PERSON as Kind, *person)));
    if let Some(consultation) = consultation {
        let about = consultation::person_of(ctx, work, consultation).await?;
        if about.is_none_or(|person| named.contains(&person)) {
            records.push((&CONSULTATION, consultation));
        }
    }
    Ok(Covered { records, struck: store::is_struck(ctx, work, case).await? })
}

async fn write(ctx: &Ctx, work: &mut Work, role: &Role, covered: &Covered) -> Result<()> {
    let records = match (covered.struck, role.role.as_str()) {
        (false, _) => &covered.records[..],
        (true, "lead") => &covered.records[..1],
        (true, _) => &[],
    };
    let reason = if role.state == RoleState::Asked { ASKED } else { TEAM };
    let by = match role.staff_id {
        Some(holder) => held_by(ctx, work, role, holder).await?,
        None => HeldByPost::Lapsed,
    };
    let by = &by;
    let grounds: Vec<Ground> = role
        .staff_id
        .into_iter()
        .flat_map(|holder| {
            records.iter().map(move |(kind, record)| Ground {
                holder,
                kind,
                record: *record,
                reason,
                opens_address: reason == TEAM,
                by: by.clone(),
                from: role.valid_from,
                to: role.valid_to,
            })
        })
        .collect();
    ground::replace(ctx, work, role.id, &grounds).await
}

/// The post by which somebody has a role. A lead leads by a post to lead around the case; whoever has another role
/// has it by the post of the day on which they got it, and loses it with that one, also where they get another.
async fn held_by(ctx: &Ctx, work: &mut Work, role: &Role, holder: Id) -> Result<HeldByPost> {
    let leads = role.role == "lead";
    if !leads && let Some(by) = ground::find_by(ctx, work, role.id, holder).await? {
        return Ok(by);
    }
    let posts = store::holders::list_posts_for(ctx, work, role.case_id, holder, leads).await?;
    if posts.is_empty()
        && let Some(by) = ground::find_by(ctx, work, role.id, holder).await?
    {
        return Ok(by);
    }
    Ok(HeldByPost::of(&posts))
}
