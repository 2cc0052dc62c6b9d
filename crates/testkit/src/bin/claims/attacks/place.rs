//! Where people and programs are, and what the house says of itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Result, ensure};
use edge::management::HEALTH;
use edge::residency::{Residency, Service};
use edge::{Host, Outbound, Reach, Surroundings, Web, tls};
use ledger::Level;
use rustls::RootCertStore;
use serde_json::json;
use testkit::Ask;
use testkit::twin::Twin;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::claim::Verdict;
use crate::flows;
use crate::stage::Stage;

/// X03: somebody who works from abroad asks, and somebody whose office moves abroad uses a grant.
pub async fn abroad(stage: &mut Stage) -> Result<Verdict> {
    let twin = Twin::of(&stage.town).await?;
    let (sound, attacked) = (stage.town.trustee.trustee.clone(), stage.gateway().clone());
    let id = twin.granted(&sound, &twin.wish()).await?;
    let read = twin.read_once(&attacked, &id).await;
    ensure!(read.status == 200, "positive control: the rightful use is refused: {}", read.text());
    let mut wish = twin.wish();
    (wish["physicalCountry"], wish["ticket"]) = (json!("US"), json!(Twin::ticket(3)));
    let asked = twin.submit(&attacked, &wish).await;
    let person = twin.person(&sound, &twin.engineer).await;
    let moved = format!("UPDATE enrolled_person SET country = 'US' WHERE id = '{person}'");
    ensure!(stage.town.trustee_store.by_hand(&moved)?.changed == 1, "the engineer has not moved");
    let used = twin.read_once(&attacked, &id).await;
    let found = [
        (asked.status == 201).then(|| "a request from abroad was taken".to_owned()),
        (used.status == 200).then(|| "a use from abroad was answered".to_owned()),
    ];
    Ok(Verdict::of(found.into_iter().flatten(), format!("{}, {}", asked.slug(), used.slug())))
}

/// X06: the operator's program on this machine says that it runs on another one.
pub async fn elsewhere(stage: &mut Stage) -> Result<Verdict> {
    let host = |boot: &str| {
        let text = |text: &str| Some(text.to_owned());
        let user = text("1000");
        Host::of(&Surroundings { boot: text(boot), machine: text(boot), process: text(boot), user })
    };
    let said = format!("{{\"status\":\"ok\",{}}}", host("other").member());
    stage.town.tap.lies(move |request, reply| {
        if request.path_and_query == HEALTH {
            (reply.status, reply.body) = (edge::StatusCode::OK, said.clone().into());
        }
    });
    let mut levels = Vec::new();
    for (reach, honest) in [(Reach::Elsewhere, true), (Reach::SameMachine, false)] {
        let house = stage.town.in_earnest(stage.controls()).await?;
        stage.town.tap.reaches(reach);
        let assurance = house.trustee.assurance().clone();
        assurance.stands_on(host("own"));
        house.trustee.measure().await;
        let level = assurance.level();
        ensure!(!honest || level == Level::L2, "positive control: two hosts are {}", level.as_str());
        levels.push((level, assurance.verdict().is_sovereign()));
    }
    stage.town.tap.is_honest();
    let (level, sovereign) = levels[1];
    let found = (level > Level::L1 || sovereign)
        .then(|| format!("one host is {} and sovereign: {sovereign}", level.as_str()));
    Ok(Verdict::of(found, format!("two hosts are L2; one that says it is two is {}", level.as_str())))
}

/// X07: a customer that has not signed the agreement with the trustee is sold nothing.
pub async fn unsigned(stage: &mut Stage) -> Result<Verdict> {
    let victim = stage.victim("ungezeichnet").await?;
    let (offer, admin) = (flows::offer(stage).await?, stage.admin.clone());
    let signed = stage.town.access.customers[0].tenant_id.clone();
    let order = |customer: &str| {
        let line = json!({"lineItemNumber": 0, "offerId": offer, "quantity": 1});
        let body = json!({"referenceCustomerId": customer, "billingCycle": "monthly", "lineItems": [line]});
        Ask::post(format!("/v1/customers/{customer}/orders"), &body)
    };
    let sold = stage.call(&admin, order(&signed)).await;
    ensure!(sold.status == 201, "positive control: who has signed is refused: {}", sold.text());
    let refused = stage.call(&admin, order(&victim.id)).await;
    let found = (refused.status == 201).then(|| "an order without the agreement was taken".to_owned());
    Ok(Verdict::of(found, format!("{} {}", refused.status, refused.slug())))
}

/// Somebody who listens, counts who comes, and sends everybody on to another place.
struct Ear {
    port: u16,
    heard: Arc<AtomicUsize>,
}

impl Ear {
    async fn open(to: String) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (port, heard) = (listener.local_addr()?.port(), Arc::new(AtomicUsize::new(0)));
        let counted = heard.clone();
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let answer = format!(
                    "HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                );
                // Whoever came may be gone already.
                let _ = socket.read(&mut [0; 1024]).await;
                let _ = socket.write_all(answer.as_bytes()).await;
            }
        });
        Ok(Self { port, heard })
    }

    fn heard(&self) -> usize {
        self.heard.load(Ordering::SeqCst)
    }
}

/// X02: what is not declared is called, a declared host sends on elsewhere, and a declared name leads elsewhere.
pub async fn undeclared(stage: &mut Stage) -> Result<Verdict> {
    let [moved, stranger] = [Ear::open(String::new()).await?, Ear::open(String::new()).await?];
    let own = Ear::open(format!("http://localhost:{}/", stranger.port)).await?;
    // The name service has moved what was declared into another network.
    let text = format!(
        "[[host]]\nname = \"localhost\"\nport = {}\nnetworks = [\"192.0.2.0/24\"]\npurpose = \"witness\"\n\
         country = \"DE\"\nentity = \"sample\"\n",
        moved.port
    );
    let residency = Residency::parse(&text, &["DE".parse()?])?;
    let declared = Outbound::declared(Arc::new(residency), Service::Witness);
    let web = Web::new(tls::client(RootCertStore::empty(), None)?, stage.outbound(declared));
    let called = web.get(&format!("http://127.0.0.1:{}/", own.port)).await;
    ensure!(called.is_ok() && own.heard() == 1, "positive control: the machine itself is not called");
    let mut found = Vec::new();
    if stranger.heard() > 0 {
        found.push("a redirect was followed".to_owned());
    }
    for (what, ear) in [("an undeclared host", &stranger), ("a name that leads elsewhere", &moved)] {
        let answered = web.get(&format!("http://localhost:{}/", ear.port)).await;
        if answered.is_ok() || ear.heard() > 0 {
            found.push(format!("{what} was called"));
        }
    }
    Ok(Verdict::of(found, "no undeclared host, no name that leads elsewhere, no redirect".to_owned()))
}
