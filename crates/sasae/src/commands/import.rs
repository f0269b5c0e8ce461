//! `sasae import areas|towns|organisations|staff|persons FILE [--dry-run] [--all-or-nothing] [--report FILE] [--new-persons]`

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
    /// 結果（受け付けなかった行、注意、変更）を書き出す先（.csv か .json） · where to write refused rows, notices and changes.
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
    /// 登録ずみの人と同じかもしれない人も、新しい人として入れる · take persons who are likely on record as new ones.
    #[arg(long)]
    new_persons: bool,
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
        new_persons: args.new_persons,
    };
    if let Some(path) = &args.report {
        require_writable(path)?;
    }
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
            &format!("受け付けなかった行、注意、変更を {} に書きました", path.display()),
            &format!("refused rows, notices and changes are in {}", path.display()),
        );
    }
    let taken = report.accepted > 0 || report.unchanged > 0;
    if outcome.written && report.accepted > 0 {
        say.line("取り込みました", "imported");
    } else if outcome.written && taken && report.refused.is_empty() {
        say.line("変わったところがないため、何も取り込みませんでした", "nothing has changed, so nothing was taken in");
    } else if outcome.written {
        say.line("何も取り込みませんでした", "nothing was taken in");
    } else if options.dry_run {
        say.line("試しただけで、何も書きこんでいません", "a dry run: nothing was written");
    } else {
        say.line(
            "受け付けない行があるため、何も取り込みませんでした（--all-or-nothing）",
            "rows were refused, so nothing was imported (--all-or-nothing)",
        );
    }
    Ok(if report.refused.is_empty() && taken { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn unwritable(path: &Path, error: &dyn std::fmt::Display) -> anyhow::Error {
    failed(
        format!("{} に書けません：{error}", path.display()),
        format!("{} cannot be written: {error}", path.display()),
    )
}

/// Refuses a report that could not be written, before anything is imported: what was refused would be known
/// to nobody.
fn require_writable(path: &Path) -> Result<()> {
    let is_new = !path.exists();
    let opened = std::fs::OpenOptions::new().create(true).append(true).open(path);
    drop(opened.map_err(|error| unwritable(path, &error))?);
    if is_new {
        std::fs::remove_file(path).map_err(|error| unwritable(path, &error))?;
    }
    Ok(())
}

/// The report as a table that Excel opens, refused rows with all their cells, or as JSON.
fn write_report(path: &Path, report: &Report, lang: SheetLang) -> Result<()> {
    let bytes = if path.extension().is_some_and(|ending| ending == "json") {
        serde_json::to_vec_pretty(report)?
    } else {
        write_csv(&report.to_rows(lang), CsvEncoding::Utf8Bom).unwrap_or_default()
    };
    std::fs::write(path, bytes).map_err(|error| unwritable(path, &error))
}
