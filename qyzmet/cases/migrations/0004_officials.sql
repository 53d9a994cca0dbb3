-- What each outcome of a task asks the official for (null: opened by a release that did not say), how many
-- pairs of eyes it needs, and what the first pair proposed.
ALTER TABLE tasks
    ADD COLUMN takes json,
    ADD COLUMN eyes smallint NOT NULL DEFAULT 1,
    ADD COLUMN proposal json;

-- Who may do tasks: an official in a role, for one office or, with '*', for all of a kind (committee/*).
CREATE TABLE posts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    official text NOT NULL,
    role text NOT NULL,
    office text NOT NULL,
    first_day date NOT NULL,
    last_day date,
    entered_at timestamptz NOT NULL,
    entered_by text NOT NULL
);
CREATE INDEX posts_official ON posts (official);

-- Who acts for an absent official, from which day to which.
CREATE TABLE substitutions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    absent text NOT NULL,
    substitute text NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    entered_at timestamptz NOT NULL,
    entered_by text NOT NULL,
    CHECK (first_day <= last_day AND absent <> substitute)
);
CREATE INDEX substitutions_substitute ON substitutions (substitute, last_day);
