-- Before anything is done outside, a worker looks whether the registry has corrected the event meanwhile. That is
-- rare: an index of these alone is next to empty, while the other one holds all that ever came in until a vacuum.
CREATE INDEX inbox_corrected ON inbox (case_id) WHERE kind = 'corrected';

-- The facts of a case are written anew whenever it learns something. Compressed, they were opened and compressed
-- each time: half of the cost of moving a case. Now they lie in the row as they are, up to a whole page.
ALTER TABLE cases SET (toast_tuple_target = 8160);

-- What is sealed cannot be compressed: PostgreSQL no longer tries.
ALTER TABLE ledger_payloads ALTER COLUMN sealed SET STORAGE EXTERNAL;
ALTER TABLE decisions ALTER COLUMN document SET STORAGE EXTERNAL;
ALTER TABLE payment_orders ALTER COLUMN message SET STORAGE EXTERNAL;
