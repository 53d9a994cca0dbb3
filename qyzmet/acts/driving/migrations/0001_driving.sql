-- Applications by whom they belong to. The case itself lies in the kernel's tables.
CREATE TABLE driving_applications (
    case_id bigint PRIMARY KEY,
    subject bigint NOT NULL,
    service text NOT NULL,
    channel text NOT NULL,
    sender text NOT NULL,
    opened_at timestamptz NOT NULL,
    link bytea UNIQUE
);
CREATE INDEX driving_applications_subject ON driving_applications (subject, case_id);

CREATE TABLE driving_centres (
    code text PRIMARY KEY,
    region text NOT NULL,
    names text NOT NULL,
    address text NOT NULL
);
-- A hall with seats, or a car with one: `kind` theory or practice. Minutes of the day, Kazakhstan's time.
CREATE TABLE driving_halls (
    code text PRIMARY KEY,
    centre text NOT NULL REFERENCES driving_centres,
    kind text NOT NULL CHECK (kind IN ('theory', 'practice')),
    seats smallint NOT NULL CHECK (seats BETWEEN 1 AND 500),
    opens smallint NOT NULL,
    closes smallint NOT NULL CHECK (closes > opens),
    minutes smallint NOT NULL CHECK (minutes BETWEEN 5 AND 480),
    examiners text[] NOT NULL CHECK (cardinality(examiners) > 0)
);
-- `state`: o open, w withdrawn. `commitment` is published from the beginning, `tip` never (see draw.py).
CREATE TABLE driving_slots (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hall text NOT NULL,
    centre text NOT NULL,
    kind text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    opens_at timestamptz NOT NULL,
    examiner text NOT NULL,
    seats smallint NOT NULL,
    state "char" NOT NULL DEFAULT 'o',
    why text NOT NULL DEFAULT '',
    commitment bytea NOT NULL,
    tip bytea NOT NULL,
    draws integer NOT NULL DEFAULT 0,
    UNIQUE (hall, starts_at),
    UNIQUE (examiner, starts_at)
);
CREATE INDEX driving_slots_open ON driving_slots (centre, kind, starts_at);
-- One row a place. `state`: f free, h held, c confirmed, d done.
CREATE TABLE driving_places (
    slot bigint NOT NULL REFERENCES driving_slots,
    place smallint NOT NULL,
    kind text NOT NULL,
    state "char" NOT NULL DEFAULT 'f',
    case_id bigint,
    subject bigint,
    until timestamptz,
    PRIMARY KEY (slot, place),
    CHECK ((state = 'f') = (case_id IS NULL) AND (state = 'h') = (until IS NOT NULL))
) WITH (fillfactor = 70);
-- A person has at most one held and one confirmed place of a kind, whatever happens at the same moment.
CREATE UNIQUE INDEX driving_places_one ON driving_places (subject, kind, state) WHERE state IN ('h', 'c');
CREATE INDEX driving_places_held ON driving_places (until) WHERE state = 'h';

-- `state`: q gathered for the draw, w won, l lost, a on the waiting list, x given up.
CREATE TABLE driving_wishes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slot bigint NOT NULL REFERENCES driving_slots,
    case_id bigint NOT NULL,
    subject bigint NOT NULL,
    kind text NOT NULL,
    ticket text NOT NULL UNIQUE,
    at timestamptz NOT NULL,
    window_ends timestamptz NOT NULL,
    waits boolean NOT NULL,
    state "char" NOT NULL DEFAULT 'q',
    draw bigint,
    rank integer
);
CREATE UNIQUE INDEX driving_wishes_one ON driving_wishes (subject, kind) WHERE state IN ('q', 'a');
CREATE INDEX driving_wishes_due ON driving_wishes (window_ends, slot) WHERE state = 'q';
CREATE INDEX driving_wishes_waiting ON driving_wishes (slot, draw, rank) WHERE state = 'a';
CREATE INDEX driving_wishes_of_case ON driving_wishes (case_id, id);

-- The log of draws, append-only, each row bound to the one before by its digest.
CREATE TABLE driving_draws (
    id bigint PRIMARY KEY,
    slot bigint NOT NULL,
    number integer NOT NULL,
    at timestamptz NOT NULL,
    entry text NOT NULL,
    digest bytea NOT NULL,
    UNIQUE (slot, number)
);
SELECT migration_revoke('UPDATE, DELETE', 'driving_draws', 'qyzmet_engine');
-- What happened to each place, append-only.
CREATE TABLE driving_place_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slot bigint NOT NULL,
    place smallint NOT NULL,
    case_id bigint NOT NULL,
    subject bigint NOT NULL,
    kind text NOT NULL,
    what text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX driving_place_log_person ON driving_place_log (subject, kind, at);
SELECT migration_revoke('UPDATE, DELETE', 'driving_place_log', 'qyzmet_engine');

-- At most one result of each examination in an application.
CREATE TABLE driving_results (
    case_id bigint NOT NULL,
    kind text NOT NULL,
    result text NOT NULL CHECK (result IN ('passed', 'failed')),
    slot bigint NOT NULL,
    score smallint,
    by_whom text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (case_id, kind)
);
SELECT migration_revoke('UPDATE, DELETE', 'driving_results', 'qyzmet_engine');
-- What came in and was not taken: results of somebody else, a second, different result.
CREATE TABLE driving_oddities (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    case_id bigint NOT NULL,
    slot bigint NOT NULL,
    kind text NOT NULL,
    about text NOT NULL,
    UNIQUE (case_id, slot, about)
);
