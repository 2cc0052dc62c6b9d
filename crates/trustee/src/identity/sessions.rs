//! Proving who a person is (password, one-time code) and remembering it for a browser.

use crate::identity::secrets::{self, Kind};
use crate::identity::{Identity, form, guard, issuers, totp};
use edge::HeaderMap;
use kernel::{Micros, Problem, UserId};
use std::net::IpAddr;
use store::Tx;
use store::trustee::directory::{self, Person, Tenant};
use store::trustee::tokens::{self, Session};
use zeroize::Zeroizing;

const SECOND: Micros = 1_000_000;
/// To finish a sign-in that was begun.
const BEGUN_SECONDS: i64 = 15 * 60;
/// To stay signed in.
const SIGNED_IN_SECONDS: i64 = 8 * 3600;

/// Why somebody is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Wrong,
    Locked,
    Disabled,
    /// The one-time password is right and too old.
    Expired,
}

/// What a person still has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    NewPassword,
    Code,
    Enrol,
    Done,
}

/// A browser's session with its person and tenant, all of them in force.
pub(crate) struct SignedIn {
    pub(crate) session: Session,
    pub(crate) person: Person,
    pub(crate) tenant: Tenant,
}

impl SignedIn {
    /// The next step, given what the tenant demands.
    pub(crate) fn step(&self) -> Step {
        Step::of(&self.person, &self.tenant, self.session.mfa)
    }
}

impl Step {
    /// What a person who gave the password, and perhaps a code, still has to do.
    pub(crate) fn of(person: &Person, tenant: &Tenant, mfa: bool) -> Self {
        if person.must_change {
            Self::NewPassword
        } else if person.totp_ready && !mfa {
            Self::Code
        } else if tenant.require_mfa && !person.totp_ready {
            Self::Enrol
        } else {
            Self::Done
        }
    }
}

impl Identity {
    /// The person of a user name and password, unless there were too many wrong answers.
    pub(crate) async fn verify_password(
        &self,
        source: Option<IpAddr>,
        user_name: &str,
        password: Zeroizing<String>,
    ) -> Result<Result<Person, Refusal>, Problem> {
        if self.source_must_wait(source) {
            return Ok(Err(Refusal::Locked));
        }
        let name = user_name.trim().to_lowercase();
        let find = move |tx: &mut Tx| directory::person_by_name(tx, &name);
        let known = self.store.read("person-by-name", find.clone()).await?;
        let Some(id) = known.map(|person| person.id) else {
            self.hasher.matches(password, None).await?;
            self.count_source(source, false);
            return Ok(Err(Refusal::Wrong));
        };
        let _turn = self.turns.of(id).await;
        let person = self.store.read("person-by-name", find).await?;
        let Some(person) = person else { return Ok(Err(Refusal::Wrong)) };
        if person.locked_until > self.now() {
            return Ok(Err(Refusal::Locked));
        }
        let right = self.hasher.matches(password, person.password_hash.clone()).await?;
        self.count_source(source, right);
        self.count(id, right).await?;
        if !right {
            return Ok(Err(Refusal::Wrong));
        }
        if person.password_until.is_some_and(|until| until <= self.now()) {
            return Ok(Err(Refusal::Expired));
        }
        let tenant = person.tenant;
        let home = self.store.read("tenant", move |tx| directory::tenant(tx, tenant)).await?;
        let open = home.is_some_and(|home| home.state == "active") && person.state == "active";
        Ok(if open { Ok(person) } else { Err(Refusal::Disabled) })
    }

    /// Whether this is the person's one-time code. It counts once.
    pub(crate) async fn verify_code(
        &self,
        source: Option<IpAddr>,
        id: UserId,
        code: &str,
    ) -> Result<Result<(), Refusal>, Problem> {
        if self.source_must_wait(source) {
            return Ok(Err(Refusal::Locked));
        }
        let _turn = self.turns.of(id).await;
        let person = self.store.read("person", move |tx| directory::person(tx, id)).await?;
        let Some(person) = person.filter(|person| person.state == "active") else {
            return Ok(Err(Refusal::Disabled));
        };
        if person.locked_until > self.now() {
            return Ok(Err(Refusal::Locked));
        }
        let Some(wrapped) = person.totp.clone() else { return Ok(Err(Refusal::Wrong)) };
        let secret = self.keys.unwrap_factor(person.tenant, &id.to_string(), wrapped).await?;
        let step = totp::check(&secret, code, self.now_second(), person.totp_step);
        self.count_source(source, step.is_some());
        self.count(id, step.is_some()).await?;
        let Some(step) = step else { return Ok(Err(Refusal::Wrong)) };
        let keep = move |tx: &mut Tx| {
            let Some(mut person) = directory::person(tx, id)? else { return Ok(()) };
            person.totp_step = step;
            person.totp_ready = true;
            directory::set_person(tx, &person)
        };
        self.store.write("totp-step", keep).await?;
        Ok(Ok(()))
    }

    /// The secret a person is about to set up, made at the first call; None when one is set up already.
    pub(crate) async fn enrolment(&self, person: &Person) -> Result<Option<Zeroizing<Vec<u8>>>, Problem> {
        if person.totp_ready {
            return Ok(None);
        }
        let name = person.id.to_string();
        if let Some(wrapped) = person.totp.clone() {
            return self.keys.unwrap_factor(person.tenant, &name, wrapped).await.map(Some);
        }
        let fresh = totp::secret(self.entropy.as_ref());
        let wrapped = self.keys.wrap_factor(person.tenant, &name, fresh.as_ref()).await?;
        let id = person.id;
        let keep = move |tx: &mut Tx| {
            let Some(mut person) = directory::person(tx, id)? else { return Ok(None) };
            if person.totp.is_none() {
                person.totp = Some(wrapped.clone());
                directory::set_person(tx, &person)?;
            }
            Ok(person.totp)
        };
        match self.store.write("begin-enrolment", keep).await? {
            Some(kept) => self.keys.unwrap_factor(person.tenant, &name, kept).await.map(Some),
            None => Ok(None),
        }
    }

    pub(crate) fn source_must_wait(&self, source: Option<IpAddr>) -> bool {
        source.is_some_and(|source| self.sources.wait(source, self.now()) > 0)
    }

    pub(crate) fn count_source(&self, source: Option<IpAddr>, right: bool) {
        match source {
            Some(source) if right => self.sources.succeeded(source),
            Some(source) => self.sources.failed(source, self.now()),
            None => {}
        }
    }

    /// Counts an answer of a person: a right one starts anew, a wrong one makes the next wait longer.
    async fn count(&self, id: UserId, right: bool) -> Result<(), Problem> {
        let now = self.now();
        let write = move |tx: &mut Tx| {
            let Some(mut person) = directory::person(tx, id)? else { return Ok(()) };
            if right {
                person.failed = 0;
                person.locked_until = 0;
                person.last_sign_in = Some(now);
            } else {
                person.failed = person.failed.saturating_add(1);
                person.locked_until = now + guard::wait_of_user(person.failed) * SECOND;
            }
            directory::set_person(tx, &person)
        };
        Ok(self.store.write("count-sign-in", write).await?)
    }

    /// The name of the session's cookie. With TLS it is bound to this very host.
    pub(crate) fn cookie_name(&self, what: &str) -> String {
        if self.is_secure() { format!("__Host-treuhand-{what}") } else { format!("treuhand-{what}") }
    }

    pub(crate) fn is_secure(&self) -> bool {
        self.settings.authority.starts_with("https://")
    }

    /// A `Set-Cookie` line; an empty value takes the cookie away.
    pub(crate) fn cookie_line(&self, what: &str, value: &str) -> String {
        let secure = if self.is_secure() { "; Secure" } else { "" };
        let age = if value.is_empty() { "; Max-Age=0" } else { "" };
        format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}", self.cookie_name(what))
    }

    /// Begins or goes on with a session: always under a fresh cookie, which is returned.
    pub(crate) async fn start_session(
        &self,
        person: &Person,
        (mfa, issuer): (bool, &str),
        finished: bool,
        old: Option<&str>,
    ) -> Result<Zeroizing<String>, Problem> {
        let cookie = secrets::random(self.entropy.as_ref());
        let now = self.now();
        let seconds = if finished { SIGNED_IN_SECONDS } else { BEGUN_SECONDS };
        let row = Session {
            mac: self.pepper.mac(Kind::Session, &cookie),
            person: person.id,
            tenant: person.tenant,
            stage: if finished { "full" } else { "begun" }.to_owned(),
            mfa,
            generation: person.generation,
            created: now,
            expires: now + seconds * SECOND,
            issuer: issuer.to_owned(),
        };
        let old = old.map(|old| self.pepper.mac(Kind::Session, old));
        let write = move |tx: &mut Tx| {
            if let Some(old) = &old {
                tokens::drop_session(tx, old)?;
            }
            tokens::add_session(tx, &row)
        };
        self.store.write("start-session", write).await?;
        Ok(cookie)
    }

    /// The session of a request, if there is one in force.
    pub(crate) async fn session(&self, headers: &HeaderMap) -> Result<Option<SignedIn>, Problem> {
        let Some(cookie) = form::cookie(headers, &self.cookie_name("session")) else { return Ok(None) };
        let mac = self.pepper.mac(Kind::Session, cookie);
        let controls = self.settings.controls;
        let read = move |tx: &mut Tx| {
            let Some(session) = tokens::session(tx, &mac)? else { return Ok(None) };
            let person = directory::person(tx, session.person)?;
            let tenant = directory::tenant(tx, session.tenant)?;
            let Some((person, tenant)) = person.zip(tenant) else { return Ok(None) };
            if !session.issuer.is_empty() && issuers::keeps_own_way(tx, controls, &tenant, &person)? {
                return Ok(None); // the trustee gave this person a way in of its own since
            }
            Ok(Some(SignedIn { session, person, tenant }))
        };
        let found = self.store.read("session", read).await?;
        Ok(found.filter(|found| {
            found.session.expires > self.now()
                && found.session.generation == found.person.generation
                && found.person.state == "active"
                && found.tenant.state == "active"
                && (found.session.issuer.is_empty() || found.step() != Step::Enrol)
        }))
    }

    /// Ends the session of a request.
    pub(crate) async fn end_session(&self, headers: &HeaderMap) -> Result<(), Problem> {
        if let Some(cookie) = form::cookie(headers, &self.cookie_name("session")) {
            let mac = self.pepper.mac(Kind::Session, cookie);
            self.store.write("end-session", move |tx| tokens::drop_session(tx, &mac)).await?;
        }
        Ok(())
    }
}

/// What the wrapping of a person's second factor is bound to.
pub(crate) fn factor_aad(id: &str) -> Vec<u8> {
    format!("totp {id}").into_bytes()
}
