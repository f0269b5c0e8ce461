//! The second factor: time-based codes (RFC 6238), and recovery codes for the
//! day when the phone is lost. A code is taken once; a recovery code too.

use jiff::Timestamp;
use qrcodegen::{QrCode, QrCodeEcc};
use sasae_core::clock::Clock;
use sha2::{Digest, Sha256};
use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::error::{Error, Result};

/// How many recovery codes are handed out.
pub const RECOVERY_CODES: usize = 8;

/// Seconds of one step.
const STEP: u64 = 30;

/// A fresh secret in base32.
pub fn new_secret(clock: &Clock) -> String {
    Secret::from(clock.random_bytes::<20>().to_vec()).to_base32()
}

fn totp(secret: &str, login: &str) -> Result<Totp> {
    let secret = Secret::try_from_base32(secret).map_err(|e| Error::internal(e.to_string()))?;
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(STEP)
        .with_secret(secret)
        .with_account_name(login.replace(':', ""))
        .with_issuer(Some("Sasae"))
        .build()
        .map_err(|e| Error::internal(e.to_string()))
}

/// The address that an authenticator app reads.
pub fn address(secret: &str, login: &str) -> Result<String> {
    totp(secret, login)?.to_url().map_err(|e| Error::internal(e.to_string()))
}

/// The step whose code was typed, if it is a right one and later than `last`;
/// a code that somebody has looked over the shoulder is no use a second time.
pub fn check(secret: &str, login: &str, typed: &str, at: Timestamp, last: Option<i64>) -> Result<Option<i64>> {
    let digits = sasae_core::fold::fold_digits(typed);
    let seconds = u64::try_from(at.as_second()).map_err(Error::internal)?;
    let Some(matched) = totp(secret, login)?.check(&digits, seconds) else { return Ok(None) };
    let step = i64::try_from(matched).map_err(Error::internal)?;
    Ok((last.is_none_or(|last| step > last)).then_some(step))
}

/// The code of a moment; for tests and for nothing else.
#[cfg(feature = "testing")]
pub fn code_at(secret: &str, login: &str, at: Timestamp) -> String {
    totp(secret, login).expect("a valid secret").generate(at.as_second().unsigned_abs()).to_string()
}

/// Fresh recovery codes, ten letters and digits each, in two groups.
pub fn new_recovery_codes(clock: &Clock) -> Vec<String> {
    // No letters or digits that look alike.
    const LETTERS: &[u8; 32] = b"23456789abcdefghjkmnpqrstuvwxyzw";
    (0..RECOVERY_CODES)
        .map(|_| {
            let bytes = clock.random_bytes::<10>();
            let letters: Vec<char> = bytes.iter().map(|b| char::from(LETTERS[usize::from(b & 31)])).collect();
            letters.chunks(5).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-")
        })
        .collect()
}

/// What the database holds of a recovery code.
pub fn hash_of(code: &str) -> Vec<u8> {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    Sha256::digest(format!("recovery:{plain}")).to_vec()
}

/// A QR code as rows of dark modules.
pub fn qr_rows(text: &str) -> Result<Vec<Vec<bool>>> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).map_err(|e| Error::internal(e.to_string()))?;
    let size = code.size();
    Ok((0..size).map(|y| (0..size).map(|x| code.get_module(x, y)).collect()).collect())
}
