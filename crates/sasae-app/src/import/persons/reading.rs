//! One row of a register: what each cell says of the person.
//!
//! Only the name decides whether a row can be taken. Every other cell that cannot be read is left out of
//! its field and kept in the note, with a warning that names line and column: nobody is missing from a
//! list because of a telephone number.

use jiff::civil::{Date, date};
use sasae_core::fold::{fold_address, fold_kana, fold_name, own_letters};
use sasae_core::id::Id;
use sasae_core::text;
use sasae_sheet::{
    CellError, Damage, Reading as Kana, Reason, Report, Row, Serial, Warning, birth, damage, day, identifier, is_ditto,
    phones, reading as kana_of, text_value,
};

use super::places::Places;
use crate::ctx::Ctx;
use crate::import::keys::fingerprint;
use crate::import::words::{CARE_LEVEL, LANGUAGE, RELATION, SEX, word_code};
use crate::person::model::{LINE, NAME};

/// Columns that have no field of their own: they go into the note, each with its heading.
const NOTED: &[&str] = &[
    "disability",
    "living_alone",
    "emergency_name",
    "emergency_phone",
    "emergency_relationship",
    "consent",
    "consent_date",
    "moved_in",
    "note",
];

/// Columns of numbers by which a person is known again, and the register in which each counts.
const NUMBERS: &[(&str, &str)] =
    &[("person_number", "resident"), ("insured_number", "care_insurance"), ("register_number", "register")];

/// Every column that is read.
pub(super) const KEPT: &[&str] = &[
    "name",
    "kana",
    "family_name",
    "given_name",
    "family_kana",
    "given_kana",
    "birth_date",
    "sex",
    "person_number",
    "insured_number",
    "register_number",
    "record_id",
    "household_number",
    "relationship",
    "address",
    "building",
    "town",
    "town_id",
    "address_block",
    "ward",
    "school_area",
    "district",
    "neighbourhood",
    "phone",
    "mobile",
    "care_level",
    "language",
    "moved_out",
    "died",
    "disability",
    "living_alone",
    "emergency_name",
    "emergency_phone",
    "emergency_relationship",
    "consent",
    "consent_date",
    "moved_in",
    "note",
];

/// The list of rows without a number.
const UNNUMBERED: &str = "list";

/// What a row says. A field is `None` where the file lacks the column or the cell is blank.
#[derive(Clone)]
pub(super) struct Found<'a> {
    pub row: Row<'a>,
    /// The register and the number in it, the best first.
    pub numbers: Vec<(String, String)>,
    /// The list as which the row speaks.
    pub source: String,
    /// Family and given name; no given name where a column of its own is blank.
    pub name: (String, Option<String>),
    pub kana: Option<(String, String)>,
    pub birth: Option<Date>,
    pub sex: Option<String>,
    pub care_level: Option<String>,
    pub language: Option<String>,
    pub relation: Option<String>,
    pub address: Option<String>,
    pub phone: Option<String>,
    /// The number of the household.
    pub household: Option<String>,
    pub died: Option<Date>,
    pub moved_out: Option<Date>,
    /// Lines of the note, each under the column that it comes from.
    pub notes: Vec<(&'static str, String)>,
    /// Where the person lives; an error where that is not clear.
    pub area: Result<Option<Id>, CellError>,
    /// By what the row is known again where it has no number.
    pub digest: String,
    /// What all its cells say.
    pub said: Vec<u8>,
}

impl Found<'_> {
    /// Family and given name with a space between.
    pub fn whole_name(&self) -> String {
        crate::person::model::joined(&self.name.0, self.name.1.as_deref().unwrap_or_default())
    }

    /// Whether the row speaks of who lives with whom, and the person is the head.
    pub fn is_head(&self) -> bool {
        self.relation.as_deref() == Some("head")
    }
}

/// How rows are read.
pub(super) struct Reading<'a> {
    pub ctx: &'a Ctx,
    pub places: &'a Places,
    /// The list's name, where the option says it.
    pub source: String,
}

/// A row while it is read: warnings and what goes into the note.
struct Cells<'a, 'r> {
    row: Row<'a>,
    report: &'r mut Report,
    notes: Vec<(&'static str, String)>,
}

impl Cells<'_, '_> {
    fn warn(&mut self, key: &str, ja: &str, en: &str) {
        let (column, value) = (self.row.column_name(key), self.row.get(key).unwrap_or_default().replace('\n', " "));
        self.report.warnings.push(Warning::at(
            self.row.line(),
            format!("「{column}」の「{value}」：{ja}"),
            format!("{column}, {value:?}: {en}"),
        ));
    }

    /// A cell that says something its field cannot hold: it goes into the note.
    fn keep(&mut self, key: &'static str, reason: &Reason) {
        let cell = self.row.get(key).unwrap_or_default();
        let cell = text::clean(cell).replace('\n', " ");
        let cell: String = cell.chars().take(500).collect();
        self.notes.push((key, format!("{}：{cell}", self.row.column_name(key))));
        let ja = format!("{}。そのまま「会う人が知っておくこと」に入れました", reason.ja);
        let en = format!("{}; kept as written under good to know", reason.en);
        self.warn(key, &ja, &en);
    }

    /// A cell whose value is left out.
    fn leave(&mut self, key: &str, reason: &Reason) {
        let (ja, en) = (format!("{}。空欄として読みました", reason.ja), format!("{}; read as blank", reason.en));
        self.warn(key, &ja, &en);
    }

    /// Says of lost and private-use characters in a cell that is taken all the same.
    fn look_at(&mut self, key: &str) {
        if let Some(damage) = self.row.get(key).and_then(damage) {
            let reason = damage.reason();
            self.warn(key, &reason.ja, &reason.en);
        }
    }

    /// A line of text; one that is too long is cut.
    fn line(&mut self, key: &'static str, most: usize) -> Option<String> {
        let cell = self.row.get(key)?;
        self.look_at(key);
        let cleaned = match text_value(cell, usize::MAX) {
            Ok(cell) => text::clean(&cell),
            Err(reason) => {
                self.leave(key, &reason);
                return None;
            }
        };
        if cleaned.chars().count() <= most {
            return Some(cleaned).filter(|cell| !cell.is_empty());
        }
        let reason = Reason::new(
            format!("{most}文字より長いため、途中までを入れました"),
            format!("longer than {most} characters and cut"),
        );
        self.warn(key, &reason.ja, &reason.en);
        Some(cleaned.chars().take(most).collect())
    }

    fn date(&mut self, key: &'static str, today: Date) -> Option<Date> {
        let cell = self.row.get(key)?;
        let read = day(cell, Serial::Allowed).or_else(|reason| birth(cell).map(|read| read.on).map_err(|_| reason));
        match read {
            Ok(on) if on <= today => Some(on),
            Ok(_) => {
                self.keep(key, &Reason::new("先の日付です", "the day is in the future"));
                None
            }
            Err(reason) => {
                self.keep(key, &reason);
                None
            }
        }
    }

    /// The code of a word; a remark in brackets goes into the note.
    fn word(&mut self, ctx: &Ctx, key: &'static str, others: &[(&str, &str)]) -> Option<String> {
        let cell = self.row.get(key)?;
        let reason = match word_code(ctx.profile(), key, cell, others) {
            Ok(code) => return Some(code),
            Err(reason) => reason,
        };
        let bare = without_brackets(cell);
        let code = (bare != cell).then(|| word_code(ctx.profile(), key, &bare, others).ok()).flatten();
        match code {
            Some(_) => self.keep(key, &Reason::new("書きそえがあります", "there is a remark")),
            None => self.keep(key, &reason),
        }
        code
    }
}

impl Reading<'_> {
    /// Reads a row; `None` where its name keeps it out, which the report says. `above` is the name in the
    /// row before, for marks of repetition.
    pub(super) fn row<'t>(&self, row: Row<'t>, above: Option<&str>, report: &mut Report) -> Option<Found<'t>> {
        let today = self.ctx.today();
        let name = report.take(name_of(&row, above));
        let mut cells = Cells { row, report, notes: Vec::new() };
        for key in ["name", "family_name", "given_name"] {
            cells.look_at_name(key);
        }
        let kana = kana_parts(&mut cells);
        let birth = self.birth(&mut cells);
        let sex = cells.word(self.ctx, "sex", SEX);
        let care_level = cells.word(self.ctx, "care_level", CARE_LEVEL);
        let language = cells.word(self.ctx, "language", LANGUAGE);
        let relation = self.relation(&mut cells);
        let address = address_of(&mut cells);
        let phone = phone_of(&mut cells);
        let household = number_of(&mut cells, "household_number");
        let died = cells.date("died", today).filter(|on| cells.after_birth("died", *on, birth));
        let moved_out = cells.date("moved_out", today).filter(|on| cells.after_birth("moved_out", *on, birth));
        for key in NOTED {
            if let Some(cell) = cells.line(key, 1000) {
                let line = if *key == "note" {
                    cell
                } else {
                    format!("{}：{}", row.column_name(key), cell.replace('\n', " "))
                };
                cells.notes.push((key, line));
            }
        }
        let mut numbers = Vec::new();
        let mut source = None;
        for (key, register) in NUMBERS {
            let register =
                if self.source.is_empty() { (*register).to_owned() } else { format!("{}:{register}", self.source) };
            if row.column_index(key).is_some() {
                source.get_or_insert_with(|| register.clone());
            }
            if let Some(number) = number_of(&mut cells, key) {
                numbers.push((register, number));
            }
        }
        let unnumbered = if self.source.is_empty() { UNNUMBERED } else { &self.source };
        let source = source.unwrap_or_else(|| unnumbered.to_owned());
        let notes = std::mem::take(&mut cells.notes);
        let name = name?;
        let area = match Places::speaks(&row) {
            true => self.places.area_of(&row, address.as_deref().unwrap_or_default()).map(Some),
            false => Ok(None),
        };
        let mut found = Found {
            row,
            numbers,
            source,
            name,
            kana,
            birth,
            sex,
            care_level,
            language,
            relation,
            address,
            phone,
            household,
            died,
            moved_out,
            notes,
            area,
            digest: String::new(),
            said: Vec::new(),
        };
        found.digest = digest_of(&found);
        found.said = said_of(&found);
        Some(found)
    }

    fn birth(&self, cells: &mut Cells<'_, '_>) -> Option<Date> {
        let cell = cells.row.get("birth_date")?;
        match birth(cell) {
            Ok(read) if read.on > self.ctx.today() || read.on < date(1880, 1, 1) => {
                cells.keep("birth_date", &Reason::new("ありえない生年月日です", "no birth date that can be"));
                None
            }
            Ok(read) => {
                if let Some(remark) = read.remark {
                    cells.warn("birth_date", &remark.ja, &remark.en);
                }
                Some(read.on)
            }
            Err(reason) => {
                cells.keep("birth_date", &reason);
                None
            }
        }
    }

    /// A relation that no list knows is still a relation; the word itself goes into the note.
    fn relation(&self, cells: &mut Cells<'_, '_>) -> Option<String> {
        let written = cells.row.get("relationship")?;
        let known = word_code(self.ctx.profile(), "relation", written, RELATION);
        Some(known.unwrap_or_else(|_| {
            let reason = Reason::new("ほかの続柄として入れました", "taken as another relation");
            cells.keep("relationship", &reason);
            "other".to_owned()
        }))
    }
}

impl Cells<'_, '_> {
    /// A private-use character in a name: the row is taken, and the character named.
    fn look_at_name(&mut self, key: &str) {
        if let Some(private @ Damage::Private(_)) = self.row.get(key).and_then(damage) {
            let reason = private.reason();
            self.warn(key, &reason.ja, &reason.en);
        }
    }

    fn after_birth(&mut self, key: &'static str, on: Date, birth: Option<Date>) -> bool {
        if birth.is_none_or(|birth| on >= birth) {
            return true;
        }
        self.keep(key, &Reason::new("生まれた日より前の日です", "the day is before the birth date"));
        false
    }
}

/// Family and given name: from two columns, or one column with a space between them. Without a space the
/// whole is the family name.
fn name_of(row: &Row<'_>, above: Option<&str>) -> Result<(String, Option<String>), CellError> {
    for key in ["name", "family_name", "given_name"] {
        if let Some(cell) = row.get(key)
            && let Some(lost) = damage(cell).filter(|damage| damage.is_loss())
        {
            let reason = lost.reason();
            return Err(row.refuse(key, reason.ja, reason.en));
        }
    }
    let checked = |key: &str, name: String, most: usize| {
        let clean = text::clean(&name);
        if clean.chars().count() > most {
            return Err(row.refuse(
                key,
                format!("名前が長すぎます（上限 {most} 文字）"),
                format!("the name is too long (limit {most} characters)"),
            ));
        }
        if is_ditto(&clean) {
            return Err(row.refuse(
                key,
                "上の行と同じという印だけで、名前がありません",
                "only a mark of repetition and no name",
            ));
        }
        if ["不明", "欠員", "空き", "該当者なし", "なし"].contains(&clean.as_str()) {
            return Err(row.refuse(key, "名前がありません", "there is no name"));
        }
        Ok(clean)
    };
    if row.get("family_name").is_some() || (row.get("given_name").is_some() && row.get("name").is_none()) {
        let front = checked("family_name", row.text("family_name", 50)?.unwrap_or_default(), NAME)?;
        let back = row.text("given_name", 50)?.map(|back| checked("given_name", back, NAME)).transpose()?;
        return Ok((front, back));
    }
    let name = checked("name", row.required_text("name", 2 * NAME)?, 2 * NAME)?;
    let (front, back) = split(&name);
    let family = match (is_ditto(&front), above) {
        (false, _) => front,
        // 〃 花子 below 甲野 太郎 is 甲野 花子.
        (true, Some(above)) => above.to_owned(),
        (true, None) => {
            return Err(row.refuse(
                "name",
                "上の行と同じという印ですが、上に行がありません",
                "a mark of repetition without a row above",
            ));
        }
    };
    if family.chars().count() > NAME || back.chars().count() > NAME {
        return Err(row.refuse(
            "name",
            format!("名前が長すぎます（上限 {NAME} 文字）。姓と名の間に空白を入れてください"),
            format!("the name is too long (limit {NAME} characters); put a space between family and given name"),
        ));
    }
    Ok((family, Some(back)))
}

fn split(name: &str) -> (String, String) {
    match name.split_once(|c: char| c.is_whitespace()) {
        Some((front, back)) => (front.to_owned(), back.split_whitespace().collect::<Vec<_>>().join(" ")),
        None => (name.to_owned(), String::new()),
    }
}

/// The readings; what is no kana is repaired or left out, with a warning.
fn kana_parts(cells: &mut Cells<'_, '_>) -> Option<(String, String)> {
    let row = cells.row;
    if row.get("family_kana").is_some() || (row.get("given_kana").is_some() && row.get("kana").is_none()) {
        let front = kana_cell(cells, "family_kana").unwrap_or_default();
        let back = kana_cell(cells, "given_kana").unwrap_or_default();
        return Some((front, back)).filter(|(front, back)| !front.is_empty() || !back.is_empty());
    }
    kana_cell(cells, "kana").map(|kana| split(&kana))
}

fn kana_cell(cells: &mut Cells<'_, '_>, key: &'static str) -> Option<String> {
    let cell = cells.row.get(key)?;
    if let Some(lost) = damage(cell).filter(|damage| damage.is_loss()) {
        cells.leave(key, &lost.reason());
        return None;
    }
    let most = if key == "kana" { 2 * NAME } else { NAME };
    let read = match kana_of(cell) {
        Kana::Kana(kana) => kana,
        Kana::Repaired(kana) => {
            cells.warn(
                key,
                &format!("「{kana}」と読みました。確かめてください"),
                &format!("read as {kana:?}; please check"),
            );
            kana
        }
        Kana::Unknown => {
            cells.leave(key, &Reason::new("よみがわからないと書かれています", "the reading is not known"));
            return None;
        }
        Kana::Other if own_letters(cell) == own_letters(cells.row.get("name").unwrap_or_default()) => {
            cells.leave(key, &Reason::new("かなではなく、氏名と同じ文字です", "no kana but the letters of the name"));
            return None;
        }
        Kana::Other => {
            cells.keep(
                key,
                &Reason::new("かな以外の文字があり、よみとして読めません", "letters other than kana are no reading"),
            );
            return None;
        }
    };
    if split(&read).0.chars().count() > NAME || read.chars().count() > most {
        cells.keep(key, &Reason::new("よみが長すぎます", "the reading is too long"));
        return None;
    }
    Some(text::clean(&read))
}

fn address_of(cells: &mut Cells<'_, '_>) -> Option<String> {
    let whole = cells.line("address", LINE).map(|cell| cell.replace('\n', " ")).unwrap_or_default();
    let mut cell = |key| cells.line(key, LINE).unwrap_or_default();
    let (ward, town, block, building) = (cell("ward"), cell("town"), cell("address_block"), cell("building"));
    let address =
        if whole.is_empty() && !(town.is_empty() && block.is_empty()) { format!("{ward}{town}{block}") } else { whole };
    let address =
        if building.is_empty() || address.contains(&building) { address } else { format!("{address} {building}") };
    let address: String = address.trim().chars().take(LINE).collect();
    Some(address).filter(|address| !address.is_empty())
}

/// The first number that can be read; the others, and remarks, go into the note.
fn phone_of(cells: &mut Cells<'_, '_>) -> Option<String> {
    let mut first = None;
    for key in ["phone", "mobile"] {
        let Some(cell) = cells.row.get(key) else { continue };
        let read = phones(cell);
        let mut numbers = read.numbers.iter();
        let number = numbers.next().map(|phone| match &phone.extension {
            Some(extension) => format!("{} 内線{extension}", phone.number),
            None => phone.number.clone(),
        });
        let others = numbers.count();
        if read.numbers.iter().any(|phone| phone.restored_zero) {
            cells.warn(key, "先頭の 0 を補いました", "a leading zero was put back");
        }
        match (&number, others, read.says_more) {
            (None, ..) if is_nothing(cell) => {
                cells.leave(key, &Reason::new("電話番号がないと書かれています", "it says that there is no number"));
            }
            (None, ..) => cells.keep(key, &no_phone(cell)),
            (Some(_), 0, false) if first.is_none() => {}
            (Some(_), 0, false) => {
                // A second column with one number: nothing is in doubt.
                let line = format!("{}：{}", cells.row.column_name(key), number.clone().unwrap_or_default());
                cells.notes.push((key, line));
            }
            (Some(_), ..) => cells.keep(
                key,
                &Reason::new("最初の番号を電話番号にしました", "the first number was taken as the telephone number"),
            ),
        }
        first = first.or(number);
    }
    first
}

fn is_nothing(cell: &str) -> bool {
    let folded = fold_name(cell);
    ["ナシ", "無", "無シ", "無イ", "不明", "不詳", "未設置", "未登録", "未記入", "電話ナシ", "電話無", "固定電話ナシ"]
        .contains(&folded.as_str())
}

fn no_phone(cell: &str) -> Reason {
    match sasae_sheet::phone(cell) {
        Err(reason) => reason,
        Ok(_) => Reason::new("電話番号として読めません", "this is no telephone number"),
    }
}

/// A number of a person or household, without the space that surrounds it.
fn number_of(cells: &mut Cells<'_, '_>, key: &'static str) -> Option<String> {
    let cell = cells.row.get(key)?;
    match identifier(cell, 100) {
        Ok(number) => {
            let number = own_letters(&text::clean(&number));
            let number =
                number.strip_suffix(".0").filter(|rest| rest.bytes().all(|b| b.is_ascii_digit())).unwrap_or(&number);
            Some(number.to_owned()).filter(|number| !number.is_empty())
        }
        Err(reason) => {
            cells.leave(key, &reason);
            None
        }
    }
}

fn without_brackets(cell: &str) -> String {
    let mut depth = 0_usize;
    let mut out = String::new();
    for c in cell.chars() {
        match c {
            '(' | '（' | '[' | '［' | '【' | '〔' => depth += 1,
            ')' | '）' | ']' | '］' | '】' | '〕' => depth = depth.saturating_sub(1),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out.trim().to_owned()
}

/// By what a row without a number is the same row again.
fn digest_of(found: &Found<'_>) -> String {
    let (family, given) = found.kana.clone().unwrap_or_default();
    let birth = found.birth.map(|on| on.to_string()).unwrap_or_default();
    let parts = [
        fold_name(&found.whole_name()),
        fold_kana(&format!("{family}{given}")),
        birth,
        fold_address(found.address.as_deref().unwrap_or_default()),
    ];
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    format!("#{}", hex::encode(&fingerprint(&parts)[..16]))
}

fn said_of(found: &Found<'_>) -> Vec<u8> {
    // What stands in the cells, whatever becomes of it: a row that says the same again changes nothing.
    let cells = KEPT.iter().filter(|key| **key != "record_id").map(|key| match found.row.get(key) {
        Some(cell) => format!("{key}={cell}"),
        None => String::new(),
    });
    let cells: Vec<String> = cells.collect();
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    fingerprint(&cells)
}
