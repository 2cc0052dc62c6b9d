//! A change of a subscription. The caller sends the whole resource; the members that differ are the wish.

use commerce::subscription::{Patch, WantedStatus, apply};
use contract::errors::code;
use contract::operations::UpdateSubscription;
use contract::resources::subscription::{Subscription, SubscriptionStatus};
use kernel::Problem;
use store::Tx;

use super::book::{self, Kept};
use crate::accounts::Limits;
use crate::catalogue::wanted_cycle;
use crate::orders::sandbox_limits;
use crate::{Answer, Cx, Event, Fault, Input, Note, Operator, Serve, customers, etag, jobs, link};

impl Serve<UpdateSubscription> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, Subscription>,
    ) -> Result<Answer<Subscription>, Fault> {
        let customer = customers::mine_to_change(tx, cx, &input.id("customer-id")?)?;
        jobs::settle(tx, cx, &customer)?;
        let mut kept = super::mine(tx, cx, &input)?;
        etag::check(
            etag::sent(input.if_match, input.body.attributes.as_ref()),
            super::TAG,
            kept.row.version,
        )?;
        let offer = cx.catalogue.find(&kept.row.offer_id).ok_or_else(withdrawn)?;
        let limits = sandbox_limits(Limits::of(cx.account()?, cx.profile));
        let wish = wish(&input.body)?;
        let before = plain(cx, &kept)?;
        let (next, events) = apply(&kept.state, offer, &wish, cx.today(), &limits)?;
        let renames_partner = partner_on_record(&mut kept, input.body.partner_id.as_deref())?;
        if events.is_empty() && !renames_partner {
            return Ok(Answer::of(super::shown(cx, &kept)));
        }
        book::change(tx, &mut kept, next, &events)?;
        let note = Note {
            resource_type: "subscription",
            operation_type: "update_subscription",
            customer: Some(customer.customer_id),
            customer_name: Some(customer.company_name),
            old: Some(before),
            new: Some(plain(cx, &kept)?),
            ..Note::default()
        };
        let own = link::to::<contract::operations::GetSubscription>(&[
            &kept.row.customer_id,
            &kept.row.subscription_id,
        ]);
        let event = Event {
            partner: None,
            name: "subscription-updated",
            resource_uri: own,
            resource_name: "subscription",
        };
        Ok(Answer::of(super::shown(cx, &kept)).noted(note).event(event))
    }
}

/// What the caller wants; read-only members were dropped before, what is absent stays.
pub(crate) fn wish(body: &Subscription) -> Result<Patch, Problem> {
    let status = match body.status {
        None | Some(SubscriptionStatus::None) => None,
        Some(SubscriptionStatus::Active) => Some(WantedStatus::Active),
        Some(SubscriptionStatus::Suspended) => Some(WantedStatus::Suspended),
        Some(SubscriptionStatus::Deleted) => Some(WantedStatus::Deleted),
        Some(SubscriptionStatus::Pending) => return Err(bad("status cannot be set to pending.")),
    };
    let quantity = body.quantity.map(u32::try_from).transpose();
    Ok(Patch {
        quantity: quantity.map_err(|_| bad("quantity must be a whole number from 0 on."))?,
        status,
        friendly_name: body.friendly_name.clone(),
        auto_renew: body.auto_renew_enabled,
        cycle: body.billing_cycle.and_then(wanted_cycle),
    })
}

/// Another partner on record; says whether it differs.
fn partner_on_record(kept: &mut Kept, wanted: Option<&str>) -> Result<bool, Problem> {
    let Some(wanted) = wanted.filter(|wanted| kept.row.partner_on_record.as_deref() != Some(*wanted)) else {
        return Ok(false);
    };
    let mpn_id: commerce::eligibility::MpnId = wanted.parse()?;
    kept.row.partner_on_record = Some(mpn_id.to_string());
    Ok(true)
}

fn plain(cx: &Cx<'_>, kept: &Kept) -> Result<String, Problem> {
    let bytes = contract::wire::to_bytes(&super::shown(cx, kept))?;
    String::from_utf8(bytes).map_err(|_| Problem::internal())
}

fn bad(text: &str) -> Problem {
    Problem::new(400, code::BAD_INPUT, "bad_property", text)
}

pub(crate) fn withdrawn() -> Problem {
    let text = "The offer of this subscription is no longer in the catalogue; it can only run out.";
    Problem::new(403, code::OFFER_WITHDRAWN, "offer_withdrawn", text)
}
