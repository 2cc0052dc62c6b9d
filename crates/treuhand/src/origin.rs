//! The public address of an installation: what callers and browsers know it by.
//!
//! Invariant: links, redirects, cookies and the issuer of tokens take it from here and never from a request, whose
//! `Host` anybody can write.

use std::net::IpAddr;

use anyhow::{Result, bail};
use edge::Uri;

/// The origin that a text names: scheme and authority, written as browsers write them (lower case, no usual port).
///
/// # Errors
/// When it is no origin, or a plain one that is not on this machine: passwords and tokens would travel in clear.
pub fn parse(text: &str) -> Result<String> {
    let wrong = |why: &str| {
        format!("{text:?} is no public address: {why}. Write scheme and host, e.g. https://partner.example")
    };
    let Ok(uri) = text.trim().parse::<Uri>() else { bail!(wrong("it cannot be read")) };
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        bail!(wrong("scheme or host is missing"))
    };
    if uri.path() != "/" || uri.query().is_some() || text.contains('#') {
        bail!(wrong("it has a path"));
    }
    if authority.as_str().contains('@') {
        bail!(wrong("it names a user"));
    }
    let host = authority.host().to_ascii_lowercase();
    let local = host.trim_start_matches('[').trim_end_matches(']');
    let is_local = local == "localhost" || local.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let usual = match scheme {
        "https" => 443,
        "http" if is_local => 80,
        "http" => bail!(wrong("beyond this machine it must be https")),
        _ => bail!(wrong("it must be https")),
    };
    let port = authority.port_u16().filter(|port| *port != usual);
    if host.is_empty() || (authority.as_str().len() > host.len() && authority.port_u16().is_none()) {
        bail!(wrong("host or port cannot be read"));
    }
    Ok(port.map_or_else(|| format!("{scheme}://{host}"), |port| format!("{scheme}://{host}:{port}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_as_browsers_write_them_or_refused() {
        for (text, want) in [
            ("https://partner.example", Ok("https://partner.example")),
            ("https://Partner.Example/", Ok("https://partner.example")),
            ("HTTPS://partner.example:443", Ok("https://partner.example")),
            ("https://partner.example:8443", Ok("https://partner.example:8443")),
            ("https://192.0.2.1", Ok("https://192.0.2.1")),
            ("http://127.0.0.1:8080", Ok("http://127.0.0.1:8080")),
            ("http://localhost:80", Ok("http://localhost")),
            ("http://[::1]:8080", Ok("http://[::1]:8080")),
            ("http://partner.example", Err("must be https")),
            ("http://192.0.2.1:8080", Err("must be https")),
            ("http://localhost.evil.example", Err("must be https")),
            ("ftp://partner.example", Err("must be https")),
            ("https://partner.example/portal", Err("has a path")),
            ("https://partner.example?x=1", Err("has a path")),
            ("https://partner.example#x", Err("")),
            ("https://user@partner.example", Err("names a user")),
            ("https://partner.example:99999", Err("")),
            ("partner.example", Err("scheme or host is missing")),
            ("https://", Err("")),
            ("/portal", Err("scheme or host is missing")),
            ("", Err("")),
        ] {
            let got = parse(text).map_err(|error| error.to_string());
            match (&got, want) {
                (Ok(origin), Ok(wanted)) => assert_eq!(origin, wanted, "{text}"),
                (Err(error), Err(says)) => assert!(error.contains(says), "{text}: {error}"),
                _ => panic!("{text}: {got:?}, wanted {want:?}"),
            }
        }
    }
}
