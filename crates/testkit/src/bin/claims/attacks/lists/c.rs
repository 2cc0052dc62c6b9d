//! C: the transparency log.

use super::super::{back, grants};
use crate::claim::claims;
use crate::stage::Stage;

claims! { of Stage:
    "C01" "an older trustee store stays sealed until two officers signed" by back::unsealed, felled by "restore-officers";
    "C01T" "a cut tail of the log unseals nothing" by back::cut_tail, felled by "restore-tail";
    "C08" "what cannot be logged is not released" by grants::unlogged, felled by "log-first";
}
