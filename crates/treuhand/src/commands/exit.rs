//! `treuhand export` and `treuhand import`: leaving with everything of one's own, and arriving with it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use client::Call;
use contract::operations as op;
use contract::resources::export::CustomerExport;
use envelope::age::{self, Identity, Recipient};
use treuhand::arrival;
use treuhand::folder::write_private;
use trustee::exports::archive::{Archive, Manifest};

use super::access::door::Way;
use super::access::{json, listed};
use super::{block_on, log, say};
use crate::cli::exit::{Export, ExportAct, Import, ImportAct};
use crate::instance::world;

/// Carries out one act of leaving.
pub fn export(options: &Export) -> Result<()> {
    log();
    match &options.act {
        ExportAct::Key { out } => key(out),
        ExportAct::Open { archive, identity, out } => open(archive, identity, out),
        ExportAct::Verify { folder } => {
            told(&read(folder)?.verify()?);
            Ok(())
        }
        ExportAct::Compare { left, arrived } => compare(left, arrived),
        ExportAct::Make { .. } | ExportAct::List { .. } | ExportAct::Get { .. } => {
            let way = Way::open(&options.door)?;
            block_on(asked(&way, &options.act))
        }
    }
}

/// Carries out one act of arriving.
pub fn import(options: &Import) -> Result<()> {
    log();
    let way = Way::open(&options.door)?;
    block_on(arrive(&way, &options.act))
}

async fn asked(way: &Way, act: &ExportAct) -> Result<()> {
    match act {
        ExportAct::Make { customer, recipient, out } => {
            let _: Recipient = recipient.parse().context("--recipient")?;
            ensure!(!out.exists(), "{} is there already", out.display());
            let body = CustomerExport { recipient: Some(recipient.clone()), ..CustomerExport::default() };
            let call = Call::to(op::CreateCustomerExport).param("customer-id", customer).body(&body);
            let made = way.client.call(call).await?.value;
            fetch(way, customer, made.id.as_deref().unwrap_or_default(), out).await?;
            if way.json {
                return json(&made);
            }
            say(&line(&made));
            Ok(())
        }
        ExportAct::List { customer } => {
            let call = Call::to(op::ListCustomerExports).param("customer-id", customer);
            let found = way.client.call(call).await?.value.items;
            listed(way, &found, line, "Nothing was exported yet.")
        }
        ExportAct::Get { customer, id, out } => fetch(way, customer, id, out).await,
        _ => bail!("this is done without asking anybody"),
    }
}

async fn fetch(way: &Way, customer: &str, id: &str, out: &Path) -> Result<()> {
    let call = Call::to(op::GetCustomerExportArchive).param("customer-id", customer).param("export-id", id);
    let archive = way.client.document(call).await?.value;
    write_private(out, &archive)?;
    if !way.json {
        say(&format!("The archive is in {}.", out.display()));
    }
    Ok(())
}

/// An archive in one line.
fn line(one: &CustomerExport) -> String {
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    let day = |at: Option<jiff::Timestamp>| {
        at.map_or_else(|| "-".to_owned(), |at| at.strftime("%Y-%m-%d").to_string())
    };
    format!(
        "{}  made {}  kept until {}  {} records  {} bytes  fetched {} times  {}",
        text(&one.id),
        day(one.requested_date),
        day(one.kept_until),
        one.records.unwrap_or_default(),
        one.bytes.unwrap_or_default(),
        one.fetched.unwrap_or_default(),
        text(&one.sha256)
    )
}

fn key(out: &Path) -> Result<()> {
    ensure!(!out.exists(), "{} is there already", out.display());
    let identity = Identity::generate(&*world()?.entropy);
    write_private(out, identity.to_text()?.as_bytes())?;
    say(&identity.recipient()?.to_string());
    Ok(())
}

fn open(archive: &Path, identity: &Path, out: &Path) -> Result<()> {
    let content = |path: &Path| fs::read(path).with_context(|| format!("cannot read {}", path.display()));
    let identity =
        zeroize::Zeroizing::new(String::from_utf8(content(identity)?).context("the key file is no text")?);
    let tar = age::open(&Identity::parse(&identity)?, &content(archive)?)?;
    let archive = Archive::from_tar(&tar)?;
    let manifest = archive.verify()?;
    fs::create_dir(out).with_context(|| format!("cannot make {}", out.display()))?;
    for (path, content) in archive.files() {
        let path = out.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        write_private(&path, content)?;
    }
    told(&manifest);
    Ok(())
}

fn told(manifest: &Manifest) {
    let records: u64 = manifest.files.iter().filter_map(|file| file.records).sum();
    say(&format!(
        "Whole: {records} records in {} files, of {} in {}, made {}.",
        manifest.files.len(),
        manifest.tenant,
        manifest.cloud,
        manifest.made
    ));
    for missing in &manifest.missing {
        say(&format!("missing {}: {}", missing.operation, missing.why));
    }
}

/// The unpacked archive in a folder.
fn read(folder: &Path) -> Result<Archive> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).with_context(|| format!("cannot read {}", next.display()))? {
            let (path, kind) = {
                let entry = entry?;
                (entry.path(), entry.file_type()?)
            };
            if kind.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder)?.to_string_lossy().into_owned();
            files.insert(name, fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?);
        }
    }
    Ok(Archive::of(files))
}

fn compare(left: &Path, arrived: &Path) -> Result<()> {
    let differences = arrival::differences(&read(left)?, &read(arrived)?)?;
    for one in &differences {
        say(&format!("differs: {one}"));
    }
    ensure!(differences.is_empty(), "{} things differ", differences.len());
    say("Equal.");
    Ok(())
}

async fn arrive(way: &Way, act: &ImportAct) -> Result<()> {
    match act {
        ImportAct::Customer { folder, domain } => {
            let made = arrival::customer(&way.client, &read(folder)?, domain.as_deref()).await?;
            if way.json {
                return json(&made);
            }
            say(&format!("The customer is {}.", made.id.unwrap_or_default()));
            let first = made.user_credentials.unwrap_or_default();
            say(&format!(
                "First sign-in: {}  {}",
                first.user_name.unwrap_or_default(),
                first.password.unwrap_or_default()
            ));
            say("Next, the trustee verifies its approver, who runs `treuhand import records`.");
            Ok(())
        }
        ImportAct::Records { folder, customer } => {
            let brought = arrival::customers_own(&way.client, customer, &read(folder)?).await?;
            if way.json {
                return json(&serde_json::json!({"people": brought.people, "history": brought.history}));
            }
            for one in &brought.people {
                say(&format!(
                    "{}  {}",
                    one.user_principal_name.clone().unwrap_or_default(),
                    one.one_time_password.clone().unwrap_or_default()
                ));
            }
            let agreements = brought.history.iter().filter_map(|one| one.agreements.as_ref()).map(Vec::len);
            say(&format!("{} agreements are kept as history.", agreements.sum::<usize>()));
            Ok(())
        }
    }
}
