//! Imports on both engines: small lists made by hand in every encoding, and
//! real open data (`tests/data`, credit in NOTICE).

mod areas;
mod organisations;
mod register;
mod seeds;
mod staff;

use sasae_sheet::{CsvEncoding, Report, write_csv};

use super::{ImportKind, ImportOutcome, Options, run};
use crate::area::Book;
use crate::ctx::Ctx;
use crate::testing::TestApp;

/// Imports a list as the command does: with a context of its own.
pub(super) async fn import(
    test: &TestApp,
    what: ImportKind,
    name: &str,
    bytes: &[u8],
    options: &Options,
) -> ImportOutcome {
    let ctx = test.system().await;
    run(&ctx, what, name, bytes, options).await.unwrap()
}

/// Imports a text in UTF-8 with the usual options.
pub(super) async fn import_text(test: &TestApp, what: ImportKind, text: &str) -> Report {
    import(test, what, "list.csv", text.as_bytes(), &Options::default()).await.report
}

/// The same rows in three encodings.
pub(super) fn encodings(rows: &[Vec<&str>]) -> Vec<Vec<u8>> {
    [CsvEncoding::Utf8, CsvEncoding::Utf8Bom, CsvEncoding::Cp932]
        .into_iter()
        .map(|encoding| write_csv(rows, encoding).unwrap())
        .collect()
}

/// A context with the areas of its day.
pub(super) async fn book(test: &TestApp) -> (Ctx, Book) {
    let ctx = test.system().await;
    let mut read = ctx.read().await.unwrap();
    let book = Book::load(&ctx, &mut read, ctx.today()).await.unwrap();
    drop(read);
    (ctx, book)
}

/// `(rows taken, rows unchanged, rows refused)`.
pub(super) fn counts(report: &Report) -> (usize, usize, usize) {
    (report.accepted, report.unchanged, report.refused_rows())
}
