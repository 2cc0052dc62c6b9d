//! The way to the operator and back.
//!
//! Invariants: the MAC is that of the plain request as the caller meant it, so that a retry is recognised whatever its
//! envelopes look like and whatever was merged in; versions of a refused message are withdrawn.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::{etag, wire};
use edge::http::header;
use edge::{GatewayHeader, HeaderMap, OperatorRequest, Request};
use kernel::Problem;
use serde_json::Value;

use crate::controls::Control;
use crate::gateway::answer::{self, Answer, Body};
use crate::gateway::call::Call;
use crate::gateway::expect::Plan;
use crate::gateway::seal::Issued;
use crate::gateway::{Gateway, Outgoing, grant_required, headers, is_refusal, unreachable};

impl Gateway {
    /// Seals, forwards, checks and opens.
    pub(crate) async fn forward(
        &self,
        call: &Call<'_>,
        plan: Plan,
        outgoing: Outgoing,
        request: &Request,
    ) -> Result<Answer, Problem> {
        if plan.private_body && !call.writes() {
            return Err(grant_required());
        }
        if self.controls.on(Control::HeaderForms) {
            etag::check_body(&outgoing.body)?;
        }
        let _turn = if plan.private_body && call.changes() { Some(self.turn(call).await) } else { None };
        let target = call.path_and_query(&call.query.encode());
        let mac = if call.changes() { Some(self.request_mac(call, &target, &outgoing.body)?) } else { None };
        let Outgoing { mut body, raw, minted, whole } = outgoing;
        let mut headers =
            headers::to_operator(&request.headers, call.spec, &call.trace, &self.profile, self.controls);
        if !whole {
            if plan.private_body {
                Box::pin(self.merge(call, &mut body, &mut headers)).await?;
            }
            self.check_rules(call, &body)?;
        }
        let message = self.message(call, target, &headers, request);
        let message = match mac {
            Some(mac) => message.gateway(GatewayHeader::RequestMac, &mac),
            None => message,
        };
        let message = match &minted {
            Some(minted) => message.gateway(GatewayHeader::MintedId, minted),
            None => message,
        };
        let mut issued = Issued::default();
        if plan.private_body
            && let Some(shape) = call.spec.body
        {
            issued = Box::pin(self.seal(call, shape(), &mut body)).await?;
        }
        let message = match (call.spec.body, self.controls.on(Control::RequestMembers)) {
            (Some(_), true) => message.body(wire::to_bytes(&body)?),
            (Some(_), false) => message.body(raw),
            (None, _) => message,
        };
        let reply = self.link.call(message).await.map_err(|error| unreachable(call.spec.id, &error))?;
        if is_refusal(reply.status) {
            Box::pin(self.withdraw(&issued)).await;
        }
        let checks = answer::Checks { origin: &self.origin, controls: self.controls, plan, minted };
        let (mut answer, named) = answer::check(call, reply, &checks)?;
        self.check_named(call, &named).await?;
        if let Body::Tree(tree, placed) = &mut answer.body {
            let placed = std::mem::take(placed);
            Box::pin(self.open(call, tree, placed)).await?;
        }
        Ok(answer)
    }

    /// The message to the operator, still without a body.
    fn message(
        &self,
        call: &Call<'_>,
        target: String,
        headers: &HeaderMap,
        request: &Request,
    ) -> OperatorRequest {
        let assertion = if self.controls.on(Control::TokenStripped) {
            self.assertions.of(&call.caller, self.clock.now()).to_string()
        } else {
            request.header(&header::AUTHORIZATION).unwrap_or("").to_owned()
        };
        let target = if self.controls.on(Control::RequestQuery) {
            target
        } else {
            call.path_and_query(request.query())
        };
        OperatorRequest::new(request.method.clone(), target, assertion).caller_headers(headers)
    }

    /// The MAC of the plain request: equal for a retry, although its envelopes are not.
    pub(crate) fn request_mac(&self, call: &Call<'_>, target: &str, body: &Value) -> Result<String, Problem> {
        let mut mac = hmac::Context::with_key(&self.mac);
        for part in [call.caller.tenant.0.as_bytes().as_slice(), call.spec.id.as_bytes(), target.as_bytes()] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.update(&wire::to_bytes(body)?);
        Ok(URL_SAFE_NO_PAD.encode(mac.sign().as_ref()))
    }
}
