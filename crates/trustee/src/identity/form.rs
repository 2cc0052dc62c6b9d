//! Members of a query or a form: unknown ones are ignored, of repeated ones the first counts.

use edge::HeaderMap;
use kernel::Problem;
use std::borrow::Cow;
use zeroize::Zeroizing;

/// No form of ours is longer.
const MAX_FORM: usize = 32 * 1024;

/// The members. Without `Debug`: there are passwords among them.
pub(crate) struct Form(Vec<(String, Zeroizing<String>)>);

impl Form {
    pub(crate) fn parse(text: &[u8]) -> Result<Self, Problem> {
        if text.len() > MAX_FORM {
            let text = "The form is longer than this service takes.";
            return Err(Problem::new(413, kernel::Code(0), "form_too_long", text));
        }
        let own = |(name, value): (Cow<'_, str>, Cow<'_, str>)| {
            (name.into_owned(), Zeroizing::new(value.into_owned()))
        };
        Ok(Self(form_urlencoded::parse(text).map(own).collect()))
    }

    /// A member's text; None when it is absent or empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// A member that is secret.
    pub(crate) fn secret(&self, name: &str) -> Zeroizing<String> {
        Zeroizing::new(self.get(name).unwrap_or_default().to_owned())
    }
}

/// The client id and secret of an `Authorization: Basic` header. Other schemes, such as the `Bearer null` of one
/// client, are not looked at.
pub(crate) fn basic(headers: &HeaderMap) -> Option<(String, Zeroizing<String>)> {
    use base64::Engine as _;
    let value = headers.get(edge::http::header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, rest) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = Zeroizing::new(base64::engine::general_purpose::STANDARD.decode(rest.trim()).ok()?);
    let (id, secret) = str::from_utf8(&decoded).ok()?.split_once(':')?;
    let percent = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    Some((percent(id), Zeroizing::new(percent(secret))))
}

/// A cookie's value.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let all = headers.get_all(edge::http::header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(known, value)| (known == name && !value.is_empty()).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use edge::http::HeaderValue;

    #[test]
    fn the_first_of_repeated_members_counts_and_empty_ones_are_absent() {
        let form = Form::parse(b"a=1&a=2&b=&c=%C3%A4+x").expect("a form");
        assert_eq!((form.get("a"), form.get("b"), form.get("c")), (Some("1"), None, Some("ä x")));
        assert!(Form::parse(&vec![b'a'; MAX_FORM + 1]).is_err());
    }

    #[test]
    fn basic_is_read_and_nothing_else() {
        for (value, want) in [
            ("Basic aWQ6cyUyQnQ=", Some("id:s+t")),
            ("basic aWQ6", Some("id:")),
            ("Bearer null", None),
            ("Basic !", None),
            ("Basic aWQ=", None),
            ("null", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("authorization", HeaderValue::from_static(value));
            let got = basic(&headers).map(|(id, secret)| format!("{id}:{}", secret.as_str()));
            assert_eq!(got.as_deref(), want, "{value}");
        }
    }

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let mut headers = HeaderMap::new();
        headers.insert("cookie", HeaderValue::from_static("ab=1; b=2; c="));
        assert_eq!(
            (cookie(&headers, "b"), cookie(&headers, "c"), cookie(&headers, "a")),
            (Some("2"), None, None)
        );
    }
}
