//! Deciding on a request: the exact text to sign, the command that signs it, and a field for the signature. No script
//! and no key ever comes near this page.

use askama::Template;
use bytes::Bytes;
use client::Call;
use contract::operations::{DecideAccessRequest, PrepareAccessDecision};
use contract::resources::access::AccessDecision;
use contract::{Operation, Spec};
use edge::{Response, StatusCode};
use jiff::Timestamp;

use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::{Answer, Page, Place, at};
use crate::parts::{Action, Field, Kind, Problem};
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

/// The file that the command signs.
const FILE: &str = "decision.txt";

#[derive(Template)]
#[template(path = "pages/access/decide.html")]
pub(crate) struct Decide {
    frame: Frame,
    deny: bool,
    title: String,
    problem: Problem,
    text: String,
    at: String,
    fingerprint: String,
    file: &'static str,
    download: Action,
    signature: Field,
    go: Action,
    once: String,
}

impl Page for Decide {
    type At = at::AccessDecision;
    const CALLS: &'static [&'static Spec] = &[PrepareAccessDecision::SPEC, DecideAccessRequest::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let t = kit.t();
        let page = |party, decision: &str, problem| {
            let prepared = AccessDecision {
                decision: Some(decision.to_owned()),
                decided_date: Some(Kit::at("2018-05-12T09:12:00Z")),
                fingerprint: kit.some("SHA256:iPbZQ3KMN0v6TqzMIkDWvUDs3M6HmRL1CqkY2Rnb2dQ"),
                signed_text: super::sample(kit, "pending", 0).text,
                ..AccessDecision::default()
            };
            let here = at::AccessDecision { request: Kit::id(super::SAMPLE) };
            let frame = kit.frame(party, "/portal/access/requests");
            Self::of(frame, &here, prepared, problem, Permit::Yes, String::new())
        };
        let [customer, officer] = super::SEEN_BY;
        vec![
            page(customer, "approve", Problem::none(t)),
            page(officer, "approve", Problem::ours(t, t.decide_no_signature())),
            page(officer, "deny", Problem::none(t)),
        ]
    }

    async fn load(visit: &Visit, here: at::AccessDecision) -> Result<Answer, Trouble> {
        let wanted = decision(&visit.query);
        let prepared = prepared(visit, &here, wanted).await?;
        if visit.query.get("file") == "text" {
            let text = at_time(prepared.signed_text.unwrap_or_default(), visit.query.get("at"));
            let text = Bytes::from(text.ok_or(Trouble::Missing)?);
            return Ok(Answer::File(Response::document("text/plain; charset=utf-8", FILE, text)));
        }
        let may = visit.may(DecideAccessRequest);
        Self::of(visit.frame(), &here, prepared, Problem::none(visit.t), may, visit.fresh_id()).shown()
    }

    async fn act(visit: &Visit, here: at::AccessDecision, form: Form) -> Result<Answer, Trouble> {
        let wanted = decision(&visit.query);
        // A browser sends lines that end as on paper; signatures are read as `ssh-keygen` writes them.
        let signature = form.given("signature").map(|text| format!("{}\n", text.replace("\r\n", "\n")));
        if wanted == "approve" && signature.is_none() {
            let problem = Problem::ours(visit.t, visit.t.decide_no_signature());
            return Self::again(visit, &here, wanted, &form, problem, StatusCode::BAD_REQUEST).await;
        }
        let signed_at = form.get("at").parse::<Timestamp>().ok().filter(|_| signature.is_some());
        let body = AccessDecision {
            decision: Some(wanted.to_owned()),
            decided_date: signed_at,
            signature,
            ..AccessDecision::default()
        };
        let call = Call::to(DecideAccessRequest)
            .param("request-id", here.request)
            .request_id(visit.id_of(&form))
            .body(&body);
        match visit.call(call).await {
            Ok(_) => {
                let one = at::AccessRequest { request: here.request };
                Ok(Answer::Go(link(&one, &[("done", &format!("access-{wanted}"))])))
            }
            Err(trouble) => {
                let (problem, status) = Problem::of(visit.t, trouble)?;
                Self::again(visit, &here, wanted, &form, problem, status).await
            }
        }
    }
}

/// Which decision the address names.
fn decision(query: &Form) -> &'static str {
    if query.get("decision") == "deny" { "deny" } else { "approve" }
}

async fn prepared(visit: &Visit, here: &at::AccessDecision, wanted: &str) -> Result<AccessDecision, Trouble> {
    let call = Call::to(PrepareAccessDecision).param("request-id", here.request).query("decision", wanted);
    visit.call(call).await
}

/// The same text with the time that the page showed. It is the text's last line, and the trustee checks all of it.
fn at_time(text: String, at: &str) -> Option<String> {
    if at.is_empty() {
        return Some(text);
    }
    let at: Timestamp = at.parse().ok()?;
    let (before, _) = text.rsplit_once("\nat: ")?;
    Some(format!("{before}\nat: {at}\n"))
}

impl Decide {
    /// The page once more: what was signed stays what was signed, so a wrong signature can be replaced.
    async fn again(
        visit: &Visit,
        here: &at::AccessDecision,
        wanted: &str,
        form: &Form,
        problem: Problem,
        status: StatusCode,
    ) -> Result<Answer, Trouble> {
        let mut prepared = prepared(visit, here, wanted).await?;
        if let Ok(at) = form.get("at").parse::<Timestamp>()
            && visit.now().as_second() - at.as_second() < 10 * 60
        {
            prepared.signed_text = at_time(prepared.signed_text.unwrap_or_default(), form.get("at"));
            prepared.decided_date = Some(at);
        }
        let (may, once) = (visit.may(DecideAccessRequest), visit.next_id(form, status));
        Self::of(visit.frame(), here, prepared, problem, may, once).shown_as(status)
    }

    fn of(
        frame: Frame,
        here: &at::AccessDecision,
        prepared: AccessDecision,
        problem: Problem,
        may: Permit,
        once: String,
    ) -> Self {
        let t = frame.t;
        let deny = prepared.decision.as_deref() == Some("deny");
        let word = if deny { "deny" } else { "approve" };
        let at = prepared.decided_date.map(|at| at.to_string()).unwrap_or_default();
        let file = link(here, &[("decision", word), ("file", "text"), ("at", &at)]);
        let signature = Field::line("signature", t.decide_signature(), "", 4000)
            .of(Kind::Area(8))
            .hint(t.decide_signature_hint());
        let go = Action::button(if deny { t.access_deny() } else { t.access_approve() }, may);
        Self {
            title: if deny { t.decide_deny() } else { t.decide_approve() },
            problem,
            text: prepared.signed_text.unwrap_or_default(),
            at,
            fingerprint: prepared.fingerprint.unwrap_or_default(),
            file: FILE,
            download: Action::link(t.decide_download(), file, Permit::Yes).minor(),
            signature: if deny { signature.optional(t) } else { signature },
            go: if deny { go.grave() } else { go },
            once,
            deny,
            frame: frame.below(at::AccessRequest { request: here.request }.path(), t.access_back()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_given_with_the_time_that_was_shown_and_nothing_else() {
        let text = "treuhand-approval v1\nticket: at: 1\ndecision: approve\nby: SHA256:x\nat: 2018-05-12T09:12:00Z\n";
        for (at, expected) in [
            ("", Some(text.to_owned())),
            ("2018-05-12T09:13:07Z", Some(text.replace("09:12:00Z\n", "09:13:07Z\n"))),
            ("2018-05-12T09:13:07Z\nmax-uses: 9", None),
            ("soon", None),
        ] {
            assert_eq!(at_time(text.to_owned(), at), expected, "{at}");
        }
    }
}
