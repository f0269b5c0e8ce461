//! The arithmetic of the chain; no database here.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sasae_core::id::Id;
use sha2::{Digest, Sha256};

use super::key::Key;

/// A row as it lies in the table, without its own hash.
#[derive(Debug, Clone)]
pub struct Link<'a> {
    /// Position, from 1, without gaps.
    pub seq: i64,
    /// Microseconds since 1970.
    pub at: i64,
    /// Who acted.
    pub actor: Option<Id>,
    /// Name of who acted.
    pub actor_label: &'a str,
    /// What was asked for.
    pub act: &'a str,
    /// The request.
    pub request: Id,
    /// What was touched.
    pub detail: &'a str,
}

/// The hash of nothing: what the first row has before it.
pub const START: [u8; 32] = [0; 32];

impl Link<'_> {
    /// SHA-256, or with a key HMAC-SHA256, over the previous hash and every field, each with its length
    /// before it so that no two rows share an encoding.
    pub fn hash(&self, prev: &[u8], key: Option<&Key>) -> Vec<u8> {
        let mut text = Vec::with_capacity(256 + self.detail.len());
        let mut put = |bytes: &[u8]| {
            text.extend((bytes.len() as u64).to_be_bytes());
            text.extend(bytes);
        };
        put(prev);
        put(&self.seq.to_be_bytes());
        put(&self.at.to_be_bytes());
        put(self.actor.as_ref().map_or(&[][..], |id| &id.as_bytes()[..]));
        put(self.actor_label.as_bytes());
        put(self.act.as_bytes());
        put(self.request.as_bytes());
        put(self.detail.as_bytes());
        match key {
            None => Sha256::digest(&text).to_vec(),
            Some(key) => hmac(key.secret(), &text),
        }
    }
}

/// HMAC-SHA256 (RFC 2104); a key of any length is one.
fn hmac(secret: &[u8], text: &[u8]) -> Vec<u8> {
    match Hmac::<Sha256>::new_from_slice(secret) {
        Ok(mut mac) => {
            mac.update(text);
            mac.finalize().into_bytes().to_vec()
        }
        // No hash at all is none that follows.
        Err(_) => Vec::new(),
    }
}

/// What a check of the chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Every row follows from the one before; how many there are, and the last hash.
    Whole {
        /// Number of rows.
        rows: i64,
        /// Hash of the last row, to be noted down outside the system.
        head: Vec<u8>,
    },
    /// Every row names the one before, but without the key nobody can say that none was changed.
    Unproven {
        /// Number of rows.
        rows: i64,
    },
    /// The first row that does not follow.
    Broken {
        /// Its position.
        seq: i64,
        /// What is wrong with it.
        why: Break,
    },
}

/// How a chain breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// The row's content does not give its hash.
    Content,
    /// The row does not name the hash of the one before.
    Previous,
    /// A row is missing here.
    Missing,
    /// The chain is shorter or longer than its head says.
    Head,
    /// The row is not the one that was noted outside.
    Anchor,
    /// The index of who touched what disagrees with the row.
    Index,
}
