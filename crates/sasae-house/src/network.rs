//! Network addresses: which proxies are believed, and whose address a request came from.
//!
//! A proxy writes the address that called it at the right end of a header. Whatever stands to the
//! left of what a trusted proxy wrote, the caller may have written, so it is not believed.
//!
//! Deliberately absent: both headers at once. A proxy that writes the one hands on whatever a
//! client wrote into the other.

use std::net::IpAddr;
use std::str::FromStr;

use axum::http::{HeaderMap, HeaderName, header};
use ipnet::IpNet;

/// The header in which trusted proxies say who called them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProxyHeader {
    /// `X-Forwarded-For: client, proxy`
    #[default]
    XForwardedFor,
    /// `Forwarded: for=client, for=proxy` (RFC 7239)
    Forwarded,
}

impl FromStr for ProxyHeader {
    type Err = ();

    fn from_str(text: &str) -> Result<ProxyHeader, ()> {
        match text.trim().to_ascii_lowercase().as_str() {
            "x-forwarded-for" => Ok(ProxyHeader::XForwardedFor),
            "forwarded" => Ok(ProxyHeader::Forwarded),
            _ => Err(()),
        }
    }
}

/// The proxies in front of this installation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    trusted: Vec<IpNet>,
    header: ProxyHeader,
}

impl Proxies {
    /// The proxies at addresses (`10.0.0.5`) or in networks (`10.0.0.0/8`, `fd00::/8`).
    ///
    /// # Errors
    /// The text that is neither.
    pub fn new(trusted: &[String], header: ProxyHeader) -> Result<Proxies, String> {
        let read = |text: &String| {
            let network = text.trim().parse::<IpNet>();
            network.or_else(|_| text.trim().parse::<IpAddr>().map(IpNet::from)).map_err(|_| text.clone())
        };
        Ok(Proxies { trusted: trusted.iter().map(read).collect::<Result<_, _>>()?, header })
    }

    /// Whether what this address says of its callers is believed.
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }

    /// Whose address a request came from, given who opened the connection.
    ///
    /// From the right: as long as a trusted proxy speaks, what it says about its caller holds. An
    /// entry that is no address ends the search at the proxy that wrote it.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut known = peer.to_canonical();
        let name = match self.header {
            ProxyHeader::XForwardedFor => HeaderName::from_static("x-forwarded-for"),
            ProxyHeader::Forwarded => header::FORWARDED,
        };
        let lines: Vec<&[u8]> = headers.get_all(name).iter().map(axum::http::HeaderValue::as_bytes).collect();
        let mut entries = lines.iter().rev().flat_map(|line| FromRight(Some(line)));
        while self.trusts(known) {
            let said = entries.next().and_then(|entry| match self.header {
                ProxyHeader::XForwardedFor => address(entry.trim_ascii()),
                ProxyHeader::Forwarded => address(for_of(entry)?),
            });
            match said {
                Some(caller) => known = caller.to_canonical(),
                None => break,
            }
        }
        known
    }
}

/// The entries of one line, the last first. Quotes are matched from the right as well, so that a
/// quote which a client opened cannot swallow what a proxy wrote after it.
struct FromRight<'a>(Option<&'a [u8]>);

impl<'a> Iterator for FromRight<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.0?;
        let mut quoted = false;
        let comma = rest.iter().rposition(|byte| {
            quoted ^= *byte == b'"';
            *byte == b',' && !quoted
        });
        match comma {
            Some(at) => {
                self.0 = Some(&rest[..at]);
                Some(&rest[at + 1..])
            }
            None => {
                self.0 = None;
                Some(rest)
            }
        }
    }
}

/// The value of `for` in an element of `Forwarded`.
fn for_of(element: &[u8]) -> Option<&[u8]> {
    let mut values = element.split(|byte| *byte == b';').filter_map(|pair| {
        let at = pair.iter().position(|byte| *byte == b'=')?;
        let name = pair[..at].trim_ascii();
        name.eq_ignore_ascii_case(b"for").then(|| pair[at + 1..].trim_ascii())
    });
    let value = values.next()?;
    let value = value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")).unwrap_or(value);
    // Two of them in one element: nobody well-meaning writes that.
    if values.next().is_some() { None } else { Some(value) }
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`.
fn address(text: &[u8]) -> Option<IpAddr> {
    let text = str::from_utf8(text).ok()?;
    if let Some(inner) = text.strip_prefix('[') {
        let (address, port) = inner.split_once(']')?;
        let port = port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
        return if port { address.parse().ok().map(IpAddr::V6) } else { None };
    }
    text.parse().ok().or_else(|| text.parse::<std::net::SocketAddrV4>().ok().map(|socket| IpAddr::V4(*socket.ip())))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn proxies(header: ProxyHeader) -> Proxies {
        Proxies::new(&["10.0.0.0/8".to_owned(), "fd00::/8".to_owned(), "192.0.2.7".to_owned()], header).unwrap()
    }

    fn headers(name: &'static str, lines: &[&[u8]]) -> HeaderMap {
        lines.iter().map(|line| (HeaderName::from_static(name), HeaderValue::from_bytes(line).unwrap())).collect()
    }

    fn client(peer: &str, name: &'static str, lines: &[&str]) -> String {
        let header = name.parse().unwrap();
        let lines: Vec<&[u8]> = lines.iter().map(|line| line.as_bytes()).collect();
        proxies(header).client(peer.parse().unwrap(), &headers(name, &lines)).to_string()
    }

    #[test]
    fn the_caller_of_a_trusted_proxy_is_found_in_its_header() {
        for (peer, lines, wanted) in [
            ("10.0.0.1", &["203.0.113.9"][..], "203.0.113.9"),
            ("10.0.0.1", &["1.1.1.1, 203.0.113.9 , 10.0.0.2"], "203.0.113.9"),
            ("10.0.0.1", &["1.1.1.1", "203.0.113.9:51000"], "203.0.113.9"),
            ("::ffff:10.0.0.1", &["::ffff:203.0.113.9"], "203.0.113.9"),
            ("fd00::5", &["[2001:db8::1]:443, fd00::6"], "2001:db8::1"),
            ("192.0.2.7", &["203.0.113.9"], "203.0.113.9"),
            // One that is not trusted says what it likes.
            ("192.0.2.8", &["203.0.113.9"], "192.0.2.8"),
            // No address, nothing said: the proxy itself.
            ("10.0.0.1", &["1.1.1.1, unknown"], "10.0.0.1"),
            ("10.0.0.1", &["1.1.1.1, "], "10.0.0.1"),
            ("10.0.0.1", &[], "10.0.0.1"),
            // Only trusted ones: the farthest.
            ("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ] {
            assert_eq!(client(peer, "x-forwarded-for", lines), wanted, "{peer} {lines:?}");
        }
    }

    #[test]
    fn the_newer_header_is_read_with_its_quotes_and_other_words() {
        for (lines, wanted) in [
            (&["for=203.0.113.9;proto=https;by=10.0.0.1"][..], "203.0.113.9"),
            (&["For=\"[2001:db8::1]:4711\""], "2001:db8::1"),
            (&["for=1.1.1.1, proto=https; for=203.0.113.9, for=10.0.0.2"], "203.0.113.9"),
            (&["for=\"1.1.1.1, for=203.0.113.9"], "203.0.113.9"),
            (&["for=203.0.113.9;for=1.1.1.1"], "10.0.0.1"),
            (&["for=_hidden"], "10.0.0.1"),
            (&["203.0.113.9"], "10.0.0.1"),
        ] {
            assert_eq!(client("10.0.0.1", "forwarded", lines), wanted, "{lines:?}");
        }
    }

    #[test]
    fn a_text_that_is_no_network_is_given_back() {
        let refused = Proxies::new(&["10.0.0.0/8".to_owned(), "proxy.example".to_owned()], ProxyHeader::default());

        assert_eq!(refused, Err("proxy.example".to_owned()));
    }

    fn anyone() -> impl Strategy<Value = IpAddr> {
        prop_oneof![any::<std::net::Ipv4Addr>().prop_map(IpAddr::V4), any::<std::net::Ipv6Addr>().prop_map(IpAddr::V6)]
            .prop_map(|address| address.to_canonical())
    }

    fn untrusted() -> impl Strategy<Value = IpAddr> {
        anyone().prop_filter("trusted", |address| !proxies(ProxyHeader::default()).trusts(*address))
    }

    fn trusted() -> impl Strategy<Value = IpAddr> {
        prop_oneof![
            any::<[u8; 3]>().prop_map(|[a, b, c]| IpAddr::from([10, a, b, c])),
            any::<[u16; 7]>().prop_map(|[a, b, c, d, e, f, g]| IpAddr::from([0xfd00, a, b, c, d, e, f, g])),
        ]
    }

    /// What a client may send as the value of a header: anything, and what looks like the real thing.
    fn forged() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            anyone().prop_map(|address| address.to_string()),
            trusted().prop_map(|address| format!("for=\"[{address}]\"")),
            anyone().prop_map(|address| format!("for={address}")),
            Just("\"".to_owned()),
            Just("\\\"".to_owned()),
            Just(",".to_owned()),
            Just(";".to_owned()),
            "[ -~]{0,12}",
        ];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat().trim().as_bytes().to_vec())
    }

    proptest! {
        #[test]
        fn whatever_a_client_writes_its_own_address_is_found(
            client in untrusted(),
            proxies_on_the_way in proptest::collection::vec(trusted(), 1..4),
            wrote in proptest::option::of(forged()),
            newer in any::<bool>(),
            in_one_line in any::<bool>(),
        ) {
            let (name, kind) = if newer {
                ("forwarded", ProxyHeader::Forwarded)
            } else {
                ("x-forwarded-for", ProxyHeader::XForwardedFor)
            };
            // Each proxy adds who called it, to the last line or in a line of its own.
            let mut lines: Vec<Vec<u8>> = wrote.into_iter().collect();
            let mut caller = client;
            for proxy in &proxies_on_the_way {
                let entry = match (newer, caller) {
                    (false, address) => address.to_string(),
                    (true, IpAddr::V4(address)) => format!("for={address};proto=https"),
                    (true, IpAddr::V6(address)) => format!("proto=https;for=\"[{address}]:4711\""),
                };
                match lines.last_mut().filter(|_| in_one_line) {
                    Some(line) => line.extend(format!(", {entry}").into_bytes()),
                    None => lines.push(entry.into_bytes()),
                }
                caller = *proxy;
            }
            let lines: Vec<&[u8]> = lines.iter().map(Vec::as_slice).collect();

            let found = proxies(kind).client(caller, &headers(name, &lines));

            prop_assert_eq!(found, client);
        }

        #[test]
        fn one_who_is_not_trusted_is_who_opened_the_connection(
            client in untrusted(),
            wrote in proptest::collection::vec(forged(), 0..3),
            newer in any::<bool>(),
        ) {
            let lines: Vec<&[u8]> = wrote.iter().map(Vec::as_slice).collect();
            let (name, kind) = if newer {
                ("forwarded", ProxyHeader::Forwarded)
            } else {
                ("x-forwarded-for", ProxyHeader::XForwardedFor)
            };

            prop_assert_eq!(proxies(kind).client(client, &headers(name, &lines)), client);
        }
    }
}
