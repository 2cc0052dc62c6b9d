//! What the trustee's gateway tells the operator of its own accord. No caller's request leads here: the trustee's
//! router does not serve this area, and the assertion is the trustee's own.

use crate::resources::agreement::AcceptanceAct;

operations! {
    area "trustee-acts" of Treuhand;

    /// Tells the operator that a customer itself accepted an agreement at the trustee.
    RecordAcceptance "record-acceptance" Post "/treuhand/v1/acts/acceptances" []
        in none by App for OFFICER; Create at Operator;
        takes (AcceptanceAct); gives [201] (one AcceptanceAct); served
}
