//! A PostgreSQL cluster that lives as long as the value that started it.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::Signal;
use tempfile::TempDir;

use crate::install;
use crate::process;

/// The role that the program and its tests use: it owns what it creates and no more.
const ROLE: &str = "sasae";

/// The root certificate, in the cluster's folder; the server's own lies beside it as `server.crt`.
const ROOT: &str = "root.crt";

/// How much the cluster does against a loss of power.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// Nothing: tests want speed, and their data is thrown away.
    Throwaway,
    /// What a real server does: benchmarks must not flatter.
    Full,
}

/// Whom the server's certificate is made out to.
const HOSTS: &str = "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n";

/// A running cluster on loopback, which also speaks TLS. Dropping it stops the server and removes its data.
pub(crate) struct Cluster {
    // The server is ended in `drop`, before the folder goes with this field.
    server: Child,
    port: u16,
    programs: PathBuf,
    folder: TempDir,
}

impl Cluster {
    /// Creates a cluster in a temporary folder and waits until it takes connections.
    ///
    /// PostgreSQL refuses to run as root, so root runs it as the user
    /// `postgres` that Debian's package creates; anyone else as themselves.
    ///
    /// # Errors
    /// When PostgreSQL is not installed, cannot be started, or a signal came;
    /// the message holds the server's log.
    pub(crate) fn start(durability: Durability) -> Result<Self> {
        let programs = install::postgresql_programs().context("PostgreSQL is not installed")?;
        let folder = tempfile::Builder::new().prefix("sasae-pg-").tempdir()?;
        let owner = Owner::choose()?;
        owner.take(folder.path())?;

        let data = folder.path().join("data");
        process::read(
            owner
                .command(&programs.join("initdb"))
                .current_dir(folder.path())
                .args(["--username=postgres", "--auth=trust", "--no-sync"])
                .args(["--encoding=UTF8", "--locale=C.UTF-8", "--pgdata"])
                .arg(&data),
        )?;

        make_certificates(&owner, folder.path())?;

        // Another program may take a free port between our look and the server's start.
        let mut log = String::new();
        for _attempt in 0..5 {
            let port = free_port()?;
            let log_file = folder.path().join("server.log");
            let mut server = serve(&owner, &programs, &data, port, durability, &log_file)?;
            if is_ready(&mut server, &data)? {
                let cluster = Self { server, port, programs, folder };
                cluster.admin(&format!("CREATE ROLE {ROLE} LOGIN CREATEDB NOSUPERUSER"))?;
                return Ok(cluster);
            }
            process::end(&mut server, Signal::QUIT, Duration::from_secs(5));
            log = fs::read_to_string(&log_file).unwrap_or_default();
        }
        bail!("PostgreSQL does not start; its log:\n{log}")
    }

    /// The address of a database of this cluster, for the program's own role. Nothing but the
    /// tests of encryption needs it on loopback, and they say so.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://{ROLE}@127.0.0.1:{}/{database}?sslmode=disable", self.port)
    }

    /// The root certificate from which the server's comes.
    pub(crate) fn root_certificate(&self) -> PathBuf {
        self.folder.path().join(ROOT)
    }

    /// Creates an empty database that the program's role owns, and returns its address.
    ///
    /// # Errors
    /// When the server refuses, for instance because it exists.
    pub(crate) fn create_database(&self, name: &str) -> Result<String> {
        self.admin(&format!("CREATE DATABASE {name} OWNER {ROLE}"))?;
        Ok(self.url(name))
    }

    fn admin(&self, statement: &str) -> Result<()> {
        process::read(
            Command::new(self.programs.join("psql"))
                .args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"])
                .args(["--host=127.0.0.1", "--username=postgres", "--dbname=postgres"])
                .arg(format!("--port={}", self.port))
                .args(["--command", statement]),
        )
        .map(drop)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // SIGINT is PostgreSQL's fast shutdown: it ends sessions that are still open.
        process::end(&mut self.server, Signal::INT, Duration::from_secs(20));
    }
}

/// Who runs the server.
enum Owner {
    /// This user.
    Oneself,
    /// The user `postgres`, because this user is root.
    Postgres { uid: u32, gid: u32 },
}

impl Owner {
    fn choose() -> Result<Self> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self::Oneself);
        }
        let id = |kind: &str| -> Result<u32> {
            let written = process::read(Command::new("id").args([kind, "postgres"]))
                .context("root needs a user `postgres`, which Debian's package creates")?;
            Ok(written.trim().parse()?)
        };
        Ok(Self::Postgres { uid: id("-u")?, gid: id("-g")? })
    }

    /// Makes `folder` this owner's own.
    fn take(&self, folder: &Path) -> Result<()> {
        if let Self::Postgres { uid, gid } = self {
            chown(folder, Some(*uid), Some(*gid))?;
        }
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        Ok(())
    }

    /// A command that runs `program` as this owner and is interrupted when we die.
    fn command(&self, program: &Path) -> Command {
        let mut command = process::bound_to_us("INT");
        if let Self::Postgres { uid, gid } = self {
            command.arg(format!("--reuid={uid}")).arg(format!("--regid={gid}")).arg("--clear-groups");
        }
        command.arg("--").arg(program);
        command
    }
}

/// Makes a root and, signed by it, the server's certificate, as somebody who runs a server of their
/// own would.
fn make_certificates(owner: &Owner, folder: &Path) -> Result<()> {
    let extensions = folder.join("server.cnf");
    fs::write(&extensions, HOSTS)?;
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    let openssl = |arguments: &[&str]| {
        process::read(owner.command(Path::new("openssl")).current_dir(folder).args(arguments)).map(drop)
    };
    let root = ["req", "-x509", "-days", "3650", "-subj", "/CN=root of the tests", "-keyout", "root.key", "-out", ROOT];
    let request = ["req", "-new", "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"];
    openssl(&[&root[..], &key].concat())?;
    openssl(&[&request[..], &key].concat())?;
    let sign = ["x509", "-req", "-days", "3650", "-in", "server.csr", "-out", "server.crt", "-extfile", "server.cnf"];
    openssl(&[&sign[..], &["-CA", ROOT, "-CAkey", "root.key", "-CAcreateserial"]].concat())
}

fn serve(owner: &Owner, programs: &Path, data: &Path, port: u16, durability: Durability, log: &Path) -> Result<Child> {
    let log = fs::File::create(log)?;
    let mut settings = vec![
        "listen_addresses=127.0.0.1".to_owned(),
        format!("port={port}"),
        "unix_socket_directories=".to_owned(),
        "max_connections=300".to_owned(),
        "shared_buffers=256MB".to_owned(),
        "timezone=UTC".to_owned(),
        "ssl=on".to_owned(),
    ];
    let folder = data.parent().unwrap_or(data);
    for (setting, file) in [("ssl_cert_file", "server.crt"), ("ssl_key_file", "server.key")] {
        settings.push(format!("{setting}={}", folder.join(file).display()));
    }
    if durability == Durability::Throwaway {
        settings.extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off"].map(str::to_owned));
    }
    let mut command = owner.command(&programs.join("postgres"));
    command.current_dir(folder).arg("-D").arg(data);
    for setting in &settings {
        command.args(["-c", setting]);
    }
    process::spawn(command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log))
}

/// Waits until the server itself says in its lock file that it takes connections.
///
/// A connection to the port would not do: another server may answer there.
fn is_ready(server: &mut Child, data: &Path) -> Result<bool> {
    let lock = data.join("postmaster.pid");
    let ready = process::wait_until(Duration::from_secs(60), || {
        if server.try_wait()?.is_some() {
            return Ok(Some(false));
        }
        let written = fs::read_to_string(&lock).unwrap_or_default();
        Ok(written.lines().nth(7).is_some_and(|state| state.trim() == "ready").then_some(true))
    });
    match ready {
        Ok(ready) => Ok(ready.unwrap_or(false)),
        Err(error) => {
            process::end(server, Signal::QUIT, Duration::from_secs(5));
            Err(error)
        }
    }
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
