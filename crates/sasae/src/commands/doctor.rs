//! `sasae doctor`: looks at everything and says of each what to do.

use std::process::ExitCode;

use anyhow::Result;
use sasae_app::app::App;
use sasae_app::area::Book;
use sasae_app::ctx::{Actor, Ctx, Visit};
use sasae_app::staff;
use sasae_core::clock::Clock;
use sasae_db::Engine;

use super::audit;
use crate::Place;
use crate::config::Config;
use crate::database::{Lock, Opened, Purpose, open, require_schema, sqlite_path, tenants, without_password};
use crate::say::Say;
use crate::stop::Stop;

/// Find out what is wrong.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: Place,
}

/// What was found so far.
struct Findings<'a> {
    say: &'a Say,
    bad: usize,
}

impl Findings<'_> {
    fn good(&self, ja: &str, en: &str) {
        self.say.raw(&format!("○ {}", self.say.text(ja, en)));
    }

    fn bad(&mut self, ja: &str, en: &str) {
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
        if let Some(opened) = findings.take(open(&config, Purpose::Read).await) {
            look(&mut findings, &config, &opened).await;
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

async fn look(findings: &mut Findings<'_>, config: &Config, opened: &Opened) {
    let url = without_password(&config.database.url);
    findings.good(&format!("データベースは開けます：{url}"), &format!("the database opens: {url}"));
    match sqlite_path(&config.database.url).and_then(|path| Lock::holder(&path)) {
        Some(holder) => findings.good(&format!("いま使っているもの：{holder}"), &format!("in use by {holder}")),
        None if opened.db.engine() == Engine::Sqlite => {
            findings.good("いまは、どの sasae も動いていません", "no sasae is serving it now");
        }
        None => {}
    }
    if findings.take(require_schema(&opened.db).await).is_none() {
        return;
    }
    findings.good("データベースの形はこの版のものです", "the schema is that of this version");
    let Some(codes) = findings.take(tenants(&opened.db, config).await) else { return };
    if codes.is_empty() {
        findings
            .bad("自治体がまだありません。sasae init で用意してください", "there is no municipality; run sasae init");
    }
    let app = App::new(opened.db.clone(), sasae_app::rooms::ROOMS, Clock::system(), config.settings());
    let Some(app) = findings.take(app.map_err(Into::into)) else { return };
    for code in &codes {
        if let Err(error) = look_at_tenant(findings, &app, code).await {
            findings.take::<()>(Err(error));
        }
    }
    match audit::verify(&opened.db, &codes, findings.say).await {
        Ok(true) => {}
        Ok(false) => findings.bad(
            "閲覧と操作の記録が書きかえられています。控えと見くらべてください",
            "the audit trail was tampered with; compare it with your backups",
        ),
        Err(error) => {
            findings.take::<()>(Err(error));
        }
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
