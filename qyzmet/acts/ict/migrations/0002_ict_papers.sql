-- Determinations on paper, signed; one per version and language, made by a worker that holds a signer.
CREATE TABLE ict_papers (
    determination bigint NOT NULL,
    events integer NOT NULL,
    language text NOT NULL,
    at timestamptz NOT NULL,
    signer text NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (determination, events, language)
);
SELECT migration_revoke('UPDATE, DELETE', 'ict_papers', 'qyzmet_engine');
