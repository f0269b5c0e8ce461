//! What a row says anew of somebody on record.
//!
//! A field changes only where the file has something to say, and says something else than before: a blank
//! or missing cell empties nothing, and what was corrected by hand since the last list stands as long as the
//! list says the same as then.

use std::collections::BTreeMap;

use jiff::civil::Date;
use sasae_core::fold::own_letters;
use sasae_core::id::Id;
use sasae_sheet::{Change, Reason, Warning};

use super::places::Places;
use super::reading::Found;
use crate::ctx::Ctx;
use crate::lang::Lang;
use crate::person::Person;
use crate::person::listed::ListedChanges;
use crate::person::model::{NOTE, joined};

/// What lists said last of a person, by field.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    /// What this list said.
    here: BTreeMap<String, String>,
    /// What the others said.
    others: Vec<BTreeMap<String, String>>,
}

impl Said {
    /// From what is kept of each list.
    pub(super) fn of(source: &str, kept: &[(String, String)]) -> Said {
        let mut said = Said::default();
        for (list, json) in kept {
            let fields: BTreeMap<String, String> = serde_json::from_str(json).unwrap_or_default();
            if list == source {
                said.here = fields;
            } else {
                said.others.push(fields);
            }
        }
        said
    }

    /// Whether a list says something that it, or for the first time another list, has not said before.
    pub(super) fn is_news(&self, field: &str, value: &str) -> bool {
        match self.here.get(field) {
            Some(last) => last != value,
            None => !self.others.iter().any(|other| other.get(field).is_some_and(|last| last == value)),
        }
    }

    /// What this list said of a field.
    pub(super) fn last(&self, field: &str) -> Option<&str> {
        self.here.get(field).map(String::as_str)
    }

    /// The list says this now.
    pub(super) fn put(&mut self, field: &str, value: &str) {
        self.here.insert(field.to_owned(), value.to_owned());
    }

    fn forget(&mut self, field: &str) {
        self.here.remove(field);
    }

    /// What this list said, to be kept.
    pub(super) fn json(&self) -> String {
        serde_json::to_string(&self.here).unwrap_or_default()
    }
}

/// What a row changes in a record.
#[derive(Debug, Default)]
pub(super) struct Merged {
    pub changes: ListedChanges,
    /// The same for the report.
    pub told: Vec<Change>,
    pub warnings: Vec<Warning>,
    /// The day of death, where the row says it anew.
    pub died: Option<Date>,
    /// The day of moving out, where the row says it anew.
    pub moved_out: Option<Date>,
}

/// Compares a row with the record; `relation` is who the person is in the household today.
pub(super) fn merge(
    ctx: &Ctx,
    places: &Places,
    (found, area): (&Found<'_>, Option<Id>),
    (person, relation): (&Person, Option<&str>),
    said: &mut Said,
) -> Merged {
    let mut merge = Merge { ctx, places, found, person, said, merged: Merged::default() };
    merge.names();
    merge.words(relation);
    merge.place(area);
    merge.notes();
    merge.leaving();
    merge.merged
}

struct Merge<'a, 'f> {
    ctx: &'a Ctx,
    places: &'a Places,
    found: &'a Found<'f>,
    person: &'a Person,
    said: &'a mut Said,
    merged: Merged,
}

impl Merge<'_, '_> {
    /// Whether a field is to change: the list says something new, and the record says something else.
    fn takes(&mut self, field: &str, new: &str, current: &str) -> bool {
        let news = self.said.is_news(field, new);
        self.said.put(field, new);
        news && new != current
    }

    fn tell(&mut self, key: &str, before: Reason, after: Reason) {
        let column = self.found.row.column_name(key);
        self.merged.told.push(Change::new(self.found.row.line(), column, before, after));
    }

    fn tell_text(&mut self, key: &str, before: &str, after: &str) {
        self.tell(key, Reason::new(before, before), Reason::new(after, after));
    }

    fn names(&mut self) {
        let person = self.person;
        let (family, given) = self.found.name.clone();
        let given = given.unwrap_or_else(|| person.given.clone());
        let (new, current) = (joined(&family, &given), joined(&person.family, &person.given));
        // 試験一郎 in one piece is 試験 一郎.
        let same = own_letters(&new) == own_letters(&current) && given.is_empty();
        if self.takes("name", &new, &current) && !same {
            let key = if self.found.row.get("name").is_some() { "name" } else { "family_name" };
            self.tell_text(key, &current, &new);
            self.merged.changes.name = Some((family, given));
        }
        let Some((family, given)) = self.found.kana.clone() else { return };
        let family = if family.is_empty() { person.family_kana.clone() } else { family };
        let by_part = self.found.row.column_index("kana").is_none();
        let given = if given.is_empty() && by_part { person.given_kana.clone() } else { given };
        let (new, current) = (joined(&family, &given), person.kana());
        let same = own_letters(&new) == own_letters(&current) && given.is_empty();
        if self.takes("kana", &new, &current) && !same {
            let key = if by_part { "family_kana" } else { "kana" };
            self.tell_text(key, &current, &new);
            self.merged.changes.kana = Some((family, given));
        }
    }

    fn words(&mut self, relation: Option<&str>) {
        let (found, person) = (self.found, self.person);
        if let Some(on) = found.birth {
            let current = person.birth_on.map(|on| on.to_string()).unwrap_or_default();
            if self.takes("birth", &on.to_string(), &current) {
                self.tell("birth_date", day_of(person.birth_on), day_of(Some(on)));
                self.merged.changes.birth = Some(on);
            }
        }
        for (field, vocabulary, key, new, current) in [
            ("sex", "sex", "sex", &found.sex, person.sex.as_str()),
            ("care_level", "care_level", "care_level", &found.care_level, person.care_level.as_str()),
            ("language", "language", "language", &found.language, person.language.as_str()),
            ("relation", "relation", "relationship", &found.relation, relation.unwrap_or_default()),
        ] {
            let Some(new) = new else { continue };
            // 不明 in a list is a blank: it does not make somebody's sex unknown again.
            if field == "sex" && new == "unknown" && !current.is_empty() {
                continue;
            }
            if !self.takes(field, new, current) || (field == "relation" && person.left()) {
                continue;
            }
            let word = |code: &str| {
                let word = self.ctx.label(vocabulary, code);
                Reason::new(word.get(Lang::Ja), word.get(Lang::En))
            };
            let (before, after) = (word(current), word(new));
            self.tell(key, before, after);
            let changes = &mut self.merged.changes;
            let place = match field {
                "sex" => &mut changes.sex,
                "care_level" => &mut changes.care_level,
                "language" => &mut changes.language,
                _ => &mut changes.relation,
            };
            *place = Some(new.clone());
        }
    }

    fn place(&mut self, area: Option<Id>) {
        let (found, person) = (self.found, self.person);
        if !person.address_shown {
            let news = |field: &str, new: Option<&str>, current: &str| {
                new.is_some_and(|new| new != current && self.said.is_news(field, new))
            };
            let area = area.map(|area| area.to_string());
            if news("address", found.address.as_deref(), &person.address)
                || news("phone", found.phone.as_deref(), &person.phone)
                || news("area", area.as_deref(), &person.area_id.to_string())
                || news("household", found.household.as_deref(), "")
            {
                self.merged.warnings.push(Warning::at(
                    found.row.line(),
                    "住所・電話・区域・世帯は変えませんでした。この人の分は、権利擁護の担当者に確かめて、画面で直してください",
                    "address, telephone, area and household were not changed; ask somebody in charge of protection, who puts them right on the person's page",
                ));
            }
            return;
        }
        if let Some(new) = &found.address
            && self.takes("address", new, &person.address)
        {
            self.tell_text("address", &person.address, new);
            self.merged.changes.address = Some(new.clone());
        }
        if let Some(new) = area
            && self.takes("area", &new.to_string(), &person.area_id.to_string())
        {
            let (before, after) = (self.places.name(person.area_id), self.places.name(new));
            let told = Reason::new(before.as_str(), before.as_str());
            let change = Change::new(found.row.line(), "区域", told, Reason::new(after.as_str(), after.as_str()));
            self.merged.told.push(change);
            self.merged.changes.area = Some(new);
        }
        if let Some(new) = &found.phone
            && self.takes("phone", new, &person.phone)
        {
            let key = if found.row.get("phone").is_some() { "phone" } else { "mobile" };
            self.tell_text(key, &person.phone, new);
            self.merged.changes.phone = Some(new.clone());
        }
    }

    /// Each column has its own line in the note, so that what somebody wrote beside it stays.
    fn notes(&mut self) {
        let mut note = self.person.note.clone();
        for (key, line) in &self.found.notes {
            let field = format!("note:{key}");
            if !self.said.is_news(&field, line) {
                self.said.put(&field, line);
                continue;
            }
            let last = self.said.last(&field).map(str::to_owned);
            self.said.put(&field, line);
            let Some(new) = with_line(&note, last.as_deref(), line) else { continue };
            if new.chars().count() > NOTE {
                self.merged.warnings.push(Warning::at(
                    self.found.row.line(),
                    format!("「会う人が知っておくこと」がいっぱいのため、「{line}」を入れられません"),
                    format!("good to know is full, so {line:?} was left out"),
                ));
                continue;
            }
            self.tell_text(key, last.as_deref().unwrap_or_default(), line);
            note = new;
        }
        // A cell that can be read now needs its line in the note no longer.
        let now: Vec<String> = self.found.notes.iter().map(|(key, _)| format!("note:{key}")).collect();
        for key in super::reading::KEPT {
            let field = format!("note:{key}");
            let Some(last) = self.said.last(&field).map(str::to_owned).filter(|_| !now.contains(&field)) else {
                continue;
            };
            if self.found.row.get(key).is_none() {
                continue;
            }
            if let Some(new) = without_line(&note, &last) {
                self.tell_text(key, &last, "");
                note = new;
            }
            self.said.forget(&field);
        }
        if note != self.person.note {
            self.merged.changes.note = Some(note);
        }
    }

    fn leaving(&mut self) {
        let (found, person) = (self.found, self.person);
        let text = |on: Option<Date>| on.map(|on| on.to_string()).unwrap_or_default();
        if let Some(on) = found.died
            && self.takes("died", &on.to_string(), &text(person.died_on))
        {
            self.tell("died", day_of(person.died_on), day_of(Some(on)));
            self.merged.died = Some(on);
        }
        let Some(on) = found.moved_out.filter(|_| found.died.is_none()) else { return };
        if self.takes("moved_out", &on.to_string(), &text(person.moved_out_on)) {
            if person.died_on.is_some() {
                self.merged.warnings.push(Warning::at(
                    found.row.line(),
                    "亡くなったと記録されている人です。転出は入れませんでした",
                    "the person is recorded as having died; the move was left out",
                ));
                return;
            }
            self.tell("moved_out", day_of(person.moved_out_on), day_of(Some(on)));
            self.merged.moved_out = Some(on);
        }
    }
}

fn day_of(on: Option<Date>) -> Reason {
    match on {
        Some(on) => Reason::new(Lang::Ja.date(on), Lang::En.date(on)),
        None => Reason::new("", ""),
    }
}

/// The note with a line in place of the one that the list said before; `None` where it says so already.
fn with_line(note: &str, last: Option<&str>, line: &str) -> Option<String> {
    if let Some(at) = last.and_then(|last| whole_lines(note, last)) {
        return Some(format!("{}{line}{}", &note[..at.start], &note[at.end..]));
    }
    if whole_lines(note, line).is_some() {
        return None;
    }
    Some(if note.is_empty() { line.to_owned() } else { format!("{note}\n{line}") })
}

fn without_line(note: &str, last: &str) -> Option<String> {
    let at = whole_lines(note, last)?;
    let (front, back) = (note[..at.start].trim_end_matches('\n'), note[at.end..].trim_start_matches('\n'));
    Some(match (front, back) {
        ("", rest) | (rest, "") => rest.to_owned(),
        (front, back) => format!("{front}\n{back}"),
    })
}

/// Where a text stands in a note as whole lines.
fn whole_lines(note: &str, text: &str) -> Option<std::ops::Range<usize>> {
    if text.is_empty() {
        return None;
    }
    note.match_indices(text).map(|(at, found)| at..at + found.len()).find(|range| {
        let begins = range.start == 0 || note[..range.start].ends_with('\n');
        let ends = range.end == note.len() || note[range.end..].starts_with('\n');
        begins && ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_column_has_its_own_lines_in_the_note() {
        for (note, last, line, expected) in [
            ("", None, "障害：1級", Some("障害：1級")),
            ("犬がいる", None, "障害：1級", Some("犬がいる\n障害：1級")),
            ("犬がいる\n障害：1級\n玄関", Some("障害：1級"), "障害：2級", Some("犬がいる\n障害：2級\n玄関")),
            ("障害：1級（確認ずみ）", Some("障害：1級"), "障害：2級", Some("障害：1級（確認ずみ）\n障害：2級")),
            ("障害：2級", Some("障害：1級"), "障害：2級", None),
        ] {
            assert_eq!(with_line(note, last, line).as_deref(), expected, "{note} {line}");
        }
        assert_eq!(without_line("甲\n乙\n丙", "乙").as_deref(), Some("甲\n丙"));
        assert_eq!(without_line("乙", "乙").as_deref(), Some(""));
        assert_eq!(without_line("甲乙", "乙"), None);
    }

    #[test]
    fn only_what_was_not_said_before_is_news() {
        let kept = [
            ("resident".to_owned(), r#"{"phone":"1"}"#.to_owned()),
            ("list".to_owned(), r#"{"sex":"male"}"#.to_owned()),
        ];
        let said = Said::of("resident", &kept);

        assert!(!said.is_news("phone", "1") && said.is_news("phone", "2"));
        assert!(!said.is_news("sex", "male") && said.is_news("sex", "female"));
    }
}
