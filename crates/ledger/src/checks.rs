//! What readers and witnesses look at, each with a name, so that a sabotage build can show what happens without it.

kernel::controls! {
    /// One thing that a reader or a witness of a log looks at.
    one Check;
    /// What is looked at: everything, unless this is a sabotage build that was told to leave one thing out.
    all Checks;
    /// A log has only grown since the reader saw it last.
    Growth = "reader-growth";
    /// The newest entry is recent.
    Freshness = "reader-freshness";
    /// A tenant's entries carry its tags, in their order, each once.
    Tags = "reader-tags";
    /// A report says what its entries say.
    Derived = "reader-report";
    /// The log holds no entry of a tenant that its report leaves out.
    LeftOut = "reader-left-out";
    /// A witness cosigns nothing but growth of what it has cosigned before.
    Memory = "witness-memory";
}
