//! Registers of persons (要援護者台帳 and the like): name, reading, birth date,
//! address, household (#15, #16, #47, #48). Every row goes through the person
//! room, so its checks, keys, history and audit rows are those of the page.
//!
//! All rows are read, then it is found whom each means (`people`), then what each says anew (`merge`) and who
//! lives with whom (`homes`), and only then is anything written: what one row says of a household can be judged
//! only beside the others.

mod homes;
mod merge;
mod people;
mod places;
mod reading;

use std::collections::HashMap;

use sasae_core::id::Id;
use sasae_core::text;
use sasae_sheet::{Report, Row, Sheet, Table, Warning, aliases};

use super::keys::{Repeated, Repeats, refuse_repeated};
use super::{Options, columns, headings, store as rows, wrong_option};
use crate::area::Book;
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Fields, Result};
use crate::lang::Lang;
use crate::person::listed::{self, Home};
use crate::person::model::NOTE;
use crate::person::{self, LeaveForm, Person, PersonForm};
use homes::{Homes, Place, Resident};
use merge::{Merged, Said};
use people::{Meant, Numbers};
use places::Places;
use reading::{Found, KEPT, Reading};

/// A row that is going to be written.
struct Pending<'a> {
    found: Found<'a>,
    said: Said,
    /// The record, where there is one, and what changes in it.
    known: Option<(Person, Merged)>,
    /// Its place among the residents.
    resident: usize,
    /// Whether the household has to be looked at.
    moves: bool,
}

/// Imports a register.
pub(super) async fn bring_in(ctx: &Ctx, work: &mut Work, sheet: &Sheet, options: &Options) -> Result<Report> {
    let table = Table::locate(sheet, aliases::PERSON).map_err(|error| headings(&error))?;
    table.require_one_of(&[&["name"], &["family_name", "given_name"]]).map_err(|error| headings(&error))?;
    let mut report = Report::new(&table);
    report.warnings.extend(columns::not_kept(&table, KEPT));
    report.warnings.extend(columns::no_identity(&table, &["person_number", "insured_number", "register_number"]));
    let area = match options.area.as_str() {
        "" => None,
        written => {
            let book = Book::load(ctx, work, ctx.today()).await?;
            Some(book.find(written, None, None).map_err(|reason| wrong_option("area", &reason))?.id)
        }
    };
    let places = Places::load(ctx, work, area).await?;
    let reading = Reading { ctx, places: &places, source: text::clean(&options.source) };
    let mut import = Import { ctx, options, places: &places, numbers: Numbers::default(), report };
    let found = import.read(&table, &reading);
    let meant = import.identify(work, found).await?;
    let (pending, residents) = import.compare(work, meant).await?;
    let source = pending.first().map(|one| one.found.source.clone()).unwrap_or_default();
    let mut homes = Homes::new(source, residents);
    for one in pending {
        import.write(work, &mut homes, one).await?;
    }
    let mut report = import.report;
    report.warnings.sort_by_key(|warning| warning.line);
    report.refused.sort_by_key(|cell| cell.line);
    Ok(report)
}

struct Import<'a> {
    ctx: &'a Ctx,
    options: &'a Options,
    places: &'a Places,
    numbers: Numbers,
    report: Report,
}

impl Import<'_> {
    /// Reads every row, and sorts out those that stand twice.
    fn read<'t>(&mut self, table: &'t Table<'_>, reading: &Reading<'_>) -> Vec<Found<'t>> {
        let mut all = Vec::new();
        let mut repeats = Repeats::default();
        let mut above: Option<String> = None;
        for row in table.rows() {
            if !self.report.begin(&row) {
                continue;
            }
            let Some(found) = reading.row(row, above.as_deref(), &mut self.report) else { continue };
            above = Some(found.name.0.clone());
            let key = match found.numbers.first() {
                Some((source, number)) => format!("{source}:{number}"),
                None => found.digest.clone(),
            };
            match repeats.see(row.line(), &key, &found.said) {
                Repeated::No => all.push(found),
                Repeated::Same => self.report.unchanged += 1,
                Repeated::Other(before) => refuse_repeated(&mut self.report, &row, name_column(&row), before),
            }
        }
        all
    }

    /// Finds whom each row means. Those with a number come first, so that nobody is taken for a
    /// person whom another row means.
    async fn identify<'t>(&mut self, work: &mut Work, all: Vec<Found<'t>>) -> Result<Vec<(Found<'t>, Meant)>> {
        let mut claimed: HashMap<Id, usize> = HashMap::new();
        let mut rows = Vec::with_capacity(all.len());
        for mut found in all {
            let mut warnings = Vec::new();
            let meant = people::by_number(self.ctx, work, &mut self.numbers, (&mut found, &mut warnings)).await?;
            self.report.warnings.append(&mut warnings);
            let meant = match meant {
                Ok(meant) => meant,
                Err(refused) => {
                    self.report.refuse(refused);
                    continue;
                }
            };
            if let Meant::Known(id) | Meant::Unchanged(id) = meant
                && let Some(before) = claimed.insert(id, found.row.line())
            {
                refuse_repeated(&mut self.report, &found.row, people::number_column(&found), before);
                continue;
            }
            rows.push((found, meant));
        }
        let mut meant = Vec::with_capacity(rows.len());
        let mut strangers: HashMap<String, bool> = HashMap::new();
        for (found, known) in rows {
            let known = match known {
                Meant::New if self.has_strangers(work, &mut strangers, &found).await? => {
                    match self.by_name(work, &found, &mut claimed).await? {
                        Some(known) => known,
                        None => continue,
                    }
                }
                known => known,
            };
            meant.push((found, known));
        }
        Ok(meant)
    }

    /// Whether there is anybody on record whom a row could mean although its number is not known.
    async fn has_strangers(
        &self,
        work: &mut Work,
        known: &mut HashMap<String, bool>,
        found: &Found<'_>,
    ) -> Result<bool> {
        let Some((source, _)) = found.numbers.first() else { return Ok(true) };
        if let Some(has) = known.get(source) {
            return Ok(*has);
        }
        let all = listed::count_all(self.ctx, work).await?;
        let has = all > rows::count_said(self.ctx, work, "person", source).await?;
        known.insert(source.clone(), has);
        Ok(has)
    }

    /// Finds by name; `None` where the row was refused.
    async fn by_name(
        &mut self,
        work: &mut Work,
        found: &Found<'_>,
        claimed: &mut HashMap<Id, usize>,
    ) -> Result<Option<Meant>> {
        let likely = people::by_name(self.ctx, work, found, claimed).await?;
        let same: Vec<Id> = likely.iter().filter(|listed| listed.same).map(|listed| listed.row.id).collect();
        match same.as_slice() {
            [id] => {
                if let Some(before) = claimed.insert(*id, found.row.line()) {
                    refuse_repeated(&mut self.report, &found.row, name_column(&found.row), before);
                    return Ok(None);
                }
                self.report.warnings.push(Warning::at(
                    found.row.line(),
                    "番号では見つからないため、氏名・よみ・生年月日が同じ登録ずみの人と同じ人としました",
                    "not found by a number; taken for the person on record with the same name, reading and birth date",
                ));
                Ok(Some(Meant::Known(*id)))
            }
            [] if likely.is_empty() || self.options.new_persons => {
                if found.numbers.is_empty() && found.source != "list" && self.options.source.is_empty() {
                    self.report.warnings.push(Warning::at(
                        found.row.line(),
                        "番号が空欄です。新しい人として登録しました",
                        "the number is blank; registered as a new person",
                    ));
                }
                Ok(Some(Meant::New))
            }
            _ => {
                self.report.refuse(people::ask(found, &likely));
                Ok(None)
            }
        }
    }

    /// Compares every row with the record that it means.
    async fn compare<'t>(
        &mut self,
        work: &mut Work,
        meant: Vec<(Found<'t>, Meant)>,
    ) -> Result<(Vec<Pending<'t>>, Vec<Resident>)> {
        let mut pending = Vec::new();
        let mut residents = Vec::with_capacity(meant.len());
        for (mut found, meant) in meant {
            if let (Some(number), false) = (&found.household, matches!(meant, Meant::Unchanged(_))) {
                let key = (found.source.as_str(), number.as_str());
                found.household = Some(homes::number_on_record(self.ctx, work, &mut self.numbers, key).await?);
            }
            let mut resident = Resident {
                line: found.row.line(),
                id: None,
                number: found.household.clone(),
                address: None,
                area: None,
                is_head: found.is_head(),
                joins: false,
                is_first: false,
                by_list: false,
            };
            let one = match meant {
                Meant::Unchanged(id) => {
                    self.report.unchanged += 1;
                    resident.id = Some(id);
                    residents.push(resident);
                    continue;
                }
                Meant::Known(id) => self.compare_known(work, found, id, &mut resident).await?,
                Meant::New => self.compare_new(found, &mut resident),
            };
            if let Some(mut one) = one {
                one.resident = residents.len();
                residents.push(resident);
                pending.push(one);
            }
        }
        Ok((pending, residents))
    }

    async fn compare_known<'t>(
        &mut self,
        work: &mut Work,
        found: Found<'t>,
        id: Id,
        resident: &mut Resident,
    ) -> Result<Option<Pending<'t>>> {
        let person = listed::get_for_list(self.ctx, work, id).await?;
        let kept = rows::list_said(self.ctx, work, "person", id).await?;
        let mut said = Said::of(&found.source, &kept);
        if let Err(refused) = people::check_same(&found, &person, &said) {
            self.report.refuse(refused);
            return Ok(None);
        }
        let area = match &found.area {
            Ok(area) => *area,
            // Where the person lives has not changed, so it does not matter that the row cannot say it anew.
            Err(refused)
                if found.address.as_ref().is_none_or(|new| !said.is_news("address", new) || *new == person.address) =>
            {
                if refused.column != found.row.column_name("address") {
                    let (column, value) = (&refused.column, &refused.value);
                    self.report.warnings.push(Warning::at(
                        found.row.line(),
                        format!("「{column}」の「{value}」：{}。区域は変えませんでした", refused.reason_ja),
                        format!("{column}, {value:?}: {}; the area was not changed", refused.reason_en),
                    ));
                }
                None
            }
            Err(refused) => {
                self.report.refuse(refused.clone());
                return Ok(None);
            }
        };
        let home = listed::find_home(self.ctx, work, id).await?;
        let relation = home.as_ref().map(|(_, relation)| relation.as_str());
        let merged = merge::merge(self.ctx, self.places, (&found, area), (&person, relation), &mut said);
        resident.id = Some(id);
        resident.by_list = home.is_some_and(|(home, _)| said.last("home") == Some(home.to_string().as_str()));
        let mut moves = merged.changes.address.is_some();
        if let Some(number) = found.household.as_ref().filter(|_| person.address_shown && !person.left()) {
            resident.is_first = said.last("household").is_none();
            resident.joins = said.is_news("household", number);
            moves |= resident.joins;
            said.put("household", number);
        }
        resident.address = Some(merged.changes.address.clone().unwrap_or_else(|| person.address.clone()));
        resident.area = Some(merged.changes.area.unwrap_or(person.area_id));
        let moves = moves && person.address_shown && !person.left();
        Ok(Some(Pending { found, said, known: Some((person, merged)), resident: 0, moves }))
    }

    fn compare_new<'t>(&mut self, found: Found<'t>, resident: &mut Resident) -> Option<Pending<'t>> {
        let area = match &found.area {
            Ok(area) => area.or(self.places.option()),
            Err(refused) => {
                self.report.refuse(refused.clone());
                return None;
            }
        };
        let Some(area) = area else {
            self.report.refuse(Places::refuse_silent(&found.row));
            return None;
        };
        resident.address = Some(found.address.clone().unwrap_or_default());
        resident.area = Some(area);
        resident.joins = true;
        resident.is_first = true;
        let mut said = Said::default();
        if let Some(number) = &found.household {
            said.put("household", number);
        }
        Some(Pending { found, said, known: None, resident: 0, moves: true })
    }

    async fn write(&mut self, work: &mut Work, homes: &mut Homes, mut one: Pending<'_>) -> Result<()> {
        let line = one.found.row.line();
        let place = if one.moves { homes.place(self.ctx, work, one.resident).await? } else { None };
        let household = match &place {
            Some(Place::In(id)) => Some(*id),
            Some(Place::Under(key)) => homes.find(self.ctx, work, key).await?,
            None => None,
        };
        let apart = matches!(&place, Some(Place::Under(key)) if key.starts_with("at:"));
        if apart {
            self.report.warnings.push(Warning::at(
                line,
                "同じ世帯の人と住所がちがうため、別の世帯にしました",
                "the address differs from the household's; the person lives in a household apart",
            ));
        }
        let written = match one.known.take() {
            None => self.register(work, &mut one, household, apart).await,
            Some(known) => self.change(work, &mut one, known, (place.is_some(), household, apart)).await,
        };
        let (id, changed) = match written {
            Ok(written) => written,
            // The room's own checks speak of fields of its form.
            Err(Error::Invalid(fields)) => {
                refuse_fields(&one.found.row, &fields, &mut self.report);
                return Ok(());
            }
            Err(other) => return Err(other),
        };
        if let Some(place) = &place
            && let Some((home, _)) = listed::find_home(self.ctx, work, id).await?
        {
            one.said.put("home", &home.to_string());
            if let (Place::Under(key), None) = (place, household) {
                homes.put(self.ctx, work, key, home).await?;
            }
        }
        self.remember(work, &mut one, id).await?;
        match changed {
            true => self.report.accepted += 1,
            false => self.report.unchanged += 1,
        }
        Ok(())
    }

    async fn register(
        &mut self,
        work: &mut Work,
        one: &mut Pending<'_>,
        household: Option<Id>,
        apart: bool,
    ) -> Result<(Id, bool)> {
        let found = &one.found;
        let area = found.area.as_ref().ok().copied().flatten().or(self.places.option());
        let (source, source_key) = match found.numbers.first() {
            Some((source, number)) => (source.clone(), format!("id:{number}")),
            None => (String::new(), String::new()),
        };
        let (family_kana, given_kana) = found.kana.clone().unwrap_or_default();
        let mut note = String::new();
        for (key, line) in &found.notes {
            let longer = if note.is_empty() { line.clone() } else { format!("{note}\n{line}") };
            if longer.chars().count() > NOTE {
                self.report.warnings.push(Warning::at(
                    found.row.line(),
                    format!("「会う人が知っておくこと」がいっぱいのため、「{line}」を入れられません"),
                    format!("good to know is full, so {line:?} was left out"),
                ));
                continue;
            }
            one.said.put(&format!("note:{key}"), line);
            note = longer;
        }
        let form = PersonForm {
            family: found.name.0.clone(),
            given: found.name.1.clone().unwrap_or_default(),
            family_kana,
            given_kana,
            birth: found.birth.map(|on| on.to_string()).unwrap_or_default(),
            sex: found.sex.clone().unwrap_or_else(|| "unknown".to_owned()),
            area: area.map(|area| area.to_string()).unwrap_or_default(),
            address: found.address.clone().unwrap_or_default(),
            phone: found.phone.clone().unwrap_or_default(),
            care_level: found.care_level.clone().unwrap_or_default(),
            language: found.language.clone().unwrap_or_default(),
            note,
            relation: found.relation.clone().filter(|_| !apart).unwrap_or_default(),
            household: household.map(|id| id.to_string()).unwrap_or_default(),
            source,
            source_key,
            ..PersonForm::default()
        };
        let id = person::register(self.ctx, work, &form).await?;
        let person = listed::get_for_list(self.ctx, work, id).await?;
        // What a new record holds is what the list said.
        let area = found.area.as_ref().ok().copied().flatten();
        let said =
            merge::merge(self.ctx, self.places, (found, area), (&person, found.relation.as_deref()), &mut one.said);
        self.leave(work, id, &said, found.row.line()).await?;
        Ok((id, true))
    }

    /// Whether anything changed.
    async fn change(
        &mut self,
        work: &mut Work,
        one: &mut Pending<'_>,
        (person, mut merged): (Person, Merged),
        (placed, household, apart): (bool, Option<Id>, bool),
    ) -> Result<(Id, bool)> {
        let line = one.found.row.line();
        let home = listed::find_home(self.ctx, work, person.id).await?.map(|(home, _)| home);
        if placed {
            merged.changes.home = homes::home_of(household, home);
            if merged.changes.home != Home::Stays {
                merged.changes.relation = one.found.relation.clone().filter(|_| !apart);
                let words = |ja: &str, en: &str| sasae_sheet::Reason::new(ja, en);
                merged.told.push(sasae_sheet::Change::new(
                    line,
                    one.found.row.column_name("household_number"),
                    words("前の世帯", "the household before"),
                    words("いまの世帯", "the household now"),
                ));
            }
        }
        self.report.warnings.append(&mut merged.warnings);
        let leaves = merged.died.is_some() || merged.moved_out.is_some();
        if merged.changes.is_empty() && !leaves {
            return Ok((person.id, false));
        }
        if !merged.changes.is_empty() {
            let file: String = self.report.file.chars().take(100).collect();
            let reason = self.ctx.lang().t("台帳の取り込み", "Import of a register");
            let reason = match self.ctx.lang() {
                Lang::Ja => format!("{reason}（{file} {line}行目）"),
                Lang::En => format!("{reason} ({file}, line {line})"),
            };
            listed::change_listed(self.ctx, work, &person, &merged.changes, &reason).await?;
        }
        self.leave(work, person.id, &merged, line).await?;
        self.report.changes.append(&mut merged.told);
        Ok((person.id, true))
    }

    /// Notes a death or a move out of the municipality.
    async fn leave(&mut self, work: &mut Work, id: Id, merged: &Merged, line: usize) -> Result<()> {
        let (kind, on) = match (merged.died, merged.moved_out) {
            (Some(on), _) => ("died", on),
            (None, Some(on)) => ("moved_out", on),
            (None, None) => return Ok(()),
        };
        let revision = person::get(self.ctx, work, id).await?.revision;
        let form = LeaveForm { kind: kind.to_owned(), on: on.to_string() };
        match person::leave(self.ctx, work, id, &form, revision).await {
            Err(Error::Invalid(fields)) => {
                let ja: Vec<&str> = fields.iter(Lang::Ja).map(|(_, message)| message).collect();
                let en: Vec<&str> = fields.iter(Lang::En).map(|(_, message)| message).collect();
                self.report.warnings.push(Warning::at(
                    line,
                    format!("死亡・転出の日（{on}）を入れられません：{}", ja.join(" ")),
                    format!("the day of death or moving ({on}) was left out: {}", en.join(" ")),
                ));
                Ok(())
            }
            done => done,
        }
    }

    /// Keeps what the row said, and by what it is known again.
    async fn remember(&mut self, work: &mut Work, one: &mut Pending<'_>, id: Id) -> Result<()> {
        let found = &one.found;
        for (source, number) in &found.numbers {
            if *source == found.source {
                one.said.put("number", number);
            }
            rows::put_row(self.ctx, work, "person", (source, &format!("id:{number}")), id, &found.said).await?;
        }
        if found.numbers.is_empty() {
            rows::put_row(self.ctx, work, "person", (&found.source, &found.digest), id, &found.said).await?;
        }
        rows::put_said(self.ctx, work, "person", (id, &found.source), &one.said.json()).await
    }
}

fn name_column(row: &Row<'_>) -> &'static str {
    if row.get("name").is_some() { "name" } else { "family_name" }
}

fn refuse_fields(row: &Row<'_>, fields: &Fields, report: &mut Report) {
    let english: Vec<&str> = fields.iter(Lang::En).map(|(_, message)| message).collect();
    for ((field, ja), en) in fields.iter(Lang::Ja).zip(english) {
        let key = match field {
            "family" if row.get("family_name").is_some() => "family_name",
            "given" if row.get("given_name").is_some() => "given_name",
            "family" | "given" => "name",
            "family_kana" if row.get("family_kana").is_some() => "family_kana",
            "given_kana" if row.get("given_kana").is_some() => "given_kana",
            "family_kana" | "given_kana" => "kana",
            "birth" => "birth_date",
            "on" => "died",
            "sex" | "address" | "phone" | "care_level" | "language" | "note" => field,
            "area" => "address",
            "relation" => "relationship",
            "household" => "household_number",
            _ => "name",
        };
        report.refuse(row.refuse(key, ja, en));
    }
}
