//! A sandbox's clock, limits and accounts.

use crate::resources::sandbox::{SandboxClock, SandboxSettings};

operations! {
    area "sandbox-accounts" of Sandbox;

    /// Reads the sandbox's clock.
    GetClock "get-clock" Get "/sandbox/v1/clock" []
        in none by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (one SandboxClock); served

    /// Moves the sandbox's clock forward; what falls due on the way happens.
    AdvanceClock "advance-clock" Post "/sandbox/v1/clock" []
        in none by Both for ADMINS; Act at Operator;
        takes (SandboxClock); gives [200] (one SandboxClock); served

    /// Reads the sandbox's limits and whether simulated customers accept agreements at once.
    GetSandboxSettings "get-sandbox-settings" Get "/sandbox/v1/settings" []
        in none by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (one SandboxSettings); served

    /// Sets the sandbox's limits and whether simulated customers accept agreements at once.
    UpdateSandboxSettings "update-sandbox-settings" Put "/sandbox/v1/settings" []
        in none by Both for ADMINS; Change at Operator;
        takes (SandboxSettings); gives [200] (one SandboxSettings); served

    /// Opens a sandbox account for the partner.
    CreateSandboxAccount "create-sandbox-account" Post "/sandbox/v1/accounts" []
        in none by AppUser for ADMINS; Create at Composed;
        takes later; gives [201] (one later); planned
}
