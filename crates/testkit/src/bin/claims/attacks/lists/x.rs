//! X: law, place, and how honest the house is about itself.

use super::super::{law, place};
use crate::claim::claims;
use crate::stage::Stage;

claims! { of Stage:
    "X02" "nobody is called who is not declared, by no redirect and no change of name service" by place::undeclared, felled by "outbound";
    "X03" "staff abroad get nothing" by place::abroad, felled by "staff-country";
    "X04" "a foreign order without effect in Germany leads to no disclosure" by law::foreign, felled by "foreign-order";
    "X04D" "nor does one that somebody rewrites in the trustee's database" by law::rewritten, felled by "signed-case";
    "X05" "an emergency takes two officers on duty and a review" by law::emergency, felled by "review" "duty-roster";
    "X05G" "neither silence nor a word without a new document keeps a customer from being told" by law::gagged, felled by "gag-document";
    "X06" "one host is not two because the operator says so" by place::elsewhere, felled by "measured-level";
    "X07" "who has not signed with the trustee is sold nothing" by place::unsigned, felled by "signed-agreements";
    "X08" "what a data subject wrote to the operator is nowhere at the operator, and sealed at the trustee" by law::handed_over, felled by "subject-sealed";
}
