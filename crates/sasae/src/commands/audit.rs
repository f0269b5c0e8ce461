//! `sasae audit verify [--tenant CODE]`

use std::process::ExitCode;

use anyhow::Result;
use sasae_app::audit::{self, Break, Verdict};
use sasae_db::Db;

use crate::DataPlace;
use crate::config::Config;
use crate::database::{Purpose, open, require_schema, tenants};
use crate::say::Say;

/// Check the audit trail.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: AuditCommand,
}

#[derive(clap::Subcommand)]
enum AuditCommand {
    /// 記録のつながりが切れていないことを確かめる · prove that the chain is unbroken.
    Verify {
        #[command(flatten)]
        place: DataPlace,
    },
}

/// Runs the command.
pub async fn run(args: Args, say: &Say) -> Result<ExitCode> {
    let AuditCommand::Verify { place } = args.what;
    let config = Config::load(&place)?;
    let opened = open(&config, Purpose::Read).await?;
    require_schema(&opened.db).await?;
    let codes = tenants(&opened.db, &config).await?;
    let whole = verify(&opened.db, &codes, say).await?;
    opened.db.close().await?;
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Walks the chains and says of each whether it is whole.
pub async fn verify(db: &Db, codes: &[String], say: &Say) -> Result<bool> {
    let mut whole = true;
    for code in codes {
        match audit::verify(db, code).await? {
            Verdict::Whole { rows, head } => {
                let head: String = head.iter().map(|byte| format!("{byte:02x}")).collect();
                say.line(
                    &format!("{code}：{rows}行の記録がすべてつながっています（最後の値 {head}）"),
                    &format!("{code}: all {rows} rows of the chain are whole (head {head})"),
                );
            }
            Verdict::Broken { seq, why } => {
                whole = false;
                let (ja, en) = reason(why);
                say.line(
                    &format!("{code}：記録の{seq}行目でつながりが切れています。{ja}"),
                    &format!("{code}: the chain is broken at row {seq}: {en}"),
                );
            }
        }
    }
    Ok(whole)
}

fn reason(why: Break) -> (&'static str, &'static str) {
    match why {
        Break::Content => ("この行の中身が書きかえられています", "the content of this row was changed"),
        Break::Previous => ("前の行とつながっていません", "it does not follow from the row before"),
        Break::Missing => ("行がなくなっています", "a row is missing"),
        Break::Head => ("末尾の行がなくなっているか、加えられています", "rows at the end are missing or were added"),
        Break::Index => ("だれを見たかの索引が行と合いません", "the index of subjects disagrees with the row"),
    }
}
