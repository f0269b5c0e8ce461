//! A list as a file: workbook or CSV, written row by row into a nameless temporary file.

use std::fs::File;
use std::io::{BufWriter, Read as _, Seek as _, SeekFrom, Write};

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use sasae_core::clock::tokyo_date;
use sasae_core::id::Id;
use sasae_db::Conn;
use sasae_sheet::{BookWriter, CsvEncoding, CsvWriter, Heading, MissingChar};
use serde::{Deserialize, Serialize};

use super::store::{self, Export};
use super::{Column, EXPORT, List, ListQuery, Row, Window};
use crate::access::Kind;
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::input::Check;
use crate::lang::{Lang, Words};
use crate::web::Pairs;
use crate::web::reply::attachment_named;

/// Most rows of a file; more is no list that somebody looks through.
pub const MOST: i64 = 100_000;
/// Most characters of a purpose.
pub const PURPOSE: usize = 200;
/// So many records are written into one row of the trail.
const AT_ONCE: usize = 5_000;
/// So many bytes leave at once.
const BLOCK: usize = 64 * 1024;

/// What a file is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A workbook.
    Workbook,
    /// CSV in UTF-8 with a byte order mark.
    Csv,
    /// CSV in CP932.
    CsvCp932,
}

closed_set!(for Format in "export", "format");

impl Format {
    /// Every format, in the order of the form.
    pub const ALL: [Format; 3] = [Format::Workbook, Format::Csv, Format::CsvCp932];

    /// How it stands in the database and in forms.
    pub const fn code(self) -> &'static str {
        match self {
            Format::Workbook => "workbook",
            Format::Csv => "csv",
            Format::CsvCp932 => "csv_cp932",
        }
    }

    /// What it is called.
    pub const fn words(self) -> Words {
        match self {
            Format::Workbook => Words("Excelのブック（.xlsx）", "Workbook (.xlsx)"),
            Format::Csv => Words("CSV（UTF-8）", "CSV (UTF-8)"),
            Format::CsvCp932 => Words("CSV（Shift_JIS。古いシステム用）", "CSV (Shift_JIS, for older systems)"),
        }
    }

    fn from_code(code: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.code() == code)
    }

    fn ending(self) -> &'static str {
        if self == Format::Workbook { "xlsx" } else { "csv" }
    }

    fn media(self) -> &'static str {
        match self {
            Format::Workbook => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format::Csv => "text/csv; charset=utf-8",
            Format::CsvCp932 => "text/csv; charset=Shift_JIS",
        }
    }
}

/// A wish for a file as it is typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ExportForm {
    /// Code of the format.
    pub format: String,
    /// For what it is needed; at most 200 characters.
    pub purpose: String,
    /// The conditions, as an address says them.
    pub query: String,
}

/// A wish for a file that passed its checks.
#[derive(Debug)]
pub struct NewExport {
    /// The list's code.
    pub list: &'static str,
    /// The conditions.
    pub query: String,
    /// What it is written as.
    pub format: Format,
    /// For what.
    pub purpose: String,
    /// How many rows there are now.
    pub row_count: i64,
}

/// Notes that somebody wants a list as a file, and for what.
pub async fn ask(ctx: &Ctx, work: &mut Work, list: &'static List, form: &ExportForm) -> Result<Id> {
    let mut check = Check::new(ctx);
    let format = Format::from_code(&form.format);
    if format.is_none() {
        check.put("format", "1つ選んでください。", "Please choose one.");
    }
    let purpose = check.required("purpose", &form.purpose, PURPOSE);
    check.done()?;
    let format = format.ok_or_else(|| Error::internal("a format passed its check"))?;
    let asked = asked_of(ctx, list, &form.query)?;
    let row_count = count(ctx, work, &asked).await?;
    let id = ctx.new_id();
    let new = NewExport { list: list.code, query: asked.query(), format, purpose, row_count };
    store::insert_export(ctx, work, id, &new).await?;
    ctx.wrote(&EXPORT, id);
    Ok(id)
}

/// How many rows a file would hold.
async fn count(ctx: &Ctx, conn: &mut Conn, asked: &ListQuery) -> Result<i64> {
    match super::count_up_to(ctx, conn, asked, MOST + 1).await? {
        count if count > MOST => Err(Error::refused(
            "10万件をこえる一覧は、書き出せません。条件でしぼってください。",
            "More than 100,000 rows cannot be taken out. Narrow the list down.",
        )),
        count => Ok(count),
    }
}

/// The conditions of a file.
pub(super) fn asked_of(ctx: &Ctx, list: &'static List, query: &str) -> Result<ListQuery> {
    let asked = ListQuery::read(ctx, list, &Pairs::parse(query.as_bytes()))?;
    if asked.errors().is_empty() { Ok(asked) } else { Err(Error::NotFound) }
}

/// A file that somebody asked for, with its list.
pub struct Wanted {
    /// What was asked for.
    pub export: Export,
    /// What it is written as.
    pub format: Format,
    asked: ListQuery,
}

impl Wanted {
    /// Whether it can still be fetched: on the day on which it was asked for.
    pub fn is_of_today(&self, ctx: &Ctx) -> bool {
        tokyo_date(self.export.asked_at) == ctx.today()
    }

    /// The list.
    pub fn list(&self) -> &'static List {
        self.asked.list()
    }

    /// What was asked of the list.
    pub fn asked(&self) -> &ListQuery {
        &self.asked
    }

    /// The columns of the file.
    pub fn columns(&self) -> Vec<&'static Column> {
        self.asked.columns().into_iter().map(|at| &self.list().columns[at]).collect()
    }
}

/// A file that the reader asked for.
pub async fn get(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Wanted> {
    let export = store::get_export(ctx, conn, id).await?;
    let list = super::find(ctx, &export.list).ok_or(Error::NotFound)?;
    let asked = asked_of(ctx, list, &export.query)?;
    let format = Format::from_code(&export.format).ok_or(Error::NotFound)?;
    Ok(Wanted { export, format, asked })
}

/// The characters that CP932 lacks in a list, by row and column of the file; the first thousand.
pub async fn list_missing(ctx: &Ctx, conn: &mut Conn, wanted: &Wanted) -> Result<Vec<MissingChar>> {
    let mut sheet = Sheet::begin(Format::CsvCp932, std::io::sink(), wanted, ctx.lang())?;
    let _untold = write_rows(ctx, conn, wanted, &mut sheet).await?;
    Ok(sheet.finish()?.1)
}

/// A file as it is written.
enum Sheet<W> {
    Csv(CsvWriter<W>),
    Book(Box<BookWriter>, W),
}

impl<W: Write + Send> Sheet<W> {
    fn begin(format: Format, out: W, wanted: &Wanted, lang: Lang) -> Result<Sheet<W>> {
        let list = wanted.list();
        let columns = wanted.columns();
        let encoding = match format {
            Format::Workbook => {
                let heading = |column: &&Column| Heading {
                    label: column.words.get(lang),
                    width: f64::from(column.width),
                    numeric: column.numeric,
                };
                let headings: Vec<Heading<'_>> = columns.iter().map(heading).collect();
                let book = BookWriter::new(list.name.get(lang), &headings).map_err(Error::internal)?;
                return Ok(Sheet::Book(Box::new(book), out));
            }
            Format::Csv => CsvEncoding::Utf8Bom,
            Format::CsvCp932 => CsvEncoding::Cp932,
        };
        let mut csv = CsvWriter::new(out, encoding).map_err(io)?;
        csv.write_row(columns.iter().map(|column| column.words.get(lang))).map_err(io)?;
        Ok(Sheet::Csv(csv))
    }

    fn write<'a>(&mut self, cells: impl Iterator<Item = &'a str>) -> sasae_db::Result<()> {
        match self {
            Sheet::Csv(csv) => Ok(csv.write_row(cells)?),
            Sheet::Book(book, _) => Ok(book.write_row(cells).map_err(std::io::Error::other)?),
        }
    }

    fn finish(self) -> Result<(W, Vec<MissingChar>)> {
        match self {
            Sheet::Csv(csv) => csv.finish().map_err(io),
            Sheet::Book(book, mut out) => {
                book.save(&mut out).map_err(Error::internal)?;
                out.flush().map_err(io)?;
                Ok((out, Vec::new()))
            }
        }
    }
}

/// A disk without room is told as such.
fn io(cause: std::io::Error) -> Error {
    Error::Db(cause.into())
}

/// Writes every row, and gives the records that they tell of.
async fn write_rows<W: Write + Send>(
    ctx: &Ctx,
    conn: &mut Conn,
    wanted: &Wanted,
    sheet: &mut Sheet<W>,
) -> Result<Vec<(Kind, Id)>> {
    let columns = wanted.asked.columns();
    let mut records = Vec::new();
    let mut take = |row: Row| {
        let cells = columns.iter().map(|at| row.cells.get(*at).map_or("", |cell| cell.text.as_str()));
        sheet.write(cells)?;
        records.extend(row.records);
        Ok(())
    };
    (wanted.list().rows)(ctx, conn, &wanted.asked, Window::first(MOST), &mut take).await?;
    Ok(records)
}

/// Writes a file and answers with it. Before it leaves, the trail holds every record in it.
/// The rows are counted before anything is written: since the file was asked for, there may have come
/// more than a file holds, and none leaves with a part of its list.
pub async fn answer(ctx: &Ctx, conn: &mut Conn, wanted: &Wanted) -> Result<Response> {
    count(ctx, conn, &wanted.asked).await?;
    let spool = BufWriter::new(tempfile::tempfile().map_err(io)?);
    let mut sheet = Sheet::begin(wanted.format, spool, wanted, ctx.lang())?;
    let records = write_rows(ctx, conn, wanted, &mut sheet).await?;
    let (spool, _told_before) = sheet.finish()?;
    ctx.saw(&EXPORT, wanted.export.id);
    for some in records.chunks(AT_ONCE) {
        super::note(ctx, some);
        ctx.flush_trail().await?;
    }
    let mut file = spool.into_inner().map_err(|error| io(error.into_error()))?;
    let length = file.seek(SeekFrom::End(0)).map_err(io)?;
    file.rewind().map_err(io)?;
    let day = tokyo_date(wanted.export.asked_at);
    let name = format!("{}_{day}.{}", wanted.list().name.get(ctx.lang()), wanted.format.ending());
    let mut response = body(file).into_response();
    let headers: [(HeaderName, HeaderValue); 5] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(wanted.format.media())),
        (header::CONTENT_LENGTH, HeaderValue::from(length)),
        (header::CONTENT_DISPOSITION, attachment_named("attachment", &name)?),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    response.headers_mut().extend(headers);
    Ok(response)
}

/// A file as a body, block by block.
fn body(file: File) -> Body {
    Body::from_stream(futures_util::stream::try_unfold(file, |mut file| async move {
        let read = tokio::task::spawn_blocking(move || {
            let mut block = vec![0; BLOCK];
            let length = file.read(&mut block)?;
            block.truncate(length);
            Ok::<_, std::io::Error>((block, file))
        });
        let (block, file) = read.await.map_err(std::io::Error::other)??;
        Ok::<_, std::io::Error>((!block.is_empty()).then_some((block, file)))
    }))
}
