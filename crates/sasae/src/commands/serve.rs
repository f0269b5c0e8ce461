//! `sasae serve --config FILE`

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use sasae_app::app::{App, Settings};
use sasae_app::message::{Mailer, deliver};
use sasae_app::migrations::MIGRATIONS;
use sasae_app::web;
use sasae_core::clock::Clock;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::audit;
use crate::DataPlace;
use crate::config::Config;
use crate::database::{Purpose, open, require_schema, tenants};
use crate::log;
use crate::say::Say;
use crate::stop::{failed, usage};

/// How long the last rows of the audit trail may take: far longer than a disk needs.
const TRAIL: Duration = Duration::from_secs(10);

/// Serve requests.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: DataPlace,
    /// 待ち受けるところ · address and port.
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// 始めるときにデータベースの形を新しくする · bring the schema up to date.
    #[arg(long)]
    migrate: bool,
}

/// Runs the command.
pub async fn run(args: Args, say: &Say) -> Result<ExitCode> {
    let mut config = Config::load(&args.place)?;
    if let Some(listen) = args.listen {
        config.server.listen = listen;
    }
    log::start(config.server.log, log::WITH_REQUESTS);
    let opened = open(&config, Purpose::Write).await?;
    if args.migrate || config.server.migrate {
        let applied = opened.db.migrate(&MIGRATIONS).await?;
        for name in &applied {
            say.line(&format!("データベースを新しくしました：{name}"), &format!("migrated: {name}"));
        }
    }
    require_schema(&opened.db).await?;
    if config.server.tenant.is_empty()
        && let [only] = tenants(&opened.db, &config).await?.as_slice()
    {
        config.server.tenant.clone_from(only);
    }
    let mail = config.mail()?;
    let settings = Settings { proxies: config.proxies()?, mail, ..config.settings()? };
    let app = App::new(opened.db.clone(), sasae_app::rooms::ROOMS, Clock::system(), settings)?;
    require_tenants(&app, &config).await?;
    let served: Vec<String> = app.served().into_iter().map(str::to_owned).collect();
    audit::require_key(&config, &opened.db, &served).await?;
    let (listener, address) = listen(&config.server.listen).await?;
    if !config.server.secure_cookies && !address.ip().is_loopback() {
        say.error(
            "ご注意：secure_cookies = false のため、http でもサインインできます。パスワードも記録も途中の機器から読めるので、庁内の閉じた網の中だけで使ってください",
            "take care: with secure_cookies = false people can sign in over http, where passwords and records can be read on the way; use it only inside a closed network",
        );
    }
    let asked = StopSignals::listen()?;
    if let Some(wanted) = &config.server.metrics {
        let (listener, address) = listen(wanted).await?;
        say.line(&format!("計数は http://{address}/metrics で"), &format!("counters on http://{address}/metrics"));
        let app = app.clone();
        // Ends with the program: whoever watches it sees how it stops.
        tokio::spawn(async move {
            if let Err(error) = web::measures::serve_metrics(&app, listener).await {
                tracing::error!(%error, "the counters are no longer served");
            }
        });
    }
    say.line(
        &format!("動いています：http://{address}（止めるときは Ctrl+C）"),
        &format!("serving on http://{address}; Ctrl+C stops it"),
    );
    serve(&app, listener, asked, config.patience_at_the_end(), say).await?;
    // Only tidies up, and a request that was cut off may still hold the writer.
    if let Err(error) = opened.db.close().await {
        tracing::warn!(%error, "the database was not closed in order");
    }
    Ok(ExitCode::SUCCESS)
}

async fn require_tenants(app: &App, config: &Config) -> Result<()> {
    if config.server.tenant.is_empty() && config.server.hosts.is_empty() {
        return Err(usage(
            "どの自治体かを、設定の [server] tenant か hosts で指定してください",
            "name the municipality by tenant or hosts in [server]",
        ));
    }
    let codes = std::iter::once(&config.server.tenant).chain(config.server.hosts.values());
    for code in codes.filter(|code| !code.is_empty()) {
        match app.tenant(code).await {
            Ok(_) => {}
            Err(sasae_app::error::Error::NotFound) => {
                return Err(usage(
                    format!("自治体 {code} はまだありません。sasae init --tenant {code} で用意してください"),
                    format!("there is no municipality {code} yet; set it up with sasae init --tenant {code}"),
                ));
            }
            Err(other) => return Err(other.into()),
        }
    }
    Ok(())
}

/// Takes the address; the port may be chosen by the machine (`:0`).
pub async fn listen(wanted: &str) -> Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(wanted).await.map_err(|error| {
        failed(
            format!("{wanted} で待ち受けられません（{error}）。ほかのプログラムが使っていないか確かめるか、--listen で別の番号を指定してください"),
            format!("cannot listen on {wanted} ({error}); see what uses it, or name another port by --listen"),
        )
    })?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves until somebody stops the program, then answers what is under way for as long as
/// `patience` lasts, and sees to it that every row of the audit trail is written. Meanwhile it
/// sends the mails that are due.
pub async fn serve(
    app: &App,
    listener: TcpListener,
    mut asked: StopSignals,
    patience: Duration,
    say: &Say,
) -> Result<()> {
    let (stop, stopping) = watch::channel(false);
    let mailing = mailer(app)?.map(|mailer| tokio::spawn(deliver::run(app.clone(), mailer, stopping.clone())));
    let serving = web::serve::serve(app, listener, told(stopping));
    tokio::pin!(serving);
    tokio::select! {
        ended = &mut serving => return Ok(ended?),
        () = asked.once() => {}
    }
    say.line("止めています…", "stopping …");
    let _received = stop.send(true);
    let all = async {
        let ended = serving.await;
        if let Some(mailing) = mailing {
            // A mail that is not waited for goes out again when its lease has ended.
            let _ended = mailing.await;
        }
        ended
    };
    tokio::select! {
        ended = tokio::time::timeout(patience, all) => match ended {
            Ok(ended) => ended?,
            Err(_) => say.line("終わらない要求があったため、待たずに止めました", "some requests did not end in time"),
        },
        () = asked.once() => {
            say.line("もう一度言われたので、待たずに止めました", "told a second time, it stops without waiting");
        }
    }
    // Of whoever was not waited for, what was read stands in the trail all the same.
    if tokio::time::timeout(TRAIL, app.audit().flush()).await.is_err() {
        tracing::error!("the audit trail could not be written to its end");
    }
    Ok(())
}

fn mailer(app: &App) -> Result<Option<Mailer>> {
    Ok(app.settings().mail.as_ref().map(Mailer::new).transpose()?)
}

/// Ready when the sender says so, or is gone.
async fn told(mut stopping: watch::Receiver<bool>) {
    let _gone = stopping.wait_for(|stop| *stop).await;
}

/// The ways in which somebody asks a program to stop: Ctrl+C, and the signal of a service manager.
/// From when this is made no such signal ends the program by itself.
pub struct StopSignals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl StopSignals {
    /// Takes the signals.
    pub fn listen() -> Result<StopSignals> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(StopSignals { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits until somebody asks, or asks again.
    async fn once(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
impl StopSignals {
    /// Takes the signals.
    pub fn listen() -> Result<StopSignals> {
        Ok(StopSignals {})
    }

    /// Waits until somebody asks, or asks again.
    async fn once(&mut self) {
        // Where the system has no such signal, nobody can ask.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
