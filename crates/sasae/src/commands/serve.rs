//! `sasae serve --config FILE`

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use sasae_app::app::App;
use sasae_app::migrations::MIGRATIONS;
use sasae_app::web;
use sasae_core::clock::Clock;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::Place;
use crate::config::Config;
use crate::database::{Purpose, open, require_schema, tenants};
use crate::say::Say;
use crate::stop::{failed, usage};

/// How long requests under way may take when the server stops.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// Serve requests.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: Place,
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
    let opened = open(&config, Purpose::Write).await?;
    if args.migrate || config.server.migrate {
        let applied = opened.db.migrate(MIGRATIONS).await?;
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
    let app = App::new(opened.db.clone(), sasae_app::rooms::ROOMS, Clock::system(), config.settings())?;
    require_tenants(&app, &config).await?;
    let (listener, address) = listen(&config.server.listen).await?;
    say.line(
        &format!("動いています：http://{address}（止めるときは Ctrl+C）"),
        &format!("serving on http://{address}; Ctrl+C stops it"),
    );
    serve(&app, listener, say).await?;
    opened.db.close().await?;
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

/// Serves until somebody stops the program, then answers what is under way.
pub async fn serve(app: &App, listener: TcpListener, say: &Say) -> Result<()> {
    let (stop, stopping) = watch::channel(false);
    let mut asked = stopping.clone();
    let until = async move {
        // The sender lives as long as this function, so an error cannot come.
        let _gone = asked.wait_for(|stop| *stop).await;
    };
    let serving = web::serve::serve(app, listener, until);
    tokio::pin!(serving);
    tokio::select! {
        ended = &mut serving => return Ok(ended?),
        () = asked_to_stop() => {}
    }
    say.line("止めています…", "stopping …");
    let _received = stop.send(true);
    match tokio::time::timeout(LAST_REQUESTS, serving).await {
        Ok(ended) => ended?,
        Err(_) => say.line("終わらない要求があったため、待たずに止めました", "some requests did not end in time"),
    }
    Ok(())
}

/// Ctrl+C, or the signal by which a service manager stops a program.
async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _interrupted = interrupt.await;
}
