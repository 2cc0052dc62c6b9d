//! The operator's store changed by hand: envelopes exchanged, put back, damaged.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use store::testing::TestStore;
use testkit::Ask;

use crate::canary::Canary;
use crate::claim::Verdict;
use crate::stage::{Stage, text};

/// Where an envelope lies, and the call that shows it.
struct Cell {
    name: String,
    table: &'static str,
    column: &'static str,
    row: String,
    path: String,
    /// What its record holds.
    canaries: Vec<Canary>,
}

impl Cell {
    fn read(&self, store: &TestStore) -> Result<String> {
        let sql = format!("SELECT {} FROM {} WHERE {}", self.column, self.table, self.row);
        let found = store.by_hand(&sql)?.rows.pop().and_then(|mut row| row.pop());
        found.filter(|text| !text.is_empty()).with_context(|| format!("no envelope of {}", self.name))
    }

    fn write(&self, store: &TestStore, envelope: &str) -> Result<()> {
        let sql = format!("UPDATE {} SET {} = '{envelope}' WHERE {}", self.table, self.column, self.row);
        ensure!(store.by_hand(&sql)?.changed == 1, "{} is no single row", self.name);
        Ok(())
    }
}

/// Two customers and the partner's own profiles, all with envelopes in the store.
async fn cells(stage: &mut Stage) -> Result<Vec<Cell>> {
    let mut cells = Vec::new();
    for prefix in ["erste", "zweite"] {
        let victim = stage.victim(prefix).await?;
        for (record, column) in [("billing", "billing_sealed"), ("company", "company_sealed")] {
            let shape = if record == "billing" { "CustomerBillingProfile" } else { "CustomerCompanyProfile" };
            cells.push(Cell {
                name: format!("{prefix}'s {record} profile"),
                table: "customers",
                column,
                row: format!("customer_id = '{}'", victim.id),
                path: format!("/v1/customers/{}/profiles/{record}", victim.id),
                canaries: victim
                    .canaries
                    .iter()
                    .filter(|one| one.place.starts_with(shape))
                    .cloned()
                    .collect(),
            });
        }
    }
    let tenant = stage.town.partner("direct")?.tenant_id.clone();
    for (kind, write) in [("support", "/v1/profiles/supportprofile"), ("billing", "/v1/profiles/billing")] {
        let before = stage.aviary.canaries.len();
        let spec = contract::route::route(contract::Method::Put, write)
            .map_err(|_| anyhow::anyhow!("no route"))?
            .spec;
        let mut body = serde_json::json!({});
        stage.aviary.fill(spec.body.context("a body")?(), &mut body);
        let admin = stage.admin.clone();
        let put = stage.sound(&admin, Ask::new("PUT", write).json(&body)).await;
        ensure!(put.status == 200, "the profile was not written: {}", put.text());
        cells.push(Cell {
            name: format!("the partner's {kind} profile"),
            table: "partner_profiles",
            column: "sealed",
            row: format!("account_id = '{tenant}' AND kind = '{kind}'"),
            path: format!("/v1/profiles/{kind}"),
            canaries: stage.aviary.canaries[before..].to_vec(),
        });
    }
    Ok(cells)
}

/// Every pair of envelopes in each other's place.
pub async fn swapped(stage: &mut Stage) -> Result<Verdict> {
    let cells = cells(stage).await?;
    let store = stage.town.operator_store.clone();
    let envelopes = cells.iter().map(|cell| cell.read(&store)).collect::<Result<Vec<_>>>()?;
    let (mut found, mut pairs) = (Vec::new(), 0);
    let admin = stage.admin.clone();
    for (at, cell) in cells.iter().enumerate() {
        for (from, envelope) in envelopes.iter().enumerate().filter(|(from, _)| *from != at) {
            cell.write(&store, envelope)?;
            let got = stage.call(&admin, Ask::get(cell.path.as_str())).await;
            pairs += 1;
            if (got.status, got.slug().as_str()) != (502, "envelope_refused") {
                found
                    .push(format!("{} with the envelope of {}: {}", cell.name, cells[from].name, got.status));
            }
            if cells[from].canaries.iter().any(|canary| got.text().contains(&canary.core)) {
                found.push(format!("{} showed what belongs to {}", cell.name, cells[from].name));
            }
        }
        cell.write(&store, &envelopes[at])?;
        let back = stage.sound(&admin, Ask::get(cell.path.as_str())).await;
        ensure!(back.status == 200, "{} does not open after all was put back", cell.name);
    }
    Ok(Verdict::of(found, format!("{pairs} pairs of {} envelopes: 502 envelope_refused each", cells.len())))
}

/// Yesterday's envelope in today's row.
pub async fn rolled_back(stage: &mut Stage) -> Result<Verdict> {
    let cells = cells(stage).await?;
    let cell = &cells[0];
    let store = stage.town.operator_store.clone();
    let old = cell.read(&store)?;
    let app = stage.app.clone();
    let mut profile = stage.sound(&app, Ask::get(cell.path.as_str())).await.json();
    profile["firstName"] = Value::String(stage.aviary.plant("CustomerBillingProfile", "firstName"));
    let put = stage.sound(&app, Ask::new("PUT", cell.path.as_str()).json(&profile)).await;
    ensure!(put.status == 200, "the profile was not changed: {}", put.text());
    cell.write(&store, &old)?;
    let got = stage.call(&app, Ask::get(cell.path.as_str())).await;
    let mut found = Vec::new();
    if (got.status, got.slug().as_str()) != (502, "stale_envelope") {
        found.push(format!("an older envelope was answered with {} {}", got.status, got.slug()));
    }
    if cell.canaries.iter().any(|canary| got.text().contains(&canary.core)) {
        found.push("an older envelope was opened".to_owned());
    }
    Ok(Verdict::of(found, "502 stale_envelope".to_owned()))
}

/// Every byte of an envelope changed, and the envelope cut short.
pub async fn damaged(stage: &mut Stage) -> Result<Verdict> {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    let victim = stage.victim("opfer").await?;
    let path = format!("/v1/customers/{}/profiles/billing", victim.id);
    let app = stage.app.clone();
    let store = stage.town.operator_store.clone();
    let row = format!("customer_id = '{}'", victim.id);
    let cell = Cell {
        name: "the victim's billing profile".to_owned(),
        table: "customers",
        column: "billing_sealed",
        row,
        path,
        canaries: victim.canaries,
    };
    let genuine = URL_SAFE_NO_PAD.decode(cell.read(&store)?)?;
    let mut damaged: Vec<(String, Vec<u8>)> = Vec::new();
    for at in 0..genuine.len() {
        let mut changed = genuine.clone();
        changed[at] ^= 1 << (at % 8);
        damaged.push((format!("byte {at} changed"), changed));
    }
    for length in [0, 1, 4, 22, genuine.len() / 2, genuine.len() - 16, genuine.len() - 1] {
        damaged.push((format!("cut to {length} bytes"), genuine[..length].to_vec()));
    }
    let mut found = Vec::new();
    for (what, bytes) in &damaged {
        cell.write(&store, &URL_SAFE_NO_PAD.encode(bytes))?;
        let got = stage.call(&app, Ask::get(cell.path.as_str())).await;
        if got.status != 502 {
            found.push(format!("an envelope with {what} was answered with {}", got.status));
        }
    }
    cell.write(&store, &URL_SAFE_NO_PAD.encode(&genuine))?;
    let back = stage.sound(&app, Ask::get(cell.path.as_str())).await.json();
    ensure!(
        text(&back["firstName"])?
            == cell
                .canaries
                .iter()
                .find(|one| one.place.ends_with("Profile.firstName"))
                .context("a canary")?
                .core
    );
    Ok(Verdict::of(found, format!("{} damaged envelopes: 502 each, no panic", damaged.len())))
}
