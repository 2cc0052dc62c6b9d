//! Signing in on a device that has no browser, with the browser of a person.

use super::*;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A device of the public app, with its codes.
async fn device(world: &World) -> (String, String) {
    let form = world.public_form(&[("scope", "openid offline_access")]);
    let (status, body) = world.post(&format!("/{}/oauth2/v2.0/devicecode", world.tenant), &form).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(text(&body, "verification_uri"), format!("{AUTHORITY}/device"));
    let code = text(&body, "user_code");
    assert!(code.len() == 9 && code.as_bytes()[4] == b'-', "{code}");
    (text(&body, "device_code"), code)
}

/// What the device hears: the error, or nothing with the answer.
async fn asks(world: &World, code: &str) -> (String, Value) {
    let form = world.public_form(&[("grant_type", GRANT), ("device_code", code)]);
    let (_, body) = world.post(&format!("/{}/oauth2/v2.0/token", world.tenant), &form).await;
    (text(&body, "error"), body)
}

/// A browser in which erika is signed in, which the page for codes asked for.
async fn signed_in(world: &World) -> Browser<'_> {
    let arrived = format!("{AUTHORITY}/signin/done");
    world.identity.ensure_portal_app(world.tenant, vec![arrived]).await.expect("the pages' app");
    let browser = Browser::new(world);
    let page = browser.go("GET", "/device?user_code=bcdf-ghjk", "").await;
    let name = "erika@contoso.onmicrosoft.de";
    let page = browser.submit(&page, &[("user_name", name), ("password", PASSWORD)]).await;
    let back = page.at.strip_prefix(AUTHORITY).expect("an address of ours").to_owned();
    let page = browser.go("GET", &back, "").await;
    assert!(page.html.contains("name=\"user_code\""), "back on the page for codes: {}", page.html);
    browser
}

/// Types a code and, where a device waits, answers; gives the last page.
async fn answers(browser: &Browser<'_>, code: &str, what: &str) -> Shown {
    let page = browser.go("GET", &format!("/device?user_code={code}"), "").await;
    if !page.html.contains("value=\"allow\"") {
        return page;
    }
    assert!(page.html.contains("App"), "the person sees which app asks: {}", page.html);
    let code = page.hidden("user_code");
    browser.submit(&page, &[("user_code", &code), ("do", what)]).await
}

#[tokio::test]
async fn a_device_gets_a_token_when_a_person_says_so_and_once() {
    let world = World::new().await;
    let (device_code, user_code) = device(&world).await;
    assert_eq!(asks(&world, &device_code).await.0, "authorization_pending");
    assert_eq!(asks(&world, &device_code).await.0, "slow_down");
    world.clock.forward(5);
    assert_eq!(asks(&world, &device_code).await.0, "authorization_pending");
    let browser = signed_in(&world).await;
    let wrong = answers(&browser, "BCDF-GHJK", "allow").await;
    assert_eq!(wrong.status, 403, "no device waits for this code");
    let form = format!("user_code={user_code}&do=allow");
    assert_eq!(browser.go("POST", "/device", &form).await.status, 403, "a form that is not from our page");
    world.clock.forward(5);
    assert_eq!(asks(&world, &device_code).await.0, "authorization_pending", "nobody has answered");
    assert_eq!(answers(&browser, &user_code.to_lowercase(), "allow").await.status, 200);
    let (error, body) = asks(&world, &device_code).await;
    assert_eq!(error, "", "{body}");
    assert_eq!(claims_of(&text(&body, "access_token"))["oid"], world.user.to_string().as_str());
    assert!(body["refresh_token"].is_string(), "{body}");
    assert_eq!(asks(&world, &device_code).await.0, "expired_token", "it is worth one token");
}

#[tokio::test]
async fn a_no_and_silence_give_nothing() {
    let world = World::new().await;
    let browser = signed_in(&world).await;
    let (denied, user_code) = device(&world).await;
    answers(&browser, &user_code, "deny").await;
    assert_eq!(asks(&world, &denied).await.0, "access_denied");
    assert_eq!(answers(&browser, &user_code, "allow").await.status, 403, "a no is final");
    let (silent, user_code) = device(&world).await;
    let form = world.form(&[("grant_type", GRANT), ("device_code", &silent)]);
    let (_, other) = world.post(&format!("/{}/oauth2/v2.0/token", world.tenant), &form).await;
    assert_eq!(text(&other, "error"), "expired_token", "another app's code is none");
    world.clock.forward(15 * 60);
    assert_eq!(asks(&world, &silent).await.0, "expired_token");
    assert_eq!(answers(&browser, &user_code, "allow").await.status, 403, "too late");
}
