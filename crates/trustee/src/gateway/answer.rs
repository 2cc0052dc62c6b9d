//! The look at the operator's answer before anything of it is given to a caller.
//!
//! Invariants: an answer that names another id, a foreign customer, leads elsewhere, holds a private member in
//! clear, or is not of the declared type is refused as a whole (502) and nothing of it is passed on. Why is said by
//! slug and logged without a value.
//!
//! Deliberately absent: opening (`open`); this room never sees a key.

use bytes::Bytes;
use contract::errors;
use contract::operation::{Api, File, Reply};
use contract::private::{Found, find_private, take_envelopes};
use contract::wire::{Inspection, inspect_reply, inspect_tree, is_clear_list, parse_reply};
use edge::http::header;
use edge::{HeaderMap, OperatorReply, StatusCode};
use kernel::{Code, CustomerId, Problem};
use serde_json::{Map, Value, json};

use crate::controls::{Control, Controls};
use crate::gateway::call::Call;
use crate::gateway::expect::{self, Plan};
use crate::gateway::headers;
use crate::gateway::origin::Origin;

/// Longest error body that is looked at.
const LONGEST_ERROR: usize = 64 * 1024;

/// An answer that passed.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
}

/// The body of an answer that passed.
#[derive(Debug)]
pub(crate) enum Body {
    None,
    /// JSON, to be passed on as it is.
    Json(Bytes),
    /// A problem of the operator's, in the form of its API.
    Problem(Bytes),
    /// JSON whose envelopes were taken out.
    Tree(Value, Vec<Placed>),
    /// A file with its type and name.
    File(&'static str, String, Bytes),
}

/// An envelope with the customer in whose object it stood.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) found: Found,
    /// Set in a list of customers: whose entry it is.
    pub(crate) listed: Option<CustomerId>,
}

/// The refusal of an answer.
pub(crate) fn refuse(slug: &'static str, operation: &'static str) -> Problem {
    tracing::error!(operation, slug, "an answer of the operator zone was refused");
    Problem::new(
        502,
        Code(0),
        slug,
        "The operator zone's answer failed a check of the trustee's gateway and was not passed on.",
    )
}

/// What the checks need besides the call.
#[derive(Clone)]
pub(crate) struct Checks<'c> {
    pub(crate) origin: &'c Origin,
    pub(crate) controls: Controls,
    pub(crate) plan: Plan,
    /// The id minted for this call, which the answer must name.
    pub(crate) minted: Option<String>,
}

/// Customers that an answer names outside any customer's path, to be checked against the relationships.
#[derive(Debug, Default)]
pub(crate) struct Named {
    /// Entries of a list of customers.
    pub(crate) entries: Vec<CustomerId>,
    /// Customers that records refer to.
    pub(crate) mentioned: Vec<CustomerId>,
}

/// Checks an answer by itself.
pub(crate) fn check(
    call: &Call<'_>,
    reply: OperatorReply,
    checks: &Checks<'_>,
) -> Result<(Answer, Named), Problem> {
    let refuse = |slug| refuse(slug, call.spec.id);
    let status = reply.status;
    let headers = headers::to_caller(&reply.headers, checks.origin, checks.controls)
        .ok_or_else(|| refuse("foreign_location"))?;
    let answer = |body| Answer { status, headers: headers.clone(), body };
    if status.is_client_error() || status.is_server_error() {
        if status == StatusCode::UNAUTHORIZED {
            // The operator refuses the gateway, not the caller, who could do nothing about it.
            return Err(refuse("gateway_refused"));
        }
        if call.spec.success.contains(&status.as_u16()) || reply.body.is_empty() {
            return Ok((answer(Body::None), Named::default()));
        }
        let body = problem_body(call.spec.api, &reply.body).ok_or_else(|| refuse("bad_problem"))?;
        return Ok((answer(Body::Problem(body)), Named::default()));
    }
    if !call.spec.success.contains(&status.as_u16()) {
        return Err(refuse("undeclared_status"));
    }
    if matches!(call.spec.reply, Reply::None) || status == StatusCode::NO_CONTENT || reply.body.is_empty() {
        return Ok((answer(Body::None), Named::default()));
    }
    if let Reply::File(file) = call.spec.reply {
        let media = document(file, &reply, checks.controls).ok_or_else(|| refuse("undeclared_document"))?;
        return Ok((answer(Body::File(media, file.name_of(&call.params), reply.body)), Named::default()));
    }
    if !is_json(&reply.headers) && checks.controls.on(Control::Documents) {
        return Err(refuse("not_json"));
    }
    let (body, named) = json_body(call, reply.body, checks)?;
    Ok((answer(body), named))
}

fn is_json(headers: &HeaderMap) -> bool {
    media_type(headers).is_some_and(|media| media == "application/json")
}

/// The type without its parameters, lower case.
fn media_type(headers: &HeaderMap) -> Option<String> {
    headers.get(header::CONTENT_TYPE)?.to_str().ok().map(essence)
}

fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
}

/// The type of a file, if it is the declared one and a browser would not take it for a page.
fn document(declared: File, reply: &OperatorReply, controls: Controls) -> Option<&'static str> {
    let media = media_type(&reply.headers)?;
    if !controls.on(Control::Documents) {
        return Some(if media == "text/html" { "text/html" } else { declared.media });
    }
    (media == essence(declared.media) && !looks_like_a_page(&reply.body)).then_some(declared.media)
}

/// Whether a lenient reader could take these bytes for HTML or SVG.
fn looks_like_a_page(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    let start = String::from_utf8_lossy(&start[..start.len().min(1024)]).to_ascii_lowercase();
    ["<!doctype html", "<html", "<script", "<svg", "<body", "<iframe"].iter().any(|tag| start.contains(tag))
}

/// An error of the operator's, re-made from the members that its form declares.
fn problem_body(api: Api, bytes: &[u8]) -> Option<Bytes> {
    if bytes.len() > LONGEST_ERROR {
        return None;
    }
    let Value::Object(given) = parse_reply(bytes).ok()? else { return None };
    let declared: &[&str] = match api {
        Api::PartnerCenter => &["code", "description", "data", "source", "statusCode", "message"],
        _ => &["type", "title", "status", "detail", "code", "data"],
    };
    let flat = |value: &Value| match value {
        Value::Array(items) => items.iter().all(Value::is_string),
        Value::Object(_) => false,
        _ => true,
    };
    let kept: Map<String, Value> =
        given.into_iter().filter(|(name, value)| declared.contains(&name.as_str()) && flat(value)).collect();
    (!kept.is_empty()).then(|| Bytes::from(Value::Object(kept).to_string()))
}

fn json_body(call: &Call<'_>, bytes: Bytes, checks: &Checks<'_>) -> Result<(Body, Named), Problem> {
    let refuse = |slug| refuse(slug, call.spec.id);
    let not_json = |_| refuse("not_json");
    let whole = checks.plan.private && !is_clear(call, &bytes, checks);
    let tree = if whole { Some(parse_reply(&bytes).map_err(not_json)?) } else { None };
    let seen = tree.as_ref().map_or_else(|| inspect_reply(&bytes), inspect_tree).map_err(not_json)?;
    check_seen(call, &seen, checks)?;
    let named = named(call, &seen, checks)?;
    let Some(mut tree) = tree else {
        if seen.sealed {
            return Err(refuse("envelope_refused"));
        }
        return Ok((Body::Json(bytes), named));
    };
    let found = take(call, &mut tree, checks)?;
    Ok((Body::Tree(tree, found), named))
}

/// Whether an answer is a list in which there is nothing to open and nothing to refuse as private.
fn is_clear(call: &Call<'_>, bytes: &[u8], checks: &Checks<'_>) -> bool {
    checks.controls.on(Control::PlainAnswer)
        && match call.spec.reply {
            Reply::Collection(shape) => is_clear_list(shape(), true, bytes),
            Reply::Array(shape) => is_clear_list(shape(), false, bytes),
            _ => false,
        }
}

fn check_seen(call: &Call<'_>, seen: &Inspection, checks: &Checks<'_>) -> Result<(), Problem> {
    let controls = checks.controls;
    let foreign = seen.foreign_links.iter().any(|(_, target)| !checks.origin.is_own(target));
    if foreign && controls.on(Control::AnswerLinks) {
        return Err(refuse("foreign_link", call.spec.id));
    }
    let minted = &checks.minted;
    let expected = minted.as_deref().or_else(|| expect::answer_id(call.spec, &call.params));
    let other = match (expected, seen.id.as_deref()) {
        (Some(expected), Some(id)) => !expect::same_id(expected, id),
        (Some(_), None) => minted.is_some(),
        (None, _) => false,
    };
    let foreign_customer = call
        .customer
        .is_some_and(|customer| seen.customers.iter().any(|id| !expect::same_id(id, &customer.to_string())));
    if (other || foreign_customer) && controls.on(Control::ForeignId) {
        return Err(refuse("foreign_id", call.spec.id));
    }
    Ok(())
}

/// The customers that an answer names where the path names none.
fn named(call: &Call<'_>, seen: &Inspection, checks: &Checks<'_>) -> Result<Named, Problem> {
    if call.customer.is_some() {
        return Ok(Named::default());
    }
    let parsed = |ids: &[String]| {
        let ids = ids.iter().map(|id| id.parse().map_err(|_| refuse("foreign_id", call.spec.id)));
        ids.collect::<Result<Vec<CustomerId>, Problem>>()
    };
    let entries: &[String] = if checks.plan.customers { &seen.item_ids } else { &[] };
    Ok(Named { entries: parsed(entries)?, mentioned: parsed(&seen.customers)? })
}

/// Takes the envelopes out of the object, or of each object of the list, and makes sure that nothing private stands
/// beside them.
fn take(call: &Call<'_>, tree: &mut Value, checks: &Checks<'_>) -> Result<Vec<Placed>, Problem> {
    let refuse = |slug| refuse(slug, call.spec.id);
    let Some(shape) = checks.plan.shape else { return Ok(Vec::new()) };
    let objects: Vec<(String, &mut Value)> = match call.spec.reply {
        Reply::Collection(_) => {
            numbered("/items/", tree.get_mut("items")).ok_or_else(|| refuse("not_a_list"))?
        }
        Reply::Array(_) => numbered("/", Some(tree)).ok_or_else(|| refuse("not_a_list"))?,
        _ => vec![(String::new(), tree)],
    };
    let mut placed = Vec::new();
    for (at, object) in objects {
        let id = object.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok());
        let listed = if checks.plan.customers { id } else { None };
        let found = take_envelopes(shape, object).map_err(|_| refuse("envelope_refused"))?;
        if checks.controls.on(Control::PlainAnswer) && find_private(shape, object).is_some() {
            return Err(refuse("plaintext_in_answer"));
        }
        placed.extend(found.into_iter().map(|mut found| {
            found.path.insert_str(0, &at);
            Placed { found, listed }
        }));
    }
    Ok(placed)
}

/// The elements of a list with their JSON pointers.
fn numbered<'t>(prefix: &str, list: Option<&'t mut Value>) -> Option<Vec<(String, &'t mut Value)>> {
    let items = list?.as_array_mut()?;
    Some(items.iter_mut().enumerate().map(|(n, item)| (format!("{prefix}{n}"), item)).collect())
}

/// A problem of ours in the form of an API.
pub(crate) fn problem_bytes(api: Api, problem: &Problem) -> Bytes {
    Bytes::from(errors::envelope(api, problem).to_string())
}

/// A collection that is made here.
pub(crate) fn collection(items: &[Value]) -> Value {
    json!({"totalCount": items.len(), "items": items, "attributes": {"objectType": "Collection"}})
}

#[cfg(test)]
mod tests {
    use super::*;
    use edge::HeaderValue;

    fn delivered(
        declared: &'static str,
        media: &'static str,
        content: &'static str,
        controls: Controls,
    ) -> Option<&'static str> {
        let mut reply = OperatorReply::new(StatusCode::OK, content);
        reply.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
        document(File { media: declared, name: "a" }, &reply, controls)
    }

    #[test]
    fn a_page_is_never_a_document_whatever_it_calls_itself() {
        const PDF: &str = "application/pdf";
        const CSV: &str = "text/csv; charset=utf-8";
        const XML: &str = "application/xml";
        for (declared, media, content, want) in [
            (PDF, PDF, "%PDF-1.7", Some(PDF)),
            (CSV, "Text/CSV;charset=\"latin1\"", "a,b", Some(CSV)),
            (XML, XML, "<?xml version='1.0'?><Invoice/>", Some(XML)),
            (PDF, CSV, "a,b", None),
            (PDF, "text/html", "<html>", None),
            (PDF, PDF, "\u{feff}  <!DOCTYPE html><script>1</script>", None),
            (XML, XML, "<?xml version='1.0'?><svg onload=1>", None),
            (XML, "image/svg+xml", "<svg onload=1>", None),
            (XML, "application/xhtml+xml", "x", None),
            (PDF, "text/html;", "x", None),
        ] {
            assert_eq!(delivered(declared, media, content, Controls::all()), want, "{media} {content}");
        }
        #[cfg(feature = "sabotage")]
        {
            let controls = Controls::without("documents").expect("a control");
            assert_eq!(delivered(PDF, "text/html", "<html>", controls), Some("text/html"));
        }
    }

    #[test]
    fn errors_keep_declared_flat_members_only() {
        let kept = |api, text: &str| problem_body(api, text.as_bytes()).map(|bytes| bytes.to_vec());
        let given = r#"{"code":1,"data":["a"],"source":{"x":1},"page":"<b>","title":"t","data2":1}"#;
        assert_eq!(kept(Api::PartnerCenter, given), Some(br#"{"code":1,"data":["a"]}"#.to_vec()));
        assert_eq!(kept(Api::Trustee, given), Some(br#"{"code":1,"data":["a"],"title":"t"}"#.to_vec()));
        for refused in ["", "[]", "<html>", r#"{"page":1}"#, r#"{"code":1,"code":2}"#] {
            assert_eq!(kept(Api::PartnerCenter, refused), None, "{refused}");
        }
    }
}
