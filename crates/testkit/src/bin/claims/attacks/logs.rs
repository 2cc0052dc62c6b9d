//! Whoever runs the log, with its real key: the past rewritten, two histories, a standstill, entries left out, and what
//! outsiders learn from it.

use anyhow::{Context, Result, ensure};
use contract::Role;
use kernel::{Clock, Micros, TenantId};
use ledger::{
    AddCheckpoint, Checkpoint, Entry, Kind, Policy, Purpose, SigningKey, View, judge, prove_consistency,
    read_log, verify_log,
};
use testkit::twin::Twin;
use testkit::{Fetched, LOG_SEED, log_key};
use trustee::log::{Draft, Witnessing};

use crate::canary::{letters, random};
use crate::claim::Verdict;
use crate::flows;
use crate::scene::Scene;
use crate::stage::Stage;
use crate::world;

/// Tenants among whom outsiders should not tell entries apart, and entries.
const TENANTS: u64 = 20;
const ENTRIES: usize = 10_000;
/// Entries written in one step.
const STEP: usize = 500;
/// By so many deviations nothing differs by chance.
const BEYOND_CHANCE: f64 = 8.0;

/// What a reader asks for.
pub fn policy(stage: &Stage) -> Policy {
    Policy { checks: stage.checks(), ..stage.town.policy() }
}

pub fn now(stage: &Stage) -> Micros {
    stage.town.clock.now().as_microsecond()
}

/// Somebody of the operator reads something under a grant, as often as is said.
pub async fn opened(stage: &Stage, uses: usize) -> Result<(Twin, String)> {
    let (twin, sound) = (Twin::of(&stage.town).await?, stage.town.trustee.trustee.clone());
    let grant = twin.granted(&sound, &twin.wish()).await?;
    for _ in 0..uses {
        let read = twin.read_once(&sound, &grant).await;
        ensure!(read.status == 200, "positive control: the rightful use is refused: {}", read.text());
    }
    Ok((twin, grant))
}

/// The log as it is served, which an honest reader believes.
async fn honest(stage: &Stage, last: Option<&str>) -> Result<(Fetched, Vec<Vec<u8>>)> {
    let files = stage.town.fetch_log().await?;
    let last = last.map(str::as_bytes);
    verify_log(&files, &stage.town.policy(), now(stage), last).context("positive control: the honest log")?;
    Ok((files, stage.town.copy_of_log().await?.entries))
}

/// The newest entry of this kind, with another number of rows.
fn changed(leaves: &[Vec<u8>], kind: Kind) -> Result<Vec<Vec<u8>>> {
    let mut leaves = leaves.to_vec();
    let parsed: Vec<Entry> = leaves.iter().map(|leaf| Entry::parse(leaf)).collect::<Result<_, _>>()?;
    let place = parsed.iter().rposition(|entry| entry.kind == kind).context("an entry of this kind")?;
    let mut entry = parsed[place].clone();
    entry.counts = [("rows".parse()?, 77)].into();
    leaves[place] = entry.to_bytes()?;
    Ok(leaves)
}

fn witness() -> Result<SigningKey> {
    Ok(SigningKey::from_seed("witness.example.org", Purpose::Witness, [5; 32])?)
}

/// What a witness answers that has seen this checkpoint last: the status, and the note with its line.
fn witnessed(
    stage: &Stage,
    (leaves, note): (&[Vec<u8>], &str),
    seen: Option<&Checkpoint>,
) -> Result<(u16, String)> {
    let (tree, size) = (world::tree(leaves), leaves.len() as u64);
    let old = seen.map_or(0, |seen| seen.size);
    let proof = if old == size {
        Vec::new()
    } else {
        prove_consistency(size, old, |level, from, count| tree.nodes(level, from, count))?
    };
    let body = AddCheckpoint { old, proof, checkpoint: note.to_owned() }.to_text();
    let judged = judge(body.as_bytes(), &policy(stage), |_| seen.cloned(), &witness()?, now(stage));
    let note = match &judged {
        ledger::Judgement::Cosign { line, .. } => Checkpoint::with_line(note, line),
        _ => note.to_owned(),
    };
    Ok((judged.status(), note))
}

/// C02: one old entry is another, the tree is built anew, and the real key signs it.
pub async fn rewritten(stage: &mut Stage) -> Result<Verdict> {
    let (twin, grant) = opened(stage, 1).await?;
    let seen = stage.town.copy_of_log().await?.checkpoint;
    twin.read_once(&stage.town.trustee.trustee, &grant).await;
    let (_, leaves) = honest(stage, Some(&seen)).await?;
    let last = Checkpoint::peek(seen.as_bytes())?;
    let place = usize::try_from(last.size)?;
    let mut forged = changed(&leaves[..place], Kind::UseResult)?;
    forged.extend_from_slice(&leaves[place..]);
    let files = world::published_by(&log_key()?, &forged, now(stage));
    let said = verify_log(&files, &policy(stage), now(stage), Some(seen.as_bytes()));
    let note = world::note_by(&log_key()?, &forged, now(stage));
    let (status, _) = witnessed(stage, (&forged, &note), Some(&last))?;
    let found = [
        said.is_ok().then(|| "a reader who had seen the log before believed another past".to_owned()),
        (status == 200).then(|| "a witness cosigned another past".to_owned()),
    ];
    let said = said.map_or_else(|why| why.slug, |_| "believed");
    Ok(Verdict::of(found.into_iter().flatten(), format!("a reader: {said}; a witness: {status}")))
}

/// C03: the customer is shown one log and the auditor another, both signed by the real key.
pub async fn split(stage: &mut Stage) -> Result<Verdict> {
    opened(stage, 1).await?;
    let (_, leaves) = honest(stage, None).await?;
    let other = changed(&leaves, Kind::UseResult)?;
    let (key, at) = (log_key()?, now(stage));
    let (mut found, mut views, mut seen, mut statuses) = (Vec::new(), Vec::new(), None, Vec::new());
    let asks = Policy {
        quorum: ledger::Quorum::Witness(witness()?.public().clone()),
        witnesses: vec![("w".to_owned(), witness()?.public().clone(), None)],
        ..policy(stage)
    };
    for leaves in [&leaves, &other] {
        let mut files = world::published_by(&key, leaves, at);
        let note = world::note_by(&key, leaves, at);
        let (status, note) = witnessed(stage, (leaves, &note), seen.as_ref())?;
        files.0.insert("checkpoint".to_owned(), note.clone().into_bytes());
        if seen.is_none() {
            verify_log(&files, &asks, at, None).context("positive control: the witnessed log")?;
            seen = Some(Checkpoint::peek(note.as_bytes())?);
        } else if verify_log(&files, &asks, at, None).is_ok() {
            found.push("a reader who asks for the witness believed the second history".to_owned());
        }
        statuses.push(status);
        views.push((View::whole(read_log(&files, &policy(stage))?, &policy(stage)), note));
    }
    let said = ledger::compare(&views[0].0, &views[1].0).err();
    let evidence = said.as_ref().is_some_and(|why| views.iter().all(|(_, note)| why.found.contains(note)));
    if !evidence {
        found.push("comparing the two gave no evidence".to_owned());
    }
    let slug = said.map_or("nothing", |why| why.slug);
    Ok(Verdict::of(found, format!("a witness: {statuses:?}; both notes side by side: {slug}")))
}

/// C04: nothing is written any more, and the same files are served.
pub async fn frozen(stage: &mut Stage) -> Result<Verdict> {
    opened(stage, 1).await?;
    let (files, _) = honest(stage, None).await?;
    let later = now(stage) + ledger::AGE_LIMIT + 1_000_000;
    let said = verify_log(&files, &policy(stage), later, None);
    let found = said.is_ok().then(|| "a log that stands still was believed".to_owned());
    Ok(Verdict::of(found, said.map_or_else(|why| why.slug, |_| "believed").to_owned()))
}

/// C05: the log is away for a while; what was answered meanwhile is counted, and so is what the log says.
pub async fn omitted(stage: &mut Stage) -> Result<Verdict> {
    let (twin, grant) = opened(stage, 1).await?;
    let attacked = stage.gateway().clone();
    let mut released = 1;
    let mut found = Vec::new();
    for away in [true, false, true] {
        stage.town.log.is_away(away);
        twin.watch(&attacked, &twin.officers[1], &grant).await;
        released += u64::from(twin.read_once(&attacked, &grant).await.status == 200);
        let facts = read_log(&stage.town.fetch_log().await?, &policy(stage))?;
        let told = facts.kinds.get(&Kind::UseIntent).copied().unwrap_or_default();
        if told < released {
            found.push(format!("{released} answers, and the signed log tells of {told}"));
        }
    }
    stage.town.log.is_away(false);
    Ok(Verdict::of(found, format!("{released} answers, each in the signed log before it went out")))
}

/// C07: an outsider sorts ten thousand entries of twenty tenants by whatever their tags show.
pub async fn sorted(stage: &mut Stage) -> Result<Verdict> {
    let tenants: Vec<TenantId> =
        (0..TENANTS).map(|n| TenantId(uuid::Uuid::from_u128(0x7E_0000 + u128::from(n)))).collect();
    for tenant in &tenants {
        stage.town.trustee.keys.create(*tenant).await?;
    }
    let log = stage.gateway().log().clone();
    let first = stage.town.copy_of_log().await?.entries.len();
    let mut seed = u64::from_le_bytes(random());
    let mut draw = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % TENANTS
    };
    let truth: Vec<u64> = (0..ENTRIES).map(|_| draw()).collect();
    for step in truth.chunks(STEP) {
        let drafts: Vec<Draft> = step
            .iter()
            .filter_map(|n| Some(Draft::of(Kind::Openings).about(*tenants.get(usize::try_from(*n).ok()?)?)))
            .collect();
        log.act(&tenants, move |tx, pen| drafts.iter().try_for_each(|draft| pen.note(tx, draft).map(|_| ())))
            .await?;
    }
    let entries = stage.town.copy_of_log().await?.entries;
    let tags: Vec<[u8; 32]> =
        entries[first..].iter().filter_map(|entry| Some(Entry::parse(entry).ok()?.tag?.0)).collect();
    ensure!(tags.len() == ENTRIES, "{} entries with tags", tags.len());
    let most = (0..64).map(|place| deviation(&tags, &truth, place)).fold(f64::MIN, f64::max);
    let together = neighbours(&tags, &truth);
    let told = format!(
        "{ENTRIES} entries of {TENANTS} tenants: no place of a tag deviates by more than {most:.1}, sorting by {together:.1}"
    );
    let found = (most > BEYOND_CHANCE || together > BEYOND_CHANCE)
        .then(|| format!("tags show whose they are: {most:.1} and {together:.1} standard deviations"));
    Ok(Verdict::of(found, told))
}

/// By how many standard deviations a half byte of the tags depends on the tenant (chi-squared).
fn deviation(tags: &[[u8; 32]], truth: &[u64], place: usize) -> f64 {
    let tenants = usize::try_from(TENANTS).unwrap_or(1);
    let mut counts = vec![[0_f64; 16]; tenants];
    for (tag, tenant) in tags.iter().zip(truth) {
        let byte = tag[place / 2];
        let half = if place.is_multiple_of(2) { byte >> 4 } else { byte & 15 };
        if let Some(row) = usize::try_from(*tenant).ok().and_then(|n| counts.get_mut(n)) {
            row[usize::from(half)] += 1.0;
        }
    }
    let all: f64 = counts.iter().flatten().sum();
    let columns: Vec<f64> = (0..16).map(|half| counts.iter().map(|row| row[half]).sum()).collect();
    let mut chi = 0.0;
    for row in &counts {
        let own: f64 = row.iter().sum();
        for (seen, column) in row.iter().zip(&columns) {
            let expected = own * column / all;
            if expected > 0.0 {
                chi += (seen - expected).powi(2) / expected;
            } else {
                chi += seen;
            }
        }
    }
    let free = f64::from(u32::try_from((tenants - 1) * 15).unwrap_or(1));
    (chi - free) / (2.0 * free).sqrt()
}

/// By how many standard deviations tags that lie together belong together.
fn neighbours(tags: &[[u8; 32]], truth: &[u64]) -> f64 {
    let mut sorted: Vec<_> = tags.iter().zip(truth).collect();
    sorted.sort_unstable();
    let same = sorted.windows(2).filter(|pair| pair[0].1 == pair[1].1).count();
    let float = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    let (pairs, chance) = (float(sorted.len() - 1), 1.0 / f64::from(u32::try_from(TENANTS).unwrap_or(1)));
    (float(same) - pairs * chance) / (pairs * chance * (1.0 - chance)).sqrt()
}

/// C11: everything is played, a grant is asked for in words, and every tile is searched.
pub async fn named(stage: &mut Stage) -> Result<Verdict> {
    let played = flows::play(stage).await?;
    let twin = Twin::of(&stage.town).await?;
    // A zone with a log of its own: what the others write goes through the first one's.
    let house = stage.town.witnessed(stage.controls(), Witnessing::none()).await?;
    let (sound, attacked) = (stage.town.trustee.trustee.clone(), house.trustee.clone());
    let purpose = letters().to_lowercase();
    stage.aviary.keep("a purpose", &purpose);
    stage.aviary.keep("a customer's id", &twin.customer);
    stage.aviary.keep("a person's id", &twin.person(&sound, &twin.approver).await);
    let mut wish = twin.wish();
    wish["purpose"] = serde_json::json!(purpose);
    let grant = twin.granted(&attacked, &wish).await?;
    stage.aviary.keep("a grant's id", &grant);
    twin.read_once(&attacked, &grant).await;
    stage.agent("protokoll").await?;
    stage.town.new_person(twin.customer.parse()?, "kundin", &[Role::CustomerAdmin]).await?;
    let entries = stage.town.copy_of_log().await?.entries.join(&b'\n');
    let found = stage.searcher()?.bytes("the log", &entries);
    if !found.is_empty() {
        return Ok(Verdict::of(found, String::new()));
    }
    ensure!(played.failed.is_empty(), "the flows did not run: {}", played.failed.join(", "));
    let told = String::from_utf8_lossy(&entries).matches("customer_support").count();
    ensure!(told > 3, "positive control: the log tells of the grant {told} times");
    let canaries = stage.aviary.canaries.len();
    Ok(Verdict::of(found, format!("0 hits of {canaries} canaries, names and ids in {} bytes", entries.len())))
}

/// The seed of the town's log, for texts that are no checkpoints.
pub fn resigned(text: &str) -> String {
    world::resign_by(testkit::LOG_ORIGIN, LOG_SEED, text)
}
