//! A sandbox's limits and how its simulated customers behave.

use contract::errors::code;
use contract::operations::{GetSandboxSettings, UpdateSandboxSettings};
use contract::resources::sandbox::{SandboxLimits, SandboxSettings};
use kernel::Problem;
use store::Tx;
use store::operator::accounts;

use crate::accounts::Limits;
use crate::{Answer, Cx, Fault, Input, Note, Operator, Serve};

impl Serve<GetSandboxSettings> for Operator {
    fn serve(_: &mut Tx, cx: &Cx<'_>, _: Input<'_, ()>) -> Result<Answer<SandboxSettings>, Fault> {
        let sandbox = super::mine(cx)?;
        Ok(Answer::of(shown(Limits::of(sandbox, cx.profile), sandbox.auto_accept)))
    }
}

impl Serve<UpdateSandboxSettings> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, SandboxSettings>,
    ) -> Result<Answer<SandboxSettings>, Fault> {
        let sandbox = super::mine(cx)?;
        let before = Limits::of(sandbox, cx.profile);
        let limits = changed(before, input.body.limits.as_ref())?;
        let auto_accept = input.body.accept_agreements_at_once.unwrap_or(sandbox.auto_accept);
        accounts::set_sandbox(tx, &sandbox.account_id, &limits.to_json(), auto_accept)?;
        let note = Note { old: Some(before.to_json()), new: Some(limits.to_json()), ..Note::default() };
        Ok(Answer::of(shown(limits, auto_accept)).noted(note))
    }
}

/// The limits with what the caller names replaced.
fn changed(before: Limits, wish: Option<&SandboxLimits>) -> Result<Limits, Problem> {
    let Some(wish) = wish else { return Ok(before) };
    let limit = |name: &str, wanted: Option<i64>, now: u32| match wanted.map(u32::try_from) {
        None => Ok(now),
        Some(Ok(limit)) => Ok(limit),
        Some(Err(_)) => {
            let text = format!("{name} must be a whole number from 0 on; 0 is no limit.");
            Err(Problem::new(400, code::BAD_INPUT, "bad_limit", text).with(name))
        }
    };
    Ok(Limits {
        customers: limit("customers", wish.customers, before.customers)?,
        subscriptions_per_customer: limit(
            "subscriptionsPerCustomer",
            wish.subscriptions_per_customer,
            before.subscriptions_per_customer,
        )?,
        seats_per_subscription: limit(
            "seatsPerSubscription",
            wish.seats_per_subscription,
            before.seats_per_subscription,
        )?,
    })
}

fn shown(limits: Limits, auto_accept: bool) -> SandboxSettings {
    SandboxSettings {
        limits: Some(SandboxLimits {
            customers: Some(limits.customers.into()),
            subscriptions_per_customer: Some(limits.subscriptions_per_customer.into()),
            seats_per_subscription: Some(limits.seats_per_subscription.into()),
        }),
        accept_agreements_at_once: Some(auto_accept),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_limits_change_and_the_others_stay() {
        let before = Limits { customers: 75, subscriptions_per_customer: 5, seats_per_subscription: 25 };
        let wish = |customers| SandboxLimits { customers, ..SandboxLimits::default() };
        assert_eq!(changed(before, None), Ok(before));
        assert_eq!(changed(before, Some(&wish(Some(0)))), Ok(Limits { customers: 0, ..before }));
        let refused = changed(before, Some(&wish(Some(-1)))).expect_err("negative");
        assert_eq!((refused.status, refused.slug), (400, "bad_limit"));
    }
}
