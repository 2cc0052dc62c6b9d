//! Breaking one control at a time, to see that each attack can succeed.

use store::testing::Engine;
use testkit::Plan;
use trustee::controls::{Control, Controls};

/// What is broken in a run.
#[derive(Clone, Copy, Debug)]
pub struct Sabotage {
    /// By what name it is chosen.
    pub name: &'static str,
    /// The gateway's control that is left out.
    pub control: Option<Control>,
    /// Whether the operator takes private members in clear, which only matters when it gets them.
    pub takes_plain: bool,
}

/// The operator's own refusal of private members in clear.
pub const PLAIN_REFUSED: &str = "plain-refused";

/// Every sabotage: each control of the gateway, the operator's refusal, and both that keep a store clean.
pub fn all() -> Vec<Sabotage> {
    let gateway = Control::ALL.iter().map(|control| Sabotage {
        name: control.name(),
        control: Some(*control),
        takes_plain: false,
    });
    let refusal = Sabotage { name: PLAIN_REFUSED, control: None, takes_plain: true };
    let both = Sabotage { name: "seal+plain-refused", control: Some(Control::Seal), takes_plain: true };
    gateway.chain([refusal, both]).collect()
}

/// The gateway's controls in this run.
#[cfg(feature = "sabotage")]
pub fn controls(sabotage: &Sabotage) -> Controls {
    sabotage.control.and_then(|control| Controls::without(control.name())).unwrap_or(Controls::all())
}

/// The plan of the town in this run.
#[cfg(feature = "sabotage")]
pub fn plan(engine: Engine, sabotage: &Sabotage) -> Plan {
    Plan { takes_plain: sabotage.takes_plain, ..Plan::on(engine) }
}

/// All controls: this build has no switch.
#[cfg(not(feature = "sabotage"))]
pub fn controls(_: &Sabotage) -> Controls {
    Controls::all()
}

/// The usual plan: this build has no switch.
#[cfg(not(feature = "sabotage"))]
pub fn plan(engine: Engine, _: &Sabotage) -> Plan {
    Plan::on(engine)
}
