-- Fair turns between procedures: what is to be done outside, and what is to be sent, is found by procedure.
CREATE INDEX cases_outside ON cases (procedure, due_at, id) WHERE status IN ('r', 'p');

-- 0: placed by the release before, which does not say.
ALTER TABLE messages ADD COLUMN procedure smallint NOT NULL DEFAULT 0;
UPDATE messages m SET procedure = c.procedure FROM cases c WHERE c.id = m.case_id AND m.state IN ('h', 'r', 's');
CREATE INDEX messages_ready ON messages (procedure, id) WHERE state = 'r';
CREATE INDEX messages_being_sent ON messages (lease_until) WHERE state = 's';
DROP INDEX messages_to_send;
