//! What the program itself sees to, around the zones: each with a name, so that a test can show what happens without it.
//!
//! Invariant: that of [`kernel::controls!`]: only a build with the feature `sabotage` can leave one out.

kernel::controls! {
    /// One thing that the program sees to.
    one Guard;
    /// Which of them are there: all, unless this is a sabotage build that was told to leave one out.
    all Guards;
    /// Nobody is called who is not declared.
    Outbound = "outbound";
    /// The operator zone speaks to nobody but the gateway, which shows its certificate.
    GatewayCertificate = "gateway-certificate";
    /// The gateway speaks to nobody but the operator zone, which shows its certificate.
    OperatorCertificate = "operator-certificate";
    /// A data folder is closed to other users of the machine.
    ClosedFolder = "closed-folder";
}
