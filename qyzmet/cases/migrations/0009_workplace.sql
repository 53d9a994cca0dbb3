-- Officials' lists are read in their order, by role and region; what has no deadline comes last.
CREATE INDEX tasks_worklist ON tasks (role, region, (coalesce(deadline_at, 'infinity'::timestamptz)), id)
    WHERE state = 'o';
CREATE INDEX tasks_mine ON tasks (claimed_by, (coalesce(deadline_at, 'infinity'::timestamptz)), id)
    WHERE state = 'o' AND claimed_by IS NOT NULL;

-- A person's cases, by pseudonym: for the search of officials and for the citizen's own page.
CREATE INDEX cases_subject ON cases (subject);
CREATE INDEX cases_recipient ON cases (recipient) WHERE recipient IS NOT NULL;
CREATE INDEX cases_aside ON cases ((coalesce(deadline_at, 'infinity'::timestamptz)), id) WHERE status = 'a';

-- What the operator has stopped, why and for how long. The ledger has an entry of each beginning and end.
-- kind: procedure (nothing is asked, sent, signed or paid in its cases), partner (it is not asked).
CREATE TABLE pauses (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('procedure', 'partner')),
    name text NOT NULL,
    reason text NOT NULL,
    begun_at timestamptz NOT NULL,
    begun_by text NOT NULL,
    ended_at timestamptz,
    ended_by text,
    end_reason text
);
CREATE UNIQUE INDEX pauses_now ON pauses (kind, name) WHERE ended_at IS NULL;
