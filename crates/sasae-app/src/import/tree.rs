//! The tree of areas while a list is being taken in: what is there, what a row
//! changes, and what follows when an area is cut anew.

use jiff::civil::Date;
use sasae_core::fold::fold_name;
use sasae_core::id::Id;
use sasae_sheet::Reason;

use crate::area::AREA;
use crate::area::BEGINNING;
use crate::area::store::{self, Area, AreaDetail, Parent, TownArea};
use crate::ctx::{Ctx, Work};
use crate::error::Result;
use crate::tenancy::FOREVER;
use crate::{room, staff};

/// An area as a row describes it.
#[derive(Debug, Clone, Default)]
pub(super) struct AreaRow {
    /// Code of the tier.
    pub tier: String,
    /// The municipality's own code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Reading; empty where the list has none.
    pub kana: String,
    /// Households, where the list says.
    pub households: Option<i64>,
    /// First day, where the list says.
    pub from: Option<Date>,
    /// Last day, where the list says.
    pub to: Option<Date>,
    /// The area above and the hierarchy.
    pub parent: Option<(Id, String)>,
    /// Towns that belong to it; `None` where the list does not say.
    pub towns: Option<Vec<Id>>,
    /// Which area goes on where this one ends, by code or name, where the list says.
    pub successor: String,
}

/// What a row did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Put {
    /// A new area, or a new cut of one.
    New,
    /// Something about it changed.
    Changed,
    /// It was all there already.
    Same,
}

/// The tree and what was changed in it.
pub(super) struct Tree {
    pub areas: Vec<AreaDetail>,
    parents: Vec<Parent>,
    town_areas: Vec<TownArea>,
    changed: bool,
    /// Areas that this list has ended, each with its last day.
    pub ended: Vec<(Id, Date)>,
    /// Areas that this list has made.
    begun: Vec<Id>,
}

impl Tree {
    /// The tree of every time.
    pub async fn load(ctx: &Ctx, work: &mut Work) -> Result<Tree> {
        Ok(Tree {
            areas: store::list_all(ctx, work).await?,
            parents: store::list_parents(ctx, work).await?,
            town_areas: store::list_town_areas(ctx, work).await?,
            changed: false,
            ended: Vec::new(),
            begun: Vec::new(),
        })
    }

    /// Rebuilds the closure if anything changed. Call it at the end.
    pub async fn finish(self, ctx: &Ctx, work: &mut Work) -> Result<()> {
        if self.changed { store::rebuild_within(ctx, work).await } else { Ok(()) }
    }

    /// Takes an area in: a new one, a correction, or a new cut from a later day
    /// on, which ends the old area the day before. The outer error is the
    /// database's, the inner one the row's.
    pub async fn put(
        &mut self,
        ctx: &Ctx,
        work: &mut Work,
        wanted: &AreaRow,
    ) -> Result<std::result::Result<(Id, Put), Reason>> {
        let mut versions: Vec<AreaDetail> =
            self.areas.iter().filter(|area| area.tier == wanted.tier && area.code == wanted.code).cloned().collect();
        versions.sort_by_key(|area| area.valid_from);
        let Some(from) = wanted.from else {
            return self.put_undated(ctx, work, &versions, wanted).await;
        };
        if let Some(founded) = self.find_founded(ctx, &versions, wanted, from).cloned() {
            return self.found(ctx, work, founded, wanted, from).await;
        }
        let next = versions.iter().map(|area| area.valid_from).find(|day| *day > from);
        let to = wanted.to.unwrap_or(FOREVER).min(next.map_or(FOREVER, before));
        if to < from {
            return Ok(Err(ends_before(to, from)));
        }
        if let Some(same) = versions.iter().find(|area| area.valid_from == from) {
            let (id, put) = self.correct(ctx, work, same.clone(), wanted).await?;
            let put = self.set_end(ctx, work, (id, same.valid_to), wanted.to.map(|_| to), put).await?;
            return Ok(Ok((id, put)));
        }
        match versions.iter().find(|area| area.valid_from < from && from <= area.valid_to) {
            Some(old) => {
                let to = if wanted.to.is_some() { to } else { to.min(old.valid_to) };
                self.cut_anew(ctx, work, old.clone(), wanted, (from, to)).await.map(Ok)
            }
            None => self.insert(ctx, work, wanted, (from, to)).await.map(Ok),
        }
    }

    /// A row without a first day is about the area of today. An end day ends it, whether or not the list says
    /// since when it exists.
    async fn put_undated(
        &mut self,
        ctx: &Ctx,
        work: &mut Work,
        versions: &[AreaDetail],
        wanted: &AreaRow,
    ) -> Result<std::result::Result<(Id, Put), Reason>> {
        let today = ctx.today();
        let current = versions.iter().find(|a| a.valid_from <= today && today <= a.valid_to);
        let Some(found) = current.or(versions.last()).cloned() else {
            let to = wanted.to.unwrap_or(FOREVER);
            if to < BEGINNING {
                return Ok(Err(ends_before(to, BEGINNING)));
            }
            return self.insert(ctx, work, wanted, (BEGINNING, to)).await.map(Ok);
        };
        let next = versions.iter().map(|area| area.valid_from).find(|day| *day > found.valid_from);
        let to = wanted.to.map(|to| to.min(next.map_or(FOREVER, before)));
        if let Some(to) = to.filter(|to| *to < found.valid_from) {
            return Ok(Err(ends_before(to, found.valid_from)));
        }
        let until = found.valid_to;
        let (id, put) = self.correct(ctx, work, found, wanted).await?;
        self.set_end(ctx, work, (id, until), to, put).await.map(|put| Ok((id, put)))
    }

    /// The area of which a row says since when it exists, and nothing else that is new: the first of its code,
    /// whose day was not known or is now said to be earlier. With another name or in another place it was cut
    /// anew on that day, and a day to come is a new cut, whatever it is called.
    fn find_founded<'v>(
        &self,
        ctx: &Ctx,
        versions: &'v [AreaDetail],
        wanted: &AreaRow,
        from: Date,
    ) -> Option<&'v AreaDetail> {
        let first = versions.first().filter(|_| from <= ctx.today())?;
        let late = first.valid_from == BEGINNING && from > first.valid_from && from <= first.valid_to;
        let same_name = fold_name(&first.name) == fold_name(&wanted.name);
        let same_place = wanted.parent.as_ref().is_none_or(|(parent, hierarchy)| {
            let mut above = self.parents.iter().filter(|p| p.child == first.id && p.hierarchy == *hierarchy);
            above.any(|p| p.parent == *parent && p.valid_to >= first.valid_to)
        });
        ((late || from < first.valid_from) && same_name && same_place).then_some(first)
    }

    /// Writes since when an area exists; whatever lies in it stays as it is.
    async fn found(
        &mut self,
        ctx: &Ctx,
        work: &mut Work,
        area: AreaDetail,
        wanted: &AreaRow,
        from: Date,
    ) -> Result<std::result::Result<(Id, Put), Reason>> {
        let until = area.valid_to;
        if let Some(to) = wanted.to.filter(|to| *to < from) {
            return Ok(Err(ends_before(to, from)));
        }
        store::set_first_day(ctx, work, area.id, (area.valid_from, from)).await?;
        ctx.wrote(&AREA, area.id);
        self.changed = true;
        let old = area.valid_from;
        let founded = AreaDetail { valid_from: from, ..area };
        for known in self.areas.iter_mut().filter(|known| known.id == founded.id) {
            known.valid_from = from;
        }
        if from < old {
            for link in self.parents.iter_mut().filter(|p| p.child == founded.id && p.valid_from == old) {
                link.valid_from = from;
            }
        }
        let (id, _) = self.correct(ctx, work, founded, wanted).await?;
        let to = wanted.to.map(|to| to.min(until));
        self.set_end(ctx, work, (id, until), to, Put::Changed).await.map(|put| Ok((id, put)))
    }

    /// Lets an area end on the day that the list says, earlier or later than it was known.
    async fn set_end(
        &mut self,
        ctx: &Ctx,
        work: &mut Work,
        (id, old): (Id, Date),
        said: Option<Date>,
        put: Put,
    ) -> Result<Put> {
        let Some(last) = said.filter(|last| *last != old) else { return Ok(put) };
        if last < old {
            self.end(ctx, work, id, last).await?;
            self.ended.push((id, last));
            return Ok(Put::Changed);
        }
        store::lengthen_area(ctx, work, id, (old, last)).await?;
        ctx.wrote(&AREA, id);
        self.changed = true;
        for area in self.areas.iter_mut().filter(|area| area.id == id) {
            area.valid_to = last;
        }
        for link in self.parents.iter_mut().filter(|p| (p.child == id || p.parent == id) && p.valid_to == old) {
            link.valid_to = last;
        }
        Ok(Put::Changed)
    }

    /// The areas of the same tier that a text names and that go on after an area has ended.
    pub fn find_named(&self, of: Id, written: &str) -> Vec<Id> {
        let Some(old) = self.areas.iter().find(|area| area.id == of) else { return Vec::new() };
        let key = fold_name(written);
        let goes_on = |area: &&AreaDetail| area.id != of && area.tier == old.tier && area.valid_to > old.valid_to;
        let all: Vec<&AreaDetail> = self.areas.iter().filter(goes_on).collect();
        let by_code: Vec<Id> = all.iter().filter(|area| area.code == written.trim()).map(|area| area.id).collect();
        if !by_code.is_empty() {
            return by_code;
        }
        all.iter().filter(|area| fold_name(&area.name) == key).map(|area| area.id).collect()
    }

    /// The one new area of this list that begins where another ends, in the same place: the likely successor.
    pub fn find_likely(&self, of: Id, last: Date) -> Option<Id> {
        let old = self.areas.iter().find(|area| area.id == of)?;
        let above = |id: Id| self.parents.iter().filter(move |p| p.child == id).map(|p| p.parent);
        let likely = |area: &&AreaDetail| {
            area.tier == old.tier
                && before(area.valid_from) == last
                && self.begun.contains(&area.id)
                && above(area.id).any(|parent| above(of).any(|old| old == parent))
        };
        let mut found = self.areas.iter().filter(likely);
        found.next().filter(|_| found.next().is_none()).map(|area| area.id)
    }

    /// What an area is called.
    pub fn name_of(&self, id: Id) -> &str {
        self.areas.iter().find(|area| area.id == id).map_or("", |area| area.name.as_str())
    }

    /// Another area goes on where one has ended.
    pub async fn succeed(&mut self, ctx: &Ctx, work: &mut Work, old: Id, new: Id) -> Result<()> {
        staff::succeed(ctx, work, old, new).await?;
        self.parents = store::list_parents(ctx, work).await?;
        self.town_areas = store::list_town_areas(ctx, work).await?;
        self.changed = true;
        Ok(())
    }

    async fn insert(
        &mut self,
        ctx: &Ctx,
        work: &mut Work,
        wanted: &AreaRow,
        (from, to): (Date, Date),
    ) -> Result<(Id, Put)> {
        let detail = AreaDetail {
            id: ctx.new_id(),
            tier: wanted.tier.clone(),
            code: wanted.code.clone(),
            name: wanted.name.clone(),
            kana: wanted.kana.clone(),
            households: wanted.households,
            valid_from: from,
            valid_to: to,
        };
        let area = Area {
            id: detail.id,
            tier: detail.tier.clone(),
            code: detail.code.clone(),
            name: detail.name.clone(),
            valid_from: from,
            valid_to: to,
        };
        store::insert_area(ctx, work, &area, &detail.kana, detail.households).await?;
        ctx.wrote(&AREA, area.id);
        self.begun.push(area.id);
        self.areas.push(detail);
        self.changed = true;
        if let Some((parent, hierarchy)) = &wanted.parent {
            self.hang(ctx, work, area.id, (*parent, hierarchy), (from, to)).await?;
        }
        for town in wanted.towns.iter().flatten() {
            self.link_town(ctx, work, *town, area.id, (from, to)).await?;
        }
        Ok((area.id, Put::New))
    }

    async fn correct(&mut self, ctx: &Ctx, work: &mut Work, found: AreaDetail, wanted: &AreaRow) -> Result<(Id, Put)> {
        let mut put = Put::Same;
        let kana = if wanted.kana.is_empty() { found.kana.clone() } else { wanted.kana.clone() };
        let households = wanted.households.or(found.households);
        if found.name != wanted.name || found.kana != kana || found.households != households {
            store::change_area(ctx, work, found.id, (&wanted.name, &kana), households).await?;
            if let Some(area) = self.areas.iter_mut().find(|area| area.id == found.id) {
                area.name.clone_from(&wanted.name);
                area.kana = kana;
                area.households = households;
            }
            put = Put::Changed;
        }
        if let Some((parent, hierarchy)) = &wanted.parent {
            let above: Vec<Parent> = self
                .parents
                .iter()
                .filter(|p| p.child == found.id && p.hierarchy == *hierarchy && p.valid_to >= found.valid_to)
                .cloned()
                .collect();
            if !above.iter().any(|p| p.parent == *parent) {
                // A list without a date of its own says how it has always been.
                for wrong in above {
                    self.unhang(ctx, work, &wrong, before(found.valid_from)).await?;
                }
                self.hang(ctx, work, found.id, (*parent, hierarchy), (found.valid_from, found.valid_to)).await?;
                put = Put::Changed;
            }
        }
        for town in wanted.towns.iter().flatten() {
            if self.link_town(ctx, work, *town, found.id, (found.valid_from, found.valid_to)).await? {
                put = Put::Changed;
            }
        }
        if put == Put::Changed {
            ctx.wrote(&AREA, found.id);
        }
        Ok((found.id, put))
    }

    /// The old area ends the day before; what lay in it lies in the new one.
    async fn cut_anew(
        &mut self,
        ctx: &Ctx,
        work: &mut Work,
        old: AreaDetail,
        wanted: &AreaRow,
        (from, to): (Date, Date),
    ) -> Result<(Id, Put)> {
        let links: Vec<Parent> = self.parents.iter().filter(|p| p.valid_to >= from).cloned().collect();
        let towns: Vec<Id> = self
            .town_areas
            .iter()
            .filter(|link| link.area == old.id && link.valid_to >= from)
            .map(|link| link.town)
            .collect();
        self.end(ctx, work, old.id, before(from)).await?;
        let above = links.iter().find(|p| p.child == old.id).map(|p| (p.parent, p.hierarchy.clone()));
        let anew = AreaRow {
            kana: if wanted.kana.is_empty() { old.kana.clone() } else { wanted.kana.clone() },
            households: wanted.households.or(old.households),
            parent: wanted.parent.clone().or(above),
            towns: wanted.towns.clone().or(Some(towns)),
            ..wanted.clone()
        };
        let (new, put) = self.insert(ctx, work, &anew, (from, to)).await?;
        for link in links.iter().filter(|p| p.parent == old.id) {
            let period = (link.valid_from.max(from), link.valid_to.min(to));
            if period.0 <= period.1 {
                self.hang(ctx, work, link.child, (new, &link.hierarchy), period).await?;
            }
        }
        store::put_successor(ctx, work, old.id, new, true).await?;
        staff::follow_new_cut(ctx, work, (old.id, new), from).await?;
        if from <= ctx.today() {
            room::resettle(ctx, work, (old.id, new)).await?;
        }
        Ok((new, put))
    }

    async fn end(&mut self, ctx: &Ctx, work: &mut Work, id: Id, last: Date) -> Result<()> {
        store::end_area(ctx, work, id, last).await?;
        ctx.wrote(&AREA, id);
        self.changed = true;
        for area in self.areas.iter_mut().filter(|area| area.id == id) {
            area.valid_to = last;
        }
        self.parents.retain(|p| (p.child != id && p.parent != id) || p.valid_from <= last);
        for link in self.parents.iter_mut().filter(|p| p.child == id || p.parent == id) {
            link.valid_to = link.valid_to.min(last);
        }
        self.town_areas.retain(|link| link.area != id || link.valid_from <= last);
        for link in self.town_areas.iter_mut().filter(|link| link.area == id) {
            link.valid_to = link.valid_to.min(last);
        }
        Ok(())
    }

    async fn hang(
        &mut self,
        ctx: &Ctx,
        work: &mut Work,
        child: Id,
        (parent, hierarchy): (Id, &str),
        (from, to): (Date, Date),
    ) -> Result<()> {
        store::insert_parent(ctx, work, child, parent, hierarchy, (from, to)).await?;
        let hierarchy = hierarchy.to_owned();
        self.parents.push(Parent { child, parent, hierarchy, valid_from: from, valid_to: to });
        self.changed = true;
        Ok(())
    }

    async fn unhang(&mut self, ctx: &Ctx, work: &mut Work, link: &Parent, last: Date) -> Result<()> {
        store::end_parent(ctx, work, link.child, link.parent, last).await?;
        self.parents.retain(|p| p != link);
        self.changed = true;
        Ok(())
    }

    /// Whether the link is new.
    async fn link_town(
        &mut self,
        ctx: &Ctx,
        work: &mut Work,
        town: Id,
        area: Id,
        (from, to): (Date, Date),
    ) -> Result<bool> {
        let there = |l: &TownArea| l.town == town && l.area == area && l.valid_from <= to && from <= l.valid_to;
        if self.town_areas.iter().any(there) {
            return Ok(false);
        }
        store::insert_town_area(ctx, work, (town, area), (from, to)).await?;
        self.town_areas.push(TownArea { town, area, valid_from: from, valid_to: to });
        Ok(true)
    }
}

fn ends_before(to: Date, from: Date) -> Reason {
    Reason::new(
        format!("終わりの日（{to}）が始まりの日（{from}）より前になっています"),
        format!("the last day ({to}) is before the first ({from})"),
    )
}

/// The day before; the first day of the calendar has none and stays.
pub(super) fn before(day: Date) -> Date {
    day.yesterday().unwrap_or(day)
}
