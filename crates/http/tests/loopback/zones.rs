//! Two zones on two sockets: the gateway's link, mutual TLS, and who is let in.

use edge::{
    GatewayHeader, LinkError, Method, OperatorHttp, OperatorLink, OperatorRequest, Outbound, StatusCode, tls,
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use rustls::RootCertStore;
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::common::{self, House};

/// A certificate authority that lives as long as the test.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("self-signed"))
    }
    fn issue(&self, usage: ExtendedKeyUsagePurpose) -> tls::Identity {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
        params.extended_key_usages = vec![usage];
        let certificate = params.signed_by(&key, &self.0).expect("signed");
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        tls::Identity::from_der(vec![certificate.der().to_vec()], key)
    }
    fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).expect("a certificate");
        roots
    }
}

async fn operator(authority: &Authority) -> (House, String) {
    let mut options = common::options();
    let identity = authority.issue(ExtendedKeyUsagePurpose::ServerAuth);
    options.tls = Some(tls::mutual_server(identity, authority.roots()).expect("a configuration"));
    let house = House::open(options).await;
    let origin = format!("https://localhost:{}", house.address.port());
    (house, origin)
}

fn request(path: &str) -> OperatorRequest {
    OperatorRequest::new(Method::POST, path, "v1.a.b")
        .gateway(GatewayHeader::MintedId, "c245e1d5-5bb0-4f0b-90c8-1f4b0c0d0002")
        .body("{\"sealed\":\"x\"}")
}

#[tokio::test]
async fn only_the_trustee_reaches_the_operator() {
    let (ours, theirs) = (Authority::new(), Authority::new());
    let (house, origin) = operator(&ours).await;
    let client = ExtendedKeyUsagePurpose::ClientAuth;
    for (who, servers, identity, reached) in [
        ("the trustee", ours.roots(), Some(ours.issue(client.clone())), true),
        ("no certificate", ours.roots(), None, false),
        ("a foreign certificate", ours.roots(), Some(theirs.issue(client.clone())), false),
        (
            "a server's certificate",
            ours.roots(),
            Some(ours.issue(ExtendedKeyUsagePurpose::ServerAuth)),
            false,
        ),
        ("a trustee deceived about the operator", theirs.roots(), Some(ours.issue(client.clone())), false),
    ] {
        let link = OperatorHttp::new(
            &origin,
            tls::client(servers, identity).expect("a configuration"),
            Outbound::anywhere(),
        );
        let answer = link.call(request("/v1/echo")).await;
        match answer {
            Ok(reply) => {
                assert!(reached, "{who} was let in");
                assert_eq!((reply.status, &reply.body[..]), (StatusCode::OK, &b"{\"sealed\":\"x\"}"[..]));
                assert!(reply.headers.get("ms-serverid").is_none(), "a header on no list came back");
            }
            Err(LinkError::Unreachable(_)) => assert!(!reached, "{who} was not let in"),
            Err(other) => panic!("{who}: {other}"),
        }
    }
    assert!(house.close().await);
}

#[tokio::test]
async fn an_operator_that_is_gone_is_named_so() {
    let authority = Authority::new();
    let (house, origin) = operator(&authority).await;
    let identity = authority.issue(ExtendedKeyUsagePurpose::ClientAuth);
    let link = OperatorHttp::new(
        &origin,
        tls::client(authority.roots(), Some(identity)).expect("good"),
        Outbound::anywhere(),
    );
    assert!(link.call(request("/v1/fixed")).await.is_ok());
    assert!(house.close().await, "an idle pooled connection must not hold up a shutdown");
    assert!(matches!(link.call(request("/v1/fixed")).await, Err(LinkError::Unreachable(_))));
}
