-- The operator's names of the parts of our messages, and what it says of each. A receipt may come before we
-- have written down whose it is: then message_id is null for a moment. One for a message never sent stays so.
CREATE TABLE message_parts (
    operator_id text PRIMARY KEY,
    message_id bigint,
    at timestamptz NOT NULL,
    state text,
    state_at timestamptz
) WITH (fillfactor = 80);
CREATE INDEX message_parts_message ON message_parts (message_id);

ALTER TABLE messages ADD COLUMN delivered_at timestamptz;
CREATE INDEX messages_sent ON messages (address, sent_at) WHERE sent_at IS NOT NULL;
