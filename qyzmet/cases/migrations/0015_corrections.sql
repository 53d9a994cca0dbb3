-- Figures of the law that were corrected here, oldest first: since when which value held, and when we learnt it.
-- The ledger has an entry of each; nothing is ever changed or taken out, a further correction comes after it.
CREATE TABLE figure_corrections (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    value bigint NOT NULL CHECK (value > 0),
    since date NOT NULL,
    until date,
    source text NOT NULL,
    learnt_at timestamptz NOT NULL,
    by_whom text NOT NULL,
    reason text NOT NULL,
    CHECK (until >= since)
);
SELECT migration_revoke('UPDATE, DELETE', 'figure_corrections', 'qyzmet_engine');
SELECT migration_grant('SELECT', 'figure_corrections', 'qyzmet_web');

-- Facts of ended cases that a registry corrected: sealed under the person's key, bound to the case and to the
-- number of the correction. A case that still runs hears of a correction itself.
CREATE TABLE fact_corrections (
    case_id bigint NOT NULL,
    number integer NOT NULL,
    name text NOT NULL,
    learnt_at timestamptz NOT NULL,
    person bigint NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (case_id, number, name)
);
CREATE INDEX fact_corrections_name ON fact_corrections (name, learnt_at);
SELECT migration_grant('SELECT', 'fact_corrections', 'qyzmet_web');
