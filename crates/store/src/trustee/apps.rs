//! Registered apps and their secrets. Of a secret only a keyed hash is kept.

use crate::{StoreError, Tx, args};
use kernel::{AppId, Micros, TenantId};

crate::rows! {
    /// A registered app.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct App {
        /// Its client id.
        pub id: AppId,
        /// The tenant that registered it.
        pub tenant: TenantId,
        /// Its name.
        pub name: String,
        /// Where codes may be sent, one per line.
        pub redirect_uris: String,
        /// The grants it may use, with blanks between them.
        pub grants: String,
        /// Whether it cannot keep a secret.
        pub is_public: bool,
        /// Whether it is one of the house's own, which sign in people of every tenant.
        pub is_house: bool,
        /// `active` or `removed`.
        pub state: String,
        /// Tokens of an earlier generation are dead.
        pub generation: i64,
        /// When it was registered.
        pub created: Micros,
    }
    /// One secret of an app.
    #[derive(Clone)]
    pub struct AppSecret {
        /// Its id.
        pub id: String,
        /// The app.
        pub app: AppId,
        /// The keyed hash.
        pub mac: Vec<u8>,
        /// The first characters, for people to tell secrets apart.
        pub hint: String,
        /// When it was made.
        pub created: Micros,
        /// When it stops counting.
        pub expires: Micros,
    }
}

macro_rules! app {
    () => {
        "SELECT id, tenant, name, redirect_uris, grants, is_public, is_house, state, generation, created FROM app "
    };
}

crate::statements! { "apps";
    /// One app.
    read APP = concat!(app!(), "WHERE id = $1");
    /// A tenant's apps.
    read OF_TENANT = concat!(app!(), "WHERE tenant = $1 AND state = 'active' ORDER BY created, id LIMIT $2");
    /// A new app.
    write ADD = "INSERT INTO app (id, tenant, name, redirect_uris, grants, is_public, is_house, state, generation,
        created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING";
    /// A changed app.
    write SET = "UPDATE app SET name = $2, redirect_uris = $3, grants = $4, state = $5, generation = $6 WHERE id = $1";
    /// An app's secrets.
    read SECRETS = "SELECT id, app, mac, hint, created, expires FROM app_secret WHERE app = $1 ORDER BY created";
    /// A new secret.
    write ADD_SECRET = "INSERT INTO app_secret (id, app, mac, hint, created, expires)
        VALUES ($1, $2, $3, $4, $5, $6)";
    /// One secret gone.
    write DROP_SECRET = "DELETE FROM app_secret WHERE app = $1 AND id = $2";
    /// All secrets gone.
    write DROP_SECRETS = "DELETE FROM app_secret WHERE app = $1";
}

/// One app, removed or not.
pub fn app(tx: &mut Tx, id: AppId) -> Result<Option<App>, StoreError> {
    tx.opt(&APP, &args![id])
}

/// A tenant's apps.
pub fn of_tenant(tx: &mut Tx, tenant: TenantId, limit: u32) -> Result<Vec<App>, StoreError> {
    tx.list(&OF_TENANT, &args![tenant, limit])
}

/// Adds an app; false when its id is taken.
pub fn add(tx: &mut Tx, app: &App) -> Result<bool, StoreError> {
    let args = args![
        app.id,
        app.tenant,
        &app.name,
        &app.redirect_uris,
        &app.grants,
        app.is_public,
        app.is_house,
        &app.state,
        app.generation,
        app.created
    ];
    Ok(tx.execute(&ADD, &args)? == 1)
}

/// Writes what can change about an app.
pub fn set(tx: &mut Tx, app: &App) -> Result<(), StoreError> {
    let args = args![app.id, &app.name, &app.redirect_uris, &app.grants, &app.state, app.generation];
    tx.execute(&SET, &args).map(|_| ())
}

/// An app's secrets, oldest first.
pub fn secrets(tx: &mut Tx, app: AppId) -> Result<Vec<AppSecret>, StoreError> {
    tx.list(&SECRETS, &args![app])
}

/// Adds a secret.
pub fn add_secret(tx: &mut Tx, secret: &AppSecret) -> Result<(), StoreError> {
    let args = args![&secret.id, secret.app, &secret.mac, &secret.hint, secret.created, secret.expires];
    tx.execute(&ADD_SECRET, &args).map(|_| ())
}

/// Removes a secret; false when there is none of that id.
pub fn drop_secret(tx: &mut Tx, app: AppId, id: &str) -> Result<bool, StoreError> {
    Ok(tx.execute(&DROP_SECRET, &args![app, id])? == 1)
}

/// Removes all secrets of an app.
pub fn drop_secrets(tx: &mut Tx, app: AppId) -> Result<(), StoreError> {
    tx.execute(&DROP_SECRETS, &args![app]).map(|_| ())
}
