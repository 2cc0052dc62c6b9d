-- Keys: sealed roots, tenants' wrapping keys under them, and what those wrap.
CREATE TABLE key_root (
    epoch BIGINT PRIMARY KEY,
    sealed TEXT NOT NULL
);
CREATE TABLE key_tenant (
    tenant TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    wrapped BYTEA,
    PRIMARY KEY (tenant, epoch)
);
CREATE TABLE sealing_key (
    tenant TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    wrapped BYTEA NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (tenant, epoch)
);

-- Who is who.
CREATE TABLE tenant (
    id TEXT PRIMARY KEY,
    party TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    require_mfa BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    created BIGINT NOT NULL
);
CREATE TABLE tenant_domain (
    domain TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    is_initial BIGINT NOT NULL
);
CREATE INDEX tenant_domain_by_tenant ON tenant_domain (tenant);
CREATE TABLE person (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    user_name TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    given_name TEXT NOT NULL,
    family_name TEXT NOT NULL,
    email TEXT NOT NULL,
    password_hash TEXT,
    must_change BIGINT NOT NULL,
    totp BYTEA,
    totp_ready BIGINT NOT NULL,
    totp_step BIGINT NOT NULL,
    roles TEXT NOT NULL,
    state TEXT NOT NULL,
    failed BIGINT NOT NULL,
    locked_until BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    created BIGINT NOT NULL,
    last_sign_in BIGINT
);
CREATE INDEX person_by_tenant ON person (tenant, user_name);
CREATE TABLE app (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    redirect_uris TEXT NOT NULL,
    grants TEXT NOT NULL,
    is_public BIGINT NOT NULL,
    is_house BIGINT NOT NULL,
    state TEXT NOT NULL,
    generation BIGINT NOT NULL,
    created BIGINT NOT NULL
);
CREATE INDEX app_by_tenant ON app (tenant, created, id);
CREATE TABLE app_secret (
    id TEXT PRIMARY KEY,
    app TEXT NOT NULL,
    mac BYTEA NOT NULL,
    hint TEXT NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX app_secret_by_app ON app_secret (app, created);

-- What was handed out.
CREATE TABLE signing_key (
    kid TEXT PRIMARY KEY,
    wrapped BYTEA NOT NULL,
    created BIGINT NOT NULL,
    signs_from BIGINT NOT NULL
);
CREATE TABLE auth_code (
    mac BYTEA PRIMARY KEY,
    app TEXT NOT NULL,
    person TEXT NOT NULL,
    tenant TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    challenge TEXT NOT NULL,
    scope TEXT NOT NULL,
    nonce TEXT NOT NULL,
    mfa BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    family TEXT NOT NULL,
    used BIGINT NOT NULL
);
CREATE INDEX auth_code_by_expiry ON auth_code (expires);
CREATE TABLE token_family (
    id TEXT PRIMARY KEY,
    app TEXT NOT NULL,
    person TEXT NOT NULL,
    tenant TEXT NOT NULL,
    mfa BIGINT NOT NULL,
    revoked BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX token_family_by_person ON token_family (person);
CREATE INDEX token_family_by_app ON token_family (app);
CREATE INDEX token_family_by_expiry ON token_family (expires);
CREATE TABLE refresh_token (
    mac BYTEA PRIMARY KEY,
    family TEXT NOT NULL,
    expires BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX refresh_token_by_family ON refresh_token (family);
CREATE INDEX refresh_token_by_expiry ON refresh_token (expires);
CREATE TABLE browser_session (
    mac BYTEA PRIMARY KEY,
    person TEXT NOT NULL,
    tenant TEXT NOT NULL,
    stage TEXT NOT NULL,
    mfa BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX browser_session_by_person ON browser_session (person);
CREATE INDEX browser_session_by_expiry ON browser_session (expires);
