//! Random secrets that we hand out (app secrets, refresh tokens, codes, cookies) and the keyed hash under
//! which each is kept. They are random, so a fast keyed hash is enough; they are keyed, so that a stolen
//! database does not even tell whether a guess is right.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::Entropy;
use zeroize::Zeroizing;

/// What a secret is for; a secret of one kind never passes as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    AppSecret,
    RefreshToken,
    Code,
    DeviceCode,
    UserCode,
    Session,
    Csrf,
    /// What an issuer hands back, and what is made of it: the verifier and the nonce need no place of their own.
    IssuerState,
    IssuerBrowser,
    IssuerVerifier,
    IssuerNonce,
}

impl Kind {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::AppSecret => b"app secret",
            Self::RefreshToken => b"refresh token",
            Self::Code => b"authorization code",
            Self::DeviceCode => b"device code",
            Self::UserCode => b"user code",
            Self::Session => b"session",
            Self::Csrf => b"csrf",
            Self::IssuerState => b"issuer state",
            Self::IssuerBrowser => b"issuer browser",
            Self::IssuerVerifier => b"issuer verifier",
            Self::IssuerNonce => b"issuer nonce",
        }
    }
}

/// The key of the keyed hash; sealed in the store.
pub(crate) struct Pepper(hmac::Key);

impl Pepper {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// The form in which a secret is kept and looked up.
    pub(crate) fn mac(&self, kind: Kind, secret: &str) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(kind.label());
        context.update(&[0]);
        context.update(secret.as_bytes());
        context.sign().as_ref().to_vec()
    }

    /// The same, as text for a form.
    pub(crate) fn mac_text(&self, kind: Kind, secret: &str) -> String {
        text_of(&self.mac(kind, secret))
    }

    /// Whether the text is the keyed hash of the secret.
    pub(crate) fn is_mac_text(&self, kind: Kind, secret: &str, text: &str) -> bool {
        let want = self.mac_text(kind, secret);
        aws_lc_rs::constant_time::verify_slices_are_equal(want.as_bytes(), text.as_bytes()).is_ok()
    }
}

/// Bytes as text that needs no escaping anywhere.
pub(crate) fn text_of(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A fresh secret of 32 random bytes, as text that needs no escaping anywhere.
pub(crate) fn random(entropy: &dyn Entropy) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    entropy.fill(bytes.as_mut());
    Zeroizing::new(text_of(bytes.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Counter;

    #[test]
    fn kinds_and_keys_do_not_mix() {
        let pepper = Pepper::new(&[1; 32]);
        let secret = random(&Counter::default());
        assert_eq!(pepper.mac(Kind::Code, &secret), pepper.mac(Kind::Code, &secret));
        assert_ne!(pepper.mac(Kind::Code, &secret), pepper.mac(Kind::RefreshToken, &secret));
        assert_ne!(pepper.mac(Kind::Code, &secret), Pepper::new(&[2; 32]).mac(Kind::Code, &secret));
        let text = pepper.mac_text(Kind::Csrf, &secret);
        assert!(pepper.is_mac_text(Kind::Csrf, &secret, &text));
        assert!(!pepper.is_mac_text(Kind::Csrf, "other", &text));
        assert!(!pepper.is_mac_text(Kind::Csrf, &secret, ""));
    }
}
