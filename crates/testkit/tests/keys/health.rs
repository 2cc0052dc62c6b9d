//! What `/health` says of the keys.

use super::*;
use edge::management::HEALTH;
use edge::{Health, Management, Metrics, Request, Zone, http};
use jiff::SignedDuration;
use std::sync::Arc;

#[tokio::test]
async fn health_says_what_the_last_look_at_the_keys_found_and_when_nobody_has_looked() -> Result<()> {
    let (town, _) = stage().await?;
    let health = Arc::<Health>::default();
    town.trustee.stands_on(treuhand::host::here(), &health).await;
    let management = Management { health, metrics: Arc::<Metrics>::default() };
    let word = async || {
        let (parts, ()) = http::Request::get(HEALTH).body(()).expect("a request").into_parts();
        let answer = management.handle(Request::from_parts(parts, Vec::new().into())).await;
        let said: Value = serde_json::from_slice(&answer.body).expect("JSON");
        (answer.status.as_u16(), said["keys"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(word().await, (200, "sound".to_owned()), "looked at the start");
    town.clock.pass(SignedDuration::from_mins(14));
    assert_eq!(word().await.1, "sound");
    town.clock.pass(SignedDuration::from_mins(2));
    assert_eq!(word().await.1, "unknown", "three looks did not happen");
    town.trustee.trustee.tidy().await?;
    assert_eq!(word().await.1, "sound", "looked again");
    Ok(())
}
