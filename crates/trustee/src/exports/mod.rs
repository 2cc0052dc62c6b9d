//! Leaving with everything of one's own, and arriving with it: archives sealed to the customer's own key, and the history
//! that a customer brings along.
//!
//! One file, one part: what an archive is (`archive`), what goes into one (`kinds`), how that is gathered (`gather`).
//!
//! Invariants: the customer's enrolled approver asks; the entry in the log commits together with the archive, so nothing can be
//! fetched of which the log does not tell; what is kept here is sealed to a key that is not here.
//!
//! Deliberately absent: secrets of people (passwords, second factors), which no operation shows; and putting an archive
//! back, which is done by calls of the contract (`treuhand import`).

pub mod archive;
mod gather;
mod kinds;

use access::Kind as PersonKind;
use contract::collection::Collection;
use contract::operation::{Operation, Reply};
use contract::operations as op;
use contract::resources::export::{CustomerExport, CustomerHistory};
use contract::route::Matched;
use edge::http::header::CACHE_CONTROL;
use edge::{Request, Response};
use envelope::age::{self, Recipient};
use kernel::{Code, CustomerId, Micros, Problem, TenantId};
use ledger::Kind as Told;
use std::sync::Arc;
use store::Tx;
use store::trustee::erasures;
use store::trustee::exports::{self as rows, ExportRow, HistoryRow};

use crate::controls::Control;
use crate::desk::desk;
use crate::gateway::{Gateway, bad, customer_of, unknown_customer};
use crate::grants::who;
use crate::identity::Caller;
use crate::log::{Draft, Pen};
use archive::{Manifest, Missing, sha256};
use gather::Gathered;

/// How long an archive can be fetched.
const KEPT: Micros = 7 * 24 * 3600 * 1_000_000;
/// An export reads everything: one a minute is enough.
const PAUSE: Micros = 60_000_000;

/// One call on its way: what the handlers see of it.
struct Desk<'a> {
    gateway: &'a Gateway,
    matched: &'a Matched<'a>,
    caller: &'a Arc<Caller>,
    request: &'a Request,
}

desk! {
    CreateCustomerExport => Desk::create,
    ListCustomerExports => Desk::list,
    KeepCustomerHistory => Desk::keep,
    ListCustomerHistory => Desk::history,
}

/// The operation that answers with a file.
pub(crate) const FILES: &[&contract::Spec] = &[op::GetCustomerExportArchive::SPEC];

/// Carries out an operation for a caller who was let in.
pub(crate) async fn serve(
    gateway: &Gateway,
    matched: &Matched<'_>,
    caller: &Arc<Caller>,
    request: &Request,
) -> Result<Response, Problem> {
    let desk = Desk { gateway, matched, caller, request };
    let whose = customer_of(&matched.params)?.ok_or_else(unknown_customer)?;
    if whose.0 != caller.tenant.0 {
        return Err(unknown_customer());
    }
    if FILES.contains(&matched.spec) { desk.fetch().await } else { carry_out(&desk).await }
}

impl Desk<'_> {
    fn tenant(&self) -> TenantId {
        self.caller.tenant
    }

    async fn create(&self, asked: CustomerExport) -> Result<CustomerExport, Problem> {
        let to: Recipient = asked.recipient.unwrap_or_default().parse().map_err(|_| {
            bad(
                "recipient",
                "must be a public key in age's form: it begins with age1, and age-keygen prints it",
            )
        })?;
        self.gateway.export(self.caller, to).await.map(shown)
    }

    async fn list(&self, (): ()) -> Result<Collection<CustomerExport>, Problem> {
        let tenant = self.tenant();
        let found = self.gateway.store.read("list_exports", move |tx| rows::of(tx, tenant)).await?;
        Ok(Collection::new(found.into_iter().map(shown).collect()))
    }

    async fn fetch(&self) -> Result<Response, Problem> {
        let Reply::File(file) = self.matched.spec.reply else { return Err(Problem::internal()) };
        self.gateway.persons.require_approver(self.caller).await?;
        let tenant = self.tenant();
        let id = self.matched.params.get("export-id").unwrap_or_default().to_lowercase();
        let fetch = move |tx: &mut Tx| {
            let archive = rows::archive(tx, tenant, &id)?;
            if archive.is_some() {
                rows::fetched(tx, tenant, &id)?;
            }
            Ok(archive)
        };
        let archive = self.gateway.store.write("fetch_export", fetch).await?;
        let archive = archive
            .ok_or_else(|| contract::errors::not_found("There is no such archive, or it is kept no more."))?;
        let name = file.name_of(&self.matched.params);
        Ok(Response::document(file.media, &name, archive).header(CACHE_CONTROL, "no-store"))
    }

    async fn keep(&self, brought: CustomerHistory) -> Result<CustomerHistory, Problem> {
        let manifest = brought.manifest_sha256.clone().unwrap_or_default().to_lowercase();
        if manifest.len() != 64 || !manifest.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(bad("manifestSha256", "must be the SHA-256 of the export's manifest in hexadecimal"));
        }
        if brought.source_tenant_id.is_none() {
            return Err(bad(
                "sourceTenantId",
                "is required: the customer's id in the cloud that it comes from",
            ));
        }
        let body = serde_json::to_string(&brought).map_err(|_| Problem::internal())?;
        let (caller, tenant, now) =
            (self.caller.clone(), self.tenant(), self.gateway.clock.now().as_microsecond());
        let keep = move |tx: &mut Tx| {
            let who = who(tx, &caller, &[PersonKind::CustomerApprover])?;
            let row = HistoryRow {
                manifest: manifest.clone(),
                body: body.clone(),
                kept_by: who.row.id,
                kept_at: now,
            };
            if rows::keep(tx, tenant, &row)? {
                return Ok(row);
            }
            let why = "This export's history was brought before.";
            Err(Problem::new(409, Code(0), "state_conflict", why))
        };
        told(tenant, self.gateway.store.try_write("keep_history", keep).await?)
    }

    async fn history(&self, (): ()) -> Result<Collection<CustomerHistory>, Problem> {
        let tenant = self.tenant();
        let found = self.gateway.store.read("list_history", move |tx| rows::history(tx, tenant)).await?;
        found.into_iter().map(|row| told(tenant, row)).collect::<Result<_, _>>().map(Collection::new)
    }
}

impl Gateway {
    /// Makes an archive of everything of the caller's organisation, sealed to this key.
    async fn export(&self, caller: &Arc<Caller>, to: Recipient) -> Result<ExportRow, Problem> {
        let (tenant, now) = (caller.tenant, self.clock.now().as_microsecond());
        let asking = caller.clone();
        let may = move |tx: &mut Tx| {
            let who = who(tx, &asking, &[PersonKind::CustomerApprover])?;
            match rows::of(tx, tenant)?.first() {
                Some(last) if now < last.requested_at + PAUSE => Err(too_soon()),
                _ => Ok(who),
            }
        };
        let who = self.store.try_read("may_export", may).await?;
        self.keys.of(tenant).await?; // 503 or 410 before anything is gathered
        let gathered = self.gather(caller, CustomerId(tenant.0)).await?;
        let id = self.new_id();
        let (archive, records, files) = self.sealed(gathered, (&id, tenant), now, to)?;
        let row = ExportRow {
            id,
            tenant,
            recipient: to.to_string(),
            requested_by: who.row.id,
            requested_at: now,
            kept_until: now + KEPT,
            records,
            files,
            bytes: i64::try_from(archive.len()).unwrap_or(i64::MAX),
            sha256: sha256(&archive),
            fetched: 0,
            kept: true,
        };
        let digest = format!("sha256:{}", row.sha256).parse().map_err(|_| Problem::internal())?;
        let (kept, archive) = (row.clone(), Arc::new(archive));
        let act = move |tx: &mut Tx, pen: &mut Pen<'_>| {
            if erasures::is_erased(tx, tenant)? {
                return Err(Problem::new(410, Code(0), "shredded", "The customer's keys were destroyed."));
            }
            rows::drop_of(tx, tenant)?;
            rows::add(tx, &kept, &archive)?;
            let detail = serde_json::json!({
                "export": kept.id, "recipient": kept.recipient, "left": crate::left::by_export(kept.kept_until),
            });
            let draft =
                Draft::of(Told::Export).about(tenant).by(&kept.requested_by).digest("archive", digest);
            let draft = draft.counting("rows", kept.records.unsigned_abs());
            pen.note(tx, &draft.counting("bytes", kept.bytes.unsigned_abs()).detail(detail)).map(|_| ())
        };
        self.log.act(&[tenant], act).await?;
        Ok(row)
    }

    /// The archive, with the number of its records and files.
    fn sealed(
        &self,
        gathered: Gathered,
        (id, tenant): (&str, TenantId),
        now: Micros,
        to: Recipient,
    ) -> Result<(Vec<u8>, i64, i64), Problem> {
        let Gathered { mut archive, schemas, missing, partners } = gathered;
        let described = contract::resources::all().iter().copied();
        let described = described.filter(|shape| schemas.values().any(|name| name == shape.name));
        let schema = contract::openapi::schemas(described);
        let schema = serde_json::to_vec_pretty(&schema).map_err(|_| Problem::internal())?;
        archive.put(archive::SCHEMA.to_owned(), schema);
        let left = |(spec, why): &(&contract::Spec, &str)| Missing {
            operation: spec.id.to_owned(),
            why: (*why).to_owned(),
        };
        let about = Manifest {
            export: id.to_owned(),
            tenant: tenant.to_string(),
            cloud: self.profile.title.clone(),
            operator: self.profile.operator.clone(),
            trustee: self.profile.trustee.clone(),
            program: concat!("treuhand ", env!("CARGO_PKG_VERSION")).to_owned(),
            origin: self.grants.origin.clone(),
            made: access::request::time(now),
            partners: partners.iter().map(ToString::to_string).collect(),
            missing,
            left_out: kinds::LEFT_OUT.iter().chain(kinds::OF_PARTNERS).map(left).collect(),
            ..Manifest::default()
        };
        let records = archive.close(about, &schemas).map_err(|_| Problem::internal())?;
        let files = i64::try_from(archive.files().count()).unwrap_or(i64::MAX);
        let made = u64::try_from(now / 1_000_000).unwrap_or_default();
        let tar = zeroize::Zeroizing::new(archive.to_tar(made).map_err(|_| Problem::internal())?);
        let sealed = if self.controls.on(Control::ExportSealed) {
            age::seal(to, &tar, &*self.entropy)
                .map_err(|_| bad("recipient", "is no key that can be sealed to"))?
        } else {
            tar.to_vec()
        };
        Ok((sealed, i64::try_from(records).unwrap_or(i64::MAX), files))
    }
}

fn too_soon() -> Problem {
    let why = "An export was made within the last minute. Fetch that one, or wait.";
    Problem::new(429, Code(0), "too_many_requests", why).retry_after(60)
}

fn date(at: Micros) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_microsecond(at).ok()
}

fn shown(row: ExportRow) -> CustomerExport {
    CustomerExport {
        id: Some(row.id),
        customer_id: Some(row.tenant.to_string()),
        recipient: Some(row.recipient),
        requested_by: Some(row.requested_by),
        requested_date: date(row.requested_at),
        kept_until: date(row.kept_until).filter(|_| row.kept),
        records: Some(row.records),
        files: Some(row.files),
        bytes: Some(row.bytes),
        sha256: Some(row.sha256),
        fetched: Some(row.fetched),
    }
}

fn told(tenant: TenantId, row: HistoryRow) -> Result<CustomerHistory, Problem> {
    let brought: CustomerHistory = serde_json::from_str(&row.body).map_err(|_| Problem::internal())?;
    Ok(CustomerHistory {
        customer_id: Some(tenant.to_string()),
        kept_by: Some(row.kept_by),
        kept_date: date(row.kept_at),
        ..brought
    })
}
