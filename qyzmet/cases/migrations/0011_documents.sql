-- The address on a decision's paper holds its SHA-256: anybody may ask whether there is such a decision.
CREATE INDEX decisions_document ON decisions (document_hash);
