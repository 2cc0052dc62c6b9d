//! The connector of both zones against real name service and real sockets: who is not declared hears nothing.

use edge::residency::{Residency, Service};
use edge::{Outbound, Web, tls};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A client that may call what is declared for witnesses.
fn web(hosts: &str) -> Web {
    let residency = Residency::parse(hosts, &["DE".parse().expect("a country")]).expect("a declaration");
    let tls = tls::client(rustls::RootCertStore::empty(), None).expect("a configuration");
    Web::new(tls, Outbound::declared(Arc::new(residency), Service::Witness))
}

fn host(name: &str, port: u16, network: &str) -> String {
    format!(
        "[[host]]\nname = \"{name}\"\nport = {port}\nnetworks = [\"{network}\"]\npurpose = \"witness\"\n\
         country = \"DE\"\nentity = \"somebody\"\n"
    )
}

/// Answers each connection with a redirect to `to`, and counts them.
async fn redirecting(to: String) -> (u16, tokio::task::JoinHandle<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let serving = tokio::spawn(async move {
        let mut heard = 0;
        loop {
            let (mut socket, _) = listener.accept().await.expect("a connection");
            let mut request = [0; 1024];
            let read = socket.read(&mut request).await.expect("a request");
            heard += 1;
            let answer = format!(
                "HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            );
            socket.write_all(answer.as_bytes()).await.expect("written");
            if request[..read].starts_with(b"GET /last") {
                return heard;
            }
        }
    });
    (port, serving)
}

#[tokio::test]
async fn nobody_is_called_who_is_not_declared() {
    let (port, serving) = redirecting("http://192.0.2.1/elsewhere".to_owned()).await;
    let check = async |hosts: &str, name: &str, refused: Option<&str>| {
        let got = web(hosts).get(&format!("http://{name}:{port}/x")).await;
        match (got, refused) {
            (Ok((status, _)), None) => {
                assert_eq!(status, 302, "the redirect is the answer, and not followed");
            }
            (Err(why), Some(want)) => assert!(why.to_string().contains(want), "{name}: {why}"),
            (got, want) => panic!("{name}: {got:?} where {want:?} was expected"),
        }
    };
    check(&host("localhost", port, "127.0.0.0/8"), "localhost", None).await;
    check("", "127.0.0.1", None).await;
    check("", "localhost", Some("is not declared as a host for witness")).await;
    check(&host("localhost", port ^ 1, "127.0.0.0/8"), "localhost", Some("is not declared")).await;
    check("", "192.0.2.1", Some("192.0.2.1:")).await;
    // The name is declared, but it leads elsewhere than declared: somebody changed its name service.
    check(&host("localhost", port, "192.0.2.0/24"), "localhost", Some("leads to 127.0.0.1")).await;
    let last = web("").get(&format!("http://127.0.0.1:{port}/last")).await;
    assert!(last.is_ok());
    assert_eq!(serving.await.expect("a count"), 3, "only the calls that were allowed arrived");
}
