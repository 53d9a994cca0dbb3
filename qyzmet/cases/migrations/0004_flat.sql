-- The sealer finds what has no place in the chain yet by this mark, however many batches there ever were.
-- The mark proves nothing: what counts is the row in ledger_seals.
ALTER TABLE ledger_batches ADD COLUMN sealed boolean NOT NULL DEFAULT false;
UPDATE ledger_batches b SET sealed = true WHERE EXISTS (SELECT FROM ledger_seals s WHERE s.batch = b.id);
CREATE INDEX ledger_batches_to_seal ON ledger_batches (id) WHERE NOT sealed;
