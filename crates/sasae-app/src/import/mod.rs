//! Importing: areas, towns, organisations, staff and persons from the files
//! that offices really have (#43, #47, #48).
//!
//! `run` reads a file (CSV in any encoding that occurs, or a workbook), takes
//! every good row in one transaction and reports every refused one with line,
//! column, value and reason. With `all_or_nothing` one refused row keeps all
//! out; with `dry_run` everything is tried and undone. A row that was imported
//! before and says the same changes nothing, even where somebody has corrected
//! the record by hand since (`import_row` remembers what each row said). Of a person it is remembered field
//! by field (`import_said`), and only what a row says anew is written.
//!
//! Each import is one row of the audit trail with every id it wrote.
//! Deliberately absent: deleting what a newer file no longer has.

mod areas;
mod columns;
mod districts;
mod keys;
pub mod may;
mod municipalities;
mod organisations;
mod persons;
mod staff;
pub mod store;
mod towns;
mod tree;
mod words;
pub use words::find_role;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use sasae_sheet::{HeaderError, Lang as SheetLang, ReadError, ReadOptions, Report, Sheet};

use crate::access::RecordKind;
use crate::ctx::{Actor, Ctx, Work};
use crate::error::{Error, Result};
use crate::lang::Words;
use crate::lang::{Lang, Text};
use crate::profile::Needs;
use crate::room::Room;

/// 取り込み of one file.
pub static IMPORT: RecordKind = RecordKind::plain("import", Words("取り込み", "Import"));

/// What this room offers.
pub static ROOM: Room = Room {
    tables: store::TABLES,
    migrations: &[sasae_db::migration!("0001_import"), sasae_db::migration!("0020_import_said")],
    kinds: &[&IMPORT],
    needs: Needs { functions: &[&may::IMPORT], ..Needs::NONE },
    ..Room::new("import", Words("取り込み", "Imports"))
};

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportKind {
    /// Municipalities, districts or towns: the headings tell.
    Areas,
    /// Towns (町字).
    Towns,
    /// Organisations with their windows and places.
    Organisations,
    /// People who hold a post.
    Staff,
    /// Persons of a register.
    Persons,
}

impl ImportKind {
    /// The word on the command line and in the audit trail.
    pub fn word(self) -> &'static str {
        match self {
            ImportKind::Areas => "areas",
            ImportKind::Towns => "towns",
            ImportKind::Organisations => "organisations",
            ImportKind::Staff => "staff",
            ImportKind::Persons => "persons",
        }
    }
}

/// What is said about an import beside the file.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Try everything and undo it.
    pub dry_run: bool,
    /// One refused row keeps all others out.
    pub all_or_nothing: bool,
    /// Name of the list; taken from the file's name when empty. Ids of rows count within it.
    pub source: String,
    /// Worksheet of a workbook; the first when empty.
    pub worksheet: String,
    /// Tier of the areas (code or label), for lists that do not say it.
    pub tier: String,
    /// Municipality of the towns, for lists that do not say it.
    pub municipality: String,
    /// Kind of the organisations (code or label), for lists that do not say it.
    pub kind: String,
    /// Role of the staff (code or label), for lists that do not say it.
    pub role: String,
    /// Area of the rows (code or name), for lists that do not say it.
    pub area: String,
    /// First day, for lists that do not say it.
    pub from: Option<Date>,
    /// Persons who are likely on record already are taken in as new ones.
    pub new_persons: bool,
}

/// What became of an import.
#[derive(Debug, Clone)]
pub struct ImportOutcome {
    /// What became of every row.
    pub report: Report,
    /// Whether anything was written: not in a dry run, and not where a refused
    /// row kept all others out.
    pub written: bool,
}

/// Imports a file in a transaction of its own.
pub async fn run(ctx: &Ctx, what: ImportKind, name: &str, bytes: &[u8], options: &Options) -> Result<ImportOutcome> {
    let mut work = ctx.begin().await?;
    let report = bring_in(ctx, &mut work, what, name, bytes, options).await?;
    let kept_out = options.all_or_nothing && !report.refused.is_empty();
    if options.dry_run || kept_out {
        drop(work);
        // What was tried was undone, and must not show in the next audit row.
        ctx.take_entry();
        return Ok(ImportOutcome { report, written: false });
    }
    // Also an import that changed nothing leaves its audit row.
    ctx.wrote(&IMPORT, ctx.request());
    work.commit("").await?;
    Ok(ImportOutcome { report, written: true })
}

/// Imports a file within a transaction that is already open.
pub async fn bring_in(
    ctx: &Ctx,
    work: &mut Work,
    what: ImportKind,
    name: &str,
    bytes: &[u8],
    options: &Options,
) -> Result<Report> {
    if !matches!(ctx.actor(), Actor::System(_)) && !ctx.may(&may::IMPORT) {
        return Err(Error::Forbidden(Text::new(
            "取り込みができるのは、取り込みの担当者です。",
            "Only those in charge of imports may do this.",
        )));
    }
    let sheet = read(name, bytes, options)?;
    let mut report = match what {
        ImportKind::Areas => areas::bring_in(ctx, work, &sheet, options).await,
        ImportKind::Towns => towns::bring_in(ctx, work, &sheet, options).await,
        ImportKind::Organisations => organisations::bring_in(ctx, work, &sheet, options).await,
        ImportKind::Staff => staff::bring_in(ctx, work, &sheet, options).await,
        ImportKind::Persons => persons::bring_in(ctx, work, &sheet, options).await,
    }?;
    report.keep_refused(&sheet);
    Ok(report)
}

fn read(name: &str, bytes: &[u8], options: &Options) -> Result<Sheet> {
    let worksheet = (!options.worksheet.is_empty()).then(|| options.worksheet.clone());
    let how = ReadOptions { sheet: worksheet, ..ReadOptions::default() };
    let mut sheet = sasae_sheet::read(name, bytes, &how).map_err(|error| unreadable(&error))?;
    sasae_sheet::repeat_ditto(&mut sheet);
    Ok(sheet)
}

fn unreadable(error: &ReadError) -> Error {
    Error::field("file", error.message(SheetLang::Ja), error.message(SheetLang::En))
}

/// The heading row cannot be used.
fn headings(error: &HeaderError) -> Error {
    Error::field("file", error.message(SheetLang::Ja), error.message(SheetLang::En))
}

/// An option names nothing that exists.
fn wrong_option(option: &'static str, reason: &sasae_sheet::Reason) -> Error {
    Error::field(option, reason.ja.clone(), reason.en.clone())
}

/// The language of a report's messages.
pub fn sheet_lang(lang: Lang) -> SheetLang {
    match lang {
        Lang::Ja => SheetLang::Ja,
        Lang::En => SheetLang::En,
    }
}
