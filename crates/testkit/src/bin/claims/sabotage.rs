//! Breaking one control at a time, to see that each attack can succeed.

use edge::Outbound;
use ledger::{Check, Checks};
use testkit::Plan;
use trustee::controls::{Control, Controls};

/// What is broken in a run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sabotage {
    /// By what name it is chosen.
    pub name: &'static str,
    /// The trustee's control that is left out.
    pub control: Option<Control>,
    /// What readers and witnesses of the log do not look at.
    #[cfg_attr(not(feature = "sabotage"), expect(dead_code, reason = "there is no switch"))]
    pub check: Option<Check>,
    /// Whether the operator takes private members in clear, which only matters when it gets them.
    pub takes_plain: bool,
    /// Whether a zone calls whomever it likes.
    #[cfg_attr(not(feature = "sabotage"), expect(dead_code, reason = "there is no switch"))]
    pub calls_anybody: bool,
}

/// The operator's own refusal of private members in clear.
pub const PLAIN_REFUSED: &str = "plain-refused";

/// Every sabotage: each control of the trustee, each look of readers, the guard of what is called, the operator's refusal,
/// and both that keep a store clean.
pub fn all() -> Vec<Sabotage> {
    let controls = Control::ALL.iter().map(|control| Sabotage {
        name: control.name(),
        control: Some(*control),
        ..Sabotage::default()
    });
    let checks = Check::ALL.iter().map(|check| Sabotage {
        name: check.name(),
        check: Some(*check),
        ..Sabotage::default()
    });
    let refusal = Sabotage { name: PLAIN_REFUSED, takes_plain: true, ..Sabotage::default() };
    let both = Sabotage { name: "seal+plain-refused", control: Some(Control::Seal), ..refusal };
    let guard = Sabotage { name: "outbound", calls_anybody: true, ..Sabotage::default() };
    controls.chain(checks).chain([guard, refusal, both]).collect()
}

/// The gateway's controls in this run.
#[cfg(feature = "sabotage")]
pub fn controls(sabotage: &Sabotage) -> Controls {
    sabotage.control.and_then(|control| Controls::without(control.name())).unwrap_or(Controls::all())
}

/// Whom a client may call in this run.
#[cfg(feature = "sabotage")]
pub fn outbound(sabotage: &Sabotage, declared: Outbound) -> Outbound {
    if sabotage.calls_anybody { Outbound::anywhere() } else { declared }
}

/// What readers look at in this run.
#[cfg(feature = "sabotage")]
pub fn checks(sabotage: &Sabotage) -> Checks {
    sabotage.check.and_then(|check| Checks::without(check.name())).unwrap_or(Checks::all())
}

/// The plan of the town in this run.
#[cfg(feature = "sabotage")]
pub fn plan(plan: Plan, sabotage: &Sabotage) -> Plan {
    Plan { takes_plain: sabotage.takes_plain, ..plan }
}

/// All controls: this build has no switch.
#[cfg(not(feature = "sabotage"))]
pub fn controls(_: &Sabotage) -> Controls {
    Controls::all()
}

/// What is declared: this build has no switch.
#[cfg(not(feature = "sabotage"))]
pub fn outbound(_: &Sabotage, declared: Outbound) -> Outbound {
    declared
}

/// Everything is looked at: this build has no switch.
#[cfg(not(feature = "sabotage"))]
pub fn checks(_: &Sabotage) -> Checks {
    Checks::all()
}

/// The plan as it is: this build has no switch.
#[cfg(not(feature = "sabotage"))]
pub fn plan(plan: Plan, _: &Sabotage) -> Plan {
    plan
}
