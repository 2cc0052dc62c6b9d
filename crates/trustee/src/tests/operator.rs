//! An operator zone in a few lines: it stores customers as they were sent and answers with them.

use contract::operation::Method;
use contract::route::route;
use edge::http::header;
use edge::{
    GatewayHeader, HeaderValue, LinkError, OperatorLink, OperatorReply, OperatorRequest, Reach, StatusCode,
    names,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Changes an answer before it leaves.
pub(crate) type Lie = Box<dyn Fn(&Played, &OperatorRequest, &mut OperatorReply) + Send + Sync>;

#[derive(Default)]
pub(crate) struct Played {
    pub(crate) customers: Mutex<BTreeMap<String, Value>>,
    /// What was answered to a request id, with the MAC of the request.
    answered: Mutex<BTreeMap<String, (String, OperatorReply)>>,
    pub(crate) seen: Mutex<Vec<OperatorRequest>>,
    pub(crate) lie: Mutex<Option<Lie>>,
    /// Loses the answer after the call was carried out.
    pub(crate) deaf: Mutex<bool>,
    /// Where it is said to have been reached.
    pub(crate) reach: Mutex<Reach>,
    /// Refuses every creation.
    pub(crate) refuses: Mutex<bool>,
}

impl Played {
    pub(crate) fn lies(
        &self,
        lie: impl Fn(&Self, &OperatorRequest, &mut OperatorReply) + Send + Sync + 'static,
    ) {
        *self.lie.lock().expect("a lock") = Some(Box::new(lie));
    }

    /// Everything that reached the operator, as text.
    pub(crate) fn heard(&self) -> String {
        let mut heard = Vec::new();
        for request in &*self.seen.lock().expect("a lock") {
            let headers: Vec<_> = ALL_NAMES.iter().map(|name| request.header(name)).collect();
            let body = String::from_utf8_lossy(&request.body);
            heard.push(format!("{} {} {headers:?} {body}", request.path_and_query, request.assertion));
        }
        heard.join("\n")
    }

    /// What the operator has stored of a customer.
    pub(crate) fn stored(&self, id: &str) -> Value {
        self.customers.lock().expect("a lock").get(id).cloned().unwrap_or(Value::Null)
    }

    pub(crate) fn replace(&self, id: &str, pointer: &str, value: Value) {
        let mut customers = self.customers.lock().expect("a lock");
        *customers.get_mut(id).and_then(|customer| customer.pointer_mut(pointer)).expect("a member") = value;
    }

    fn answer(&self, request: &OperatorRequest) -> OperatorReply {
        let method: Method = request.method.as_str().parse().expect("a method");
        let path = request.path().to_owned();
        let matched = route(method, &path).expect("a path of the contract");
        let customer = matched.params.get("customer-id").unwrap_or("").to_owned();
        let body: Value = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
        let mut customers = self.customers.lock().expect("a lock");
        let known = customers.get(&customer).cloned();
        match (matched.spec.id, known) {
            ("create-customer", _) if *self.refuses.lock().expect("a lock") => reply(
                403,
                &json!({"code": 2030, "description": "no", "data": ["country_not_served"], "source": "x"}),
            ),
            ("create-customer", _) => {
                let id = request.said(GatewayHeader::MintedId).unwrap_or("none").to_owned();
                let mut made = body;
                made["id"] = json!(id);
                customers.insert(id, made.clone());
                reply(201, &made)
            }
            ("list-customers", _) => {
                let items: Vec<&Value> = customers.values().collect();
                reply(
                    200,
                    &json!({"totalCount": items.len(), "items": items, "attributes": {"objectType": "Collection"}}),
                )
            }
            ("get-customer", Some(known)) => reply(200, &known),
            ("get-customer-billing-profile", Some(mut known)) => {
                known["billingProfile"]["attributes"] = json!({"etag": "billing-profile-1"});
                reply(200, &known["billingProfile"])
            }
            ("update-customer-billing-profile", Some(_)) => {
                customers.get_mut(&customer).expect("known")["billingProfile"] = body.clone();
                reply(200, &body)
            }
            ("update-support-profile", _) => {
                customers.insert("support".to_owned(), body.clone());
                reply(200, &body)
            }
            ("get-support-profile", _) => {
                let mut profile = customers.get("support").cloned().unwrap_or_else(|| json!({}));
                profile["attributes"] = json!({"etag": "billing-profile-2"});
                reply(200, &profile)
            }
            ("delete-sandbox-customer", Some(_)) => {
                customers.remove(&customer);
                OperatorReply::new(StatusCode::NO_CONTENT, "")
            }
            ("remove-reseller-relationship", Some(mut known)) => {
                known["relationshipToPartner"] = json!("none");
                reply(200, &known)
            }
            ("get-subscription", Some(_)) => reply(200, &subscription(matched.params.get("subscription-id"))),
            ("list-audit-records", _) => {
                let user = "00000000-0000-0000-0000-000000000077";
                let items =
                    json!([{"id": "r1", "userPrincipalName": user, "customerId": customers.keys().next()}]);
                reply(200, &json!({"totalCount": 1, "items": items}))
            }
            ("record-acceptance", _) => reply(201, &body),
            ("create-application", _) => {
                let mut made = body;
                made["id"] = json!("a-1");
                customers.insert("a-1".to_owned(), made.clone());
                reply(201, &made)
            }
            ("get-application", _) => reply(200, &customers["a-1"]),
            ("list-applications", _) => reply(200, &json!({"totalCount": 1, "items": [customers["a-1"]]})),
            _ => reply(404, &json!({"code": 1000, "description": "no", "data": [], "source": "x"})),
        }
    }
}

const ALL_NAMES: [edge::HeaderName; 11] = [
    header::ACCEPT,
    header::CONTENT_TYPE,
    header::IF_MATCH,
    names::REQUEST_ID,
    names::CORRELATION_ID,
    names::CONTINUATION_TOKEN,
    names::CONTRACT_VERSION,
    names::APPLICATION,
    names::CLIENT,
    names::SDK_VERSION,
    names::LOCALE,
];

pub(crate) fn subscription(id: Option<&str>) -> Value {
    json!({
        "id": id, "offerId": "031C9E47-4802-4248-838E-778FB1D2CC05", "quantity": 5, "status": "active",
        "links": {"self": {"uri": "/customers/x/subscriptions/y", "method": "GET", "headers": []}},
        "attributes": {"objectType": "Subscription"},
    })
}

pub(crate) fn reply(status: u16, body: &Value) -> OperatorReply {
    let mut answer = OperatorReply::new(StatusCode::from_u16(status).expect("a status"), body.to_string());
    answer.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    answer
}

impl OperatorLink for Played {
    fn call(&self, request: OperatorRequest) -> edge::LinkFuture<'_> {
        self.seen.lock().expect("a lock").push(request.clone());
        let key = request.header(&names::REQUEST_ID).unwrap_or("").to_owned() + request.path();
        let mac = request.said(GatewayHeader::RequestMac).map(ToOwned::to_owned);
        let before = mac.as_ref().and_then(|_| self.answered.lock().expect("a lock").get(&key).cloned());
        let mut answer = match (before, &mac) {
            (Some((known, _)), Some(mac)) if known != *mac => reply(
                409,
                &json!({"code": 800_002, "description": "no", "data": ["request_id_reused"], "source": "x"}),
            ),
            (Some((_, answer)), _) => answer,
            // Its listener's answer; no operation of the contract.
            (None, _) if request.path() == "/health" => reply(200, &json!({"status": "ok"})),
            (None, _) => {
                let answer = self.answer(&request);
                if let Some(mac) = mac {
                    self.answered.lock().expect("a lock").insert(key, (mac, answer.clone()));
                }
                answer
            }
        };
        if let Some(lie) = &*self.lie.lock().expect("a lock") {
            lie(self, &request, &mut answer);
        }
        let deaf = *self.deaf.lock().expect("a lock");
        Box::pin(async move { if deaf { Err(LinkError::TimedOut) } else { Ok(answer) } })
    }

    fn reach(&self) -> Reach {
        *self.reach.lock().expect("a lock")
    }
}
