//! Two officers for whatever lets people in: the second one asks for the same as the first, and then it is done.
//!
//! Invariants: a wish of one officer changes nothing but the list of wishes; the two are different accounts of officers
//! and, as soon as two officers are enrolled as persons, of enrolled persons; what is done is what the second one asked
//! for, and both stand in the books; nobody but two officers gives a customer's approver a new way in.
//!
//! Deliberately absent: a second pair of eyes for locking somebody out, which must be possible at once.

use access::Kind;
use kernel::{Code, Micros, Problem, UserId};
use store::trustee::directory::Person;
use store::trustee::persons;
use store::trustee::wishes::{self, WishRow};
use store::{Store, Tx};

use crate::controls::{Control, Controls};
use crate::persons::{ENROLLED, kind_of, stands_as_officer};

/// What one officer alone is told.
pub(crate) const SECOND: &str = "second_officer_required";
/// How long a wish waits for a second officer.
const LIFE: Micros = 7 * 86_400_000_000;

/// The officer who has asked for the same before; both wishes are done with.
///
/// # Errors
/// 409 [`SECOND`] with the wish, when there is none. To be handed to [`noted`].
pub(crate) fn join(
    tx: &mut Tx,
    controls: Controls,
    wish: &str,
    by: UserId,
    now: Micros,
) -> Result<String, Problem> {
    join_as(tx, controls, &[Kind::TrusteeOfficer], wish, (by, now))
}

/// [`join`] among officers of these kinds.
///
/// # Errors
/// As [`join`].
pub(crate) fn join_as(
    tx: &mut Tx,
    controls: Controls,
    kinds: &[Kind],
    wish: &str,
    (by, now): (UserId, Micros),
) -> Result<String, Problem> {
    if !controls.on(Control::SecondOfficer) {
        return Ok(by.to_string());
    }
    if !stands_as_officer(tx, by, kinds)? {
        let text = "Only officers who are enrolled as persons themselves may do this.";
        return Err(Problem::new(403, Code(0), "person_not_enrolled", text));
    }
    for other in wishes::others(tx, wish, &by.to_string(), now)? {
        let Ok(first) = other.officer.parse() else { continue };
        if stands_as_officer(tx, first, kinds)? {
            wishes::done(tx, wish)?;
            return Ok(other.officer);
        }
    }
    let text = "This takes two officers. Your wish is noted; it is done as soon as another officer asks for the same, \
                within seven days.";
    Err(Problem::new(409, Code(0), SECOND, text).with(wish))
}

/// Notes the wish of an officer who was told that a second one is needed.
pub(crate) async fn noted<R>(
    store: &Store,
    (by, now): (UserId, Micros),
    done: Result<R, Problem>,
) -> Result<R, Problem> {
    if let Err(problem) = &done
        && problem.slug == SECOND
        && let Some(wish) = problem.data.last().cloned()
    {
        let row = WishRow { wish, officer: by.to_string(), wished_at: now, expires_at: now + LIFE };
        store.write("note_wish", move |tx| wishes::add(tx, &row)).await?;
    }
    done
}

/// Refuses a customer's administrator who would give the customer's approver another way in: the person was verified
/// by the trustee, and stays the one who was verified.
pub(crate) fn keep_approver(
    tx: &mut Tx,
    controls: Controls,
    before: &Person,
    after: &Person,
) -> Result<(), Problem> {
    let way_in = before.password_hash != after.password_hash || before.totp != after.totp;
    let rights = before.roles != after.roles || (before.state != after.state && after.state == "active");
    // Taking rights away is anybody's who administers the tenant.
    let gone = after.state == "deleted";
    if gone || !(way_in || rights) || !controls.on(Control::FirstApprover) {
        return Ok(());
    }
    let person = persons::of_account(tx, &before.id.to_string())?;
    let is_approver =
        |row: &persons::PersonRow| row.state == ENROLLED && kind_of(row) == Some(Kind::CustomerApprover);
    if !person.is_some_and(|row| is_approver(&row)) {
        return Ok(());
    }
    let text = "This person was verified by the data trustee as the customer's approver. Only two of its officers give \
                a new password, second factor or rights; you can lock the person out.";
    Err(Problem::new(403, Code(0), "approver_is_the_trustees", text))
}
