//! The operator zone's own controls, each with a name, so that a test can show what happens without it.
//!
//! Invariant: that of [`kernel::controls!`]: only a build with the feature `sabotage` can leave one out.

kernel::controls! {
    /// One thing that the operator zone does by itself, whatever the gateway does.
    one Control;
    /// Which controls work: all of them, unless this is a sabotage build that was told to leave one out.
    all Controls;
    /// A private member in clear is refused before anything looks at it.
    PlainRefused = "plain-refused";
    /// Nothing is sold to a customer that has not accepted the agreements of this cloud.
    SignedAgreements = "signed-agreements";
}
