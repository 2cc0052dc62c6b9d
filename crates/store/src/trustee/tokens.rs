//! What identity hands out and must recognise: signing keys, codes, refresh tokens, browser sessions. Of every
//! secret only a keyed hash is kept.

use crate::{StoreError, Tx, args};
use kernel::{AppId, Micros, TenantId, UserId};

crate::rows! {
    /// A key that signs access tokens.
    #[derive(Clone)]
    pub struct SigningKeyRow {
        /// Its key id.
        pub kid: String,
        /// The private key, wrapped.
        pub wrapped: Vec<u8>,
        /// When it was made, and published.
        pub created: Micros,
        /// From when on it signs.
        pub signs_from: Micros,
    }
    /// An authorization code.
    #[derive(Clone)]
    pub struct AuthCode {
        /// Its keyed hash.
        pub mac: Vec<u8>,
        /// The app it was made for.
        pub app: AppId,
        /// Who signed in.
        pub person: UserId,
        /// That person's tenant.
        pub tenant: TenantId,
        /// Where it was sent.
        pub redirect_uri: String,
        /// The PKCE challenge (S256).
        pub challenge: String,
        /// What was asked for.
        pub scope: String,
        /// The caller's nonce, for the ID token; empty when there was none.
        pub nonce: String,
        /// Whether a second factor was given.
        pub mfa: bool,
        /// When it stops counting.
        pub expires: Micros,
        /// The family its refresh tokens will have.
        pub family: String,
        /// Whether it was used.
        pub used: bool,
    }
    /// All refresh tokens that go back to one sign-in.
    #[derive(Clone, Debug)]
    pub struct Family {
        /// Its id.
        pub id: String,
        /// The app they were given to.
        pub app: AppId,
        /// Who signed in.
        pub person: UserId,
        /// That person's tenant.
        pub tenant: TenantId,
        /// Whether a second factor was given.
        pub mfa: bool,
        /// Whether they stopped counting.
        pub revoked: bool,
        /// When the newest of them expires.
        pub expires: Micros,
    }
    /// A refresh token.
    #[derive(Clone)]
    pub struct RefreshToken {
        /// Its keyed hash.
        pub mac: Vec<u8>,
        /// Its family.
        pub family: String,
        /// When it stops counting.
        pub expires: Micros,
        /// When it was used; a second use means that somebody stole one.
        pub used_at: Option<Micros>,
    }
    /// A browser that somebody signed in with.
    #[derive(Clone)]
    pub struct Session {
        /// The keyed hash of its cookie.
        pub mac: Vec<u8>,
        /// Who.
        pub person: UserId,
        /// That person's tenant.
        pub tenant: TenantId,
        /// How far the sign-in came.
        pub stage: String,
        /// Whether a second factor was given.
        pub mfa: bool,
        /// The person's generation when signing in.
        pub generation: i64,
        /// When.
        pub created: Micros,
        /// When it ends.
        pub expires: Micros,
        /// The issuer whose word it rests on; empty for the house's own password.
        pub issuer: String,
    }
}

crate::statements! { "tokens";
    /// All signing keys.
    read SIGNING_KEYS = "SELECT kid, wrapped, created, signs_from FROM signing_key ORDER BY signs_from, kid";
    /// A new signing key.
    write ADD_SIGNING_KEY = "INSERT INTO signing_key (kid, wrapped, created, signs_from) VALUES ($1, $2, $3, $4)";
    /// A signing key whose last token expired.
    write DROP_SIGNING_KEY = "DELETE FROM signing_key WHERE kid = $1";
    /// A code.
    read CODE = "SELECT mac, app, person, tenant, redirect_uri, challenge, scope, nonce, mfa, expires, family, used
        FROM auth_code WHERE mac = $1";
    /// A new code.
    write ADD_CODE = "INSERT INTO auth_code (mac, app, person, tenant, redirect_uri, challenge, scope, nonce, mfa,
        expires, family, used) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    /// A code used.
    write USE_CODE = "UPDATE auth_code SET used = 1 WHERE mac = $1";
    /// A family.
    read FAMILY = "SELECT id, app, person, tenant, mfa, revoked, expires FROM token_family WHERE id = $1";
    /// A new family, or a longer one.
    write PUT_FAMILY = "INSERT INTO token_family (id, app, person, tenant, mfa, revoked, expires)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET expires = EXCLUDED.expires";
    /// One family revoked.
    write REVOKE_FAMILY = "UPDATE token_family SET revoked = 1 WHERE id = $1";
    /// All families of a person revoked.
    write REVOKE_PERSON = "UPDATE token_family SET revoked = 1 WHERE person = $1";
    /// All families of an app revoked.
    write REVOKE_APP = "UPDATE token_family SET revoked = 1 WHERE app = $1";
    /// A refresh token.
    read REFRESH = "SELECT mac, family, expires, used_at FROM refresh_token WHERE mac = $1";
    /// A new refresh token.
    write ADD_REFRESH = "INSERT INTO refresh_token (mac, family, expires, used_at) VALUES ($1, $2, $3, $4)";
    /// A refresh token used.
    write USE_REFRESH = "UPDATE refresh_token SET used_at = $2 WHERE mac = $1";
    /// A session.
    read SESSION = "SELECT mac, person, tenant, stage, mfa, generation, created, expires, issuer
        FROM browser_session WHERE mac = $1";
    /// A new session.
    write ADD_SESSION = "INSERT INTO browser_session (mac, person, tenant, stage, mfa, generation, created, expires,
        issuer) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    /// A session ended.
    write DROP_SESSION = "DELETE FROM browser_session WHERE mac = $1";
    /// All codes of a person that nobody has redeemed.
    write DROP_CODES = "DELETE FROM auth_code WHERE person = $1 AND used = 0";
    /// All of a person's sessions ended.
    write DROP_SESSIONS = "DELETE FROM browser_session WHERE person = $1";
    /// Old codes.
    write SWEEP_CODES = "DELETE FROM auth_code WHERE expires < $1";
    /// Old refresh tokens.
    write SWEEP_REFRESH = "DELETE FROM refresh_token WHERE expires < $1";
    /// Old families.
    write SWEEP_FAMILIES = "DELETE FROM token_family WHERE expires < $1";
    /// Old sessions.
    write SWEEP_SESSIONS = "DELETE FROM browser_session WHERE expires < $1";
}

/// All signing keys, in the order in which they sign.
pub fn signing_keys(tx: &mut Tx) -> Result<Vec<SigningKeyRow>, StoreError> {
    tx.list(&SIGNING_KEYS, &[])
}

/// Adds a signing key.
pub fn add_signing_key(tx: &mut Tx, key: &SigningKeyRow) -> Result<(), StoreError> {
    tx.execute(&ADD_SIGNING_KEY, &args![&key.kid, &key.wrapped, key.created, key.signs_from]).map(|_| ())
}

/// Drops a signing key.
pub fn drop_signing_key(tx: &mut Tx, kid: &str) -> Result<(), StoreError> {
    tx.execute(&DROP_SIGNING_KEY, &args![kid]).map(|_| ())
}

/// A code, used or not.
pub fn code(tx: &mut Tx, mac: &[u8]) -> Result<Option<AuthCode>, StoreError> {
    tx.opt(&CODE, &args![mac])
}

/// Adds a code.
pub fn add_code(tx: &mut Tx, code: &AuthCode) -> Result<(), StoreError> {
    let args = args![
        &code.mac,
        code.app,
        code.person,
        code.tenant,
        &code.redirect_uri,
        &code.challenge,
        &code.scope,
        &code.nonce,
        code.mfa,
        code.expires,
        &code.family,
        code.used
    ];
    tx.execute(&ADD_CODE, &args).map(|_| ())
}

/// Marks a code as used.
pub fn use_code(tx: &mut Tx, mac: &[u8]) -> Result<(), StoreError> {
    tx.execute(&USE_CODE, &args![mac]).map(|_| ())
}

/// A family.
pub fn family(tx: &mut Tx, id: &str) -> Result<Option<Family>, StoreError> {
    tx.opt(&FAMILY, &args![id])
}

/// Adds a family, or moves its expiry.
pub fn put_family(tx: &mut Tx, family: &Family) -> Result<(), StoreError> {
    let args = args![
        &family.id,
        family.app,
        family.person,
        family.tenant,
        family.mfa,
        family.revoked,
        family.expires
    ];
    tx.execute(&PUT_FAMILY, &args).map(|_| ())
}

/// Revokes one family.
pub fn revoke_family(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    tx.execute(&REVOKE_FAMILY, &args![id]).map(|_| ())
}

/// Revokes all refresh tokens and open codes, and ends all sessions of a person.
pub fn revoke_person(tx: &mut Tx, person: UserId) -> Result<(), StoreError> {
    tx.execute(&REVOKE_PERSON, &args![person])?;
    tx.execute(&DROP_CODES, &args![person])?;
    tx.execute(&DROP_SESSIONS, &args![person]).map(|_| ())
}

/// Revokes all refresh tokens of an app.
pub fn revoke_app(tx: &mut Tx, app: AppId) -> Result<(), StoreError> {
    tx.execute(&REVOKE_APP, &args![app]).map(|_| ())
}

/// A refresh token, used or not.
pub fn refresh(tx: &mut Tx, mac: &[u8]) -> Result<Option<RefreshToken>, StoreError> {
    tx.opt(&REFRESH, &args![mac])
}

/// Adds a refresh token.
pub fn add_refresh(tx: &mut Tx, token: &RefreshToken) -> Result<(), StoreError> {
    tx.execute(&ADD_REFRESH, &args![&token.mac, &token.family, token.expires, token.used_at]).map(|_| ())
}

/// Marks a refresh token as used.
pub fn use_refresh(tx: &mut Tx, mac: &[u8], now: Micros) -> Result<(), StoreError> {
    tx.execute(&USE_REFRESH, &args![mac, now]).map(|_| ())
}

/// A session.
pub fn session(tx: &mut Tx, mac: &[u8]) -> Result<Option<Session>, StoreError> {
    tx.opt(&SESSION, &args![mac])
}

/// Adds a session.
pub fn add_session(tx: &mut Tx, session: &Session) -> Result<(), StoreError> {
    let args = args![
        &session.mac,
        session.person,
        session.tenant,
        &session.stage,
        session.mfa,
        session.generation,
        session.created,
        session.expires,
        &session.issuer
    ];
    tx.execute(&ADD_SESSION, &args).map(|_| ())
}

/// Ends a session.
pub fn drop_session(tx: &mut Tx, mac: &[u8]) -> Result<(), StoreError> {
    tx.execute(&DROP_SESSION, &args![mac]).map(|_| ())
}

/// Drops everything that expired before the given instant.
pub fn sweep(tx: &mut Tx, before: Micros) -> Result<u64, StoreError> {
    let mut swept = 0;
    for statement in [&SWEEP_CODES, &SWEEP_REFRESH, &SWEEP_FAMILIES, &SWEEP_SESSIONS] {
        swept += tx.execute(statement, &args![before])?;
    }
    Ok(swept)
}
