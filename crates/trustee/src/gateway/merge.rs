//! Partial writes of records: what a change leaves out of a record's private members stays as it was.
//!
//! One envelope holds all private members of a record, so a change of one of them re-makes it. The record is read,
//! the change laid over it and the whole resealed, under the etag that was read. It also keeps a caller who read
//! while keys were away, and saw no private members, from wiping them out by writing back what it saw.
//!
//! Invariant: a member that is given counts as given, also when it is empty; only absent ones are filled in.

use contract::operation::{Method, Spec, operations};
use contract::private;
use contract::query::Query;
use contract::wire;
use edge::http::header;
use edge::{HeaderMap, HeaderValue, OperatorRequest, StatusCode, names};
use kernel::Problem;
use serde_json::Value;

use crate::gateway::Gateway;
use crate::gateway::answer::{self, Body};
use crate::gateway::call::Call;
use crate::gateway::expect::plan_of;
use crate::gateway::{headers, unreachable};

/// Resources that are written under another path than they are read from.
const READ_ELSEWHERE: &[(&str, &str)] = &[("update-support-profile", "get-support-profile")];

/// Changes whose page demands that the caller itself says which version it replaces: the operator refuses them
/// without an etag, and must not be given one that the caller never saw.
const CALLER_NAMES_ETAG: &[&str] = &["update-customer-billing-profile"];

impl Gateway {
    /// Fills in the private members that a change of a record leaves out.
    pub(crate) async fn merge(
        &self,
        call: &Call<'_>,
        body: &mut Value,
        headers: &mut HeaderMap,
    ) -> Result<(), Problem> {
        if let Some(ticket) = &call.ticket {
            return self.merge_thread(call, ticket, body, headers).await;
        }
        let Some((spec, shape)) = reading(call.spec).zip(call.spec.body) else { return Ok(()) };
        let reading = Call {
            spec,
            params: call.params.clone(),
            query: Query::default(),
            caller: call.caller.clone(),
            trace: call.trace,
            customer: call.customer,
            ticket: None,
            since: self.records.moment(),
            grant: call.grant.clone(),
            export: call.export,
        };
        let Some(mut present) = self.present(&reading).await? else { return Ok(()) };
        let etag = present.pointer("/attributes/etag").and_then(Value::as_str).map(ToOwned::to_owned);
        for cut in private::cut(shape(), &mut present) {
            if cut.record == private::KEPT {
                continue;
            }
            if let Some(given) = body.pointer_mut(&cut.path) {
                let mut merged = cut.private;
                wire::merge(&mut merged, given);
                *given = merged;
            }
        }
        Self::under_etag(call, etag, body, headers);
        Ok(())
    }

    /// Makes a change one of the version that was read, where the caller does not say which one it means.
    pub(super) fn under_etag(call: &Call<'_>, etag: Option<String>, body: &Value, headers: &mut HeaderMap) {
        let named = body.pointer("/attributes/etag").is_some()
            || headers.contains_key(header::IF_MATCH)
            || CALLER_NAMES_ETAG.contains(&call.spec.id);
        if let Some(etag) = etag.filter(|_| !named)
            && let Ok(value) = HeaderValue::from_str(&format!("\"{etag}\""))
        {
            headers.insert(header::IF_MATCH, value);
        }
    }

    /// The resource as it is now, opened; `None` when there is none to be had.
    pub(super) async fn present(&self, call: &Call<'_>) -> Result<Option<Value>, Problem> {
        let spec = call.spec;
        let assertion = self.assertions.of(&call.caller, self.clock.now());
        let mut sent =
            headers::to_operator(&HeaderMap::new(), spec, &call.trace, &self.profile, self.controls);
        sent.remove(names::REQUEST_ID); // the request id is the write's
        let message = OperatorRequest::new(edge::Method::GET, call.path_and_query(""), assertion.as_ref())
            .caller_headers(&sent);
        let reply = self.link.call(message).await.map_err(|error| unreachable(spec.id, &error))?;
        let checks = answer::Checks {
            origin: &self.origin,
            controls: self.controls,
            plan: plan_of(spec),
            minted: None,
        };
        let (found, _) = answer::check(call, reply, &checks)?;
        match found.body {
            Body::Tree(mut tree, placed) if found.status == StatusCode::OK => {
                if !placed.is_empty() {
                    self.keys.of(call.owner()).await?; // a change must not be made blind
                }
                self.open(call, &mut tree, placed).await?;
                Ok(Some(tree))
            }
            _ => Ok(None),
        }
    }
}

/// The operation that reads what this one changes.
fn reading(spec: &Spec) -> Option<&'static Spec> {
    if !matches!(spec.method, Method::Put | Method::Patch) {
        return None;
    }
    let elsewhere = READ_ELSEWHERE.iter().find(|(write, _)| *write == spec.id).map(|(_, read)| *read);
    operations().iter().copied().find(|read| match elsewhere {
        Some(id) => read.id == id,
        None => read.method == Method::Get && read.path == spec.path && read.served,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::operation::Home;
    use contract::private::has_private_members;

    #[test]
    fn every_change_of_a_record_finds_what_it_changes() {
        let without: Vec<&str> = operations()
            .iter()
            .filter(|spec| spec.served && spec.home != Home::Trustee)
            .filter(|spec| matches!(spec.method, Method::Put | Method::Patch))
            .filter(|spec| spec.body.is_some_and(|body| has_private_members(body())))
            .filter(|spec| reading(spec).is_none())
            .map(|spec| spec.id)
            .collect();
        assert_eq!(without, Vec::<&str>::new());
    }
}
