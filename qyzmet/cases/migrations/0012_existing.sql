-- What people had before Qyzmet: services appointed elsewhere, and dossiers. A person is the random number of
-- the vault; the IIN stands nowhere here.
CREATE TABLE existing_services (
    person bigint NOT NULL,
    service text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('recipient', 'dossier')),
    since date NOT NULL,
    until date,
    reference text NOT NULL,
    source text NOT NULL,
    imported_at timestamptz NOT NULL,
    PRIMARY KEY (person, service, kind, since)
);
