//! Passwords: the rules for choosing one, hashing (Argon2id, at most two at once) and one-time passwords.
//!
//! Hashes are PHC strings, so that costs can be raised later without a migration.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use data_encoding::BASE32_NOPAD;
use envelope::Argon2Cost;
use kernel::{Code, Entropy, Problem};
use std::sync::Arc;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// Hashing takes 19 MiB and a core: two at once bound both.
const AT_ONCE: usize = 2;
/// Whoever would wait behind more than this many is told to come back.
const MAX_WAITING: usize = 64;
const MIN_CHARS: usize = 10;
/// Bounds the work of hashing; nobody types more.
const MAX_BYTES: usize = 256;
const SALT_LEN: usize = 16;
const HASH_LEN: usize = 32;
/// Hashes and compares passwords, off the threads that serve.
pub(crate) struct Hasher {
    cost: Argon2Cost,
    turns: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// What an unknown user's password is compared with, so that it takes as long as a known one's.
    nobody: String,
}

impl Hasher {
    pub(crate) fn new(cost: Argon2Cost, entropy: &dyn Entropy) -> Option<Self> {
        let turns = Arc::new(Semaphore::new(AT_ONCE));
        let waiting = Arc::new(Semaphore::new(MAX_WAITING));
        let nobody = phc(cost, "", &salt(entropy))?;
        Some(Self { cost, turns, waiting, nobody })
    }

    /// The hash of a password.
    pub(crate) async fn hash(
        &self,
        password: Zeroizing<String>,
        entropy: &dyn Entropy,
    ) -> Result<String, Problem> {
        let (salt, cost) = (salt(entropy), self.cost);
        self.take_turn(move || phc(cost, &password, &salt)).await?.ok_or_else(Problem::internal)
    }

    /// Whether this is the password of the hash. Takes as long when there is no hash, and says no.
    pub(crate) async fn matches(
        &self,
        password: Zeroizing<String>,
        hash: Option<String>,
    ) -> Result<bool, Problem> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.clone());
        self.take_turn(move || known & verify(&password, &hash)).await
    }

    async fn take_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let busy = || {
            Problem::new(503, Code(0), "busy", "Too many sign-ins at once. Try again shortly.").retry_after(2)
        };
        let _place = self.waiting.clone().try_acquire_owned().map_err(|_| busy())?;
        let turn = self.turns.clone().acquire_owned().await.map_err(|_| busy())?;
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        done.await.map_err(|_| Problem::internal())
    }
}

/// Why a password may not be used, if it may not.
pub(crate) fn refuse_weak(password: &str, user_name: &str) -> Result<(), Problem> {
    let refuse = |text: String| Err(Problem::new(400, Code(0), "weak_password", text));
    let local = user_name.split('@').next().unwrap_or(user_name);
    if password.chars().count() < MIN_CHARS {
        return refuse(format!("A password needs at least {MIN_CHARS} characters."));
    }
    if password.len() > MAX_BYTES {
        return refuse(format!("A password may be at most {MAX_BYTES} bytes long."));
    }
    if local.len() >= 3 && password.to_lowercase().contains(&local.to_lowercase()) {
        return refuse("A password must not contain the user name.".to_owned());
    }
    let mut seen: Vec<char> = password.chars().collect();
    seen.sort_unstable();
    seen.dedup();
    if seen.len() < 5 {
        return refuse("A password needs at least five different characters.".to_owned());
    }
    Ok(())
}

/// A random one-time password that can be read out on the telephone: 80 bits in groups of four.
pub(crate) fn one_time(entropy: &dyn Entropy) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0_u8; 10]);
    entropy.fill(bytes.as_mut());
    let text = Zeroizing::new(BASE32_NOPAD.encode(bytes.as_ref()));
    let groups: Vec<&str> = (0..4).filter_map(|group| text.get(group * 4..group * 4 + 4)).collect();
    Zeroizing::new(groups.join("-"))
}

fn salt(entropy: &dyn Entropy) -> [u8; SALT_LEN] {
    let mut salt = [0_u8; SALT_LEN];
    entropy.fill(&mut salt);
    salt
}

fn derive(cost: Argon2Cost, password: &str, salt: &[u8]) -> Option<Zeroizing<[u8; HASH_LEN]>> {
    let params = Params::new(cost.memory, cost.passes, 1, Some(HASH_LEN)).ok()?;
    let mut out = Zeroizing::new([0_u8; HASH_LEN]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), salt, out.as_mut())
        .ok()?;
    Some(out)
}

fn phc(cost: Argon2Cost, password: &str, salt: &[u8]) -> Option<String> {
    let hash = derive(cost, password, salt)?;
    Some(format!(
        "$argon2id$v=19$m={},t={},p=1${}${}",
        cost.memory,
        cost.passes,
        STANDARD_NO_PAD.encode(salt),
        STANDARD_NO_PAD.encode(hash.as_ref())
    ))
}

fn verify(password: &str, phc: &str) -> bool {
    if password.len() > MAX_BYTES {
        return false;
    }
    let parse = || {
        let mut parts = phc.strip_prefix("$argon2id$v=19$m=")?.split('$');
        let (memory, rest) = parts.next()?.split_once(",t=")?;
        let passes = rest.strip_suffix(",p=1")?;
        let cost = Argon2Cost { memory: memory.parse().ok()?, passes: passes.parse().ok()? };
        let salt = STANDARD_NO_PAD.decode(parts.next()?).ok()?;
        let want = STANDARD_NO_PAD.decode(parts.next()?).ok()?;
        Some((derive(cost, password, &salt)?, want))
    };
    parse().is_some_and(|(got, want)| {
        aws_lc_rs::constant_time::verify_slices_are_equal(got.as_ref(), &want).is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{CHEAP, Counter};

    #[test]
    fn weak_passwords_are_refused() {
        for (password, ok) in [
            ("correct horse battery", true),
            ("Zäune+Öfen7", true),
            ("short", false),
            ("", false),
            ("aaaaaaaaaaaaaaa", false),
            ("my-Erika-password", false),
            (&"xy12!".repeat(60), false),
        ] {
            assert_eq!(refuse_weak(password, "erika@contoso.de").is_ok(), ok, "{password}");
        }
    }

    #[tokio::test]
    async fn only_the_password_matches_its_hash() {
        let entropy = Counter::default();
        let hasher = Hasher::new(CHEAP, &entropy).expect("a hasher");
        let secret = |text: &str| Zeroizing::new(text.to_owned());
        let hash = hasher.hash(secret("correct horse"), &entropy).await.expect("a hash");
        let again = hasher.hash(secret("correct horse"), &entropy).await.expect("a hash");
        assert_ne!(hash, again, "salted");
        for (password, hash, want) in [
            ("correct horse", Some(hash.clone()), true),
            ("correct horsf", Some(hash.clone()), false),
            ("", Some(hash.clone()), false),
            ("", None, false),
            ("correct horse", Some("$argon2id$nonsense".to_owned()), false),
        ] {
            assert_eq!(hasher.matches(secret(password), hash).await, Ok(want), "{password}");
        }
    }

    #[test]
    fn one_time_passwords_differ_and_are_strong_enough_to_be_taken() {
        let entropy = Counter::default();
        let (one, two) = (one_time(&entropy), one_time(&entropy));
        assert_ne!(one, two);
        assert_eq!(one.len(), 19);
    }
}
