-- What happened to each determination, in order: append-only, every row bound to the one before by its digest.
CREATE SEQUENCE ict_numbers;
GRANT USAGE ON SEQUENCE ict_numbers TO qyzmet_engine;
CREATE TABLE ict_events (
    determination bigint NOT NULL,
    number integer NOT NULL,
    bin text NOT NULL,
    at timestamptz NOT NULL,
    by_whom text NOT NULL,
    content bytea NOT NULL,
    digest bytea NOT NULL,
    PRIMARY KEY (determination, number)
);
CREATE INDEX ict_events_bin ON ict_events (bin, determination);
SELECT migration_revoke('UPDATE, DELETE', 'ict_events', 'qyzmet_engine');

-- Companies, as the register of participants knew them when it was last asked.
CREATE TABLE ict_participants (
    bin text PRIMARY KEY,
    name text NOT NULL,
    oked text NOT NULL,
    activity text NOT NULL,
    member_from date,
    member_to date,
    asked_at timestamptz NOT NULL
);

-- Extracts from the register of goods producers. No expiry is kept: the act sets none.
CREATE TABLE ict_extracts (
    bin text NOT NULL,
    number text NOT NULL,
    day date NOT NULL,
    file bytea NOT NULL,
    digest text NOT NULL,
    confirmed boolean,
    asked_at timestamptz,
    entered_at timestamptz NOT NULL,
    by_whom text NOT NULL,
    PRIMARY KEY (bin, number)
);

-- Files of income lines, each a new version of its year.
CREATE TABLE ict_incomes (
    bin text NOT NULL,
    year integer NOT NULL,
    version integer NOT NULL,
    at timestamptz NOT NULL,
    by_whom text NOT NULL,
    file_name text NOT NULL,
    file bytea NOT NULL,
    lines bytea NOT NULL,
    PRIMARY KEY (bin, year, version)
);
SELECT migration_revoke('UPDATE, DELETE', 'ict_incomes', 'qyzmet_engine');
