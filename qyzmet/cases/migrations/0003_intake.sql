-- Registry events may be corrected: which revision was taken, the hash of its content (a person is in it
-- only as the random number of the vault), and the case that it began.
ALTER TABLE registry_events
    ADD COLUMN revision integer NOT NULL DEFAULT 1,
    ADD COLUMN content bytea,
    ADD COLUMN case_id bigint;

-- Rows of pushed batches that could not be read as an event: where and why, never what stood there.
CREATE TABLE refused_rows (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL,
    request text NOT NULL,
    place integer NOT NULL,
    event text NOT NULL,
    at timestamptz NOT NULL,
    field text NOT NULL,
    rule text NOT NULL,
    remedy text NOT NULL
);
CREATE INDEX refused_rows_source ON refused_rows (source, id);

-- What was answered under an Idempotency-Key, so that the same request gets the same answer. The digest
-- of the body is keyed with a secret, for a body may be guessed from a plain one.
CREATE TABLE answers (
    principal text NOT NULL,
    key text NOT NULL,
    target text NOT NULL,
    body_digest bytea NOT NULL,
    at timestamptz NOT NULL,
    status smallint,
    media_type text,
    content bytea,
    PRIMARY KEY (principal, key)
);
CREATE INDEX answers_at ON answers (at);
SELECT migration_grant('SELECT, INSERT, UPDATE', 'answers', 'qyzmet_web');
