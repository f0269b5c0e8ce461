//! The way to a real PostgreSQL whose certificate was made for the occasion.

use std::path::PathBuf;

use sasae_db::{Db, Error, Options, Result, args};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

const ANOTHER_ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/another_root.pem");

/// The address of the server without anything about encryption.
fn server() -> String {
    let url = std::env::var("SASAE_TEST_PG").expect("SASAE_TEST_PG names the server of the tests");
    url.split('?').next().unwrap().to_owned()
}

/// The root from which the server's certificate comes.
fn root() -> PathBuf {
    let root = std::env::var("SASAE_TEST_PG_CA").expect(
        "SASAE_TEST_PG_CA names no root certificate: run the tests through `cargo xtask test`, or set both \
         variables that `cargo xtask pg` prints",
    );
    PathBuf::from(root)
}

/// The address with a mode and a file of roots.
fn by(mode: &str, root: &str) -> String {
    format!("{}?sslmode={mode}&sslrootcert={root}", server())
}

/// Opens it and asks the server whether it sees the connection encrypted.
async fn is_encrypted(url: &str, options: &Options) -> Result<bool> {
    let db = Db::open(url, options).await?;
    let mut read = db.read("").await?;
    // A view of PostgreSQL alone, so it is no statement of the program.
    let rows: Result<Vec<(bool,)>> =
        read.query_text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", args![]).await;
    drop(read);
    db.close().await?;
    Ok(rows?.into_iter().any(|(encrypted,)| encrypted))
}

#[tokio::test]
async fn a_connection_is_encrypted_as_its_address_says() {
    let (server, root) = (server(), root());
    let own = root.with_file_name("server.crt").display().to_string();
    let file = root.display().to_string();
    let usual = Options::default();
    let with_root = Options { root_certificates: Some(root), ..Options::default() };
    for (url, options, wanted) in [
        (format!("{server}?sslmode=disable"), &usual, false),
        (server.clone(), &usual, true),
        (format!("{server}?sslmode=prefer"), &with_root, true),
        (format!("{server}?sslmode=require"), &usual, true),
        (by("require", &file), &usual, true),
        (by("verify-ca", &file), &usual, true),
        (by("verify-full", &file), &usual, true),
        (format!("{server}?sslmode=verify-full"), &with_root, true),
        // The certificate of the server itself is believed where it is named.
        (by("verify-full", &own), &usual, true),
        // The address goes before the options.
        (by("verify-full", &file), &Options { root_certificates: Some(ANOTHER_ROOT.into()), ..usual.clone() }, true),
    ] {
        assert_eq!(is_encrypted(&url, options).await.unwrap(), wanted, "{url}");
    }
}

#[tokio::test]
async fn a_server_with_the_certificate_of_another_root_is_refused() {
    for mode in ["prefer", "require", "verify-ca", "verify-full"] {
        let refused = is_encrypted(&by(mode, ANOTHER_ROOT), &Options::default()).await.unwrap_err();

        assert!(matches!(&refused, Error::Unreachable(why) if why.contains("certificate")), "{mode}: {refused}");
    }
    let by_the_machine = is_encrypted(&format!("{}?sslmode=verify-full", server()), &Options::default()).await;
    assert!(by_the_machine.is_err(), "no machine knows a root made for a test");
}

#[tokio::test]
async fn a_certificate_made_out_to_another_host_is_refused_only_where_the_host_counts() {
    let root = root();
    for (file, mode, accepted) in [
        (root.clone(), "verify-full", false),
        (root.with_file_name("server.crt"), "verify-full", false),
        (root, "verify-ca", true),
    ] {
        let url = by(mode, &file.display().to_string()).replacen("127.0.0.1", "elsewhere.example", 1);

        let opened = is_encrypted(&format!("{url}&hostaddr=127.0.0.1"), &Options::default()).await;

        assert_eq!(opened.is_ok(), accepted, "{mode} {}: {opened:?}", file.display());
    }
}

/// Stands before the server and says to everyone that it speaks no TLS.
async fn deny_encryption(listener: TcpListener, server: String) {
    while let Ok((mut client, _)) = listener.accept().await {
        let server = server.clone();
        tokio::spawn(async move {
            let mut wish = [0; 8];
            client.read_exact(&mut wish).await.unwrap();
            assert_eq!(wish[4..], 80_877_103_u32.to_be_bytes(), "it asks for encryption first");
            client.write_all(b"N").await.unwrap();
            let mut server = TcpStream::connect(server).await.unwrap();
            // Whoever was refused goes away.
            let _ended = copy_bidirectional(&mut client, &mut server).await;
        });
    }
}

#[tokio::test]
async fn a_server_without_encryption_is_used_only_by_one_who_does_not_insist() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = server();
    let (front, rest) = server.split_once('@').unwrap();
    let (place, database) = rest.split_once('/').unwrap();
    tokio::spawn(deny_encryption(listener, place.to_owned()));
    let url = |mode: &str| format!("{front}@{address}/{database}?sslmode={mode}");

    let preferred = is_encrypted(&url("prefer"), &Options::default()).await;
    let insisted = is_encrypted(&url("require"), &Options::default()).await.unwrap_err();

    assert!(!preferred.unwrap());
    assert!(matches!(&insisted, Error::Unreachable(why) if why.contains("does not support TLS")), "{insisted}");
}
