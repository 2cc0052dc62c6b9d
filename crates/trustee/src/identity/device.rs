//! Signing in on a device that has no browser (RFC 8628): the device shows a short code, a person types it into a page of
//! ours, sees which app asks, and says yes or no.
//!
//! Invariants: nobody is signed in but the person who is signed in to that page; a code is answered once and becomes a
//! token once; wrong codes slow their sender down; a device that asks too often is told to wait.

use crate::identity::authority::{Authority, DEVICE, Version, members};
use crate::identity::authorize::Denied;
use crate::identity::form::{self, Form};
use crate::identity::grants::TokenCall;
use crate::identity::issue::Grant;
use crate::identity::oauth::{self, OauthError};
use crate::identity::pages::{Notice, Page};
use crate::identity::secrets::{self, Kind};
use crate::identity::sessions::{SignedIn, Step};
use crate::identity::{Identity, jws};
use edge::{Method, Request, Response, StatusCode};
use kernel::{AppId, Micros, Problem};
use serde_json::json;
use store::Tx;
use store::trustee::apps::{self, App};
use store::trustee::devices::{self, DeviceRow};
use store::trustee::tokens::Family;

/// How devices name this grant.
pub(crate) const GRANTS: [&str; 2] = ["urn:ietf:params:oauth:grant-type:device_code", "device_code"];
/// How long a person has.
const LIFE: Micros = 15 * 60 * 1_000_000;
/// How often a device may ask.
const INTERVAL: Micros = 5 * 1_000_000;
/// Letters that are not taken for one another, and make no words.
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
/// Letters of a person's code.
const LENGTH: usize = 8;

impl Identity {
    /// `POST /{tenant}/oauth2[/v2.0]/devicecode`.
    pub(crate) async fn device_endpoint(
        &self,
        request: &Request,
        version: Version,
        tenant: &str,
    ) -> Response {
        match self.begin_device(request, version, tenant).await {
            Ok(response) => response,
            Err(error) => error.into_response(self.clock.now(), &request.trace),
        }
    }

    async fn begin_device(
        &self,
        request: &Request,
        version: Version,
        tenant: &str,
    ) -> Result<Response, OauthError> {
        let authority = self.authority(tenant).await?;
        let form = Form::parse(&request.body)?;
        let source = Some(request.peer.address.ip());
        let app = self.client(&authority, &form, form::basic(&request.headers), source).await?;
        let asked = self.asked(version, &form)?;
        let (device, user) = (secrets::random(self.entropy.as_ref()), self.user_code());
        let row = DeviceRow {
            mac: self.pepper.mac(Kind::DeviceCode, &device),
            user_code: self.pepper.mac(Kind::UserCode, &user),
            app: app.id.to_string(),
            tenant: match &authority {
                Authority::Any => String::new(),
                Authority::Tenant(tenant) => tenant.id.to_string(),
            },
            scope: asked.scope,
            state: String::new(),
            person: String::new(),
            home: String::new(),
            mfa: false,
            polled_at: 0,
            expires: self.now() + LIFE,
        };
        let now = self.now();
        let write = move |tx: &mut Tx| {
            devices::sweep(tx, now)?;
            devices::add(tx, &row)
        };
        if !self.store.write("add-device-code", write).await? {
            return Err(oauth::busy()); // somebody has this code; the next one is another
        }
        let page = format!("{}{DEVICE}", self.settings.authority);
        let shown = format!("{}-{}", &user[..LENGTH / 2], &user[LENGTH / 2..]);
        let mut body = json!({
            "device_code": &*device,
            "user_code": shown,
            "expires_in": LIFE / 1_000_000,
            "interval": INTERVAL / 1_000_000,
            "message": format!("Open {page} in a browser and enter the code {shown}."),
        });
        let name = if version == Version::One { "verification_url" } else { "verification_uri" };
        body[name] = json!(page);
        Ok(oauth::not_stored(Response::json(StatusCode::OK, body.to_string())))
    }

    /// A person's code, without its hyphen.
    fn user_code(&self) -> String {
        let mut code = String::with_capacity(LENGTH);
        while code.len() < LENGTH {
            let mut random = [0_u8; 1];
            self.entropy.fill(&mut random);
            // 240 is the largest multiple of 20 that fits, so that no letter is likelier than another.
            if random[0] < 240 {
                code.push(char::from(LETTERS[usize::from(random[0]) % LETTERS.len()]));
            }
        }
        code
    }

    /// The device asks whether somebody has answered.
    pub(crate) async fn by_device_code(&self, call: TokenCall<'_>) -> Result<Response, OauthError> {
        let code = call.form.get("device_code").or_else(|| call.form.get("code"));
        let code =
            code.filter(|code| code.len() <= jws::MAX_TOKEN).ok_or_else(|| oauth::missing("device_code"))?;
        let (mac, now) = (self.pepper.mac(Kind::DeviceCode, code), self.now());
        let app = call.app.id.to_string();
        let ask = move |tx: &mut Tx| {
            let Some(row) = devices::device(tx, &mac)?.filter(|row| row.app == app) else {
                return Ok(Err(oauth::device_expired()));
            };
            if row.expires <= now {
                return Ok(Err(oauth::device_expired()));
            }
            match row.state.as_str() {
                "allowed" if devices::take(tx, &mac)? => Ok(Ok(row)),
                "waiting" => {
                    devices::polled(tx, &mac, now)?;
                    let early = now - row.polled_at < INTERVAL;
                    Ok(Err(if early { oauth::slow_down() } else { oauth::device_waits() }))
                }
                "denied" => Ok(Err(oauth::device_denied())),
                _ => Ok(Err(oauth::device_expired())),
            }
        };
        let row = self.store.write("ask-device-code", ask).await??;
        let (Ok(home), Ok(person)) = (row.home.parse(), row.person.parse()) else {
            return Err(oauth::server());
        };
        let TokenCall { version, authority, app, mut asked, .. } = call;
        let (tenant, person) = self.principal(authority, &app, home, person).await?;
        if asked.scope.is_empty() {
            asked.scope = row.scope;
        }
        let family = Family {
            id: self.ids().random().to_string(),
            app: app.id,
            person: person.id,
            tenant: tenant.id,
            mfa: row.mfa,
            revoked: false,
            expires: 0,
        };
        let grant = Grant { tenant, app, person: Some(person), mfa: row.mfa };
        self.answer_with_refresh(version, &grant, &asked, family).await
    }

    /// `GET` and `POST /device`: a person types the code of a device and answers it.
    pub(crate) async fn device_page(&self, request: &Request) -> Response {
        let outcome = self.try_device_page(request).await;
        outcome.unwrap_or_else(|denied| self.denied(request, denied))
    }

    async fn try_device_page(&self, request: &Request) -> Result<Response, Denied> {
        let form = if request.method == Method::POST { self.own_form(request)? } else { members(request)? };
        let code = plain(form.get("user_code").unwrap_or_default());
        let signed_in = self.session(&request.headers).await?.filter(|found| found.step() == Step::Done);
        let Some(person) = signed_in else {
            let to = if code.is_empty() { DEVICE.to_owned() } else { format!("{DEVICE}?user_code={code}") };
            return Ok(oauth::not_stored(Response::see_other(&self.visit_sign_in(&to))));
        };
        if code.is_empty() {
            return Ok(self.page(request, "", &Page::device(None)));
        }
        let source = Some(request.peer.address.ip());
        if self.source_must_wait(source) {
            return Ok(self.page(request, "", &Page::device(Some(Notice::Locked))));
        }
        let Some((row, app)) = self.waiting_device(&code).await? else {
            self.count_source(source, false);
            return Ok(self.page(request, "", &Page::device(Some(Notice::WrongDeviceCode))));
        };
        if !reachable(&row, &app, &person) {
            return Ok(self.page(request, "", &Page::device(Some(Notice::OtherTenant))));
        }
        match (request.method == Method::POST, form.get("do")) {
            (true, Some("allow")) => self.answer_device(request, row, person, "allowed").await,
            (true, Some("deny")) => self.answer_device(request, row, person, "denied").await,
            _ => Ok(self.page(request, "", &Page::device_answer(&app.name, &code))),
        }
    }

    async fn waiting_device(&self, code: &str) -> Result<Option<(DeviceRow, App)>, Problem> {
        let (mac, now) = (self.pepper.mac(Kind::UserCode, code), self.now());
        let find = move |tx: &mut Tx| {
            let row = devices::by_user_code(tx, &mac)?;
            let Some(row) = row.filter(|row| row.state == "waiting" && row.expires > now) else {
                return Ok(None);
            };
            let app = row.app.parse::<AppId>().ok().map(|id| apps::app(tx, id)).transpose()?.flatten();
            Ok(app.filter(|app| app.state == "active").map(|app| (row, app)))
        };
        Ok(self.store.read("waiting-device", find).await?)
    }

    async fn answer_device(
        &self,
        request: &Request,
        row: DeviceRow,
        by: SignedIn,
        state: &'static str,
    ) -> Result<Response, Denied> {
        let row = DeviceRow {
            state: state.to_owned(),
            person: by.person.id.to_string(),
            home: by.tenant.id.to_string(),
            mfa: by.session.mfa,
            ..row
        };
        let answered = self.store.write("answer-device", move |tx| devices::answer(tx, &row)).await;
        let page = if answered.map_err(Problem::from)? {
            Page::device_done(state == "allowed")
        } else {
            Page::device(Some(Notice::WrongDeviceCode))
        };
        Ok(self.page(request, "", &page))
    }
}

/// Whether this person may answer for this app at all.
fn reachable(row: &DeviceRow, app: &App, person: &SignedIn) -> bool {
    let tenant = person.tenant.id;
    (row.tenant.is_empty() || row.tenant == tenant.to_string()) && (app.is_house || app.tenant == tenant)
}

/// A code as it is kept, however it was typed.
fn plain(typed: &str) -> String {
    let letters = typed.chars().filter(char::is_ascii_alphabetic).take(LENGTH + 1);
    letters.map(|letter| letter.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_however_it_is_typed() {
        for typed in ["BCDF-GHJK", "bcdfghjk", " bcdf ghjk ", "b-c-d-f-g-h-j-k"] {
            assert_eq!(plain(typed), "BCDFGHJK", "{typed:?}");
        }
        assert_eq!(plain("<script>1"), "SCRIPT");
        assert_eq!(plain(&"B".repeat(500)).len(), LENGTH + 1);
    }
}
