//! Gags on demands: asked about each month, put off by a new document alone, and over on their day.

use super::*;
use treuhand::seed::PersonAccess;

/// A demand under a gag from 15 January to 20 April 2026.
struct Gagged {
    town: Town,
    case: String,
    lawyer: PersonAccess,
}

impl Gagged {
    async fn new() -> Result<Self> {
        let (town, twin) = stage().await?;
        let gag = json!({"gagUntil": "2026-04-20T09:00:00Z", "gagBasis": "StPO 95a, Amtsgericht Hannover"});
        let case = twin.demand(&town.trustee.trustee, "DE", &gag).await?;
        let lawyer = town.legal_officer("recht").await?;
        Ok(Self { town, case, lawyer })
    }

    fn zone(&self) -> &Trustee {
        &self.town.trustee.trustee
    }

    /// Lets days go by, and the minute after them.
    async fn pass(&self, days: i64) -> Result<Twin> {
        self.town.clock.pass(SignedDuration::from_hours(24 * days));
        self.zone().tidy().await?;
        Twin::of(&self.town).await
    }

    async fn lawyer(&self) -> Result<Player> {
        Twin::player(&self.town, &self.lawyer).await
    }

    async fn review(&self, who: &Player, review: &Value) -> Reply {
        let ask = Ask::post(format!("/trustee/v1/legal-cases/{}/gag-reviews", self.case), review);
        ask.bearer(&who.token).of(self.zone()).await
    }

    /// How many items a list has for somebody.
    async fn count(&self, who: &Player, path: &str) -> i64 {
        let list = Ask::get(format!("/trustee/v1/{path}")).bearer(&who.token).of(self.zone()).await;
        list.json()["totalCount"].as_i64().unwrap_or(-1)
    }

    async fn owed(&self, twin: &Twin) -> i64 {
        self.count(&twin.officers[0], "gag-reminders").await
    }

    async fn told(&self, twin: &Twin) -> i64 {
        self.count(&twin.approver, "legal-notices").await
    }

    /// What the log says of the gag, and how often the customer's own count of entries was raised by it.
    fn logged(&self, twin: &Twin) -> (Vec<String>, usize) {
        let told = self.town.log.entries().into_iter().filter(|entry| entry.kind == "legal.case");
        let told: Vec<_> = told.collect();
        let own = told.iter().filter(|entry| entry.tenant.to_string() == twin.customer).count();
        (told.into_iter().map(|entry| format!("{} {}", entry.operation, entry.to)).collect(), own)
    }
}

#[tokio::test]
async fn a_gag_is_asked_about_each_month_and_ends_on_its_day_all_the_same() -> Result<()> {
    let gagged = Gagged::new().await?;
    let twin = gagged.pass(30).await?;
    assert_eq!(gagged.owed(&twin).await, 0, "no month is over yet");
    let twin = gagged.pass(2).await?;
    for _ in 0..2 {
        gagged.zone().tidy().await?;
        assert_eq!(gagged.owed(&twin).await, 1, "one reminder, however often it is looked");
    }
    assert_eq!(gagged.count(&twin.approver, "gag-reminders").await, -1, "the customer is asked nothing");
    // Another program over the same store asks nothing again.
    gagged.town.with_controls(trustee::controls::Controls::all()).await?.trustee.tidy().await?;
    let reminders = |told: &[String]| told.iter().filter(|word| word.contains("reminder")).count();
    assert_eq!(reminders(&gagged.logged(&twin).0), 1);
    let same = json!({"found": "continues"});
    let reviewed = gagged.review(&twin.officers[0], &same).await;
    assert_eq!(reviewed.status, 200, "{}", reviewed.text());
    assert_eq!(reviewed.json()["gagEndsDate"], "2026-04-20T09:00:00Z", "{}", reviewed.text());
    assert_eq!(gagged.owed(&twin).await, 0, "answered");
    let twin = gagged.pass(29).await?;
    assert_eq!(gagged.owed(&twin).await, 1, "the next month");
    // Nobody answers: the customer is told on the day.
    let twin = gagged.pass(33).await?;
    assert_eq!((gagged.owed(&twin).await, gagged.told(&twin).await), (1, 0), "the day before");
    let (words, own) = gagged.logged(&twin);
    assert_eq!(
        (reminders(&words), own),
        (3, 0),
        "the log told nothing that the customer could count: {words:?}"
    );
    let twin = gagged.pass(2).await?;
    assert_eq!((gagged.owed(&twin).await, gagged.told(&twin).await), (0, 1), "on the day");
    check(&gagged.review(&twin.officers[0], &same).await, 409, "state_conflict", "it is over");
    Ok(())
}

#[tokio::test]
async fn a_gag_is_put_off_by_a_legal_officer_with_a_new_document() -> Result<()> {
    let gagged = Gagged::new().await?;
    let twin = gagged.pass(32).await?;
    let lawyer = gagged.lawyer().await?;
    let extended = |until: &str, document: &[u8]| json!({"found": "extended", "until": until, "documentSha256": access::request::sha256(document)});
    let sound = extended("2026-05-20T09:00:00Z", b"extension");
    let bare = json!({"found": "extended", "until": "2026-05-20T09:00:00Z"});
    for (review, status, slug, why) in [
        (json!({"found": "forgotten"}), 400, "bad_property", "no such finding"),
        (bare, 400, "bad_property", "no document"),
        (extended("2026-05-20T09:00:00Z", b"order"), 400, "bad_property", "the demand's own document"),
        (extended("2026-04-20T09:00:00Z", b"extension"), 400, "bad_property", "not a day later"),
        (json!({"found": "continues", "until": "2026-05-20T09:00:00Z"}), 400, "bad_property", "by the way"),
    ] {
        check(&gagged.review(&lawyer, &review).await, status, slug, why);
    }
    check(&gagged.review(&twin.officers[0], &sound).await, 403, "legal_officer_required", "an officer");
    check(&gagged.review(&twin.engineer, &sound).await, 403, "role_required", "the operator's people");
    let done = gagged.review(&lawyer, &sound).await;
    assert_eq!(done.json()["gagEndsDate"], "2026-05-20T09:00:00Z", "{}", done.text());
    assert_eq!(done.json()["gagUntil"], "2026-04-20T09:00:00Z", "what was signed stays: {}", done.text());
    assert_eq!(done.json()["gagReviews"][0]["found"], "extended", "{}", done.text());
    check(
        &gagged.review(&lawyer, &extended("2026-06-20T09:00:00Z", b"extension")).await,
        400,
        "bad_property",
        "the same document twice",
    );
    let twin = gagged.pass(65).await?;
    assert_eq!(gagged.told(&twin).await, 0, "past the first end");
    let over = gagged.review(&twin.officers[0], &json!({"found": "ended"})).await;
    assert_eq!(over.status, 200, "{}", over.text());
    assert_eq!((gagged.told(&twin).await, gagged.owed(&twin).await), (1, 0), "told at once");
    let (words, own) = gagged.logged(&twin);
    let reviews: Vec<_> =
        words.iter().filter(|word| word.contains("review") || word.contains("notice")).collect();
    assert_eq!(reviews.len(), 3, "{reviews:?}");
    assert!(reviews[0].contains("extended") && reviews[1].contains("ended") && own == 1, "{reviews:?}");
    Ok(())
}
