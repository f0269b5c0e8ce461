//! The program as processes, and requests to it as bytes.

use std::fs::File;
use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process, prlimit};

use crate::city::TENANT;

/// The program without whatever the machine's environment says.
fn program(front: &[&str]) -> Command {
    let binary = env!("CARGO_BIN_EXE_sasae");
    let mut command = match front {
        [] => Command::new(binary),
        [first, rest @ ..] => {
            let mut command = Command::new(first);
            command.args(rest).arg(binary);
            command
        }
    };
    command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env_remove("SASAE_TEST_PG").env("LANG", "ja_JP.UTF-8");
    command.env("SASAE_TENANT", TENANT).env("SASAE_LOG", "off");
    command.env("SASAE_NOTICES_PER_MINUTE", "0").env("SASAE_SECURE_COOKIES", "false");
    command
}

/// Runs a command to its end.
pub fn run(arguments: &[&str], input: &str) -> Output {
    let mut command = program(&[]);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// Runs a command and expects an exit code; gives what it said.
pub fn expect(code: i32, arguments: &[&str], input: &str) -> String {
    let output = run(arguments, input);
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{said}");
    said
}

/// A running server; killed with this value.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: String,
    /// Where it shows its counters, if it was told to.
    pub metrics: String,
    /// What it said before it listened.
    pub greeting: String,
    /// Held, so that the server may go on speaking.
    _said: BufReader<ChildStdout>,
}

impl Server {
    /// Starts it on a free port and waits until it says where.
    pub fn start(url: &str) -> Server {
        Server::start_behind(&[], url)
    }

    /// One that is told of a file that may not grow as of any other failure, instead of being
    /// ended by the signal that the system sends with it.
    pub fn start_where_files_may_not_grow(url: &str) -> Server {
        Server::start_behind(&["sh", "-c", "trap '' XFSZ; exec \"$0\" \"$@\""], url)
    }

    /// With settings from the environment, and its log in a file.
    pub fn start_with(url: &str, settings: &[(&str, &str)], log: &Path) -> Server {
        let mut command = program(&[]);
        command.args(["serve", "--listen", "127.0.0.1:0", "--database", url]);
        command.envs(settings.iter().copied()).stderr(File::create(log).unwrap());
        Server::listening(command)
    }

    /// The fictional city, built in a folder; gives the server that shows it.
    pub fn start_demo(folder: &Path) -> Server {
        let mut command = program(&[]);
        command.args(["demo", "--listen", "127.0.0.1:0", "--data"]).arg(folder);
        Server::listening(command)
    }

    fn start_behind(front: &[&str], url: &str) -> Server {
        let mut command = program(front);
        command.args(["serve", "--listen", "127.0.0.1:0", "--database", url]);
        Server::listening(command)
    }

    /// Starts the program and waits until it says where it listens.
    fn listening(mut command: Command) -> Server {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let (mut greeting, mut metrics) = (String::new(), String::new());
        let address = loop {
            let mut line = String::new();
            assert!(said.read_line(&mut line).unwrap() > 0, "the server ended before it listened");
            let address = line.split_once("http://").map(|(_, rest)| {
                rest.chars().take_while(|c| c.is_ascii_digit() || ".:".contains(*c)).collect::<String>()
            });
            greeting += &line;
            match address {
                Some(address) if line.contains("/metrics") => metrics = address,
                Some(address) => break address,
                None => {}
            }
        };
        Server { child, address, metrics, greeting, _said: said }
    }

    /// SIGKILL: nothing is closed, nothing is flushed.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop, as a service manager does.
    pub fn ask_to_stop(&self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// From now on none of its files grows beyond this; `None` lifts the limit.
    pub fn limit_files(&self, bytes: Option<u64>) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap());
        prlimit(pid, Resource::Fsize, Rlimit { current: bytes, maximum: None }).unwrap();
    }

    /// Asks for a page.
    pub fn get(&self, path: &str, token: &str) -> Answer {
        Request { token: token.to_owned(), ..Request::get(path) }.send(&self.address).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// A request that can be sent again as it was.
#[derive(Debug, Clone, Default)]
pub struct Request {
    method: &'static str,
    path: String,
    kind: String,
    /// The session; empty for anyone.
    pub token: String,
    key: String,
    body: Vec<u8>,
}

impl Request {
    /// A page.
    pub fn get(path: &str) -> Request {
        Request { method: "GET", path: path.to_owned(), ..Request::default() }
    }

    /// A form as a browser sends it.
    pub fn form(path: &str, fields: &[(&str, &str)]) -> Request {
        let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let kind = "application/x-www-form-urlencoded".to_owned();
        let body = pairs.join("&").into_bytes();
        Request { method: "POST", path: path.to_owned(), kind, body, ..Request::default() }
    }

    /// A call of the API; the key may be empty.
    pub fn call(path: &str, token: &str, key: &str, body: &serde_json::Value) -> Request {
        let (token, key, body) = (token.to_owned(), key.to_owned(), body.to_string().into_bytes());
        Request { method: "POST", path: path.to_owned(), kind: "application/json".to_owned(), token, key, body }
    }

    /// A file as a program sends it; the key may be empty.
    pub fn file(path: &str, token: &str, key: &str, (name, content): (&str, &[u8])) -> Request {
        let head = format!(
            "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let body = [head.as_bytes(), content, b"\r\n--line--\r\n"].concat();
        let (token, key) = (token.to_owned(), key.to_owned());
        let kind = "multipart/form-data; boundary=line".to_owned();
        Request { method: "POST", path: path.to_owned(), kind, token, key, body }
    }

    /// Sends it; anything but a whole answer is an error.
    pub fn send(&self, address: &str) -> Result<Answer> {
        let (mut stream, head) = self.call_up(address)?;
        stream.write_all(&[head.as_bytes(), b"\r\n", &self.body].concat())?;
        answer_from(stream)
    }

    /// Sends it up to its body, and returns when the server asks for that: then the request is
    /// under way.
    pub fn begin(&self, address: &str) -> Result<Begun<'_>> {
        let (mut stream, head) = self.call_up(address)?;
        stream.write_all(format!("{head}Expect: 100-continue\r\n\r\n").as_bytes())?;
        let mut asked = [0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
        stream.read_exact(&mut asked)?;
        assert!(asked.starts_with(b"HTTP/1.1 100 "), "{}", String::from_utf8_lossy(&asked));
        Ok(Begun { stream, body: &self.body })
    }

    fn call_up(&self, address: &str) -> Result<(TcpStream, String)> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        let mut head = format!("{} {} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n", self.method, self.path);
        let length = self.body.len().to_string();
        for (name, value) in [("Authorization", &self.token), ("Idempotency-Key", &self.key)] {
            let value = if name == "Authorization" { format!("Bearer {value}") } else { value.clone() };
            if !value.trim_start_matches("Bearer ").is_empty() {
                head += &format!("{name}: {value}\r\n");
            }
        }
        if self.method == "POST" {
            head += &format!("Content-Type: {}\r\nContent-Length: {length}\r\n", self.kind);
        }
        Ok((stream, head))
    }
}

/// A request whose body is still to come.
pub struct Begun<'a> {
    stream: TcpStream,
    body: &'a [u8],
}

impl Begun<'_> {
    /// Sends the rest.
    pub fn finish(mut self) -> Result<Answer> {
        self.stream.write_all(self.body)?;
        answer_from(self.stream)
    }
}

fn answer_from(mut stream: TcpStream) -> Result<Answer> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    Answer::of(&String::from_utf8_lossy(&bytes)).ok_or_else(|| Error::from(ErrorKind::UnexpectedEof))
}

/// A text as it stands in an address or a form.
pub fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

/// A whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// Where it leads; empty unless it leads on.
    pub location: String,
    pub body: String,
}

impl Answer {
    fn of(text: &str) -> Option<Answer> {
        let (head, body) = text.split_once("\r\n\r\n")?;
        let header = |wanted: &str| {
            let pairs = head.lines().filter_map(|line| line.split_once(": "));
            pairs.clone().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.to_owned())
        };
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let whole: usize = header("content-length")?.parse().ok()?;
        let location = header("location").unwrap_or_default();
        (body.len() == whole).then(|| Answer { status, location, body: body.to_owned() })
    }
}
