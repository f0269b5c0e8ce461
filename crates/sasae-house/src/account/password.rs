//! Passwords: argon2id, in PHC strings that carry their own parameters.
//!
//! Hashing costs memory and time on purpose, so it is rationed: few at once, each in memory that is
//! used again, a line of those who wait, and a refusal that says so beyond it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use sasae_core::fold::fold_login;
use subtle::ConstantTimeEq as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::ctx::Ctx;
use crate::error::{Error, Fields, Result};

/// Fewest characters of a password.
pub const SHORTEST: usize = 10;
/// Most characters; longer ones would only cost time.
pub const LONGEST: usize = 128;

/// Most hashings at once, however many cores there are: each needs 19 MiB.
const AT_ONCE: usize = 4;
/// How many wait in line for each that hashes: about two seconds of work.
const IN_LINE: usize = 40;
/// A password that fewer guesses find than these is refused.
const GUESSABLE: u64 = 1_000_000;

/// The ration of hashing. Memory of this process only: it protects this process.
#[derive(Debug)]
pub struct Hashing {
    permits: Arc<Semaphore>,
    in_line: AtomicUsize,
    longest_line: usize,
    /// Memory between two hashings.
    memory: Mutex<Vec<Vec<Block>>>,
}

impl Hashing {
    /// As many at once as there are cores, up to `AT_ONCE`.
    pub fn new() -> Arc<Hashing> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let at_once = cores.min(AT_ONCE);
        Hashing::of(at_once, at_once * IN_LINE)
    }

    fn of(at_once: usize, longest_line: usize) -> Arc<Hashing> {
        let permits = Arc::new(Semaphore::new(at_once));
        Arc::new(Hashing { permits, in_line: AtomicUsize::new(0), longest_line, memory: Mutex::default() })
    }

    /// Waits for a turn. Whoever guesses holds it from the look at the lock until the failure is
    /// counted, so that no more guesses pass an open lock than hash at once.
    ///
    /// # Errors
    /// [`Error::Busy`] where the line is too long.
    pub async fn turn(self: &Arc<Hashing>) -> Result<Turn> {
        if let Ok(permit) = self.permits.clone().try_acquire_owned() {
            return Ok(Turn { hashing: self.clone(), permit: Some(Arc::new(permit)) });
        }
        let place = Place::take(self)?;
        let permit = self.permits.clone().acquire_owned().await.map_err(Error::internal)?;
        drop(place);
        Ok(Turn { hashing: self.clone(), permit: Some(Arc::new(permit)) })
    }

    /// For whoever holds a transaction already and makes an account: those who wait in line hold turns and
    /// wait for the writer, so nobody who holds the writer may wait for a turn.
    pub fn aside(self: &Arc<Hashing>) -> Turn {
        Turn { hashing: self.clone(), permit: None }
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, Vec<Vec<Block>>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the line, given back also where the one who waits goes away.
struct Place<'a>(&'a Hashing);

impl Place<'_> {
    fn take(hashing: &Hashing) -> Result<Place<'_>> {
        let place = Place(hashing);
        let before = hashing.in_line.fetch_add(1, Ordering::AcqRel);
        // Where there is none, dropping the place takes back what was added.
        if before < hashing.longest_line { Ok(place) } else { Err(Error::Busy) }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.in_line.fetch_sub(1, Ordering::AcqRel);
    }
}

/// One's turn to hash.
#[derive(Debug)]
pub struct Turn {
    hashing: Arc<Hashing>,
    permit: Option<Arc<OwnedSemaphorePermit>>,
}

impl Turn {
    /// Hashes a password with memory in KiB and passes.
    ///
    /// # Errors
    /// What the algorithm says.
    pub async fn hash(&self, password: &str, salt: [u8; 16], costs: (u32, u32)) -> Result<String> {
        let password = password.to_owned();
        self.work(move |memory| {
            let params = params_of(costs)?;
            let mut output = [0_u8; Params::DEFAULT_OUTPUT_LEN];
            derive(&password, &salt, params.clone(), &mut output, memory)?;
            let whole = PasswordHash {
                algorithm: Algorithm::Argon2id.ident(),
                version: Some(Version::V0x13.into()),
                params: ParamsString::try_from(&params).map_err(internal)?,
                salt: Some(Salt::new(&salt).map_err(internal)?),
                hash: Some(Output::new(&output).map_err(internal)?),
            };
            Ok(whole.to_string())
        })
        .await
    }

    /// Whether the password gives the hash. Without a hash (no such login) the same
    /// work is done in vain, so that time tells nothing.
    ///
    /// # Errors
    /// When the hash is none of ours.
    pub async fn verify(&self, password: &str, hash: Option<String>, costs: (u32, u32)) -> Result<bool> {
        if password.chars().count() > LONGEST {
            return Ok(false);
        }
        let password = password.to_owned();
        self.work(move |memory| {
            let Some(hash) = hash else {
                let mut output = [0_u8; Params::DEFAULT_OUTPUT_LEN];
                derive(&password, &[0; 16], params_of(costs)?, &mut output, memory)?;
                return Ok(false);
            };
            let kept = PasswordHash::new(&hash).map_err(internal)?;
            let (Some(salt), Some(wanted)) = (&kept.salt, &kept.hash) else {
                return Err(Error::internal("a stored password has no salt or no hash"));
            };
            let params = Params::try_from(&kept).map_err(internal)?;
            let mut output = vec![0_u8; wanted.len()];
            derive(&password, salt, params, &mut output, memory)?;
            Ok(bool::from(output.ct_eq(wanted.as_bytes())))
        })
        .await
    }

    /// Leaves the async threads: hashing takes tens of milliseconds.
    async fn work<T: Send + 'static>(
        &self,
        step: impl FnOnce(&mut Vec<Block>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let hashing = self.hashing.clone();
        // The work goes on where its reader has gone away, and so must its permit.
        let permit = self.permit.clone();
        tokio::task::spawn_blocking(move || {
            let mut memory = hashing.memory().pop().unwrap_or_default();
            let done = step(&mut memory);
            hashing.memory().push(memory);
            drop(permit);
            done
        })
        .await
        .map_err(Error::internal)?
    }
}

fn internal(error: impl std::fmt::Display) -> Error {
    Error::internal(error.to_string())
}

fn params_of((memory, passes): (u32, u32)) -> Result<Params> {
    Params::new(memory, passes, 1, None).map_err(internal)
}

fn derive(password: &str, salt: &[u8], params: Params, output: &mut [u8], memory: &mut Vec<Block>) -> Result<()> {
    let blocks = params.block_count();
    memory.resize(blocks, Block::new());
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into_with_memory(password.as_bytes(), salt, output, &mut memory[..]).map_err(internal)
}

/// Refuses passwords that are too short, too long, or soon guessed: those on the lists of common ones,
/// rows of the keyboard, sequences, dates, and what everybody in the office knows, the login name and
/// the names of the person and the municipality.
///
/// # Errors
/// `Invalid` beside the field `password`.
pub fn check(ctx: &Ctx, login: &str, names: &[&str], password: &str) -> Result<()> {
    let home = ctx.municipality();
    let mut known = vec![login, home.name.as_str(), home.name_en.as_str(), "sasae", "支え"];
    known.extend(names);
    check_against(&known, password)
}

fn check_against(known: &[&str], password: &str) -> Result<()> {
    let mut fields = Fields::default();
    let length = password.chars().count();
    let login = fold_login(known.first().copied().unwrap_or_default());
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
    } else if password.chars().any(char::is_control) {
        fields.put(
            "password",
            "パスワードに、改行などの見えない文字は使えません。",
            "A password cannot hold line breaks or other control characters.",
        );
    } else if !login.is_empty() && fold_login(password).contains(&login) {
        fields.put(
            "password",
            "パスワードにログイン名を含めないでください。",
            "The password must not contain the login name.",
        );
    } else if is_common(known, password) {
        fields.put(
            "password",
            "よく使われるパスワード、キーの並び、日付、名前のように、すぐ当てられるものは使えません。関係のない言葉を3つ以上つなぐと、覚えやすく強くなります。",
            "This would soon be guessed: a common password, a row of keys, a date or a name. Three unrelated words are easy to remember and strong.",
        );
    }
    fields.into_result()
}

/// Whether few guesses find the password.
fn is_common(known: &[&str], password: &str) -> bool {
    // Whoever types in full width has typed the same word.
    let plain = fold_login(password);
    let words: Vec<String> = known
        .iter()
        .flat_map(|name| std::iter::once(*name).chain(name.split_whitespace()))
        .map(fold_login)
        .filter(|word| word.chars().count() > 1)
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    [password, plain.as_str()].into_iter().any(|text| zxcvbn::zxcvbn(text, &words).guesses() < GUESSABLE)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CHEAP: (u32, u32) = (64, 1);

    #[test]
    fn what_everybody_tries_first_is_refused() {
        let known = ["kouko", "北九州市", "Kitakyushu City", "試験 こうこ"];
        for common in [
            "1234567890",
            "0987654321",
            "password123",
            "Password1!",
            "p@ssword12",
            "qwertyuiop",
            "1qaz2wsx3edc",
            "asdfghjkl;",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "kitakyushu1",
            "北九州市北九州市北九州市",
            "KOUKO-kouko",
            "ｐａｓｓｗｏｒｄ１",
            "1940-04-01",
            "iloveyou123",
        ] {
            assert!(check_against(&known, common).is_err(), "{common}");
        }
        for good in ["correct horse", "Tameshi-ni-oshite-miru-7", "とうもろこし 灯台 三輪車", "kx7v-m2qp-9tds-hw4n"]
        {
            assert!(check_against(&known, good).is_ok(), "{good}");
        }
    }

    #[tokio::test]
    async fn whoever_finds_the_line_too_long_is_told_and_the_line_moves_on() {
        let hashing = Hashing::of(1, 1);
        let first = hashing.turn().await.unwrap();
        let second = tokio::spawn({
            let hashing = hashing.clone();
            async move { hashing.turn().await.map(drop) }
        });
        while hashing.in_line.load(Ordering::Acquire) == 0 {
            tokio::task::yield_now().await;
        }

        let third = hashing.turn().await;
        drop(first);
        second.await.unwrap().unwrap();
        let later = hashing.turn().await;

        assert!(matches!(third, Err(Error::Busy)));
        assert!(later.is_ok());
        assert_eq!(hashing.in_line.load(Ordering::Acquire), 0);
    }

    #[tokio::test]
    async fn three_hundred_at_once_share_the_memory_of_a_few() {
        let hashing = Hashing::of(2, 400);
        let guesses = (0..300).map(|_| {
            let hashing = hashing.clone();
            tokio::spawn(async move { hashing.turn().await.unwrap().verify("wrong", None, CHEAP).await.unwrap() })
        });
        for guess in guesses.collect::<Vec<_>>() {
            assert!(!guess.await.unwrap());
        }

        let kept = hashing.memory();
        assert!(kept.len() <= 2, "{}", kept.len());
        assert!(kept.iter().all(|blocks| blocks.len() == 64));
    }

    #[tokio::test]
    async fn a_password_gives_its_own_hash_and_none_else() {
        let turn = Hashing::of(1, 1).turn().await.unwrap();

        let hash = turn.hash("correct horse", [7; 16], CHEAP).await.unwrap();

        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
        assert!(turn.verify("correct horse", Some(hash.clone()), CHEAP).await.unwrap());
        assert!(!turn.verify("correct horsf", Some(hash), CHEAP).await.unwrap());
        // One that the library made before by itself is still read.
        let params = Params::new(64, 1, 1, None).unwrap();
        let library = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let old = argon2::password_hash::PasswordHasher::hash_password(&library, b"correct horse").unwrap();
        let old: PasswordHash = old;
        assert!(turn.verify("correct horse", Some(old.to_string()), CHEAP).await.unwrap());
    }

    proptest! {
        #[test]
        fn any_text_is_judged(login in any::<String>(), name in any::<String>(), password in any::<String>()) {
            let _judged = check_against(&[&login, &name], &password);
        }
    }
}
