//! The key of the chain: with it each row's hash is an HMAC, so that nobody who has only the database in
//! hand can write a row that follows, or compute the chain anew.
//!
//! It is a file outside the database, made when a municipality is set up. The file also says from which
//! row on the chain of each municipality carries the key, so that the database cannot deny it.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::chain::START;
use crate::error::{Error, Result};

/// What the file begins with.
const HEADING: &str = "# 閲覧と操作の記録の鍵。データベースとは別に控え、書きかえないでください。\n\
     # Key of the audit trail of Sasae. Keep a copy apart from the database; never change it.\n";

/// A row of a chain with its hash, noted outside of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// The municipality.
    pub tenant: String,
    /// Position in the chain; 0 before its first row.
    pub seq: i64,
    /// The hash of that row.
    pub hash: Vec<u8>,
}

impl Anchor {
    /// As it is printed and noted: `401005:17:9f86…`.
    pub fn line(&self) -> String {
        format!("{}:{}:{}", self.tenant, self.seq, hex::encode(&self.hash))
    }

    /// Read back.
    pub fn read(line: &str) -> Option<Anchor> {
        let mut parts = line.trim().split(':');
        let (tenant, seq, hash) = (parts.next()?, parts.next()?, parts.next()?);
        let hash = hex::decode(hash).ok().filter(|hash| hash.len() == START.len() && parts.next().is_none())?;
        let seq = seq.parse().ok().filter(|seq| *seq >= 0)?;
        (!tenant.is_empty()).then(|| Anchor { tenant: tenant.to_owned(), seq, hash })
    }
}

/// The key, and where the chain of each municipality begins to carry it.
#[derive(Clone)]
pub struct Key {
    secret: [u8; 32],
    starts: BTreeMap<String, Start>,
}

/// Where the chain of a municipality begins to carry the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// The last row before.
    pub after: Anchor,
    /// The rows before were written by a key that is lost: nobody can compute them any more.
    pub lost: bool,
}

// The secret stays out of every message.
impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key").field("id", &self.id()).field("starts", &self.starts).finish_non_exhaustive()
    }
}

impl Key {
    /// A key with a fresh secret, which no chain carries yet.
    pub fn new(secret: [u8; 32]) -> Key {
        Key { secret, starts: BTreeMap::new() }
    }

    /// What may be told of it: by this the chain knows whether it has the right one.
    pub fn id(&self) -> String {
        hex::encode(&Sha256::digest([b"audit key:".as_slice(), &self.secret].concat())[..8])
    }

    pub(super) fn secret(&self) -> &[u8] {
        &self.secret
    }

    /// After which row the chain of a municipality carries the key; `None` where it does not.
    pub fn start(&self, tenant: &str) -> Option<&Start> {
        self.starts.get(tenant)
    }

    /// From the row behind this one on the chain carries the key; `lost` where another key wrote it.
    pub fn begin(&mut self, after: Anchor, lost: bool) {
        self.starts.entry(after.tenant.clone()).or_insert(Start { after, lost });
    }

    /// Reads the text of the file.
    ///
    /// # Errors
    /// When a line is none of ours, or there is no key.
    pub fn parse(text: &str) -> Result<Key> {
        let (mut secret, mut starts) = (None, BTreeMap::new());
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match line.split_once(' ') {
                Some(("key", hex)) if secret.is_none() => {
                    secret = hex::decode(hex.trim()).ok().and_then(|bytes| bytes.try_into().ok());
                }
                Some((word @ ("start" | "lost"), anchor)) => {
                    let after = Anchor::read(anchor).ok_or_else(|| Error::internal("a start cannot be read"))?;
                    starts.insert(after.tenant.clone(), Start { after, lost: word == "lost" });
                }
                _ => return Err(Error::internal("a line is none of a key")),
            }
        }
        Ok(Key { secret: secret.ok_or_else(|| Error::internal("there is no key in it"))?, starts })
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        let word = |lost| if lost { "lost" } else { "start" };
        let starts = self.starts.values().map(|start| format!("{} {}\n", word(start.lost), start.after.line()));
        format!("{HEADING}key {}\n{}", hex::encode(self.secret), starts.collect::<String>())
    }

    /// Reads the file; `None` where there is none.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn load(path: &Path) -> Result<Option<Key>> {
        match std::fs::read_to_string(path) {
            Ok(text) => Key::parse(&text).map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::internal(error)),
        }
    }

    /// Writes the file, readable for its owner alone: another one beside it first, so that it is never half
    /// written.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self, path: &Path) -> Result<()> {
        let mut beside = path.as_os_str().to_owned();
        beside.push(".new");
        let beside = Path::new(&beside);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(beside).and_then(|mut file| {
            file.write_all(self.text().as_bytes())?;
            file.sync_all()
        });
        written.and_then(|()| std::fs::rename(beside, path)).map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_written_and_tells_nothing_of_its_secret() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit-key");
        let mut key = Key::new([7; 32]);
        key.begin(Anchor { tenant: "401005".to_owned(), seq: 3, hash: vec![9; 32] }, true);

        key.save(&path).unwrap();
        let read = Key::load(&path).unwrap().unwrap();

        assert_eq!((read.text(), read.id()), (key.text(), key.id()));
        assert_eq!(read.start("401005").map(|start| (start.after.seq, start.lost)), Some((3, true)));
        assert!(read.start("401307").is_none());
        assert!(!format!("{read:?}").contains(&"07".repeat(8)), "{read:?}");
        assert!(Key::load(&folder.path().join("none")).unwrap().is_none());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn what_is_no_key_and_no_anchor_is_refused() {
        for text in ["", "key 00", "# nothing\n", "start 401005:1:00", "key x\nother y\n"] {
            assert!(Key::parse(text).is_err(), "{text}");
        }
        for line in ["", "401005", "401005:1:zz", ":1:00", &format!("401005:-1:{}", "00".repeat(32)), "a:b:c:d"] {
            assert!(Anchor::read(line).is_none(), "{line}");
        }
    }
}
