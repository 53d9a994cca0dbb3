-- The vault: who a subject is. Nothing outside this database leads from a subject to a person.

-- A subject is a random number. `iin_index` and `phone_index` are keyed hashes; `identity` is
-- encrypted under the person's own key, and that key under a master key. An erased person has none
-- of these, only the number and the day.
CREATE TABLE subject (
    id bigint PRIMARY KEY CHECK (id > 0),
    iin_index bytea UNIQUE,
    index_version smallint NOT NULL,
    phone_index bytea,
    key_version smallint NOT NULL,
    wrapped_key bytea,
    identity bytea,
    erased_at timestamptz,
    erased_because text,
    CHECK ((erased_at IS NULL) = (iin_index IS NOT NULL AND wrapped_key IS NOT NULL AND identity IS NOT NULL)),
    CHECK (erased_at IS NULL OR (iin_index IS NULL AND phone_index IS NULL AND wrapped_key IS NULL AND identity IS NULL))
);
CREATE INDEX subject_by_phone ON subject (phone_index) WHERE phone_index IS NOT NULL;

-- Every access to personal data: who, what for, by which clause, which fields. Shown to the person.
CREATE TABLE look (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    subject bigint NOT NULL,
    who text NOT NULL,
    purpose text NOT NULL,
    clause text NOT NULL,
    fields text[] NOT NULL
);
CREATE INDEX look_by_subject ON look (subject, id);

CREATE FUNCTION look_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log of access to personal data is only added to';
END $$;
CREATE TRIGGER look_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON look
    FOR EACH STATEMENT EXECUTE FUNCTION look_stays();

-- Which keys belong to this vault: a value computed with each key, so that a wrong key file is
-- noticed before it does harm.
CREATE TABLE vault_key (
    kind text NOT NULL,
    version smallint NOT NULL,
    fingerprint bytea NOT NULL,
    PRIMARY KEY (kind, version)
);

-- One row. `erasures` counts up with each erasure, so that other processes drop keys they remember.
CREATE TABLE vault_state (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    erasures bigint NOT NULL
);
INSERT INTO vault_state (erasures) VALUES (0);
