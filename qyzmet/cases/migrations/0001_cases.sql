-- The case store. Every moment comes from the program's clock; nothing here asks for the time.
-- Statements carry the case id or a due moment, so that the tables can be spread by case id.

CREATE TABLE procedures (
    id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hash text NOT NULL UNIQUE,
    act text NOT NULL,
    code text NOT NULL,
    content json NOT NULL,
    loaded_at timestamptz NOT NULL
);

-- Registry events taken in, so that one that comes twice opens no second case.
CREATE TABLE registry_events (
    source text NOT NULL,
    event text NOT NULL,
    at timestamptz NOT NULL,
    outcome text NOT NULL,
    PRIMARY KEY (source, event)
);

CREATE TABLE feeds (
    name text PRIMARY KEY,
    cursor text NOT NULL,
    asked_at timestamptz NOT NULL
);

CREATE SEQUENCE case_ids;

-- status: r to be done outside, w waits, e ended, a set aside for people.
-- due_at is when the engine looks at the case next; while a worker holds it (holder is set),
-- due_at is the end of the lease, so that a lease of a dead worker ends by itself.
CREATE TABLE cases (
    id bigint PRIMARY KEY,
    procedure smallint NOT NULL,
    status "char" NOT NULL,
    step text NOT NULL,
    subject bigint NOT NULL,
    recipient bigint,
    region text NOT NULL,
    event text NOT NULL,
    as_of date NOT NULL,
    opened_at timestamptz NOT NULL,
    entered_at timestamptz NOT NULL,
    deadline_at timestamptz,
    due_at timestamptz,
    holder text,
    fence integer NOT NULL,
    attempts integer NOT NULL,
    run integer NOT NULL,
    trouble text NOT NULL,
    facts json NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX cases_due ON cases (due_at, id) WHERE due_at IS NOT NULL;

-- What came in for a case and was not yet taken up by the engine.
CREATE TABLE inbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id bigint NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    body json NOT NULL
);
CREATE INDEX inbox_case ON inbox (case_id);

CREATE SEQUENCE message_ids;

-- state: h held back behind another question, r ready, s being sent, d handed to the gateway,
-- f failed, u of unknown fate, x no longer wanted. question: o open, c closed, null asks nothing.
CREATE TABLE messages (
    id bigint PRIMARY KEY,
    case_id bigint NOT NULL,
    run integer NOT NULL,
    step text NOT NULL,
    person bigint NOT NULL,
    clause text NOT NULL,
    address text NOT NULL,
    prefix text,
    template text NOT NULL,
    "values" json NOT NULL,
    language text NOT NULL,
    state "char" NOT NULL,
    question "char",
    ready_at timestamptz NOT NULL,
    lease_until timestamptz,
    sent_at timestamptz,
    parts smallint,
    text bytea,
    closed_at timestamptz,
    reading text
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX messages_open ON messages (address, prefix) WHERE question = 'o';
CREATE INDEX messages_case ON messages (case_id);
CREATE INDEX messages_to_send ON messages (id) WHERE state IN ('r', 's');
CREATE INDEX messages_held ON messages (address, prefix, id) WHERE state = 'h';
CREATE INDEX messages_dialogue ON messages (address, prefix, closed_at) WHERE question = 'c';

-- Every reply that ever came in, whether it meant anything or not; the text is sealed.
CREATE TABLE replies (
    key text PRIMARY KEY,
    address text NOT NULL,
    at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    message_id bigint,
    case_id bigint,
    note text NOT NULL,
    text bytea NOT NULL
);
CREATE INDEX replies_case ON replies (case_id);

CREATE TABLE tasks (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id bigint NOT NULL,
    run integer NOT NULL,
    step text NOT NULL,
    clause text NOT NULL,
    role text NOT NULL,
    office text NOT NULL,
    region text NOT NULL,
    outcomes text[] NOT NULL,
    opened_at timestamptz NOT NULL,
    deadline_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    claimed_by text,
    state "char" NOT NULL DEFAULT 'o',  -- o open, d done, x withdrawn with its step
    done_at timestamptz,
    done_by text,
    outcome text
);
CREATE INDEX tasks_case ON tasks (case_id);
CREATE INDEX tasks_open ON tasks (office, deadline_at) WHERE state = 'o';

CREATE TABLE decisions (
    case_id bigint NOT NULL,
    run integer NOT NULL,
    outcome text NOT NULL,
    amount_tiyn bigint NOT NULL CHECK (amount_tiyn >= 0),
    document bytea NOT NULL,        -- sealed under the person's key
    document_hash bytea NOT NULL,   -- SHA-256 of the document as signed
    signature bytea NOT NULL,
    signer text NOT NULL,
    decided_at timestamptz NOT NULL,
    PRIMARY KEY (case_id)
);

CREATE TABLE payment_orders (
    key text PRIMARY KEY,
    case_id bigint NOT NULL,
    amount_tiyn bigint NOT NULL CHECK (amount_tiyn > 0),
    receipt text NOT NULL,
    placed_at timestamptz NOT NULL
);
CREATE INDEX payment_orders_case ON payment_orders (case_id);

-- The ledger: one entry per run of a case. The header has no personal data; the payload lies
-- apart, sealed under the person's key. Entries written together form a batch with one root.
CREATE SEQUENCE ledger_batch_ids;
CREATE TABLE ledger_entries (
    case_id bigint NOT NULL,
    run integer NOT NULL,
    batch bigint NOT NULL,
    place integer NOT NULL,
    payload_hash bytea NOT NULL,
    header text NOT NULL,
    PRIMARY KEY (case_id, run)
);
CREATE INDEX ledger_entries_batch ON ledger_entries (batch, place);
CREATE TABLE ledger_payloads (
    case_id bigint NOT NULL,
    run integer NOT NULL,
    person bigint NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (case_id, run)
);
CREATE TABLE ledger_batches (
    id bigint PRIMARY KEY,
    root bytea NOT NULL,
    entries integer NOT NULL
);
-- The chain: one sealer gives each batch its place. Heads are also kept outside this database.
CREATE TABLE ledger_seals (
    position bigint PRIMARY KEY,
    batch bigint NOT NULL UNIQUE,
    root bytea NOT NULL,
    entries integer NOT NULL,
    head bytea NOT NULL,
    sealed_at timestamptz NOT NULL
);

ALTER TABLE cases ENABLE ROW LEVEL SECURITY;
CREATE POLICY region_of_case ON cases FOR SELECT
    USING (region = ANY (string_to_array(current_setting('qyzmet.regions', true), ',')));
ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
CREATE POLICY region_of_task ON tasks
    USING (region = ANY (string_to_array(current_setting('qyzmet.regions', true), ',')));
