//! `sasae import areas|towns|organisations|staff|persons FILE [--dry-run] [--all-or-nothing] [--report FILE]`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use sasae_app::import::{self, ImportKind, Options, sheet_lang};
use sasae_sheet::{CsvEncoding, Lang as SheetLang, Report, write_csv};

use super::user::day;
use crate::DataPlace;
use crate::database::{Purpose, Session};
use crate::say::Say;
use crate::stop::{failed, usage};

/// Import a list.
#[derive(clap::Args)]
pub struct Args {
    /// 何の一覧か · what the list holds.
    #[arg(value_enum)]
    what: ListKind,
    /// CSV か Excel のファイル · CSV or Excel file.
    file: PathBuf,
    #[command(flatten)]
    place: DataPlace,
    /// 試すだけで、何も書きこまない · try everything and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// 1行でもだめなら、何も取り込まない · one refused row keeps all others out.
    #[arg(long)]
    all_or_nothing: bool,
    /// 受け付けなかった行を書き出す先（.csv か .json） · where to write the refused rows.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// 一覧の名前（番号の列は、この名前の中で数える） · name of the list.
    #[arg(long, default_value = "")]
    source: String,
    /// Excel のシート名 · worksheet.
    #[arg(long, default_value = "")]
    worksheet: String,
    /// 区域の階層（区域の一覧） · tier of the areas.
    #[arg(long, default_value = "")]
    tier: String,
    /// 町の市区町村コード（町の一覧） · municipality of the towns.
    #[arg(long, default_value = "")]
    municipality: String,
    /// 組織の種類（組織の一覧） · kind of the organisations.
    #[arg(long, default_value = "")]
    kind: String,
    /// 役職（職員の一覧） · role of the staff.
    #[arg(long, default_value = "")]
    role: String,
    /// 一覧に区域がないときの区域 · area, where the list says none.
    #[arg(long, default_value = "")]
    area: String,
    /// 一覧に日付がないときの始まりの日 · first day, where the list says none.
    #[arg(long)]
    from: Option<String>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum ListKind {
    Areas,
    Towns,
    Organisations,
    Staff,
    Persons,
}

/// Runs the command.
pub async fn run(args: Args, say: &Say) -> Result<ExitCode> {
    let what = match args.what {
        ListKind::Areas => ImportKind::Areas,
        ListKind::Towns => ImportKind::Towns,
        ListKind::Organisations => ImportKind::Organisations,
        ListKind::Staff => ImportKind::Staff,
        ListKind::Persons => ImportKind::Persons,
    };
    let shown = args.file.display().to_string();
    let bytes = std::fs::read(&args.file)
        .map_err(|error| usage(format!("{shown} を読めません：{error}"), format!("{shown} cannot be read: {error}")))?;
    let name = args.file.file_name().map_or_else(|| shown.clone(), |name| name.to_string_lossy().into_owned());
    let options = Options {
        dry_run: args.dry_run,
        all_or_nothing: args.all_or_nothing,
        source: args.source,
        worksheet: args.worksheet,
        tier: args.tier,
        municipality: args.municipality,
        kind: args.kind,
        role: args.role,
        area: args.area,
        from: day(args.from.as_deref())?,
    };
    let session = match options.dry_run {
        true => Session::open_to_try(&args.place).await?,
        false => Session::open(&args.place, Purpose::Write).await?,
    };
    let ctx = session.ctx("sasae import", &format!("import {} {name}", what.word()), say.lang());
    let outcome = import::run(&ctx, what, &name, &bytes, &options).await?;
    session.close().await?;
    let report = &outcome.report;
    say.raw(report.to_text(sheet_lang(say.lang())).trim_end());
    if let Some(path) = &args.report {
        write_report(path, report, sheet_lang(say.lang()))?;
        say.line(
            &format!("受け付けなかった行を {} に書きました", path.display()),
            &format!("the refused rows are in {}", path.display()),
        );
    }
    if outcome.written {
        say.line("取り込みました", "imported");
    } else if options.dry_run {
        say.line("試しただけで、何も書きこんでいません", "a dry run: nothing was written");
    } else {
        say.line(
            "受け付けない行があるため、何も取り込みませんでした（--all-or-nothing）",
            "rows were refused, so nothing was imported (--all-or-nothing)",
        );
    }
    Ok(if report.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The refused cells as a table that Excel opens, or the whole report as JSON.
fn write_report(path: &Path, report: &Report, lang: SheetLang) -> Result<()> {
    let cannot = |error: &dyn std::fmt::Display| {
        failed(
            format!("{} に書けません：{error}", path.display()),
            format!("{} cannot be written: {error}", path.display()),
        )
    };
    let bytes = if path.extension().is_some_and(|ending| ending == "json") {
        serde_json::to_vec_pretty(report)?
    } else {
        let mut rows = vec![match lang {
            SheetLang::Ja => ["行", "列", "値", "理由"].map(str::to_owned),
            SheetLang::En => ["line", "column", "value", "reason"].map(str::to_owned),
        }];
        rows.extend(report.refused.iter().map(|cell| {
            [cell.line.to_string(), cell.column.clone(), cell.value.clone(), cell.reason(lang).to_owned()]
        }));
        write_csv(&rows, CsvEncoding::Utf8Bom).unwrap_or_default()
    };
    std::fs::write(path, bytes).map_err(|error| cannot(&error))
}
