-- Reports of mining pools. A pool with `test` works in the sandbox: the same code, counted nowhere.
CREATE TABLE mining_pools (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE,                 -- names the pool's keys; tells no number
    number text NOT NULL,                      -- IIN or BIN
    test boolean NOT NULL,
    since date NOT NULL,
    until date,
    profile jsonb NOT NULL,
    keys text NOT NULL DEFAULT '',             -- PEM blocks
    UNIQUE (number, test)
);

-- One transmission of one month's report. At most one is accepted; the ones before it stay as 'corrected'.
CREATE TABLE mining_submissions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key uuid NOT NULL UNIQUE,
    pool integer NOT NULL REFERENCES mining_pools,
    month date NOT NULL,
    state text NOT NULL CHECK (state IN ('draft', 'submitted', 'accepted', 'refused', 'corrected')),
    sequence integer,
    nil boolean NOT NULL DEFAULT false,
    mends bigint REFERENCES mining_submissions,
    channel text NOT NULL,
    file_name text NOT NULL DEFAULT '',
    bytes bigint NOT NULL DEFAULT 0,
    digest bytea,
    control jsonb NOT NULL DEFAULT '{}',
    opened_at timestamptz NOT NULL,
    received_at timestamptz,
    decided_at timestamptz,
    late boolean,
    kind text NOT NULL DEFAULT '',
    rows bigint NOT NULL DEFAULT 0,
    good bigint NOT NULL DEFAULT 0,
    errors bigint NOT NULL DEFAULT 0,
    warnings bigint NOT NULL DEFAULT 0,
    counts jsonb NOT NULL DEFAULT '{}',
    totals jsonb NOT NULL DEFAULT '{}',
    outside bigint NOT NULL DEFAULT 0,
    reason text NOT NULL DEFAULT '',
    policies text NOT NULL DEFAULT '',
    profile jsonb NOT NULL DEFAULT '{}',       -- as it was sent with the report
    receipt text NOT NULL DEFAULT '',          -- signed: that it was received, and when
    decision text NOT NULL DEFAULT ''          -- signed: accepted or refused
);
CREATE UNIQUE INDEX mining_one_accepted ON mining_submissions (pool, month) WHERE state = 'accepted';
CREATE UNIQUE INDEX mining_sequence ON mining_submissions (pool, month, sequence);
CREATE INDEX mining_waiting ON mining_submissions (id) WHERE state = 'submitted';

-- The file as it came, in pieces.
CREATE TABLE mining_pieces (
    submission bigint NOT NULL REFERENCES mining_submissions ON DELETE CASCADE,
    number integer NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (submission, number)
);
ALTER TABLE mining_pieces ALTER content SET STORAGE EXTERNAL;

-- Rows that are right. Which count is told by the state of their submission.
CREATE TABLE mining_rows (
    submission bigint NOT NULL,
    row bigint NOT NULL,
    number bigint NOT NULL,
    miner text NOT NULL,
    name text NOT NULL,
    licence text NOT NULL,
    licence_issued date NOT NULL,
    wallet text NOT NULL,
    distributed date NOT NULL,
    asset text NOT NULL,
    amount numeric NOT NULL,
    combined numeric,
    transferred date,
    commission_asset text,
    commission_quantity numeric,
    commission_currency text,
    commission_sum numeric,
    coin text NOT NULL,                        -- ticker beside the asset's name, '' where unknown
    commission_coin text,
    currency_code text,                        -- ISO 4217 beside the currency's name
    PRIMARY KEY (submission, row)
);
CREATE INDEX mining_rows_miner ON mining_rows (miner, submission);
CREATE INDEX mining_rows_wallet ON mining_rows (wallet, submission);

-- Rows that are not, as they came, to be mended and sent back.
CREATE TABLE mining_aside (
    submission bigint NOT NULL,
    row bigint NOT NULL,
    c1 text, c2 text, c3 text, c4 text, c5 text, c6 text, c7 text, c8 text, c9 text, c10 text, c11 text,
    c12 text, c13 text, c14 text, c15 text,
    PRIMARY KEY (submission, row)
);

CREATE TABLE mining_findings (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    submission bigint NOT NULL,
    row bigint NOT NULL,
    line bigint NOT NULL,
    "column" smallint NOT NULL,
    code text NOT NULL,
    value text NOT NULL
);
CREATE INDEX mining_findings_place ON mining_findings (submission, row, "column");

-- How far a check has come; not part of its transaction.
CREATE TABLE mining_progress (
    submission bigint PRIMARY KEY,
    done bigint NOT NULL,
    at timestamptz NOT NULL
);

-- Licences as the register last told them. `known` is false where it has none of that number.
CREATE TABLE mining_licences (
    number text PRIMARY KEY,
    known boolean NOT NULL,
    holder text NOT NULL DEFAULT '',
    first date,
    last date,
    suspended date,
    asked_at timestamptz NOT NULL
);

CREATE TABLE mining_reminders (
    pool integer NOT NULL REFERENCES mining_pools,
    month date NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (pool, month, kind)
);

-- Prices in tenge for one unit of a coin on a day, as the daily list has them.
CREATE TABLE mining_prices (
    coin text NOT NULL,
    day date NOT NULL,
    tenge numeric NOT NULL CHECK (tenge >= 0),
    source text NOT NULL,
    PRIMARY KEY (coin, day)
);

CREATE TABLE mining_cursors (
    name text PRIMARY KEY,
    cursor text NOT NULL
);
