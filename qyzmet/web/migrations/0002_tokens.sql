-- Tokens with which a person's own programs use the API; the token itself is only with the person.
CREATE TABLE web_tokens (
    id bytea PRIMARY KEY,
    number bigint GENERATED ALWAYS AS IDENTITY,
    owner text NOT NULL,
    person json NOT NULL,
    title text NOT NULL,
    made_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL
);
CREATE INDEX web_tokens_owner ON web_tokens (owner, number);
