//! Breaking one control at a time, to see that each attack can succeed.

use testkit::Plan;
use trustee::controls::{Control, Controls};

/// What is broken in a run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sabotage {
    /// By what name it is chosen.
    pub name: &'static str,
    /// The trustee's control that is left out.
    pub control: Option<Control>,
    /// Whether the operator takes private members in clear, which only matters when it gets them.
    pub takes_plain: bool,
}

/// The operator's own refusal of private members in clear.
pub const PLAIN_REFUSED: &str = "plain-refused";

/// Every sabotage: each control of the trustee, the operator's refusal, and both that keep a store
/// clean.
pub fn all() -> Vec<Sabotage> {
    let controls = Control::ALL.iter().map(|control| Sabotage {
        name: control.name(),
        control: Some(*control),
        ..Sabotage::default()
    });
    let refusal = Sabotage { name: PLAIN_REFUSED, takes_plain: true, ..Sabotage::default() };
    let both = Sabotage { name: "seal+plain-refused", control: Some(Control::Seal), ..refusal };
    controls.chain([refusal, both]).collect()
}

/// The gateway's controls in this run.
#[cfg(feature = "sabotage")]
pub fn controls(sabotage: &Sabotage) -> Controls {
    sabotage.control.and_then(|control| Controls::without(control.name())).unwrap_or(Controls::all())
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

/// The plan as it is: this build has no switch.
#[cfg(not(feature = "sabotage"))]
pub fn plan(plan: Plan, _: &Sabotage) -> Plan {
    plan
}
