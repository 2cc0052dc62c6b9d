//! Which controls the zones of this program have: all of them. A build with the feature `sabotage`, which tests make and
//! nobody ships, leaves out what `TREUHAND_WITHOUT` names; no other build knows the variable.

#[cfg(feature = "sabotage")]
mod switch {
    use anyhow::{Context, Result, bail};

    /// The name of what is left out.
    const VARIABLE: &str = "TREUHAND_WITHOUT";
    /// The operator zone's one control that can be left out.
    #[cfg(feature = "operator")]
    const PLAIN_REFUSED: &str = "plain-refused";

    #[expect(
        clippy::disallowed_methods,
        reason = "sabotage builds are told by the environment what to leave out"
    )]
    fn named() -> Option<String> {
        std::env::var(VARIABLE).ok().filter(|name| !name.is_empty())
    }

    /// The gateway's controls.
    #[cfg(feature = "trustee")]
    pub fn of_trustee() -> Result<trustee::controls::Controls> {
        use trustee::controls::Controls;
        let Some(name) = named() else { return Ok(Controls::all()) };
        Controls::without(&name).with_context(|| format!("{VARIABLE}: the gateway has no control {name}"))
    }

    /// The operator zone.
    #[cfg(feature = "operator")]
    pub fn operator(config: operator::OperatorConfig) -> Result<operator::Operator> {
        match named().as_deref() {
            None => Ok(operator::Operator::new(config)),
            Some(PLAIN_REFUSED) => Ok(operator::Operator::that_takes_plain(config)),
            Some(name) => bail!("{VARIABLE}: the operator zone has no control {name}"),
        }
    }
}

#[cfg(not(feature = "sabotage"))]
mod switch {
    use anyhow::Result;

    /// The gateway's controls.
    #[cfg(feature = "trustee")]
    #[expect(clippy::unnecessary_wraps, reason = "a sabotage build can be told nonsense")]
    pub fn of_trustee() -> Result<trustee::controls::Controls> {
        Ok(trustee::controls::Controls::all())
    }

    /// The operator zone.
    #[cfg(feature = "operator")]
    #[expect(clippy::unnecessary_wraps, reason = "a sabotage build can be told nonsense")]
    pub fn operator(config: operator::OperatorConfig) -> Result<operator::Operator> {
        Ok(operator::Operator::new(config))
    }
}

pub use switch::*;
