//! What sends requests over loopback: HTTP/1.1 on connections that stay open,
//! as a browser's do, and no more than the benchmark needs of it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use sasae_core::clock::Clock;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::Load;

/// Stands in a body where every sending has a key of its own.
pub const ONCE: &str = "{once}";

/// A request that can be sent again and again.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Address on the server.
    pub path: String,
    /// The session's token.
    pub token: String,
    /// The form; `None` asks for a page.
    pub body: Option<String>,
}

impl Ask {
    /// The status that a good answer has.
    pub fn wanted(&self) -> u16 {
        if self.body.is_some() { 303 } else { 200 }
    }

    /// The body with a key of its own.
    pub fn fresh_body(&self, clock: &Clock) -> Option<String> {
        self.body.as_ref().map(|body| body.replace(ONCE, &clock.new_id().to_string()))
    }

    fn text(&self, clock: &Clock) -> String {
        let method = if self.body.is_some() { "POST" } else { "GET" };
        let (path, token) = (&self.path, &self.token);
        let head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\ncookie: sasae_session={token}\r\n");
        match self.fresh_body(clock) {
            None => format!("{head}\r\n"),
            Some(body) => format!(
                "{head}content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            ),
        }
    }
}

/// A connection.
struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Line {
    async fn open(address: SocketAddr) -> Result<Line> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Line { stream, buffer: Vec::with_capacity(256 * 1024) })
    }

    /// Sends and reads the whole answer; gives its status.
    async fn send(&mut self, text: &str) -> Result<u16> {
        self.stream.write_all(text.as_bytes()).await?;
        self.buffer.clear();
        let end = loop {
            if let Some(at) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            self.fill().await?;
        };
        let head = std::str::from_utf8(&self.buffer[..end])?.to_ascii_lowercase();
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).context("an answer has a status")?;
        let fields: HashMap<&str, &str> = head.lines().filter_map(|line| line.split_once(": ")).collect();
        let length: usize = fields.get("content-length").context("an answer says its length")?.parse()?;
        while self.buffer.len() < end + length {
            self.fill().await?;
        }
        Ok(status)
    }

    async fn fill(&mut self) -> Result<()> {
        ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the server closed the connection");
        Ok(())
    }
}

/// How long each of several took, in order of length.
#[derive(Debug, Clone, Default)]
pub struct Times {
    sorted: Vec<Duration>,
    /// From the first to the last.
    pub whole: Duration,
}

impl Times {
    /// Puts them in order.
    pub fn new(mut times: Vec<Duration>, whole: Duration) -> Times {
        times.sort_unstable();
        Times { sorted: times, whole }
    }

    /// What `percent` of a hundred do not exceed (nearest rank), in milliseconds.
    pub fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.sorted.len() * percent).div_ceil(100).max(1);
        self.sorted.get(rank - 1).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
    }

    /// How many a second.
    pub fn rate(&self) -> f64 {
        self.sorted.len() as f64 / self.whole.as_secs_f64()
    }
}

/// Lets the clients work through turns of `turn`, each as soon as it is ready with
/// the one before; those that warm up are not counted.
pub async fn drive<T, F>(load: Load, makers: Vec<T>, turn: F) -> Result<Times>
where
    T: Send + 'static,
    F: AsyncTurn<T>,
{
    ensure!(makers.len() == load.clients, "one state for each client");
    let (count, warm) = (load.requests, load.warming());
    let next = Arc::new(AtomicUsize::new(0));
    let turn = Arc::new(turn);
    let mut tasks = Vec::new();
    for mut state in makers {
        let (next, turn) = (Arc::clone(&next), Arc::clone(&turn));
        tasks.push(tokio::spawn(async move {
            let mut times = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count + warm {
                    return Ok::<_, anyhow::Error>(times);
                }
                let start = Instant::now();
                turn.run(&mut state, number).await?;
                if number >= warm {
                    times.push((start, start.elapsed()));
                }
            }
        }));
    }
    let mut all = Vec::with_capacity(count);
    for task in tasks {
        all.extend(task.await??);
    }
    let first = all.iter().map(|(start, _)| *start).min();
    let last = all.iter().map(|(start, took)| *start + *took).max();
    let whole = first.zip(last).map_or(Duration::ZERO, |(first, last)| last - first);
    Ok(Times::new(all.into_iter().map(|(_, took)| took).collect(), whole))
}

/// One turn of a client.
pub trait AsyncTurn<T>: Send + Sync + 'static {
    /// Does the `number`-th piece of work.
    fn run(&self, state: &mut T, number: usize) -> impl Future<Output = Result<()>> + Send;
}

struct Requests {
    asks: Vec<Ask>,
    clock: Clock,
}

impl AsyncTurn<Line> for Requests {
    async fn run(&self, line: &mut Line, number: usize) -> Result<()> {
        let Some(ask) = self.asks.get(number % self.asks.len().max(1)) else { bail!("there is nothing to ask") };
        let status = line.send(&ask.text(&self.clock)).await?;
        ensure!(status == ask.wanted(), "{} was answered with {status}", ask.path);
        Ok(())
    }
}

/// Sends requests over as many connections as there are clients.
pub async fn send(address: SocketAddr, asks: &[Ask], load: Load) -> Result<Times> {
    let mut lines = Vec::new();
    for _ in 0..load.clients {
        lines.push(Line::open(address).await?);
    }
    let requests = Requests { asks: asks.to_vec(), clock: Clock::system() };
    drive(load, lines, requests).await
}

/// Waits until the server answers; the pause between looks is what the start is measured by.
pub async fn first_answer(address: SocketAddr, patience: Duration) -> Result<()> {
    let start = Instant::now();
    let ask = Ask { path: "/sign-in".to_owned(), token: String::new(), body: None };
    loop {
        if let Ok(mut line) = Line::open(address).await {
            let status = line.send(&ask.text(&Clock::system())).await?;
            ensure!(status == 200, "the server answered its first request with {status}");
            return Ok(());
        }
        ensure!(start.elapsed() < patience, "the server did not start");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let times = Times::new((1..=200).rev().map(Duration::from_millis).collect(), Duration::from_secs(2));

        assert_eq!((times.percentile(50), times.percentile(95), times.percentile(99)), (100.0, 190.0, 198.0));
        assert_eq!(times.rate(), 100.0);
    }
}
