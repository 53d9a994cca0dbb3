-- What happened in each period, in order: append-only, every row bound to the one before by its digest.
CREATE TABLE assessment_events (
    period text NOT NULL,
    number integer NOT NULL,
    at timestamptz NOT NULL,
    by_whom text NOT NULL,
    body text,
    content bytea NOT NULL,
    digest bytea NOT NULL,
    PRIMARY KEY (period, number)
);
SELECT migration_revoke('UPDATE, DELETE', 'assessment_events', 'qyzmet_engine');

-- What the links of reports served, by the hash of the content. Kept once, however many links serve it.
CREATE TABLE assessment_copies (
    digest text PRIMARY KEY,
    media_type text NOT NULL,
    size bigint NOT NULL,
    first_at timestamptz NOT NULL,
    content bytea NOT NULL
);
SELECT migration_revoke('UPDATE, DELETE', 'assessment_copies', 'qyzmet_engine');
