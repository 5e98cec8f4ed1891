-- +goose Up

-- The platform's own tables.

CREATE TABLE vault_key (
    merchant_id  TEXT    NOT NULL,
    purpose      TEXT    NOT NULL,
    sealed       BYTEA   NOT NULL,
    created_at   BIGINT  NOT NULL,
    PRIMARY KEY (merchant_id, purpose)
);

CREATE TABLE job (
    bucket       SMALLINT NOT NULL,
    merchant_id  TEXT     NOT NULL,
    id           TEXT     NOT NULL,
    kind         TEXT     NOT NULL,
    payload      TEXT     NOT NULL,
    state        TEXT     NOT NULL,
    run_at       BIGINT   NOT NULL,
    attempts     INTEGER  NOT NULL DEFAULT 0,
    lease_until  BIGINT   NOT NULL DEFAULT 0,
    last_error   TEXT     NOT NULL DEFAULT '',
    created_at   BIGINT   NOT NULL,
    PRIMARY KEY (bucket, merchant_id, id)
);
CREATE INDEX job_ready ON job (run_at) WHERE state = 'ready';
CREATE INDEX job_leased ON job (lease_until) WHERE state = 'leased';
CREATE INDEX job_dead ON job (merchant_id, created_at) WHERE state = 'dead';
CREATE INDEX job_done ON job (created_at) WHERE state = 'done';

CREATE TABLE once (
    bucket       SMALLINT NOT NULL,
    merchant_id  TEXT     NOT NULL,
    scope        TEXT     NOT NULL,
    key          TEXT     NOT NULL,
    fingerprint  BYTEA    NOT NULL,
    answer       BYTEA    NOT NULL,
    keep_until   BIGINT   NOT NULL,
    PRIMARY KEY (bucket, merchant_id, scope, key)
);
CREATE INDEX once_ended ON once (keep_until) WHERE keep_until > 0;

CREATE TABLE auth_account (
    merchant_id    TEXT    NOT NULL,
    id             TEXT    NOT NULL,
    account        TEXT    NOT NULL,
    account_key    TEXT    NOT NULL,
    name           TEXT    NOT NULL,
    roles          TEXT    NOT NULL,
    stores         TEXT    NOT NULL,
    password       TEXT    NOT NULL,
    password_long  BOOLEAN NOT NULL,
    status         TEXT    NOT NULL,
    created_at     BIGINT  NOT NULL,
    last_login_at  BIGINT  NOT NULL DEFAULT 0,
    PRIMARY KEY (merchant_id, id)
);
CREATE UNIQUE INDEX auth_account_key ON auth_account (account_key);

CREATE TABLE auth_session (
    token_hash    TEXT    PRIMARY KEY,
    merchant_id   TEXT    NOT NULL,
    id            TEXT    NOT NULL,
    account_id    TEXT    NOT NULL,
    created_at    BIGINT  NOT NULL,
    last_seen_at  BIGINT  NOT NULL,
    ends_at       BIGINT  NOT NULL,
    ip            TEXT    NOT NULL,
    agent         TEXT    NOT NULL
);
CREATE INDEX auth_session_account ON auth_session (merchant_id, account_id);

CREATE TABLE auth_key (
    key_hash     TEXT    PRIMARY KEY,
    merchant_id  TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    tail         TEXT    NOT NULL,
    scopes       TEXT    NOT NULL,
    rate         BIGINT  NOT NULL,
    created_at   BIGINT  NOT NULL,
    ends_at      BIGINT  NOT NULL,
    revoked_at   BIGINT  NOT NULL DEFAULT 0
);
CREATE INDEX auth_key_merchant ON auth_key (merchant_id, created_at);

CREATE TABLE auth_failure (
    subject       TEXT    PRIMARY KEY,
    failures      BIGINT  NOT NULL,
    first_at      BIGINT  NOT NULL,
    locked_until  BIGINT  NOT NULL,
    locks         BIGINT  NOT NULL
);

CREATE TABLE auth_setup (
    token_hash  TEXT    PRIMARY KEY,
    ends_at     BIGINT  NOT NULL,
    used_at     BIGINT  NOT NULL DEFAULT 0
);

-- Configuration: no bucket.

CREATE TABLE merchant (
    merchant_id  TEXT    PRIMARY KEY,
    name         TEXT    NOT NULL,
    trade        TEXT    NOT NULL,
    currency     TEXT    NOT NULL,
    timezone     TEXT    NOT NULL,
    created_at   BIGINT  NOT NULL
);

CREATE TABLE merchant_setting (
    merchant_id  TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    version      BIGINT  NOT NULL,
    value        TEXT    NOT NULL,
    set_by       TEXT    NOT NULL,
    set_at       BIGINT  NOT NULL,
    PRIMARY KEY (merchant_id, name, version)
);

CREATE TABLE store (
    merchant_id  TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    code         TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    timezone     TEXT    NOT NULL,
    address      TEXT    NOT NULL DEFAULT '',
    phone        TEXT    NOT NULL DEFAULT '',
    status       TEXT    NOT NULL,
    source       TEXT    NOT NULL DEFAULT '',
    created_at   BIGINT  NOT NULL,
    PRIMARY KEY (merchant_id, id)
);
CREATE UNIQUE INDEX store_code ON store (merchant_id, code);

CREATE TABLE catalog_product (
    merchant_id   TEXT    NOT NULL,
    sku_key       TEXT    NOT NULL,
    id            TEXT    NOT NULL,
    sku           TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    search        TEXT    NOT NULL,
    barcodes      TEXT    NOT NULL,
    price         BIGINT  NOT NULL,
    category      TEXT    NOT NULL,
    brand         TEXT    NOT NULL,
    kind          TEXT    NOT NULL,
    tax_rate      BIGINT  NOT NULL,
    earns_points  BOOLEAN NOT NULL,
    status        TEXT    NOT NULL,
    source        TEXT    NOT NULL DEFAULT '',
    created_at    BIGINT  NOT NULL,
    updated_at    BIGINT  NOT NULL,
    PRIMARY KEY (merchant_id, sku_key)
);
CREATE INDEX catalog_product_recent ON catalog_product (merchant_id, created_at, id);
CREATE INDEX catalog_product_category ON catalog_product (merchant_id, category, created_at, id);

CREATE TABLE catalog_barcode (
    merchant_id  TEXT  NOT NULL,
    barcode      TEXT  NOT NULL,
    sku_key      TEXT  NOT NULL,
    PRIMARY KEY (merchant_id, barcode)
);
CREATE INDEX catalog_barcode_sku ON catalog_barcode (merchant_id, sku_key);

CREATE TABLE earning_policy (
    merchant_id   TEXT    NOT NULL,
    version       BIGINT  NOT NULL,
    value         TEXT    NOT NULL,
    set_by        TEXT    NOT NULL,
    effective_at  BIGINT  NOT NULL,
    PRIMARY KEY (merchant_id, version)
);

CREATE TABLE member_field (
    merchant_id  TEXT    NOT NULL,
    code         TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    choices      TEXT    NOT NULL,
    required     BOOLEAN NOT NULL,
    position     BIGINT  NOT NULL,
    PRIMARY KEY (merchant_id, code)
);

CREATE TABLE audit_event (
    merchant_id  TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    at           BIGINT  NOT NULL,
    action       TEXT    NOT NULL,
    object       TEXT    NOT NULL,
    label        TEXT    NOT NULL,
    store_id     TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    before       TEXT    NOT NULL,
    after        TEXT    NOT NULL,
    result       TEXT    NOT NULL,
    who          TEXT    NOT NULL,
    actor_id     TEXT    NOT NULL,
    actor_name   TEXT    NOT NULL,
    role         TEXT    NOT NULL,
    request_id   TEXT    NOT NULL,
    ip           TEXT    NOT NULL,
    PRIMARY KEY (merchant_id, id)
);
CREATE INDEX audit_event_recent ON audit_event (merchant_id, at, id);
CREATE INDEX audit_event_object ON audit_event (merchant_id, object, at);

CREATE TABLE proof_log (
    merchant_id  TEXT    PRIMARY KEY,
    size         BIGINT  NOT NULL
);

CREATE TABLE proof_chunk (
    merchant_id  TEXT    NOT NULL,
    first        BIGINT  NOT NULL,
    to_at        BIGINT  NOT NULL, -- 0 = postings that were found late
    roll         TEXT    NOT NULL,
    PRIMARY KEY (merchant_id, first)
);
CREATE INDEX proof_chunk_at ON proof_chunk (merchant_id, to_at, first);

CREATE TABLE proof_tile (
    merchant_id  TEXT     NOT NULL,
    level        SMALLINT NOT NULL,
    number       BIGINT   NOT NULL,
    hashes       BYTEA    NOT NULL,
    PRIMARY KEY (merchant_id, level, number)
);

CREATE TABLE proof_checkpoint (
    merchant_id  TEXT    NOT NULL,
    at           BIGINT  NOT NULL,
    size         BIGINT  NOT NULL,
    note         TEXT    NOT NULL,
    PRIMARY KEY (merchant_id, at)
);

CREATE TABLE proof_key (
    merchant_id  TEXT    PRIMARY KEY,
    verifier     TEXT    NOT NULL,
    sealed       BYTEA   NOT NULL,
    created_at   BIGINT  NOT NULL
);

CREATE TABLE analytics_day (
    merchant_id    TEXT    NOT NULL,
    store_id       TEXT    NOT NULL,
    day            INTEGER NOT NULL,
    metric         TEXT    NOT NULL,
    value          BIGINT  NOT NULL,
    PRIMARY KEY (merchant_id, day, store_id, metric)
);

CREATE TABLE demo_run (
    merchant_id  TEXT    PRIMARY KEY,
    id           TEXT    NOT NULL,
    state        TEXT    NOT NULL,
    seed         BIGINT  NOT NULL,
    edition      INTEGER NOT NULL,
    members      INTEGER NOT NULL,
    days         INTEGER NOT NULL,
    orders       INTEGER NOT NULL,
    begun_at     BIGINT  NOT NULL,
    step         INTEGER NOT NULL,
    done         BIGINT  NOT NULL,
    total        BIGINT  NOT NULL,
    lease_until  BIGINT  NOT NULL,
    trouble      TEXT    NOT NULL
);

-- Members' things: bucket first.

CREATE TABLE member (
    bucket       SMALLINT NOT NULL,
    merchant_id  TEXT     NOT NULL,
    id           TEXT     NOT NULL,
    member_no    TEXT     NOT NULL,
    sealed       BYTEA    NOT NULL,
    gender       TEXT     NOT NULL,
    tags         TEXT     NOT NULL,
    tier         TEXT     NOT NULL,
    status       TEXT     NOT NULL,
    store_id     TEXT     NOT NULL,
    referrer_id  TEXT     NOT NULL,
    source       TEXT     NOT NULL,
    joined_at    BIGINT   NOT NULL,
    updated_at   BIGINT   NOT NULL,
    PRIMARY KEY (bucket, id)
);
CREATE INDEX member_recent ON member (merchant_id, joined_at, id);
CREATE INDEX member_store ON member (merchant_id, store_id, joined_at, id);
CREATE INDEX member_resting ON member (merchant_id, status, joined_at, id) WHERE status <> 'active';
CREATE INDEX member_demo ON member (merchant_id, id) WHERE source = 'demo';

CREATE TABLE member_claim (
    bucket       SMALLINT NOT NULL,
    merchant_id  TEXT     NOT NULL,
    kind         TEXT     NOT NULL,
    value        TEXT     NOT NULL,
    member_id    TEXT     NOT NULL,
    PRIMARY KEY (bucket, merchant_id, kind, value)
);

CREATE TABLE member_token (
    bucket       SMALLINT NOT NULL,
    merchant_id  TEXT     NOT NULL,
    member_id    TEXT     NOT NULL,
    token        BIGINT   NOT NULL,
    joined_at    BIGINT   NOT NULL,
    PRIMARY KEY (bucket, member_id, token)
);
CREATE INDEX member_token_find ON member_token (merchant_id, token, joined_at, member_id);

CREATE TABLE member_tag (
    bucket       SMALLINT NOT NULL,
    merchant_id  TEXT     NOT NULL,
    member_id    TEXT     NOT NULL,
    tag          TEXT     NOT NULL,
    joined_at    BIGINT   NOT NULL,
    PRIMARY KEY (bucket, member_id, tag)
);
CREATE INDEX member_tag_find ON member_tag (merchant_id, tag, joined_at, member_id);

CREATE TABLE member_consent (
    bucket       SMALLINT NOT NULL,
    merchant_id  TEXT     NOT NULL,
    member_id    TEXT     NOT NULL,
    purpose      TEXT     NOT NULL,
    at           BIGINT   NOT NULL,
    granted      BOOLEAN  NOT NULL,
    version      TEXT     NOT NULL,
    channel      TEXT     NOT NULL,
    evidence     TEXT     NOT NULL,
    PRIMARY KEY (bucket, member_id, purpose, at)
);

CREATE TABLE ledger_asset (
    merchant_id  TEXT    NOT NULL,
    code         TEXT    NOT NULL,
    value        TEXT    NOT NULL,
    version      BIGINT  NOT NULL,
    PRIMARY KEY (merchant_id, code)
);

CREATE TABLE ledger_account (
    bucket          SMALLINT NOT NULL,
    merchant_id     TEXT     NOT NULL,
    holder_id       TEXT     NOT NULL,
    asset           TEXT     NOT NULL,
    seq             BIGINT   NOT NULL,
    balance         BIGINT   NOT NULL,
    debt            BIGINT   NOT NULL CHECK (debt >= 0),
    lots            BYTEA    NOT NULL,
    next_change_at  BIGINT   NOT NULL,
    held            BIGINT   NOT NULL,
    PRIMARY KEY (bucket, holder_id, asset)
);
CREATE INDEX ledger_account_held ON ledger_account (merchant_id, bucket, holder_id, asset) WHERE held > 0;
CREATE INDEX ledger_account_due ON ledger_account (bucket, merchant_id, next_change_at) WHERE next_change_at > 0;

CREATE TABLE ledger_posting (
    bucket           SMALLINT NOT NULL,
    merchant_id      TEXT     NOT NULL,
    holder_id        TEXT     NOT NULL,
    asset            TEXT     NOT NULL,
    seq              BIGINT   NOT NULL,
    cause            TEXT     NOT NULL,
    fingerprint      BYTEA    NOT NULL,
    kind             TEXT     NOT NULL,
    amount           BIGINT   NOT NULL,
    contra           TEXT     NOT NULL,
    balance_after    BIGINT   NOT NULL,
    available_after  BIGINT   NOT NULL,
    reverses         BIGINT   NOT NULL,
    lots             BYTEA    NOT NULL,
    member_id        TEXT     NOT NULL,
    store_id         TEXT     NOT NULL,
    actor_id         TEXT     NOT NULL,
    reference        TEXT     NOT NULL,
    reason           TEXT     NOT NULL,
    snapshot         TEXT     NOT NULL,
    occurred_at      BIGINT   NOT NULL,
    recorded_at      BIGINT   NOT NULL,
    PRIMARY KEY (bucket, holder_id, asset, seq)
);
CREATE UNIQUE INDEX ledger_posting_cause ON ledger_posting (merchant_id, cause, bucket);
CREATE INDEX ledger_posting_recent ON ledger_posting (merchant_id, recorded_at);

CREATE TABLE ledger_programme_day (
    merchant_id  TEXT     NOT NULL,
    asset        TEXT     NOT NULL,
    day          INTEGER  NOT NULL,
    contra       TEXT     NOT NULL,
    postings     BIGINT   NOT NULL,
    given        BIGINT   NOT NULL,
    taken        BIGINT   NOT NULL,
    PRIMARY KEY (merchant_id, asset, day, contra)
);

CREATE TABLE ledger_programme_closed (
    merchant_id  TEXT     PRIMARY KEY,
    zone         TEXT     NOT NULL,
    day          INTEGER  NOT NULL
);

CREATE TABLE orders (
    bucket            SMALLINT NOT NULL,
    merchant_id       TEXT     NOT NULL,
    id                TEXT     NOT NULL,
    number            TEXT     NOT NULL,
    kind              TEXT     NOT NULL,
    status            TEXT     NOT NULL,
    member_id         TEXT     NOT NULL,
    claimed_by        TEXT     NOT NULL DEFAULT '',
    store_id          TEXT     NOT NULL,
    actor_id          TEXT     NOT NULL,
    actor_name        TEXT     NOT NULL,
    source            TEXT     NOT NULL,
    external_id       TEXT     NOT NULL,
    subtotal          BIGINT   NOT NULL,
    discount          BIGINT   NOT NULL,
    discount_reason   TEXT     NOT NULL,
    points_used       BIGINT   NOT NULL,
    points_amount     BIGINT   NOT NULL,
    total             BIGINT   NOT NULL,
    points_earned     BIGINT   NOT NULL,
    member_balance    BIGINT   NOT NULL,
    snapshot          TEXT     NOT NULL,
    refunded          BIGINT   NOT NULL DEFAULT 0,
    points_returned   BIGINT   NOT NULL DEFAULT 0,
    points_clawed     BIGINT   NOT NULL DEFAULT 0,
    occurred_at       BIGINT   NOT NULL,
    recorded_at       BIGINT   NOT NULL,
    day               INTEGER  NOT NULL,
    line_count        INTEGER  NOT NULL,
    PRIMARY KEY (bucket, id)
);
CREATE INDEX orders_recent ON orders (merchant_id, occurred_at, id);
CREATE INDEX orders_member ON orders (merchant_id, member_id, occurred_at);

CREATE TABLE order_claim (
    bucket       SMALLINT NOT NULL,
    merchant_id  TEXT     NOT NULL,
    kind         TEXT     NOT NULL,
    value        TEXT     NOT NULL,
    owner_id     TEXT     NOT NULL,
    PRIMARY KEY (bucket, merchant_id, kind, value)
);

CREATE TABLE order_line (
    bucket             SMALLINT NOT NULL,
    merchant_id        TEXT     NOT NULL,
    order_id           TEXT     NOT NULL,
    line_no            INTEGER  NOT NULL,
    sku                TEXT     NOT NULL,
    name               TEXT     NOT NULL,
    category           TEXT     NOT NULL,
    kind               TEXT     NOT NULL,
    tax_rate           BIGINT   NOT NULL,
    quantity           BIGINT   NOT NULL,
    price              BIGINT   NOT NULL,
    earns_points       BOOLEAN  NOT NULL,
    amount             BIGINT   NOT NULL,
    discount           BIGINT   NOT NULL,
    points_used        BIGINT   NOT NULL,
    points_amount      BIGINT   NOT NULL,
    paid               BIGINT   NOT NULL,
    points_earned      BIGINT   NOT NULL,
    refunded_quantity  BIGINT   NOT NULL DEFAULT 0,
    refunded           BIGINT   NOT NULL DEFAULT 0,
    state              TEXT     NOT NULL DEFAULT '',
    PRIMARY KEY (bucket, order_id, line_no)
);

CREATE TABLE order_tender (
    bucket       SMALLINT NOT NULL,
    merchant_id  TEXT     NOT NULL,
    order_id     TEXT     NOT NULL,
    tender_no    INTEGER  NOT NULL,
    method       TEXT     NOT NULL,
    amount       BIGINT   NOT NULL,
    tendered     BIGINT   NOT NULL DEFAULT 0, -- cash handed over; 0 = not said
    refunded     BIGINT   NOT NULL DEFAULT 0,
    PRIMARY KEY (bucket, order_id, tender_no)
);

CREATE TABLE order_refund (
    bucket           SMALLINT NOT NULL,
    merchant_id      TEXT     NOT NULL,
    id               TEXT     NOT NULL,
    order_id         TEXT     NOT NULL,
    external_id      TEXT     NOT NULL,
    amount           BIGINT   NOT NULL,
    points_returned  BIGINT   NOT NULL,
    points_clawed    BIGINT   NOT NULL,
    points_debt      BIGINT   NOT NULL,
    detail           TEXT     NOT NULL,
    reason           TEXT     NOT NULL,
    store_id         TEXT     NOT NULL,
    actor_id         TEXT     NOT NULL,
    actor_name       TEXT     NOT NULL,
    occurred_at      BIGINT   NOT NULL,
    recorded_at      BIGINT   NOT NULL,
    day              INTEGER  NOT NULL,
    PRIMARY KEY (bucket, order_id, id)
);
CREATE INDEX order_refund_recent ON order_refund (merchant_id, occurred_at);

CREATE TABLE message (
    bucket       SMALLINT NOT NULL,
    merchant_id  TEXT     NOT NULL,
    cause        TEXT     NOT NULL,
    id           TEXT     NOT NULL,
    member_id    TEXT     NOT NULL,
    kind         TEXT     NOT NULL,
    zh           TEXT     NOT NULL,
    en           TEXT     NOT NULL,
    created_at   BIGINT   NOT NULL,
    read_at      BIGINT   NOT NULL DEFAULT 0,
    PRIMARY KEY (bucket, merchant_id, cause)
);
CREATE INDEX message_member ON message (bucket, member_id, created_at);

-- +goose Down
