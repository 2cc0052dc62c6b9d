//! One-time codes by time (RFC 6238: HMAC-SHA1, six digits, steps of 30 seconds).
//!
//! SHA-1 because authenticator apps know nothing else; as a MAC it is still sound. A code counts for its own
//! step and one step to either side, and no step counts twice.

use aws_lc_rs::hmac;
use data_encoding::BASE32_NOPAD;
use kernel::Entropy;
use zeroize::Zeroizing;

const STEP_SECONDS: i64 = 30;
const DIGITS: usize = 6;
/// The length that RFC 4226 recommends.
pub(crate) const SECRET_LEN: usize = 20;

/// A fresh secret.
pub(crate) fn secret(entropy: &dyn Entropy) -> Zeroizing<[u8; SECRET_LEN]> {
    let mut bytes = Zeroizing::new([0_u8; SECRET_LEN]);
    entropy.fill(bytes.as_mut());
    bytes
}

/// The secret as a person types it into an app.
pub(crate) fn to_text(secret: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(BASE32_NOPAD.encode(secret))
}

/// The URI that authenticator apps take.
pub(crate) fn uri(secret: &[u8], issuer: &str, account: &str) -> Zeroizing<String> {
    let encode = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    Zeroizing::new(format!(
        "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&digits={DIGITS}&period={STEP_SECONDS}",
        issuer = encode(issuer),
        account = encode(account),
        secret = to_text(secret).as_str(),
    ))
}

/// The step a code belongs to, if it counts now and is later than the last one that was used.
pub(crate) fn check(secret: &[u8], code: &str, now_second: i64, last_step: i64) -> Option<i64> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != DIGITS {
        return None;
    }
    let step = now_second.div_euclid(STEP_SECONDS);
    let mut found = None;
    for candidate in [step - 1, step, step + 1] {
        let matches = aws_lc_rs::constant_time::verify_slices_are_equal(
            code_of(secret, candidate).as_bytes(),
            digits.as_bytes(),
        );
        if matches.is_ok() && candidate > last_step {
            found = Some(candidate);
        }
    }
    found
}

/// The code of one step.
fn code_of(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let offset = usize::from(bytes[bytes.len() - 1] & 0x0f);
    let mut four = [0_u8; 4];
    four.copy_from_slice(&bytes[offset..offset + 4]); // SHA-1 has 20 bytes, the offset is at most 15
    let number = (u32::from_be_bytes(four) & 0x7fff_ffff) % 10_u32.pow(6);
    format!("{number:0DIGITS$}")
}

/// The code a person would type now: for tests and the demo world's own sign-ins.
pub fn code_at(secret_text: &str, now_second: i64) -> Option<String> {
    let secret = Zeroizing::new(BASE32_NOPAD.decode(secret_text.as_bytes()).ok()?);
    Some(code_of(&secret, now_second.div_euclid(STEP_SECONDS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RFC_SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn agrees_with_the_test_vectors_of_rfc_6238() {
        for (second, eight) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(code_of(RFC_SECRET, second / 30), eight[2..], "{second}");
        }
    }

    fn counts(code: &str, now: i64, last: i64, want: Option<i64>) {
        assert_eq!(check(RFC_SECRET, code, now, last), want, "{code} at {now} after {last}");
    }

    #[test]
    fn a_code_counts_once_and_near_its_time() {
        counts("287082", 59, 0, Some(1));
        counts("287 082", 59, 0, Some(1));
        counts("287082", 89, 0, Some(1));
        counts("287082", 29, 0, Some(1));
        counts("287082", 90, 0, None);
        counts("287082", 59, 1, None);
        counts("287083", 59, 0, None);
        counts("", 59, 0, None);
        counts("94287082", 59, 0, None);
        counts("２８７０８２", 59, 0, None);
    }

    #[test]
    fn the_uri_escapes_names() {
        let uri = uri(b"12345678901234567890", "Treu & Hand", "a@b.de");
        assert_eq!(
            uri.as_str(),
            "otpauth://totp/Treu%20%26%20Hand:a%40b%2Ede?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Treu%20%26%20Hand&digits=6&period=30"
        );
        assert_eq!(code_at("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59).as_deref(), Some("287082"));
    }
}
