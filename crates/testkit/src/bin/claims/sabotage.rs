//! Breaking one control at a time, to see that each attack can succeed.

use edge::Outbound;
use ledger::{Check, Checks};
use testkit::Plan;
use treuhand::guards::Guard;
use trustee::controls::{Control, Controls};

use operator::controls::Control as OperatorControl;

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
    /// The operator's own control that is left out, which only matters when the trustee lets it come to that.
    pub operator: Option<OperatorControl>,
    /// What the programs do not see to.
    pub guard: Option<Guard>,
}

/// Every sabotage: each control of the trustee, each look of readers, each control of the operator's, each guard of the
/// programs, and both that keep a store clean.
pub fn all() -> Vec<Sabotage> {
    let none = Sabotage::default();
    let controls = Control::ALL.iter().map(|one| Sabotage { name: one.name(), control: Some(*one), ..none });
    let checks = Check::ALL.iter().map(|one| Sabotage { name: one.name(), check: Some(*one), ..none });
    let operators =
        OperatorControl::ALL.iter().map(|one| Sabotage { name: one.name(), operator: Some(*one), ..none });
    let guards = Guard::ALL.iter().map(|one| Sabotage { name: one.name(), guard: Some(*one), ..none });
    let (seal, plain) = (Some(Control::Seal), Some(OperatorControl::PlainRefused));
    let both = Sabotage { name: "seal+plain-refused", control: seal, operator: plain, ..none };
    controls.chain(checks).chain(operators).chain(guards).chain([both]).collect()
}

impl Sabotage {
    /// What the trustee's program is told to leave out.
    pub fn of_trustee(&self) -> Option<&'static str> {
        self.control.map(Control::name).or(self.guard.map(Guard::name))
    }

    /// What the operator's program is told to leave out.
    pub fn of_operator(&self) -> Option<&'static str> {
        self.operator.map(OperatorControl::name).or(self.guard.map(Guard::name))
    }
}

/// The gateway's controls in this run.
#[cfg(feature = "sabotage")]
pub fn controls(sabotage: &Sabotage) -> Controls {
    sabotage.control.and_then(|control| Controls::without(control.name())).unwrap_or(Controls::all())
}

/// Whom a client may call in this run.
#[cfg(feature = "sabotage")]
pub fn outbound(sabotage: &Sabotage, declared: Outbound) -> Outbound {
    if sabotage.guard == Some(Guard::Outbound) { Outbound::anywhere() } else { declared }
}

/// What readers look at in this run.
#[cfg(feature = "sabotage")]
pub fn checks(sabotage: &Sabotage) -> Checks {
    sabotage.check.and_then(|check| Checks::without(check.name())).unwrap_or(Checks::all())
}

/// The plan of the town in this run.
#[cfg(feature = "sabotage")]
pub fn plan(plan: Plan, sabotage: &Sabotage) -> Plan {
    use operator::controls::Controls;
    let without = sabotage.operator.and_then(|control| Controls::without(control.name()));
    Plan { operator: without.unwrap_or(Controls::all()), ..plan }
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
