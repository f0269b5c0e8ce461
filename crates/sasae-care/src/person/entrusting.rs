//! A person is entrusted to a 民生委員 or 福祉協力員 for a time (#17).

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::Conn;

use super::model::{self, EntrustmentForm};
use super::{ENTRUST, PERSON, facts, require, store};
use crate::access;
use crate::area;
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::fact::{self, Fact};
use crate::ground::{self, Ground, HeldByPost};
use crate::profile::Reach;

/// Entrusts a person to someone who holds a post in the person's area today.
pub async fn entrust(ctx: &Ctx, work: &mut Work, person: Id, form: &EntrustmentForm) -> Result<Id> {
    require(ctx, work, person, ENTRUST).await?;
    require_place(ctx, work, person).await?;
    entrust_checked(ctx, work, person, form).await
}

/// The same where whoever asked had the right to entrust the person, and the one who acts accepts what was asked.
/// Where it cannot be (the person has left, it stands already), nothing is entrusted: what was accepted stands.
pub async fn entrust_as_asked(ctx: &Ctx, work: &mut Work, person: Id, form: &EntrustmentForm) -> Result<()> {
    match entrust_checked(ctx, work, person, form).await {
        Ok(_) | Err(Error::Refused(_) | Error::Invalid(_)) => Ok(()),
        Err(other) => Err(other),
    }
}

async fn entrust_checked(ctx: &Ctx, work: &mut Work, person: Id, form: &EntrustmentForm) -> Result<Id> {
    let new = model::check_entrustment(ctx, form)?;
    let record = store::get(ctx, work, person).await?;
    if record.left() {
        return Err(Error::refused(
            "亡くなった人や転出した人の見守りは託せません。",
            "Someone who has died or moved out cannot be entrusted.",
        ));
    }
    let posts = access::list_held_posts(work, ctx.tenant(), new.staff, ctx.today()).await?;
    let around = area::list_path(ctx, work, record.area_id).await?;
    let here =
        |post: &&crate::ctx::HeldPost| post.reach != Reach::Figures && around.iter().any(|area| area.id == post.area);
    let barred = store::restriction::is_barred(ctx, work, person, new.staff).await?;
    let Some(post) = posts.iter().find(here).filter(|_| !barred) else {
        return Err(Error::field(
            "staff",
            "この人の区域を今日担当している人の中から選んでください。",
            "Choose someone who holds a post in this person's area today.",
        ));
    };
    if store::entrustment::overlaps(ctx, work, person, &new).await? {
        return Err(store::entrustment::entrusted_already());
    }
    let id = ctx.new_id();
    store::entrustment::insert(ctx, work, id, person, &new).await?;
    follow_entrustments(ctx, work, person).await?;
    let mut fact = Fact::new(&facts::ENTRUSTED, new.from, (&PERSON, person)).of_entry(id);
    fact.area = Some(record.area_id);
    fact.person = Some(person);
    fact.household = store::household::find_of(ctx, work, person).await?;
    fact.about.clone_from(&post.role);
    fact::record(ctx, work, &fact).await?;
    ctx.wrote(&PERSON, person);
    Ok(id)
}

/// Who goes from door to door around a person would tell where somebody lives whose address is hidden.
pub(in crate::person) async fn require_place(ctx: &Ctx, conn: &mut Conn, person: Id) -> Result<()> {
    if access::shows_place(ctx, conn, &PERSON, person).await? {
        return Ok(());
    }
    Err(Error::refused(
        "住所を出していない人の見守りは、住所を見られる人（権利擁護の担当者・支援チーム）が託します。",
        "The address is hidden: those who may see it, in charge of protection or in the case team, entrust this person.",
    ))
}

/// Whoever a person is entrusted to sees the person as long as it lasts.
pub async fn follow_entrustments(ctx: &Ctx, work: &mut Work, person: Id) -> Result<()> {
    for (entrustment, holder, from, to) in store::entrustment::list_periods(ctx, work, person).await? {
        // Only a post around the person as they live today: whoever moves leaves the hands of the old area.
        let posts = store::entrustment::list_posts_for(ctx, work, person, holder).await?;
        let by = HeldByPost::of(&posts);
        let adrift = by == HeldByPost::Lapsed;
        let ground =
            Ground { holder, kind: &PERSON, record: person, reason: "entrusted", opens_address: false, by, from, to };
        ground::replace(ctx, work, entrustment, &[ground]).await?;
        store::entrustment::set_adrift(ctx, work, entrustment, adrift).await?;
    }
    Ok(())
}

/// Ends an entrustment; `on` is its last day.
pub async fn end_entrustment(ctx: &Ctx, work: &mut Work, person: Id, entrustment: Id, on: Date) -> Result<()> {
    require(ctx, work, person, ENTRUST).await?;
    store::entrustment::end_on(ctx, work, person, entrustment, on).await?;
    follow_entrustments(ctx, work, person).await?;
    ctx.wrote(&PERSON, person);
    Ok(())
}
