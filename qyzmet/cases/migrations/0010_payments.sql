-- The order as it went out (pain.001): sealed under the person's key, bound to case and run; its SHA-256.
ALTER TABLE payment_orders
    ADD COLUMN run integer,
    ADD COLUMN message bytea,
    ADD COLUMN message_hash bytea;
CREATE INDEX payment_orders_placed ON payment_orders (placed_at);

-- What ODK said: each message once by its number. One that could not be read says why in `trouble`, and what
-- it holds that contradicts what came before.
CREATE TABLE payment_messages (
    number text PRIMARY KEY,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    read_at timestamptz NOT NULL,
    content_hash bytea NOT NULL,
    trouble text NOT NULL DEFAULT ''
);
CREATE INDEX payment_messages_trouble ON payment_messages (at) WHERE trouble <> '';

-- Answers (pain.002) on orders, by EndToEndId. The reason is a code of ISO 20022, never words.
CREATE TABLE payment_answers (
    end_to_end text NOT NULL,
    status text NOT NULL,
    reason text NOT NULL,
    message text NOT NULL,
    PRIMARY KEY (end_to_end, status, reason)
);

-- Lines of statements (camt.053) by the bank's own number, so that a line counts once.
CREATE TABLE payment_bookings (
    number text PRIMARY KEY,
    end_to_end text NOT NULL,
    amount_tiyn bigint NOT NULL CHECK (amount_tiyn > 0),
    returned boolean NOT NULL,
    day date NOT NULL,
    reason text NOT NULL,
    message text NOT NULL
);
CREATE INDEX payment_bookings_order ON payment_bookings (end_to_end);

-- Where the money of each reference is that an answer or a line has named. `opened` is the case in which
-- people look into it; `settled_by` who explained it where no case was opened.
CREATE TABLE payment_standings (
    end_to_end text PRIMARY KEY,
    case_id bigint,
    ordered_tiyn bigint NOT NULL,
    paid_tiyn bigint NOT NULL,
    returned_tiyn bigint NOT NULL,
    state text NOT NULL,
    explained text NOT NULL,
    for_people boolean NOT NULL,
    since timestamptz NOT NULL,
    opened bigint,
    settled_at timestamptz,
    settled_by text,
    settled_note text
);
CREATE INDEX payment_standings_people ON payment_standings (since) WHERE for_people;
CREATE INDEX payment_standings_case ON payment_standings (case_id);

-- One reconciliation for each day: what was ordered, paid, returned and is in question, as it was known then.
CREATE TABLE payment_days (
    day date PRIMARY KEY,
    at timestamptz NOT NULL,
    report json NOT NULL
);
SELECT migration_grant('SELECT', 'payment_messages', 'qyzmet_web');
SELECT migration_grant('SELECT', 'payment_standings', 'qyzmet_web');
SELECT migration_grant('SELECT', 'payment_bookings', 'qyzmet_web');
SELECT migration_grant('SELECT', 'payment_answers', 'qyzmet_web');
SELECT migration_grant('SELECT', 'payment_days', 'qyzmet_web');
