//! Shares of the embedded key service's root: who holds them, how they are made, and how a lost root comes back.
//!
//! One file, one part: sets and their holders (here), the ceremony in which a root comes back (`ceremony`).
//!
//! Invariants: a set takes two officers; its shares leave once, each sealed to its holder's key, and none is kept here; the
//! set before counts no more; that a set was made, and each use of a share, is in the log.
//!
//! Deliberately absent: the shares themselves in any store or log, and any way to a root in the clear.

mod ceremony;

pub use ceremony::{Ceremony, Ready, Replaced};

use access::Kind;
use contract::collection::Collection;
use contract::operation::Party;
use contract::query::{PageLimits, Query};
use contract::resources::key_share::{ShareHolder, ShareSet};
use contract::route::Matched;
use edge::{Request, Response};
use envelope::SharePlan;
use envelope::shares::{FEWEST, Holder, MOST, SealedShare};
use kernel::{Micros, Problem};
use std::sync::Arc;
use store::trustee::persons;
use store::trustee::shares::{self as rows, HolderRow, SetRow};
use store::{Store, StoreError, Tx};

use crate::controls::Control;
use crate::desk::desk;
use crate::four_eyes;
use crate::gateway::{Gateway, bad};
use crate::identity::Caller;
use crate::keys::{HOUSE, Keys};
use crate::log::{Draft, Pen};
use crate::persons::{ENROLLED, account_stands, kind_of, officer};

/// How many shares bring a root back where nobody says.
const NEEDED: u8 = 3;
/// Of so many.
const HOLDERS: usize = 5;

/// One call on its way: what the handlers see of it.
struct Desk<'a> {
    gateway: &'a Gateway,
    matched: &'a Matched<'a>,
    caller: &'a Arc<Caller>,
    request: &'a Request,
}

desk! {
    ListShareSets => Desk::list,
    CreateShareSet => Desk::create,
}

/// Carries out an operation for a caller who was let in.
pub(crate) async fn serve(
    gateway: &Gateway,
    matched: &Matched<'_>,
    caller: &Arc<Caller>,
    request: &Request,
) -> Result<Response, Problem> {
    carry_out(&Desk { gateway, matched, caller, request }).await
}

/// What officers ask for.
struct Wanted {
    needed: u8,
    holders: Vec<Holder>,
}

impl Wanted {
    fn read(asked: ShareSet) -> Result<Self, Problem> {
        let given = asked.holders.unwrap_or_default();
        let mut holders: Vec<Holder> = Vec::with_capacity(given.len());
        for one in given {
            let to = one.recipient.unwrap_or_default();
            let to = to.parse().map_err(|_| {
                bad(
                    "recipient",
                    "must be a public key in age's form: it begins with age1, and age-keygen prints it",
                )
            })?;
            let person = one.person_id.unwrap_or_default().to_lowercase();
            if holders.iter().any(|other| other.person == person || other.to == to) {
                return Err(bad("holders", "must be different persons with different keys"));
            }
            holders.push(Holder { person, to });
        }
        if asked.needed.is_none() && holders.len() != HOLDERS {
            return Err(bad(
                "holders",
                "must be five, unless needed says how many shares bring the root back",
            ));
        }
        let needed = asked.needed.map_or(Ok(NEEDED), u8::try_from).unwrap_or_default();
        let of = u8::try_from(holders.len()).unwrap_or(u8::MAX);
        if of > MOST || !(FEWEST..=of).contains(&needed) {
            return Err(bad("needed", "must be 2 at least and all holders at most, who are 16 at most"));
        }
        Ok(Self { needed, holders })
    }

    /// In words that say all that decides something, whatever the order in which the holders were named.
    fn wish(&self) -> String {
        let mut holders: Vec<String> =
            self.holders.iter().map(|one| format!("{}={}", one.person, one.to)).collect();
        holders.sort_unstable();
        format!("key-shares needed {} of {} for {}", self.needed, holders.len(), holders.join(" "))
    }
}

impl Desk<'_> {
    async fn list(&self, (): ()) -> Result<Collection<ShareSet>, Problem> {
        let page =
            Query::parse(self.request.query(), self.matched.spec.query)?.page(PageLimits::CUSTOMERS)?;
        let limit = u32::try_from(page.size).unwrap_or(u32::MAX);
        let offset = u32::try_from(page.offset).unwrap_or(u32::MAX);
        let read = move |tx: &mut Tx| {
            let mut found = Vec::new();
            for row in rows::sets(tx, offset, limit)? {
                let mut holders = Vec::new();
                for holder in rows::holders(tx, &row.id)? {
                    let stands = holds(tx, &holder.person)?;
                    holders.push((holder, stands));
                }
                found.push(shown(row, holders));
            }
            Ok::<_, Problem>(found)
        };
        Ok(Collection::new(self.gateway.store.try_read("share-sets", read).await?))
    }

    async fn create(&self, asked: ShareSet) -> Result<ShareSet, Problem> {
        let Gateway { keys, log, controls, store, .. } = self.gateway;
        let by = self.caller.user.ok_or_else(Problem::internal)?;
        let now = self.gateway.clock.now().as_microsecond();
        let wanted = Wanted::read(asked)?;
        let (id, instance) = (self.gateway.new_id(), self.caller.tenant.to_string());
        let beside = log.signer().expose();
        let split = if controls.on(Control::SharesNeeded) { wanted.needed } else { FEWEST };
        let plan = SharePlan {
            instance: &instance,
            id: &id,
            needed: split,
            holders: &wanted.holders,
            beside: beside.as_bytes(),
        };
        // Nobody gets them before the second officer's word; what one officer alone asks for is forgotten here.
        let (root, made) = keys.share_root(&plan).await?;
        let row = SetRow {
            id: id.clone(),
            root,
            needed: wanted.needed.into(),
            log_origin: log.key().name().to_owned(),
            made_at: now,
            first: String::new(),
            second: by.to_string(),
            state: "current".to_owned(),
            ended_at: 0,
        };
        let holders = holders(&id, &wanted.holders, &made);
        let (caller, controls, wish, kept) = (self.caller.clone(), *controls, wanted.wish(), holders.clone());
        let act = move |tx: &mut Tx, pen: &mut Pen<'_>| {
            let by = officer(tx, &caller)?;
            for holder in &kept {
                if !holds(tx, &holder.person)? {
                    return Err(bad(
                        "personId",
                        "must be one of the trustee's enrolled officers or auditors",
                    ));
                }
            }
            let first = four_eyes::join(tx, controls, &wish, by, now)?;
            let row = SetRow { first, ..row.clone() };
            rows::add(tx, &row, &kept)?;
            let people: Vec<&str> = kept.iter().map(|holder| holder.person.as_str()).collect();
            let draft = Draft::of(ledger::Kind::ShareSet).about(HOUSE).by(&row.second).op("made");
            let draft = draft.counting("needed", row.needed.into()).counting("of", kept.len() as u64);
            let draft = draft.counting("root", row.root.into());
            pen.note(
                tx,
                &draft.detail(serde_json::json!({"set": row.id, "first": row.first, "holders": people})),
            )?;
            Ok(row)
        };
        let done = log.act(&[HOUSE], act).await.map(|(row, _)| row);
        let row = four_eyes::noted(store, (by, now), done).await?;
        let mut set = shown(row, holders.into_iter().map(|holder| (holder, true)).collect());
        for (holder, share) in set.holders.iter_mut().flatten().zip(made) {
            holder.share = Some(share.file);
        }
        Ok(set)
    }
}

/// What is known of a set's holders.
fn holders(set: &str, people: &[Holder], made: &[SealedShare]) -> Vec<HolderRow> {
    let row = |(one, share): (&Holder, &SealedShare)| HolderRow {
        set_id: set.to_owned(),
        number: share.head.number.into(),
        person: one.person.clone(),
        recipient: one.to.to_string(),
        digest: share.digest.clone(),
        used_at: 0,
    };
    people.iter().zip(made).map(row).collect()
}

/// Whether a person may hold a share now: one of the trustee's people.
fn holds(tx: &mut Tx, person: &str) -> Result<bool, Problem> {
    let row = persons::person(tx, person)?.filter(|row| row.state == ENROLLED);
    let Some(row) = row else { return Ok(false) };
    let ours = [Kind::TrusteeOfficer, Kind::LegalOfficer, Kind::Auditor];
    Ok(kind_of(&row).is_some_and(|kind| ours.contains(&kind)) && account_stands(tx, &row)?)
}

/// How it is with the shares of the root, as one word: `elsewhere` where the key service keeps its root itself, `none`,
/// `unfinished` while a ceremony has not replaced the root, `short` when so many holders left that the others are too few or
/// the log's key is another since, `current`.
pub(crate) async fn standing(store: &Store, keys: &Keys, log_origin: &str) -> Result<&'static str, Problem> {
    if !keys.service().keeps_root() {
        return Ok("elsewhere");
    }
    let log_origin = log_origin.to_owned();
    let read = move |tx: &mut Tx| {
        if rows::unfinished(tx)?.is_some() {
            return Ok("unfinished");
        }
        let Some(set) = rows::current(tx)? else { return Ok("none") };
        let mut stand = 0;
        for holder in rows::holders(tx, &set.id)? {
            stand += u32::from(holds(tx, &holder.person)?);
        }
        Ok::<_, Problem>(if stand < set.needed || set.log_origin != log_origin { "short" } else { "current" })
    };
    store.try_read("shares-standing", read).await
}

/// The id that no other installation has: the trustee's own tenant.
fn instance(tx: &mut Tx) -> Result<String, StoreError> {
    let own = store::trustee::directory::tenant_of_party(tx, crate::identity::party_name(Party::Trustee))?;
    Ok(own.map(|tenant| tenant.id.to_string()).unwrap_or_default())
}

fn date(at: Micros) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_microsecond(at).ok().filter(|_| at != 0)
}

fn shown(row: SetRow, holders: Vec<(HolderRow, bool)>) -> ShareSet {
    let standing = holders.iter().filter(|(_, stands)| *stands).count();
    let holder = |(holder, stands): (HolderRow, bool)| ShareHolder {
        number: Some(holder.number.into()),
        person_id: Some(holder.person),
        recipient: Some(holder.recipient),
        share: None,
        used_date: date(holder.used_at),
        standing: Some(stands),
    };
    ShareSet {
        id: Some(row.id),
        needed: Some(row.needed.into()),
        holders: Some(holders.into_iter().map(holder).collect()),
        root_version: Some(row.root.into()),
        state: Some(row.state),
        log_origin: Some(row.log_origin),
        made_by: Some(row.first),
        confirmed_by: Some(row.second),
        made_date: date(row.made_at),
        ended_date: date(row.ended_at),
        standing: i64::try_from(standing).ok(),
    }
}
