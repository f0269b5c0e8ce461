//! `sasae audit verify [--since HEAD]`, `sasae audit head`, `sasae audit new-key`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use sasae_app::audit::{self, Anchor, Break, Key, Verdict};
use sasae_core::clock::Clock;
use sasae_db::Db;

use crate::DataPlace;
use crate::config::Config;
use crate::database::{Purpose, Session, open, require_schema, tenants};
use crate::say::Say;
use crate::stop::{failed, usage};

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
        /// 前に控えた「末尾」（audit head の行、またはその行のあるファイル） · a head noted before, or a file of them.
        #[arg(long, value_name = "HEAD")]
        since: Option<String>,
    },
    /// いまの末尾を1行で示す（紙や別の場所に控える） · print the head, to be noted elsewhere.
    Head {
        #[command(flatten)]
        place: DataPlace,
    },
    /// なくした鍵の代わりを作る · make another key where the first one is lost.
    NewKey {
        #[command(flatten)]
        place: DataPlace,
    },
}

/// Runs the command.
pub async fn run(args: Args, say: &Say) -> Result<ExitCode> {
    match args.what {
        AuditCommand::Verify { place, since } => {
            let since = since.as_deref().map(read_heads).transpose()?.unwrap_or_default();
            let config = Config::load(&place)?;
            let opened = open(&config, Purpose::Read).await?;
            require_schema(&opened.db).await?;
            let codes = tenants(&opened.db, &config).await?;
            let key = config.audit_key()?;
            let outcome = verify(&opened.db, &codes, key.as_ref(), &since, say).await?;
            opened.db.close().await?;
            Ok(if outcome == Outcome::Whole { ExitCode::SUCCESS } else { ExitCode::from(1) })
        }
        AuditCommand::Head { place } => {
            let config = Config::load(&place)?;
            let opened = open(&config, Purpose::Read).await?;
            require_schema(&opened.db).await?;
            let codes = tenants(&opened.db, &config).await?;
            for head in list_heads(&opened.db, &codes).await? {
                say.raw(&head.line());
            }
            opened.db.close().await?;
            Ok(ExitCode::SUCCESS)
        }
        AuditCommand::NewKey { place } => new_key(&place, say).await,
    }
}

/// The heads of the chains as they stand.
pub async fn list_heads(db: &Db, codes: &[String]) -> Result<Vec<Anchor>> {
    let mut heads = Vec::new();
    for code in codes {
        let mut read = db.read(code).await?;
        heads.push(audit::find_head(&mut read, code).await?.0);
    }
    Ok(heads)
}

/// Heads as they were noted: one line, or a file with one in each line.
fn read_heads(written: &str) -> Result<Vec<Anchor>> {
    let text = match Anchor::read(written) {
        Some(head) => return Ok(vec![head]),
        None => std::fs::read_to_string(written).unwrap_or_default(),
    };
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let heads: Option<Vec<Anchor>> = lines().map(Anchor::read).collect();
    heads.filter(|heads| !heads.is_empty()).ok_or_else(|| {
        usage(
            format!("「{written}」は、audit head が示す行でも、その行のあるファイルでもありません"),
            format!("{written:?} is neither a line of audit head nor a file of such lines"),
        )
    })
}

/// What a look at all chains found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Every row follows.
    Whole,
    /// Every row names the one before, but a key is missing.
    Unproven,
    /// A row does not follow.
    Broken,
}

/// Walks the chains and says of each whether it is whole.
pub async fn verify(db: &Db, codes: &[String], key: Option<&Key>, since: &[Anchor], say: &Say) -> Result<Outcome> {
    let mut worst = Outcome::Whole;
    for code in codes {
        let noted: Vec<&Anchor> = since.iter().filter(|anchor| anchor.tenant == *code).collect();
        let mut verdict = audit::verify_by(db, code, key, noted.first().copied()).await?;
        for anchor in noted.iter().skip(1) {
            if matches!(verdict, Verdict::Whole { .. }) {
                verdict = audit::verify_by(db, code, key, Some(anchor)).await?;
            }
        }
        match verdict {
            Verdict::Whole { rows, head } => {
                let head = Anchor { tenant: code.clone(), seq: rows, hash: head }.line();
                say.line(
                    &format!("{code}：{rows}行の記録がすべてつながっています（末尾 {head}）"),
                    &format!("{code}: all {rows} rows of the chain are whole (head {head})"),
                );
                for anchor in noted {
                    say.line(
                        &format!("{code}：控えた末尾（{}行目）から先も、変わっていません", anchor.seq),
                        &format!("{code}: nothing was changed since the head noted at row {}", anchor.seq),
                    );
                }
            }
            Verdict::Unproven { rows } => {
                worst = worst.max(Outcome::Unproven);
                say.line(
                    &format!("{code}：{rows}行の順番はつながっていますが、鍵がないので、中身が変わっていないことは確かめられません"),
                    &format!("{code}: the {rows} rows are in order, but without the key nobody can say that none was changed"),
                );
            }
            Verdict::Broken { seq, why } => {
                worst = Outcome::Broken;
                let (ja, en) = reason(why);
                say.line(
                    &format!("{code}：記録の{seq}行目でつながりが切れています。{ja}"),
                    &format!("{code}: the chain is broken at row {seq}: {en}"),
                );
            }
        }
    }
    Ok(worst)
}

fn reason(why: Break) -> (&'static str, &'static str) {
    match why {
        Break::Content => ("この行の中身が書きかえられています", "the content of this row was changed"),
        Break::Previous => ("前の行とつながっていません", "it does not follow from the row before"),
        Break::Missing => ("行がなくなっています", "a row is missing"),
        Break::Head => ("末尾の行がなくなっているか、加えられています", "rows at the end are missing or were added"),
        Break::Anchor => ("前に控えた末尾の行ではありません", "it is not the row that was noted before"),
        Break::Index => ("だれを見たかの索引が行と合いません", "the index of subjects disagrees with the row"),
    }
}

fn no_place() -> anyhow::Error {
    usage(
        "記録の鍵の置き場所がありません。設定の [audit] key に、データベースとは別のファイルを指定してください",
        "there is no place for the key of the audit trail; name a file by key in [audit]",
    )
}

fn cannot_write(path: &Path, error: &dyn std::fmt::Display) -> anyhow::Error {
    failed(
        format!("記録の鍵 {} を書けません：{error}", path.display()),
        format!("the key of the audit trail {} cannot be written: {error}", path.display()),
    )
}

/// Sees to it that the chain of a municipality carries the key, from its first row or from the next one;
/// makes the key where there is none. Gives the place of the key, where it has one.
pub async fn ensure_key(config: &Config, db: &Db, code: &str, say: &Say) -> Result<Option<PathBuf>> {
    let Some(path) = config.audit_key_file() else {
        say.line(
            "ご注意：記録の鍵の置き場所がないため、記録は鍵なしでつながります。設定の [audit] key に、データベースとは別のファイルを指定し、もう一度 sasae init を実行してください",
            "take care: without a place for its key the audit trail is chained without one; name a file by key in [audit] and run sasae init again",
        );
        return Ok(None);
    };
    let mut read = db.read(code).await?;
    let (head, key_id) = audit::find_head(&mut read, code).await?;
    drop(read);
    let known = config.audit_key()?;
    if !key_id.is_empty() && known.as_ref().is_none_or(|key| key.id() != key_id) {
        return Err(missing(&path));
    }
    let mut key = known.unwrap_or_else(|| Key::new(Clock::system().random_bytes::<32>()));
    if key.start(code).is_none() {
        key.begin(head, false);
        key.save(&path).map_err(|error| cannot_write(&path, &error))?;
        say.line(
            &format!("記録の鍵は {} です。データベースとは別の場所にも控えてください", path.display()),
            &format!("the key of the audit trail is {}; keep a copy of it elsewhere", path.display()),
        );
    }
    Ok(Some(path))
}

/// Refuses to go on where a chain carries a key that is not there: rows without it would not follow.
pub async fn require_key(config: &Config, db: &Db, codes: &[String]) -> Result<()> {
    let known = config.audit_key()?;
    for code in codes {
        let mut read = db.read(code).await?;
        let (_, key_id) = audit::find_head(&mut read, code).await?;
        let right = known.as_ref().is_some_and(|key| key.start(code).is_some() && key.id() == key_id);
        if !key_id.is_empty() && !right {
            return Err(missing(&config.audit_key_file().unwrap_or_default()));
        }
    }
    Ok(())
}

fn missing(path: &Path) -> anyhow::Error {
    let shown = path.display();
    usage(
        format!(
            "記録の鍵 {shown} がないか、別の鍵です。控えから戻してください。どこにもないときは sasae audit new-key で新しくできます（それより前の行の中身は、確かめられなくなります）"
        ),
        format!(
            "the key of the audit trail {shown} is missing or another one; bring it back from a copy. If there is none, sasae audit new-key makes another (rows before it can no longer be proven)"
        ),
    )
}

/// Another key where the first one is lost; the trail says so.
async fn new_key(place: &DataPlace, say: &Say) -> Result<ExitCode> {
    let config = Config::load(place)?;
    let path = config.audit_key_file().ok_or_else(no_place)?;
    if path.exists() {
        return Err(usage(
            format!("鍵 {} があります。なくしたときだけ使ってください", path.display()),
            format!("there is a key {}; this is only for a lost one", path.display()),
        ));
    }
    let opened = open(&config, Purpose::Write).await?;
    require_schema(&opened.db).await?;
    let codes = tenants(&opened.db, &config).await?;
    let mut key = Key::new(Clock::system().random_bytes::<32>());
    for code in &codes {
        let mut read = opened.db.read(code).await?;
        let (head, key_id) = audit::find_head(&mut read, code).await?;
        key.begin(head, !key_id.is_empty());
    }
    key.save(&path).map_err(|error| cannot_write(&path, &error))?;
    for code in &codes {
        let mut tx = opened.db.begin(code).await?;
        audit::change_key(&mut tx, code, &key).await?;
        tx.commit().await?;
    }
    let mut opened = Some(opened);
    for code in &codes {
        let whole = match opened.take() {
            Some(opened) => opened,
            None => open(&config, Purpose::Write).await?,
        };
        let session = Session::over(whole, code, config.settings()?).await?;
        let ctx = session.ctx("sasae audit", "audit new-key", say.lang());
        let work = ctx.begin().await?;
        // What was touched is the trail itself.
        ctx.wrote(&sasae_app::account::ACCOUNT, sasae_core::id::Id::nil());
        work.commit("").await?;
        session.close().await?;
    }
    say.line(
        &format!("新しい鍵 {} を作りました。データベースとは別の場所にも控えてください", path.display()),
        &format!("the new key is {}; keep a copy of it elsewhere", path.display()),
    );
    Ok(ExitCode::SUCCESS)
}
