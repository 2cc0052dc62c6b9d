//! X: law, place, and how honest the house is about itself.

use super::super::law;
use crate::claim::claims;
use crate::stage::Stage;

claims! { of Stage:
    "X04" "a foreign order without effect in Germany leads to no disclosure" by law::foreign, felled by "foreign-order";
    "X04D" "nor does one that somebody rewrites in the trustee's database" by law::rewritten, felled by "signed-case";
    "X05" "an emergency takes two officers and a review" by law::emergency, felled by "review";
}
