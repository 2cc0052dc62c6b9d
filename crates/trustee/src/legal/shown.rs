//! A case as the contract has it.

use contract::resources::legal::{LegalAssessment, LegalCase};
use kernel::{Micros, Problem};
use store::Tx;
use store::trustee::persons;

use super::cases::Loaded;

pub(super) fn date(at: Micros) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_microsecond(at).ok().filter(|_| at != 0)
}

/// The case with its assessments.
pub(super) fn shown(tx: &mut Tx, loaded: Loaded) -> Result<LegalCase, Problem> {
    let Loaded { row, case, assessments, result } = loaded;
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    let words = |text: &str| text.split(',').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let reviews = super::gags::reviews(tx, &row.id)?;
    let mut found = Vec::new();
    for one in assessments {
        let person = persons::person(tx, &one.person)?;
        found.push(LegalAssessment {
            outcome: Some(one.outcome),
            decided_date: date(one.signed_at),
            fingerprint: Some(one.fingerprint),
            kind: person.map(|person| person.kind),
            person_id: Some(one.person),
            signature: Some(one.signature),
            signed_text: None,
        });
    }
    Ok(LegalCase {
        id: Some(row.id),
        tenant_id: Some(row.tenant),
        authority: Some(row.authority),
        country: Some(row.country),
        legal_basis: Some(row.basis),
        instrument: given(row.instrument),
        document_sha256: Some(row.document),
        demand: Some(row.demand),
        records: Some(words(&row.records)),
        fields: Some(words(&row.fields)),
        addressee_key: given(row.addressee),
        received_date: date(row.received_at),
        received_by: given(row.received_by),
        gag_basis: given(row.gag_basis),
        gag_until: date(row.gag_until),
        gag_ends_date: date(row.gag_ends_at),
        gag_reviews: Some(reviews).filter(|reviews| !reviews.is_empty()),
        text: Some(row.text),
        outcomes: Some(case.outcomes().iter().map(|one| one.name().to_owned()).collect()),
        result: result.map(|one| one.name().to_owned()),
        assessments: Some(found),
        notified_date: date(row.notified_at),
        disclosed_date: date(row.disclosed_at),
    })
}
