//! The play of four: an engineer of the operator asks, a customer's approver and officers of the trustee decide and
//! watch. Each has an account and a key of the planted world.

use access::proof::{ACTIVATION, Proof, to_line};
use access::sshsig::{Namespace, sign};
use anyhow::{Context, Result, ensure};
use jiff::{SignedDuration, Timestamp};
use kernel::{Clock as _, RequestId, TenantId};
use serde_json::{Value, json};
use store::Tx;
use store::trustee::tickets::{self, TicketRow};
use trustee::Trustee;
use uuid::Uuid;

use crate::{Ask, Reply, Town};

/// The origin of the planted world, which proofs name.
pub const ORIGIN: &str = "https://partner.example";
/// What the engineer reads.
pub const READ: &str = "get-customer-billing-profile";

/// How many tickets the customer has opened.
pub const TICKETS: u64 = 10;
const FIRST_TICKET: u64 = 100_000_000_002_041;

/// Tickets of the customer's, in the trustee's books alone: requests for help need one.
async fn plant_tickets(town: &Town, tenant: TenantId) -> Result<()> {
    let opened_at = town.clock.now().as_microsecond();
    let plant = move |tx: &mut Tx| {
        for number in 0..TICKETS {
            let row = TicketRow {
                id: Twin::ticket(number),
                tenant,
                opener: tenant,
                party: "customer".to_owned(),
                opened_at,
                state: String::new(),
            };
            tickets::mint(tx, &row, RequestId(Uuid::from_u128(number.into())))?;
            tickets::opened(tx, &row.id)?;
        }
        Ok(())
    };
    Ok(town.trustee_store.write("plant_tickets", plant).await?)
}

/// Somebody with a token and a private key.
#[derive(Clone, Debug)]
pub struct Player {
    /// The token.
    pub token: String,
    /// The private key.
    pub key: String,
}

/// The four.
#[derive(Clone, Debug)]
pub struct Twin {
    /// The customer whose data it is about.
    pub customer: String,
    /// Asks.
    pub engineer: Player,
    /// Another of the operator's people.
    pub other_engineer: Player,
    /// Decide and watch.
    pub officers: [Player; 2],
    /// Decides for the customer.
    pub approver: Player,
    /// Decides for another customer.
    pub other_approver: Player,
}

impl Twin {
    /// The four of a town.
    ///
    /// # Errors
    /// When somebody cannot sign in.
    pub async fn of(town: &Town) -> Result<Self> {
        let player = async |person: &treuhand::seed::PersonAccess| Self::player(town, person).await;
        let access = &town.access;
        let [own, foreign] = access.customers.first_chunk().context("two customers")?;
        let [engineer, other] = access.operator_staff.first_chunk().context("two engineers")?;
        let [first, second] = access.trustee_officers.first_chunk().context("two officers")?;
        plant_tickets(town, own.tenant_id.parse()?).await?;
        Ok(Self {
            customer: own.tenant_id.clone(),
            engineer: player(engineer).await?,
            other_engineer: player(other).await?,
            officers: [player(first).await?, player(second).await?],
            approver: player(&own.admin).await?,
            other_approver: player(&foreign.admin).await?,
        })
    }

    /// What the engineer asks for: two fields of the billing profile, three times.
    pub fn wish(&self) -> Value {
        json!({
            "tenantId": self.customer,
            "operations": [READ],
            "records": ["billing-profile"],
            "classes": ["contact"],
            "fields": ["billing-profile.firstName", "billing-profile.email"],
            "masking": false,
            "maxUses": 3,
            "reason": "customer_support",
            "ticket": Self::ticket(0),
            "purpose": "The customer cannot be reached under its address.",
            "physicalCountry": "DE",
        })
    }

    /// One of the [`TICKETS`] that the customer has opened.
    pub fn ticket(number: u64) -> String {
        (FIRST_TICKET + number).to_string()
    }

    /// The path that the engineer reads.
    pub fn target(&self) -> String {
        format!("/v1/customers/{}/profiles/billing", self.customer)
    }

    /// Asks.
    pub async fn submit(&self, zone: &Trustee, wish: &Value) -> Reply {
        Ask::post("/trustee/v1/access-requests", wish).bearer(&self.engineer.token).of(zone).await
    }

    /// Asks, and must be heard; the request's id.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn ask(&self, zone: &Trustee, wish: &Value) -> Result<String> {
        let reply = self.submit(zone, wish).await;
        ensure!(reply.status == 201, "the request was refused: {}", reply.text());
        Ok(reply.json()["id"].as_str().context("an id")?.to_owned())
    }

    /// Does something to a request.
    pub async fn act(&self, zone: &Trustee, who: &Player, id: &str, what: &str, body: &Value) -> Reply {
        let ask = Ask::post(format!("/trustee/v1/access-requests/{id}/{what}"), body);
        ask.bearer(&who.token).of(zone).await
    }

    /// Looks at a request.
    pub async fn state(&self, zone: &Trustee, id: &str) -> String {
        let ask = Ask::get(format!("/trustee/v1/access-requests/{id}")).bearer(&self.officers[0].token);
        ask.of(zone).await.json()["state"].as_str().unwrap_or_default().to_owned()
    }

    /// Signs what the trustee shows and sends it.
    pub async fn approve(&self, zone: &Trustee, who: &Player, id: &str) -> Reply {
        let ask = Ask::get(format!("/trustee/v1/access-requests/{id}/decision?decision=approve"));
        let shown = ask.bearer(&who.token).of(zone).await;
        if shown.status != 200 {
            return shown;
        }
        let mut decision = shown.json();
        let text = decision["signedText"].as_str().unwrap_or_default().to_owned();
        decision["signature"] = json!(sign(&who.key, Namespace::Approval, &text).unwrap_or_default());
        self.act(zone, who, id, "decisions", &decision).await
    }

    /// A demand of an authority of this country about the customer's e-mail address.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn demand(&self, zone: &Trustee, country: &str, more: &Value) -> Result<String> {
        let mut case = json!({
            "tenantId": self.customer, "authority": "Amtsgericht Hannover", "country": country,
            "legalBasis": "StPO 94, 95", "documentSha256": access::request::sha256(b"order"),
            "demand": "Herausgabe der E-Mail-Adresse", "records": ["billing-profile"],
            "fields": ["billing-profile.email"],
        });
        for (name, value) in more.as_object().into_iter().flatten() {
            case[name.as_str()] = value.clone();
        }
        let made = Ask::post("/trustee/v1/legal-cases", &case).bearer(&self.officers[0].token).of(zone).await;
        ensure!(made.status == 201, "the demand was refused: {}", made.text());
        Ok(made.json()["id"].as_str().context("a case")?.to_owned())
    }

    /// Assesses a demand with a signature over what the trustee shows.
    pub async fn assess(&self, zone: &Trustee, who: &Player, case: &str, outcome: &str) -> Reply {
        let path = format!("/trustee/v1/legal-cases/{case}");
        let shown =
            Ask::get(format!("{path}/assessment?outcome={outcome}")).bearer(&who.token).of(zone).await;
        if shown.status != 200 {
            return shown;
        }
        let mut found = shown.json();
        let text = found["signedText"].as_str().unwrap_or_default().to_owned();
        found["signature"] = json!(sign(&who.key, Namespace::Approval, &text).unwrap_or_default());
        Ask::post(format!("{path}/assessments"), &found).bearer(&who.token).of(zone).await
    }

    /// An officer asks for a disclosure; it takes two.
    pub async fn disclose(&self, zone: &Trustee, who: &Player, case: &str) -> Reply {
        let ask = Ask::post(format!("/trustee/v1/legal-cases/{case}/disclosure"), &Value::Null);
        ask.bearer(&who.token).of(zone).await
    }

    /// Somebody else who has a key.
    ///
    /// # Errors
    /// When the person cannot sign in.
    pub async fn player(town: &Town, person: &treuhand::seed::PersonAccess) -> Result<Player> {
        let domain = person.user_name.split_once('@').context("a user name with a domain")?.1;
        let token = town.own_token(domain, person).await?;
        Ok(Player { token, key: person.ssh_key.clone().context("a person with a key")? })
    }

    /// Signs a change of the policy that the trustee shows.
    pub async fn sign_change(&self, zone: &Trustee, who: &Player, change: &str) -> Reply {
        let path = format!("/trustee/v1/access-policy/changes/{change}");
        let shown = Ask::get(format!("{path}/signature")).bearer(&who.token).of(zone).await;
        if shown.status != 200 {
            return shown;
        }
        let mut decision = shown.json();
        let text = decision["signedText"].as_str().unwrap_or_default().to_owned();
        decision["signature"] = json!(sign(&who.key, Namespace::Approval, &text).unwrap_or_default());
        Ask::post(format!("{path}/signatures"), &decision).bearer(&who.token).of(zone).await
    }

    /// Puts another policy in place, as two officers do, and lets the day pass after which it counts. Tokens are too old
    /// then.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn change_policy(&self, town: &Town, zone: &Trustee, text: &str) -> Result<String> {
        let body = json!({"text": text, "existingCustomers": "keep"});
        let ask = Ask::post("/trustee/v1/access-policy/changes", &body).bearer(&self.officers[0].token);
        let made = ask.of(zone).await;
        ensure!(made.status == 201, "the change was refused: {}", made.text());
        let id = made.json()["id"].as_str().context("a change")?.to_owned();
        for officer in &self.officers {
            let signed = self.sign_change(zone, officer, &id).await;
            ensure!(signed.status == 200, "a signature was refused: {}", signed.text());
        }
        town.clock.pass(SignedDuration::from_hours(25));
        Ok(id)
    }

    /// Watches once.
    pub async fn watch(&self, zone: &Trustee, who: &Player, id: &str) -> Reply {
        self.act(zone, who, id, "watch", &Value::Null).await
    }

    /// A nonce of the trustee's.
    pub async fn nonce(&self, zone: &Trustee, id: &str) -> String {
        let reply = self.act(zone, &self.engineer, id, "nonces", &Value::Null).await;
        reply.json()["nonce"].as_str().unwrap_or_default().to_owned()
    }

    /// A proof as one line.
    pub fn proof(who: &Player, id: &str, operation: &str, parameters: &str, nonce: &str) -> String {
        let Ok(grant) = id.parse() else { return String::new() };
        let text = Proof { grant, operation, parameters, nonce, origin: ORIGIN }.text().unwrap_or_default();
        to_line(&sign(&who.key, Namespace::Use, &text).unwrap_or_default())
    }

    /// Begins.
    pub async fn activate(&self, zone: &Trustee, id: &str) -> Reply {
        let nonce = self.nonce(zone, id).await;
        let signature = Self::proof(&self.engineer, id, ACTIVATION, "", &nonce);
        self.act(zone, &self.engineer, id, "activation", &json!({"nonce": nonce, "signature": signature}))
            .await
    }

    /// Calls under a grant, with this proof.
    pub async fn call(&self, zone: &Trustee, who: &Player, id: &str, target: &str, proof: &str) -> Reply {
        let ask = Ask::get(target).bearer(&who.token).header("treuhand-grant", id);
        ask.header("treuhand-proof", proof).of(zone).await
    }

    /// Calls under a grant as the engineer does.
    pub async fn read(&self, zone: &Trustee, id: &str, operation: &str, target: &str) -> Reply {
        let nonce = self.nonce(zone, id).await;
        let signature = Self::proof(&self.engineer, id, operation, target, &nonce);
        self.call(zone, &self.engineer, id, target, &format!("{nonce} {signature}")).await
    }

    /// Reads what was asked for.
    pub async fn read_once(&self, zone: &Trustee, id: &str) -> Reply {
        self.read(zone, id, READ, &self.target()).await
    }

    /// The id of the person behind an account.
    pub async fn person(&self, zone: &Trustee, who: &Player) -> String {
        let own = Ask::get("/trustee/v1/person").bearer(&who.token).of(zone).await.json();
        own["id"].as_str().unwrap_or_default().to_owned()
    }

    /// One of the officers asks for the removal of a person; it takes both.
    pub async fn remove(&self, zone: &Trustee, who: &Player, officer: usize) -> Reply {
        let id = self.person(zone, who).await;
        let ask = Ask::new("DELETE", format!("/trustee/v1/persons/{id}"));
        ask.bearer(&self.officers[officer].token).of(zone).await
    }

    /// Both officers ask that one of them be on duty from now on, for so many hours.
    pub async fn on_duty(&self, zone: &Trustee, who: usize, (from, hours): (Timestamp, i64)) -> Reply {
        let person = self.person(zone, &self.officers[who]).await;
        let until = from + SignedDuration::from_hours(hours);
        let body = json!({"personId": person, "from": from.to_string(), "until": until.to_string()});
        let ask = |token: &str| Ask::post("/trustee/v1/duties", &body).bearer(token);
        ask(&self.officers[0].token).of(zone).await;
        ask(&self.officers[1].token).of(zone).await
    }

    /// Both officers are on duty from now on, for a day.
    ///
    /// # Errors
    /// When the roster does not take it.
    pub async fn roster(&self, town: &Town) -> Result<()> {
        let zone = &town.trustee.trustee;
        for who in 0..self.officers.len() {
            let set = self.on_duty(zone, who, (town.clock.now(), 24)).await;
            ensure!(set.status == 201, "the roster was refused: {}", set.text());
        }
        Ok(())
    }

    /// A request that customer and officer approved, and that an officer watches.
    ///
    /// # Errors
    /// When somebody is refused.
    pub async fn approved(&self, zone: &Trustee, wish: &Value) -> Result<String> {
        let id = self.ask(zone, wish).await?;
        for who in [&self.approver, &self.officers[0]] {
            let reply = self.approve(zone, who, &id).await;
            ensure!(reply.status == 200, "an approval was refused: {}", reply.text());
        }
        let reply = self.watch(zone, &self.officers[1], &id).await;
        ensure!(reply.status == 200, "the supervisor was refused: {}", reply.text());
        Ok(id)
    }

    /// An active grant.
    ///
    /// # Errors
    /// When somebody is refused.
    pub async fn granted(&self, zone: &Trustee, wish: &Value) -> Result<String> {
        let id = self.approved(zone, wish).await?;
        let reply = self.activate(zone, &id).await;
        ensure!(reply.status == 200, "the activation was refused: {}", reply.text());
        Ok(id)
    }
}
