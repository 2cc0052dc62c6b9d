//! Which controls the zones of this program have: all of them. A build with the feature `sabotage`, which tests make and
//! nobody ships, leaves out what `TREUHAND_WITHOUT` names; no other build knows the variable.

#[cfg(all(feature = "sabotage", feature = "trustee"))]
mod anybody;

#[cfg(feature = "sabotage")]
mod switch {
    use anyhow::{Context, Result};
    use treuhand::guards::Guards;

    /// The name of what is left out.
    const VARIABLE: &str = "TREUHAND_WITHOUT";

    #[expect(
        clippy::disallowed_methods,
        reason = "sabotage builds are told by the environment what to leave out"
    )]
    fn named() -> Option<String> {
        std::env::var(VARIABLE).ok().filter(|name| !name.is_empty())
    }

    /// What the program itself sees to.
    pub fn guards() -> Guards {
        named().and_then(|name| Guards::without(&name)).unwrap_or(Guards::all())
    }

    /// The controls of a zone, unless what is left out is the program's.
    fn of_zone<C>(all: C, without: fn(&str) -> Option<C>) -> Result<C> {
        let Some(name) = named() else { return Ok(all) };
        let of_program = Guards::without(&name).is_some();
        let chosen = without(&name).or(of_program.then_some(all));
        chosen.with_context(|| format!("{VARIABLE}: this zone has no control {name}"))
    }

    /// The gateway's controls.
    #[cfg(feature = "trustee")]
    pub fn of_trustee() -> Result<trustee::controls::Controls> {
        use trustee::controls::Controls;
        of_zone(Controls::all(), Controls::without)
    }

    /// The operator zone's controls.
    #[cfg(feature = "operator")]
    pub fn of_operator() -> Result<operator::controls::Controls> {
        use operator::controls::Controls;
        of_zone(Controls::all(), Controls::without)
    }

    /// The gateway's client.
    #[cfg(feature = "trustee")]
    pub fn link(client: rustls::ClientConfig) -> rustls::ClientConfig {
        let trusts = guards().on(treuhand::guards::Guard::OperatorCertificate);
        if trusts { client } else { super::anybody::trusted(client) }
    }
}

#[cfg(not(feature = "sabotage"))]
mod switch {
    use anyhow::Result;
    use treuhand::guards::Guards;

    /// What the program itself sees to.
    pub fn guards() -> Guards {
        Guards::all()
    }

    /// The gateway's controls.
    #[cfg(feature = "trustee")]
    #[expect(clippy::unnecessary_wraps, reason = "a sabotage build can be told nonsense")]
    pub fn of_trustee() -> Result<trustee::controls::Controls> {
        Ok(trustee::controls::Controls::all())
    }

    /// The operator zone's controls.
    #[cfg(feature = "operator")]
    #[expect(clippy::unnecessary_wraps, reason = "a sabotage build can be told nonsense")]
    pub fn of_operator() -> Result<operator::controls::Controls> {
        Ok(operator::controls::Controls::all())
    }

    /// The gateway's client.
    #[cfg(feature = "trustee")]
    pub fn link(client: rustls::ClientConfig) -> rustls::ClientConfig {
        client
    }
}

pub use switch::*;
