//! A sandbox's clock, limits and accounts.

use crate::resources::sandbox::{SandboxAccount, SandboxClock, SandboxSettings};

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

    /// Opens the partner's sandbox account and shows its administrator's first sign-in once.
    CreateSandboxAccount "create-sandbox-account" Post "/sandbox/v1/accounts" []
        in none by AppUser for GLOBAL_ADMIN; Create at Composed;
        takes (SandboxAccount); gives [201] (one SandboxAccount); served
}
