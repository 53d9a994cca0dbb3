-- The row of a case is written anew at each move, and each of its indexes with it. Whose case it is changes once at
-- most, so that stands in a table of its own, which is only added to. A person who was replaced stays there:
-- who asks looks at the case as well.
CREATE TABLE case_persons (
    person bigint NOT NULL,
    case_id bigint NOT NULL,
    PRIMARY KEY (person, case_id)
);
INSERT INTO case_persons
SELECT subject, id FROM cases UNION SELECT recipient, id FROM cases WHERE recipient IS NOT NULL;
DROP INDEX cases_subject;
DROP INDEX cases_recipient;
SELECT migration_grant('SELECT', 'case_persons', 'qyzmet_web');

-- `known` is what the JSON object of the facts has between its braces: what a case learns is put behind it, and
-- nothing is taken apart or read again. `c.facts`, with the table named, is the object as before.
ALTER TABLE cases ALTER COLUMN facts TYPE text USING substr(facts::text, 2, length(facts::text) - 2);
ALTER TABLE cases RENAME COLUMN facts TO known;
CREATE FUNCTION facts(one cases) RETURNS json LANGUAGE sql IMMUTABLE RETURN ('{' || one.known || '}')::json;
