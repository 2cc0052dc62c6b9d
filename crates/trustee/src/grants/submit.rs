//! Asking for access.

use access::policy::{Rule, Supervision};
use access::request::sha256;
use access::scope::Scope;
use access::{Kind, Output, Reason, Refusal, Request, RequestId, State};
use contract::resources::access::AccessRequest;
use kernel::{Country, Micros, Problem};
use serde_json::json;
use store::Tx;
use store::trustee::access::{self as book, RequestRow};
use store::trustee::{directory, persons};

use super::book::{Who, load, who};
use super::reviews::none_owed;
use super::told::About;
use super::{Grants, fault};
use crate::controls::{Control, Controls};
use crate::gateway::bad;
use crate::identity::Caller;
use crate::persons::{ENROLLED, employer};
use crate::tickets;

const SECOND: Micros = 1_000_000;
const MINUTE: Micros = 60 * SECOND;
/// A wish that was denied is not asked again so soon.
const DENIED_FOR: Micros = 7 * 24 * 60 * MINUTE;
/// Where nothing else is asked.
const USUAL: (i64, i64, i64) = (1, 10, 64 * 1024);

impl Grants {
    /// Writes a request down; it waits for decisions.
    pub(super) async fn submit(&self, caller: &Caller, asked: AccessRequest) -> Result<RequestId, Problem> {
        let scope = scope_of(&asked)?;
        scope.check()?;
        let purpose = asked.purpose.clone().unwrap_or_default();
        if !access::text::is_readable(&purpose) {
            return Err(bad("purpose", "must say in words what it is for"));
        }
        let reason = reason_of(&asked)?;
        let id = RequestId(self.ids().ordered());
        let (now, _) = self.now();
        let head = match &self.logbook {
            Some(logbook) => logbook.head().await,
            None => None,
        };
        let (log_size, log_root) = head.unwrap_or_else(|| (0, "none".to_owned()));
        let draft = Draft { asked, scope, reason, id, now, log_size, log_root };
        let (caller, rules) = (caller.clone(), self.rules.clone());
        let this = self.noting.clone();
        let write = move |tx: &mut Tx| {
            let who = who(tx, &caller, &[Kind::Requester])?;
            none_owed(tx, &who, this.controls(), now)?;
            let standing = rules.standing(tx, draft.scope.tenant, now)?;
            let suspect = draft.asked.customer_is_suspect.unwrap_or(false);
            let rule = standing.rule(reason, suspect).ok_or_else(not_granted)?;
            let request = draft.request(tx, &who, (&purpose, rule), this.controls())?;
            let allowed =
                standing.allows_country(&request.physical) && standing.allows_country(&request.office);
            if !allowed && this.controls().on(Control::StaffCountry) {
                return Err(Refusal::Residency.into());
            }
            let wish = request.wish().map_err(|_| bad("ticket", "must be printable ASCII"))?;
            if let Some(before) = book::denied(tx, &wish, now - DENIED_FOR)?
                && this.controls().on(Control::DeniedBefore)
            {
                return Err(Problem::from(Refusal::DeniedBefore).with(before));
            }
            let row = pending(&request, wish, &purpose, now)?;
            book::add(tx, &row)?;
            let loaded = load(tx, &row.id, this.controls())?;
            let employer = employer(tx, &who.row)?;
            let details = json!({"text": row.text, "purpose": row.purpose, "employer": employer});
            let about = About { details, ..About::actor(&request.requester_key) };
            this.note(tx, &loaded, "submit", State::Pending, &about)
        };
        self.store.try_write("submit_access", write).await?;
        self.tell_later().await;
        self.changed.notify_waiters();
        Ok(id)
    }
}

fn reason_of(asked: &AccessRequest) -> Result<Reason, Problem> {
    let given = asked.reason.as_deref().unwrap_or_default();
    let reasons = || Reason::ALL.map(Reason::name).join(", ");
    given.parse().map_err(|_| bad("reason", &format!("must be one of {}", reasons())))
}

fn not_granted() -> Problem {
    let text = "Nobody is granted access for this reason; the trustee's own people act where it applies.";
    fault("reason_not_granted", 400, text)
}

fn no_ticket() -> Problem {
    let text = "A customer is helped on a ticket that it opened, or that its partner opened for it: ticket must be its number.";
    fault("ticket_unknown", 400, text)
}

/// The row of a request that waits for decisions.
fn pending(request: &Request, wish: String, purpose: &str, now: Micros) -> Result<RequestRow, Problem> {
    let text = request.text().map_err(|error| fault("scope_unfit", 400, &error.to_string()))?;
    Ok(RequestRow {
        id: request.id.to_string(),
        tenant: request.scope.tenant.to_string(),
        requester: request.requester.to_string(),
        wish,
        digest: request.digest().map_err(|_| Problem::internal())?,
        text,
        purpose: purpose.to_owned(),
        created_at: now,
        rev: 1,
        changed_at: now,
        state: State::Pending.name().to_owned(),
        approved_at: None,
        activated_at: None,
        used_at: None,
        paused_at: None,
        paused: 0,
        supervisor: String::new(),
        heard_at: None,
        cleared: 0,
        uses: 0,
        rows: 0,
        bytes: 0,
    })
}

/// A request on its way to being written.
struct Draft {
    asked: AccessRequest,
    scope: Scope,
    reason: Reason,
    id: RequestId,
    now: Micros,
    log_size: u64,
    log_root: String,
}

impl Draft {
    fn request(
        &self,
        tx: &mut Tx,
        who: &Who,
        (purpose, (rule, policy_sha256)): (&str, &(Rule, String)),
        controls: Controls,
    ) -> Result<Request, Problem> {
        let Self { asked, now, .. } = self;
        if let Some(class) = self.scope.classes.iter().find(|class| !rule.classes.contains(class)) {
            return Err(
                bad("classes", "holds one that the rule of this reason does not open").with(class.clone())
            );
        }
        let home = directory::tenant(tx, self.scope.tenant)?.filter(|tenant| tenant.party == "customer");
        if home.is_none() {
            return Err(bad("tenantId", "is no customer"));
        }
        let ticket = asked.ticket.as_deref().unwrap_or_default().trim();
        if self.reason == Reason::CustomerSupport
            && controls.on(Control::TicketOfTenant)
            && !tickets::is_of_tenant(tx, ticket, self.scope.tenant)?
        {
            return Err(no_ticket());
        }
        let keys = persons::keys(tx, &who.row.id)?;
        let key = keys.into_iter().rfind(|key| key.state == ENROLLED && key.usable_from <= *now);
        let key = key.ok_or(Refusal::KeyTooYoung)?;
        let physical: Country =
            asked.physical_country.as_deref().unwrap_or_default().parse().map_err(|_| {
                bad("physicalCountry", "must be the two letters of the country you work from")
            })?;
        let most = i64::from(rule.active) * 60;
        let duration = asked.duration_seconds.unwrap_or(most);
        if duration < 60 || duration > most {
            return Err(bad("durationSeconds", &format!("must be 60 to {most} for this reason")));
        }
        let supervision = match asked.supervision.as_deref() {
            None => rule.supervision,
            Some(word) => {
                let asked: Supervision =
                    word.parse().map_err(|_| bad("supervision", "must be post, live or step"))?;
                asked.max(rule.supervision)
            }
        };
        let not_before = asked.not_before.map_or(*now, jiff::Timestamp::as_microsecond).max(*now);
        let minutes = |count: u32| Micros::from(count) * MINUTE;
        let whole = |at: Micros| at.div_euclid(SECOND) * SECOND;
        Ok(Request {
            id: self.id,
            scope: self.scope.clone(),
            reason: self.reason,
            ticket: asked.ticket.clone().unwrap_or_default(),
            purpose_sha256: sha256(purpose.as_bytes()),
            suspect: rule.suspect,
            requester: who.id,
            requester_key: key.fingerprint,
            employer: who.row.tenant.parse().map_err(|_| Problem::internal())?,
            office: who.row.country.clone(),
            physical: physical.code().to_owned(),
            not_before: whole(not_before),
            duration: u32::try_from(duration).map_err(|_| Problem::internal())?,
            activation: rule.activation * 60,
            idle: rule.idle * 60,
            supervision,
            answer_by: whole(now + minutes(rule.answer)),
            veto_until: (rule.veto > 0).then(|| whole(now + minutes(rule.veto))),
            level: rule.level,
            policy: rule.id.clone(),
            policy_sha256: policy_sha256.clone(),
            factors: rule.factors.clone(),
            log_size: self.log_size,
            log_root: self.log_root.clone(),
        })
    }
}

/// The scope as it is asked for. Its own check comes after.
fn scope_of(asked: &AccessRequest) -> Result<Scope, Problem> {
    fn set<T: std::str::FromStr + Ord>(
        member: &'static str,
        given: Option<&Vec<String>>,
    ) -> Result<std::collections::BTreeSet<T>, Problem> {
        let read = |text: &String| {
            text.trim().parse().map_err(|_| bad(member, "holds a word that cannot stand there"))
        };
        given.into_iter().flatten().map(read).collect()
    }
    let amount = |member: &'static str, given: Option<i64>, usual: i64| {
        let given = given.unwrap_or(usual);
        u64::try_from(given).ok().filter(|count| *count > 0).ok_or_else(|| bad(member, "must be at least 1"))
    };
    let tenant = asked.tenant_id.as_deref().unwrap_or_default();
    Ok(Scope {
        tenant: tenant.parse().map_err(|_| bad("tenantId", "must be a customer's GUID"))?,
        operations: set("operations", asked.operations.as_ref())?,
        records: set("records", asked.records.as_ref())?,
        classes: set("classes", asked.classes.as_ref())?,
        fields: set("fields", asked.fields.as_ref())?,
        output: match asked.output.as_deref() {
            None => Output::View,
            Some(word) => word.parse().map_err(|_| bad("output", "must be view or export"))?,
        },
        masking: asked.masking.unwrap_or(true),
        max_uses: u32::try_from(amount("maxUses", asked.max_uses, USUAL.0)?)
            .map_err(|_| bad("maxUses", "is too large"))?,
        max_rows: amount("maxRows", asked.max_rows, USUAL.1)?,
        max_bytes: amount("maxBytes", asked.max_bytes, USUAL.2)?,
    })
}
