-- The sealer finds what has no place in the chain yet by this mark, however many batches there ever were.
-- The mark proves nothing: what counts is the row in ledger_seals.
ALTER TABLE ledger_batches ADD COLUMN sealed boolean NOT NULL DEFAULT false;
UPDATE ledger_batches b SET sealed = true WHERE EXISTS (SELECT FROM ledger_seals s WHERE s.batch = b.id);
CREATE INDEX ledger_batches_to_seal ON ledger_batches (id) WHERE NOT sealed;

-- What is only ever added to needs no visits while it grows: nothing is dead in it and no query goes by index
-- alone. It is frozen once, when its age calls for it. Tables that change are visited less often, for each
-- visit reads all of their indexes.
ALTER TABLE ledger_entries SET (autovacuum_vacuum_insert_threshold = -1);
ALTER TABLE ledger_payloads SET (autovacuum_vacuum_insert_threshold = -1);
ALTER TABLE registry_events SET (autovacuum_vacuum_insert_threshold = -1);
ALTER TABLE cases SET (autovacuum_vacuum_insert_threshold = -1, autovacuum_vacuum_scale_factor = 0.5);
ALTER TABLE messages SET (autovacuum_vacuum_insert_threshold = -1, autovacuum_vacuum_scale_factor = 0.5);
ALTER TABLE tasks SET (autovacuum_vacuum_insert_threshold = -1, autovacuum_vacuum_scale_factor = 0.5);
