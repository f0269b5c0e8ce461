//! `sasae doctor`: looks at everything and says of each what to do.

use std::process::ExitCode;
use std::time::SystemTime;

use anyhow::Result;
use sasae_app::app::App;
use sasae_app::area::{self, Book};
use sasae_app::attachment::{self, examine};
use sasae_app::ctx::{Actor, Ctx, Visit};
use sasae_app::lang::Lang;
use sasae_app::room::held::count_placed;
use sasae_app::{message, staff};
use sasae_core::clock::Clock;
use sasae_db::Engine;

use super::{files, safety};
use crate::DataPlace;
use crate::config::Config;
use crate::database::{
    Lock, Opened, Purpose, is_open_to_others, open, require_schema, sqlite_path, tenants, without_password,
};
use crate::say::Say;
use crate::stop::Stop;

/// Find out what is wrong.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: DataPlace,
    /// 記録のない書類・写真のファイルを消す · remove files of attachments that have no row.
    #[arg(long)]
    sweep: bool,
}

/// What was found so far.
pub(super) struct Findings<'a> {
    /// To whom they are told.
    pub say: &'a Say,
    bad: usize,
}

impl Findings<'_> {
    /// Something is as it should be.
    pub fn good(&self, ja: &str, en: &str) {
        self.say.raw(&format!("○ {}", self.say.text(ja, en)));
    }

    /// Something to keep in mind, which need not be wrong.
    pub fn mind(&self, ja: &str, en: &str) {
        self.say.raw(&format!("△ {}", self.say.text(ja, en)));
    }

    /// Something is wrong.
    pub fn bad(&mut self, ja: &str, en: &str) {
        self.bad += 1;
        self.say.raw(&format!("× {}", self.say.text(ja, en)));
    }

    /// Takes a result: what went wrong is a finding, not the end.
    fn take<T>(&mut self, result: Result<T>) -> Option<T> {
        result
            .map_err(|error| {
                let stop = Stop::of(error);
                self.bad(&stop.ja, &stop.en);
            })
            .ok()
    }
}

/// Runs the command.
pub async fn run(args: Args, say: &Say) -> Result<ExitCode> {
    let mut findings = Findings { say, bad: 0 };
    if let Some(config) = findings.take(Config::load(&args.place)) {
        findings.good("設定は読めます", "the configuration can be read");
        match findings.take(config.mail()) {
            Some(Some(mail)) => findings.good(
                &format!("メールは {}:{} から送ります", mail.host, mail.port),
                &format!("mail goes out by {}:{}", mail.host, mail.port),
            ),
            Some(None) => findings
                .good("メールは使っていません（設定の [mail]）", "no mail is sent ([mail] in the configuration)"),
            None => {}
        }
        safety::look_at_ways_in(&mut findings, &config);
        if let Some(opened) = findings.take(open(&config, Purpose::Read).await) {
            look(&mut findings, &config, &opened, args.sweep).await;
        }
    }
    if findings.bad == 0 {
        say.line("悪いところは見つかりません", "nothing is wrong");
        return Ok(ExitCode::SUCCESS);
    }
    let bad = findings.bad;
    say.line(&format!("直すところが{bad}か所あります"), &format!("{bad} things need attention"));
    Ok(ExitCode::from(1))
}

async fn look(findings: &mut Findings<'_>, config: &Config, opened: &Opened, sweep: bool) {
    let url = without_password(&config.database.url);
    findings.good(&format!("データベースは開けます：{url}"), &format!("the database opens: {url}"));
    match sqlite_path(&config.database.url).and_then(|path| Lock::holder(&path)) {
        Some(holder) => findings.good(&format!("いま使っているもの：{holder}"), &format!("in use by {holder}")),
        None if opened.db.engine() == Engine::Sqlite => {
            findings.good("いまは、どの sasae も動いていません", "no sasae is serving it now");
        }
        None => {}
    }
    look_at_rights(findings, config);
    let looked = safety::look_at_damage(findings, opened).await;
    findings.take(looked);
    if findings.take(require_schema(&opened.db).await).is_none() {
        return;
    }
    findings.good("データベースの形はこの版のものです", "the schema is that of this version");
    let Some(codes) = findings.take(tenants(&opened.db, config).await) else { return };
    if codes.is_empty() {
        findings
            .bad("自治体がまだありません。sasae init で用意してください", "there is no municipality; run sasae init");
    }
    let Some(settings) = findings.take(config.settings()) else { return };
    let app = App::new(opened.db.clone(), sasae_app::rooms::ROOMS, Clock::system(), settings);
    let Some(app) = findings.take(app.map_err(Into::into)) else { return };
    for code in &codes {
        let looked = look_at_tenant(findings, &app, code).await;
        findings.take(looked);
        let looked = look_at_holderless(findings, &app, code).await;
        findings.take(looked);
        let looked = look_at_files(findings, &app, code, sweep).await;
        findings.take(looked);
        let looked = look_at_messages(findings, &app, code, config.mail.is_some()).await;
        findings.take(looked);
    }
    let looked = safety::look_at_trail(findings, config, opened, &codes).await;
    findings.take(looked);
}

/// Whether others on this machine can read the database or the files beside it.
fn look_at_rights(findings: &mut Findings<'_>, config: &Config) {
    let database = sqlite_path(&config.database.url);
    let beside = |ending: &str| database.as_ref().map(|path| format!("{}{ending}", path.display()).into());
    let paths: Vec<std::path::PathBuf> = ["", "-wal", "-shm"]
        .into_iter()
        .filter_map(beside)
        .chain(config.attachments())
        .chain(config.audit_key_file())
        .collect();
    for path in paths.iter().filter(|path| is_open_to_others(path)) {
        let (shown, mode) = (path.display(), if path.is_dir() { "700" } else { "600" });
        findings.bad(
            &format!("{shown} は、このコンピューターのほかの利用者にも読めます。chmod {mode} {shown} で閉じてください"),
            &format!("others on this machine can read {shown}; close it with chmod {mode} {shown}"),
        );
    }
    if !paths.is_empty() && !paths.iter().any(|path| is_open_to_others(path)) {
        findings.good("ほかの利用者には読めません", "others on this machine cannot read it");
    }
}

async fn look_at_tenant(findings: &mut Findings<'_>, app: &App, code: &str) -> Result<()> {
    let tenant = app.tenant(code).await?;
    let name = tenant.name.clone();
    findings.good(
        &format!("{name}（{code}）は「{}」の設定で動きます", tenant.profile.head.name),
        &format!("{name} ({code}) follows the profile {}", tenant.profile.head.id),
    );
    let ctx = Ctx::new(app.clone(), tenant, Actor::System("sasae doctor"), Visit::default());
    let mut read = ctx.read().await?;
    let book = Book::load(&ctx, &mut read, ctx.today()).await?;
    let smallest = ctx.profile().smallest_tier();
    let districts = book.areas().iter().filter(|a| Some(a.tier.as_str()) == smallest.map(|t| t.code.as_str())).count();
    if districts == 0 {
        let (ja, en) = smallest.map_or(("", ""), |tier| (tier.ja.as_str(), tier.en.as_str()));
        findings.bad(
            &format!("{name}：{ja}の区域がまだありません。sasae import areas で取り込んでください"),
            &format!("{name}: there is no area of the tier {en} yet; run sasae import areas"),
        );
    } else {
        let areas = book.areas().len();
        findings.good(&format!("{name}：区域は{areas}あります"), &format!("{name}: {areas} areas"));
    }
    // A concern gets stuck where nobody holds a post that may take the next step.
    let posts = staff::count_posts(&ctx, &mut read).await?;
    for function in sasae_app::rooms::CATALOGUE.functions().iter().filter(|function| function.required) {
        let held = ctx.profile().roles_that_may(function).any(|role| posts.iter().any(|(held, ..)| *held == role.code));
        if !held {
            findings.bad(
                &format!("{name}：「{function}」ができる役職に、いまはだれも就いていません。sasae user add か sasae import staff で加えてください"),
                &format!("{name}: nobody holds a post that may do {function}; run sasae user add or sasae import staff"),
            );
        }
    }
    Ok(())
}

/// What lies with nobody, and what still names an area that has ended.
async fn look_at_holderless(findings: &mut Findings<'_>, app: &App, code: &str) -> Result<()> {
    let tenant = app.tenant(code).await?;
    let ctx = Ctx::new(app.clone(), tenant, Actor::System("sasae doctor"), Visit::default());
    let mut read = ctx.read().await?;
    let mut found = false;
    for held in app.rooms().filter_map(|room| room.held.as_ref()) {
        for (kind, count) in (held.count)(&ctx, &mut read).await? {
            if count > 0 {
                found = true;
                let (ja, en) = (kind.due.words.0, kind.due.words.1);
                let (why_ja, why_en) = (kind.due.why.0, kind.due.why.1);
                findings.bad(
                    &format!("{code}：担当者がいません：{ja}（{count}件。{why_ja}）。「担当者のいないもの」の画面で引き継げます"),
                    &format!("{code}: with nobody: {en} ({count}; {why_en}); pass it on on the page “With nobody”"),
                );
            }
        }
    }
    for ended in area::list_ended(&ctx, &mut read).await? {
        let records = count_placed(&ctx, &mut read, ended.id).await?;
        if records.is_empty() {
            continue;
        }
        found = true;
        let ja: Vec<String> =
            records.iter().map(|(kind, count)| format!("{} {count}件", kind.word(Lang::Ja))).collect();
        let en: Vec<String> = records.iter().map(|(kind, count)| format!("{} {count}", kind.word(Lang::En))).collect();
        let (ja, en) = (ja.join("、"), en.join(", "));
        let (name, last) = (&ended.name, ended.valid_to);
        let next_ja =
            ended.successor_name.as_ref().map(|next| format!("あとは「{next}」の見込み。")).unwrap_or_default();
        let next_en = ended.successor_name.as_ref().map(|next| format!("{next} seems to go on; ")).unwrap_or_default();
        findings.bad(
            &format!("{code}：{last} に終わった区域「{name}」に、まだ{ja}が残っています。{next_ja}「担当者のいないもの」の画面で移せます"),
            &format!("{code}: {en} still name the area {name}, which ended on {last}; {next_en}move them on the page “With nobody”"),
        );
    }
    if !found {
        findings.good(&format!("{code}：担当者のいないものはありません"), &format!("{code}: nothing lies with nobody"));
    }
    Ok(())
}

/// Whether messages leave.
async fn look_at_messages(findings: &mut Findings<'_>, app: &App, code: &str, by_mail: bool) -> Result<()> {
    let mut read = app.db().read(code).await?;
    let (waiting, failed) = message::count_states(&mut read, code).await?;
    if waiting > 0 && !by_mail {
        findings.bad(
            &format!(
                "{code}：送信待ちのメールが{waiting}件ありますが、メールサーバーが設定されていません（設定の [mail]）"
            ),
            &format!("{code}: {waiting} mails wait, but no mail server is set ([mail] in the configuration)"),
        );
    } else {
        findings.good(
            &format!("{code}：送信待ちのメールは{waiting}件です"),
            &format!("{code}: {waiting} mails wait to be sent"),
        );
    }
    if failed > 0 {
        findings.bad(
            &format!(
                "{code}：届かなかったお知らせが{failed}件あります。「お知らせ」の画面で送り直すか、取りやめてください"
            ),
            &format!(
                "{code}: {failed} messages were not delivered; send them again or withdraw them on the page of messages"
            ),
        );
    }
    Ok(())
}

/// Whether every row of an attachment has its file, and what stands there without a row.
async fn look_at_files(findings: &mut Findings<'_>, app: &App, code: &str, sweep: bool) -> Result<()> {
    let mut read = app.db().read(code).await?;
    let Some(folder) = app.attachments() else {
        let rows = attachment::list_content(&mut read, code).await?.len();
        match rows {
            0 => findings.good(
                &format!(
                    "{code}：書類・写真を置く場所が決まっていません（設定の attachments）。添えることはできません"
                ),
                &format!("{code}: no folder for attachments is set, so none can be added"),
            ),
            _ => findings.bad(
                &format!("{code}：書類・写真が{rows}件ありますが、置き場所が設定されていません（設定の attachments）"),
                &format!(
                    "{code}: there are {rows} attachments, but no folder is set (attachments in the configuration)"
                ),
            ),
        }
        return Ok(());
    };
    let found = examine::examine(&mut read, code, folder).await?;
    let whole = found.whole;
    if found.is_good() {
        findings.good(
            &format!("{code}：書類・写真{whole}件はすべてそろっています"),
            &format!("{code}: {whole} attachments are whole"),
        );
    }
    for (names, ja, en) in [
        (
            &found.missing,
            "記録にあるのに、ファイルのない書類・写真があります。控えから戻してください",
            "files of attachments are missing; bring them back from a backup",
        ),
        (
            &found.changed,
            "中身が変わった書類・写真があります。控えから戻してください",
            "files of attachments were changed; bring them back from a backup",
        ),
    ] {
        if !names.is_empty() {
            let (count, names) = (names.len(), files::named(names));
            findings.bad(&format!("{code}：{ja}（{count}件：{names}）"), &format!("{code}: {en} ({count}: {names})"));
        }
    }
    let (erased, stray) = (found.erased.len(), found.stray.len());
    if erased + stray == 0 {
        return Ok(());
    }
    if sweep {
        let now = SystemTime::from(app.clock().now());
        let gone = examine::sweep(folder, &found, now)?;
        let left = erased + stray - gone;
        findings.good(
            &format!("{code}：記録のないファイルを{gone}件消しました（1時間以内のもの{left}件は残しました）"),
            &format!("{code}: {gone} files without a row were removed; {left} of the last hour were left"),
        );
        return Ok(());
    }
    let ja = format!("{code}：記録のないファイルが{stray}件あります。sasae doctor --sweep で消せます");
    let en = format!("{code}: {stray} files have no row; sasae doctor --sweep removes them");
    if erased == 0 {
        findings.good(&ja, &en);
    } else {
        findings.bad(
            &format!("{code}：消したはずの書類・写真が{erased}件、ディスクに残っています。sasae doctor --sweep で消してください"),
            &format!("{code}: {erased} erased files are still on the disk; remove them with sasae doctor --sweep"),
        );
    }
    Ok(())
}
