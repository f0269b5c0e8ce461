//! Passwords: argon2id, in PHC strings that carry their own parameters.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::error::{Error, Fields, Result};

/// Fewest characters of a password.
pub const SHORTEST: usize = 10;
/// Most characters; longer ones would only cost time.
pub const LONGEST: usize = 128;

/// Hashes a password with memory in KiB and passes; takes tens of
/// milliseconds on purpose, so it leaves the async threads.
pub async fn hash(password: &str, (memory, passes): (u32, u32)) -> Result<String> {
    let password = password.to_owned();
    tokio::task::spawn_blocking(move || {
        let params = Params::new(memory, passes, 1, None).map_err(Error::internal)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let hashed: PasswordHash = argon2.hash_password(password.as_bytes()).map_err(Error::internal)?;
        Ok(hashed.to_string())
    })
    .await
    .map_err(Error::internal)?
}

/// Whether the password gives the hash. Without a hash (no such login) the same
/// work is done in vain, so that time tells nothing.
pub async fn verify(password: &str, hash: Option<String>, costs: (u32, u32)) -> Result<bool> {
    if password.chars().count() > LONGEST {
        return Ok(false);
    }
    let Some(hash) = hash else {
        self::hash(password, costs).await?;
        return Ok(false);
    };
    let password = password.to_owned();
    tokio::task::spawn_blocking(move || {
        let parsed = PasswordHash::new(&hash).map_err(Error::internal)?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
    })
    .await
    .map_err(Error::internal)?
}

/// Refuses passwords that are too short, too long, or made of the login.
pub fn check(login: &str, password: &str) -> Result<()> {
    let mut fields = Fields::default();
    let length = password.chars().count();
    if length < SHORTEST {
        fields.put(
            "password",
            format!("パスワードは{SHORTEST}文字以上にしてください。"),
            format!("Use at least {SHORTEST} characters."),
        );
    } else if length > LONGEST {
        fields.put(
            "password",
            format!("パスワードは{LONGEST}文字までです。"),
            format!("Use at most {LONGEST} characters."),
        );
    } else if password.to_lowercase().contains(&login.to_lowercase()) {
        fields.put(
            "password",
            "パスワードにログイン名を含めないでください。",
            "The password must not contain the login name.",
        );
    } else if password.chars().all(|c| password.starts_with(c)) {
        fields.put(
            "password",
            "同じ文字だけのパスワードは使えません。",
            "A password of one repeated character is not allowed.",
        );
    }
    fields.into_result()
}
