-- Changes of policies while the installation runs, oldest first. `batch` is the last ledger batch before the
-- change: what came after it was done under the new reading. The ledger has an entry of each, as case -id.
CREATE TABLE policy_changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    act text NOT NULL,
    mark text NOT NULL,
    before json NOT NULL,
    after json NOT NULL,
    at timestamptz NOT NULL,
    by_whom text NOT NULL,
    reason text NOT NULL,
    undoes bigint UNIQUE REFERENCES policy_changes (id),
    batch bigint NOT NULL
);
SELECT migration_revoke('UPDATE, DELETE', 'policy_changes', 'qyzmet_engine');

-- Days that a late order moved, beside those that ship with the release; see law/overrides.py.
CREATE TABLE calendar_orders (
    day date PRIMARY KEY,
    works boolean NOT NULL,
    words json NOT NULL,
    source text NOT NULL,
    known_on date NOT NULL,
    entered_at timestamptz NOT NULL,
    entered_by text NOT NULL
);
SELECT migration_revoke('UPDATE, DELETE', 'calendar_orders', 'qyzmet_engine');
