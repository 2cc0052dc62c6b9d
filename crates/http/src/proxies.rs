//! Who calls, when a proxy stands before the listener: the word of a proxy that is trusted counts, nobody else's.
//!
//! Invariants: without trusted proxies a caller is its socket's address, whatever it says of itself; a header names the
//! caller only as far as trusted proxies wrote it, read from the end.

use http::header::{HeaderMap, HeaderName};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};
use thiserror::Error;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The proxies that are trusted to say for whom they call.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Vec<IpNet>);

/// Why a list of proxies is not taken.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ProxiesError {
    /// It is neither an address nor a network.
    #[error("{0:?} is no trusted proxy: write an address (192.0.2.7) or a network (10.1.0.0/16)")]
    NoNetwork(String),
    /// Whoever calls could name any address.
    #[error("{0:?} would trust every caller; name the addresses of your proxies")]
    Everybody(String),
}

impl Proxies {
    /// Reads addresses and networks.
    ///
    /// # Errors
    /// When one of them is neither, or is all the world.
    pub fn parse<T: AsRef<str>>(texts: &[T]) -> Result<Self, ProxiesError> {
        let network = |text: &T| {
            let text = text.as_ref().trim();
            let one = || text.parse::<IpAddr>().ok().map(|address| IpNet::from(address.to_canonical()));
            let network = text.parse().ok().or_else(one);
            match network {
                None => Err(ProxiesError::NoNetwork(text.to_owned())),
                Some(network) if network.prefix_len() == 0 => Err(ProxiesError::Everybody(text.to_owned())),
                Some(network) => Ok(network),
            }
        };
        texts.iter().map(network).collect::<Result<_, _>>().map(Self)
    }

    /// Whoever calls: the socket's other end, or, if that is a trusted proxy, whom it names. Proxies append the address
    /// that they saw, so the last one that is no trusted proxy itself is the caller; what stands before it is hearsay.
    pub(crate) fn caller(&self, socket: SocketAddr, headers: &HeaderMap) -> SocketAddr {
        if !self.trusts(socket.ip()) {
            return socket;
        }
        let mut caller = socket;
        let lines = headers.get_all(FORWARDED_FOR);
        let lines: Vec<&str> = lines.iter().map(|line| line.to_str().unwrap_or_default()).collect();
        for hop in lines.iter().flat_map(|line| line.split(',')).rev() {
            let Some(address) = address_of(hop) else { break };
            caller = SocketAddr::new(address, 0);
            if !self.trusts(address) {
                break;
            }
        }
        caller
    }

    fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// The address of a hop, written bare, in brackets or with a port.
fn address_of(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    let with_port = || hop.parse().ok().map(|address: SocketAddr| address.ip());
    bare.parse().ok().or_else(with_port).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(trusted: &[&str], socket: &str, lines: &[&str], want: &str) {
        let proxies = Proxies::parse(trusted).expect("networks");
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, line.parse().expect("a value"));
        }
        let socket = SocketAddr::new(socket.parse().expect("an address"), 4711);
        let got = proxies.caller(socket, &headers).ip();
        assert_eq!(got.to_string(), want, "{trusted:?} {socket} {lines:?}");
    }

    #[test]
    fn only_what_trusted_proxies_wrote_counts() {
        let ours: &[&str] = &["10.1.0.0/16", "192.0.2.7", "fd00::/8"];
        // Nobody is trusted: what a caller says of itself is nothing.
        check(&[], "10.1.0.1", &["203.0.113.9"], "10.1.0.1");
        check(ours, "198.51.100.1", &["203.0.113.9"], "198.51.100.1");
        check(ours, "192.0.2.8", &["203.0.113.9"], "192.0.2.8");
        // A trusted proxy names its caller; what the caller wrote before is hearsay.
        check(ours, "10.1.0.1", &[], "10.1.0.1");
        check(ours, "10.1.0.1", &["203.0.113.9"], "203.0.113.9");
        check(ours, "10.1.0.1", &["127.0.0.1, 203.0.113.9"], "203.0.113.9");
        check(ours, "10.1.0.1", &["1.1.1.1", "203.0.113.9"], "203.0.113.9");
        // Through several of ours; lines count in their order.
        check(ours, "192.0.2.7", &["1.1.1.1, 203.0.113.9, 10.1.2.3"], "203.0.113.9");
        check(ours, "192.0.2.7", &["203.0.113.9", "10.1.2.3 ,fd00::1"], "203.0.113.9");
        check(ours, "192.0.2.7", &["10.1.9.9, 10.1.2.3"], "10.1.9.9");
        // Ports, brackets, IPv4 in IPv6's clothes.
        check(ours, "fd00::2", &["203.0.113.9:55000"], "203.0.113.9");
        check(ours, "fd00::2", &["[2001:db8::1]:55000"], "2001:db8::1");
        check(ours, "fd00::2", &["[2001:db8::1]"], "2001:db8::1");
        check(ours, "::ffff:10.1.0.1", &["::ffff:203.0.113.9"], "203.0.113.9");
        // What cannot be read ends the chain at the proxy that wrote it.
        check(ours, "10.1.0.1", &["203.0.113.9, unknown"], "10.1.0.1");
        check(ours, "192.0.2.7", &["203.0.113.9, _hidden, 10.1.2.3"], "10.1.2.3");
        check(ours, "10.1.0.1", &["203.0.113.9,"], "10.1.0.1");
        check(ours, "10.1.0.1", &[""], "10.1.0.1");
    }

    #[test]
    fn lists_of_proxies_are_read_or_refused() {
        for (text, want) in [
            ("10.0.0.0/8", None),
            (" 127.0.0.1 ", None),
            ("::1", None),
            ("proxy.example", Some(ProxiesError::NoNetwork("proxy.example".to_owned()))),
            ("10.0.0.0/33", Some(ProxiesError::NoNetwork("10.0.0.0/33".to_owned()))),
            ("", Some(ProxiesError::NoNetwork(String::new()))),
            ("0.0.0.0/0", Some(ProxiesError::Everybody("0.0.0.0/0".to_owned()))),
            ("::/0", Some(ProxiesError::Everybody("::/0".to_owned()))),
        ] {
            assert_eq!(Proxies::parse(&[text]).err(), want, "{text}");
        }
    }
}
