-- The ledger's payloads lie in parts of a million cases: numbers follow time, so a part is a span of time.
-- What of an old part has gone to the archive is given back to the disk as a whole, and its indexes stay small.
-- Headers and hashes, which prove what was, stay in one table.
ALTER TABLE ledger_payloads RENAME TO ledger_payloads_first;
ALTER INDEX ledger_payloads_pkey RENAME TO ledger_payloads_first_pkey;
CREATE TABLE ledger_payloads (LIKE ledger_payloads_first, PRIMARY KEY (case_id, run)) PARTITION BY RANGE (case_id);
DO $$
BEGIN
    EXECUTE format('ALTER TABLE ledger_payloads ATTACH PARTITION ledger_payloads_first
                    FOR VALUES FROM (MINVALUE) TO (%s)',
                   (SELECT (coalesce(max(case_id), 0) / 1000000 + 1) * 1000000 FROM ledger_payloads_first));
END $$;

-- Makes parts until four million cases ahead; a worker asks for it every minute. Returns how many.
CREATE FUNCTION ledger_ahead() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    upper_end bigint;
    part text;
    made integer := 0;
BEGIN
    LOOP
        SELECT max(substring(pg_get_expr(c.relpartbound, c.oid) FROM 'TO \(''?(\d+)')::bigint) INTO upper_end
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'ledger_payloads'::regclass;
        EXIT WHEN upper_end >= (SELECT last_value FROM case_ids) + 4000000;
        PERFORM pg_advisory_xact_lock(5201315);
        part := 'ledger_payloads_' || upper_end / 1000000;
        IF to_regclass(part) IS NULL THEN
            EXECUTE format('CREATE TABLE %I (LIKE ledger_payloads, PRIMARY KEY (case_id, run))
                            WITH (autovacuum_vacuum_insert_threshold = -1)', part);
            EXECUTE format('ALTER TABLE ledger_payloads ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
                           part, upper_end, upper_end + 1000000);
            made := made + 1;
        END IF;
    END LOOP;
    RETURN made;
END $$;
SELECT ledger_ahead();

-- Gives back the disk of parts from which everything has gone, but for those still written. Returns how many.
CREATE FUNCTION ledger_give_back() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    part record;
    holds boolean;
    given integer := 0;
BEGIN
    FOR part IN
        SELECT c.oid::regclass AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'ledger_payloads'::regclass AND pg_relation_size(c.oid) > 0
          AND coalesce(substring(pg_get_expr(c.relpartbound, c.oid) FROM 'TO \(''?(\d+)')::bigint, 0)
              <= (SELECT last_value FROM case_ids)
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', part.name) INTO holds;
        IF NOT holds THEN
            EXECUTE format('TRUNCATE %s', part.name);
            given := given + 1;
        END IF;
    END LOOP;
    RETURN given;
END $$;

-- Ended cases whose payloads, messages, replies and tasks lie in a file: where, and the SHA-256 of the line.
CREATE TABLE archived_cases (
    case_id bigint PRIMARY KEY,
    file text NOT NULL,
    place bigint NOT NULL,
    bytes integer NOT NULL,
    digest bytea NOT NULL,
    at timestamptz NOT NULL,
    by_whom text NOT NULL
);
SELECT migration_grant('SELECT', 'archived_cases', 'qyzmet_web');
