-- Which case deals with a matter for a person: of several about one family only one goes on.
CREATE TABLE claims (
    person bigint NOT NULL,
    matter text NOT NULL,
    case_id bigint NOT NULL,
    PRIMARY KEY (person, matter)
);
CREATE INDEX claims_case ON claims (case_id);
