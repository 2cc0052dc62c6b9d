//! Gathering what is a customer's: each read of the contract, made as the customer itself or, where the contract shows
//! something to partners alone, in its partner's name.
//!
//! Invariants: records are opened or the export fails: nothing private is silently absent; what could not be had is
//! named; each record stands with the path at which the contract shows it, once.

use bytes::Bytes;
use contract::Operation;
use contract::operation::{Method, Reply, Spec};
use contract::operations as op;
use contract::route::route;
use edge::{Request, Response};
use kernel::{AccountId, CustomerId, Problem};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::archive::{Archive, Line, Missing};
use super::kinds::{Kind, is_own, kinds};
use crate::gateway::{Body, Gateway, as_partner, plan};
use crate::identity::Caller;
use crate::own;
use crate::ports::Later;

/// Items asked for at once, where a list comes in pages.
const PAGE: usize = 200;

/// What was gathered.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) archive: Archive,
    /// What describes the records of a file.
    pub(super) schemas: BTreeMap<String, String>,
    pub(super) missing: Vec<Missing>,
    pub(super) partners: Vec<AccountId>,
}

/// Who asks, about whom.
struct Asking<'a> {
    gateway: &'a Gateway,
    caller: &'a Arc<Caller>,
    customer: CustomerId,
}

impl Gateway {
    /// Gathers everything of a customer's, for its approver.
    pub(super) async fn gather(
        &self,
        caller: &Arc<Caller>,
        customer: CustomerId,
    ) -> Result<Gathered, Problem> {
        let asking = Asking { gateway: self, caller, customer };
        // The newest state of the log is part of it, with proofs, whenever the last report was made.
        let report = asking.as_itself(op::CreateAccessReport::SPEC.path, Some("{}")).await?;
        let mut gathered =
            Gathered { partners: self.relationships.partners_of(customer).await?, ..Gathered::default() };
        if report.is_none() {
            return Err(Problem::internal());
        }
        let mut lists: BTreeMap<&str, Vec<Line>> = BTreeMap::new();
        for kind in kinds(&self.profile) {
            let lines = asking.lines(kind, &lists, &mut gathered).await?;
            let file = Archive::path_of(kind.spec.id);
            if let Reply::One(shape) | Reply::Collection(shape) | Reply::Array(shape) = kind.spec.reply {
                let mut text = Vec::new();
                for line in &lines {
                    serde_json::to_writer(&mut text, line).map_err(|_| Problem::internal())?;
                    text.push(b'\n');
                }
                gathered.archive.put(file.clone(), text);
                gathered.schemas.insert(file, shape().name.to_owned());
                lists.insert(kind.spec.id, lines);
            }
        }
        gathered.missing.sort();
        gathered.missing.dedup();
        Ok(gathered)
    }
}

impl Asking<'_> {
    /// The records of one kind; its files go into the archive at once.
    async fn lines(
        &self,
        kind: Kind,
        lists: &BTreeMap<&str, Vec<Line>>,
        gathered: &mut Gathered,
    ) -> Result<Vec<Line>, Problem> {
        let own = kind.spec.path.replace("{customer-id}", &self.customer.to_string());
        let own = own.replace("{tenant-id}", &self.customer.to_string());
        let paths: Vec<String> = match kind.parent {
            None => vec![own],
            Some((list, name)) => {
                let items = lists.get(list.id).map(Vec::as_slice).unwrap_or_default();
                let ids = items.iter().filter_map(|line| line.value["id"].as_str());
                ids.map(|id| own.replace(&format!("{{{name}}}"), id)).collect()
            }
        };
        let mut lines = Vec::new();
        for path in paths {
            if is_own(kind.spec) {
                self.shown_to_itself(kind.spec, &path, &mut lines, gathered).await?;
            } else {
                self.shown_to_partners(kind.spec, &path, &mut lines, gathered).await?;
            }
        }
        Ok(lines)
    }

    async fn shown_to_itself(
        &self,
        spec: &'static Spec,
        path: &str,
        lines: &mut Vec<Line>,
        gathered: &mut Gathered,
    ) -> Result<(), Problem> {
        if let Reply::File(file) = spec.reply {
            let matched = route(Method::Get, path).map_err(|_| Problem::internal())?;
            let name = format!("files/{}", file.name_of(&matched.params));
            match self.as_itself(path, None).await {
                Ok(Some(content)) => gathered.archive.put(name, content.to_vec()),
                Ok(None) => {}
                // Announced, and its entry is not witnessed yet.
                Err(problem) if problem.status == 409 => {
                    gathered.missing.push(missing(spec, &problem.description));
                }
                Err(problem) => return Err(problem),
            }
            return Ok(());
        }
        let paged = spec.query.contains(&"size") && spec.query.contains(&"offset");
        let mut offset = 0;
        loop {
            let target = if paged { format!("{path}?size={PAGE}&offset={offset}") } else { path.to_owned() };
            let Some(bytes) = self.as_itself(&target, None).await? else { return Ok(()) };
            let many = take(spec, path, &parsed(&bytes)?, lines);
            offset += many as u64;
            if !paged || many < PAGE {
                return Ok(());
            }
        }
    }

    /// The same record is shown to each of the customer's partners; it counts once.
    async fn shown_to_partners(
        &self,
        spec: &'static Spec,
        path: &str,
        lines: &mut Vec<Line>,
        gathered: &mut Gathered,
    ) -> Result<(), Problem> {
        if gathered.partners.is_empty() {
            let why = "no partner sells to the customer any more; the operator shows this to partners alone";
            gathered.missing.push(missing(spec, why));
        }
        let known = |line: &Line| (line.path.clone(), line.value["id"].as_str().map(ToOwned::to_owned));
        let mut seen: HashSet<_> = lines.iter().map(known).collect();
        for partner in gathered.partners.clone() {
            let Some(value) = self.as_partner(spec, path, partner).await? else { continue };
            let mut shown = Vec::new();
            take(spec, path, &value, &mut shown);
            let fresh: Vec<_> = shown.into_iter().filter(|line| !seen.contains(&known(line))).collect();
            seen.extend(fresh.iter().map(known));
            lines.extend(fresh);
        }
        Ok(())
    }

    /// What the customer is answered itself; none where there is nothing.
    async fn as_itself(&self, target: &str, body: Option<&str>) -> Result<Option<Bytes>, Problem> {
        let (path, method) =
            (target.split('?').next().unwrap_or(target), body.map_or(Method::Get, |_| Method::Post));
        let matched = route(method, path).map_err(|_| Problem::internal())?;
        let request = request(method, target, body.unwrap_or_default())?;
        match self.own(matched, &request).await {
            Ok(response) => Ok(Some(response.body)),
            Err(problem) if problem.status == 404 => Ok(None),
            Err(problem) => Err(problem),
        }
    }

    /// Boxed, because an operation that answers here leads here.
    fn own<'a>(
        &'a self,
        matched: contract::route::Matched<'a>,
        request: &'a Request,
    ) -> Later<'a, Result<Response, Problem>> {
        Box::pin(own::carry_out(self.gateway, matched, Some(self.caller.clone()), request))
    }

    /// What a partner of the customer is answered; none where there is nothing.
    async fn as_partner(
        &self,
        spec: &'static Spec,
        path: &str,
        partner: AccountId,
    ) -> Result<Option<Value>, Problem> {
        let matched = route(Method::Get, path).map_err(|_| Problem::internal())?;
        let target = if spec.query.contains(&"agreementType") {
            format!("{path}?agreementType=*")
        } else {
            path.to_owned()
        };
        let (request, index) = (request(Method::Get, &target, "")?, matched.index);
        let stand_in = Arc::new(as_partner(self.caller, spec, partner));
        let mut call = self.gateway.call(matched, stand_in, &request).await?;
        call.export = true;
        let answer = match self.gateway.pass(&call, plan(index), &request).await {
            Ok(answer) => answer,
            Err(problem) if problem.status == 404 => return Ok(None),
            Err(problem) => return Err(problem),
        };
        match answer.body {
            Body::Tree(value, _) => Ok(Some(value)),
            Body::Json(bytes) => parsed(&bytes).map(Some),
            _ if answer.status.is_success() || answer.status == edge::StatusCode::NOT_FOUND => Ok(None),
            _ => {
                tracing::error!(
                    operation = spec.id,
                    status = answer.status.as_u16(),
                    "an export was refused"
                );
                let why =
                    "The operator zone refused a part of the export, so there is none. Try again later.";
                Err(Problem::new(502, kernel::Code(0), "export_incomplete", why))
            }
        }
    }
}

fn request(method: Method, target: &str, body: &str) -> Result<Request, Problem> {
    let request = edge::http::Request::builder().method(method.name()).uri(target).body(());
    let (parts, ()) = request.map_err(|_| Problem::internal())?.into_parts();
    Ok(Request::from_parts(parts, Bytes::copy_from_slice(body.as_bytes())))
}

fn parsed(bytes: &[u8]) -> Result<Value, Problem> {
    serde_json::from_slice(bytes).map_err(|_| Problem::internal())
}

fn missing(spec: &Spec, why: &str) -> Missing {
    Missing { operation: spec.id.to_owned(), why: why.to_owned() }
}

/// The records of an answer; says how many.
fn take(spec: &Spec, path: &str, value: &Value, lines: &mut Vec<Line>) -> usize {
    let line = |value: &Value| Line { path: path.to_owned(), value: value.clone() };
    let items = match spec.reply {
        Reply::Collection(_) => value["items"].as_array(),
        Reply::Array(_) => value.as_array(),
        _ => {
            lines.push(line(value));
            return 1;
        }
    };
    lines.extend(items.into_iter().flatten().map(line));
    items.map_or(0, Vec::len)
}
