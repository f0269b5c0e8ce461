//! `sasae-bench`: how fast this machine serves a large city. It is not shipped: it starts the
//! program as a person starts it, fills a city of a million through the same statements, and
//! measures each page beside the bare SQL that it needs.

mod measure;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Parser as _;
use indicatif::{ProgressBar, ProgressStyle};
use sasae_app::profile;
use sasae_core::clock::{Clock, tokyo_datetime};

use sasae_demo::{self as demo, Plan, Size};

use crate::measure::{Load, ON_POSTGRES, Report};

/// Measure a large city on this machine.
#[derive(clap::Parser)]
#[command(version)]
struct Args {
    /// 測るプログラム（なければ隣の sasae） · the program to measure; else the `sasae` beside this one.
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// 測るデータを置くフォルダー（くり返し使える） · folder for the data, used again.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// PostgreSQL でも測る（なければ SASAE_BENCH_PG） · measure PostgreSQL as well.
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// SQLite を測らない · leave SQLite out.
    #[arg(long)]
    without_sqlite: bool,
    /// 市の大きさ · size of the city.
    #[arg(long, value_enum, default_value_t = Size::City)]
    size: Size,
    /// 同時に使う人 · clients at a time.
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=256))]
    clients: u16,
    /// ページごとの回数 · requests of each kind.
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(10..=100_000))]
    requests: u32,
    /// 結果を書くファイル · file for the result.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// 結果に書く版 · commit that the report names.
    #[arg(long, default_value = "unknown")]
    commit: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    let program = match args.program {
        Some(program) => program,
        None => beside()?,
    };
    let profile = sasae_app::rooms::load_profile(profile::DEFAULT).ok().context("the usual profile is shipped")?;
    let now = tokyo_datetime(Clock::system().now());
    let share = if args.size == Size::City { 1 } else { 20 };
    let plan =
        Plan { profile: &profile, seed: 1, size: args.size, share, until: demo::last_moment(now), attachments: None };
    let load = Load { clients: usize::from(args.clients), requests: args.requests as usize };
    std::fs::create_dir_all(&args.data)?;
    let file = args.data.join(format!("bench-{:?}.sqlite", args.size).to_lowercase());
    let mut urls = Vec::new();
    if !args.without_sqlite {
        urls.push(format!("sqlite:{}", file.display()));
    }
    urls.extend(args.postgres.or_else(|| std::env::var(ON_POSTGRES).ok()));
    if urls.is_empty() {
        bail!("there is no database to measure");
    }
    let progress = ProgressBar::new(1_000_000);
    progress.set_style(ProgressStyle::with_template("{msg:40} {wide_bar} {human_pos}/{human_len} {eta}")?);
    let mut engines = Vec::new();
    for url in urls {
        engines.push(measure::measure(&program, &url, &plan, load, &progress).await?);
    }
    progress.finish_and_clear();
    let report = Report {
        day: now.date().to_string(),
        commit: args.commit,
        machine: machine(),
        clients: load.clients,
        requests: load.requests,
        binary: std::fs::metadata(&program)?.len(),
        release: !cfg!(debug_assertions),
        engines,
    };
    let text = report.markdown();
    match &args.report {
        Some(path) => std::fs::write(path, text)?,
        None => std::io::stdout().write_all(text.as_bytes())?,
    }
    Ok(())
}

/// The program that was built with this one.
fn beside() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let program = own.with_file_name(format!("sasae{}", std::env::consts::EXE_SUFFIX));
    if !Path::is_file(&program) {
        bail!("{} is not there: build it, or name it by --program", program.display());
    }
    Ok(program)
}

/// Processor, cores and memory, where the system tells.
fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name))?.split(':').nth(1)?;
        Some(line.trim().to_owned())
    };
    let processor = field(&read("/proc/cpuinfo"), "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = field(&read("/proc/meminfo"), "MemTotal")
        .and_then(|text| text.split(' ').next()?.parse::<f64>().ok())
        .map_or_else(String::new, |kib| format!(", {:.0} GB of memory", kib * 1024.0 / 1e9));
    let kernel = read("/proc/sys/kernel/osrelease");
    format!("{processor}, {cores} cores{memory}, {} {}", std::env::consts::OS, kernel.trim())
}
