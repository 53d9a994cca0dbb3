-- Who is signed in. The token itself is only in the browser; here is its SHA-256. No person is named.
CREATE TABLE web_sessions (
    id bytea PRIMARY KEY,
    csrf bytea NOT NULL,
    person json NOT NULL,
    began_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL
);
CREATE INDEX web_sessions_began ON web_sessions (began_at);

-- Sign-ins under way: what must come back from the provider, used once.
CREATE TABLE web_signins (
    state bytea PRIMARY KEY,
    kept json NOT NULL,
    at timestamptz NOT NULL
);

-- What somebody typed when the session had ended, sealed under a key that only the browser has.
CREATE TABLE web_kept_forms (
    id bytea PRIMARY KEY,
    sealed bytea NOT NULL,
    at timestamptz NOT NULL
);
