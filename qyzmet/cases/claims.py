"""One case at a time: of several about the same persons and the same matter only one goes on.

A claim stays with its case while the case is open, and for good where it ended as was asked for;
after any other ending it is free. Whoever asks at the same moment, one case gets all it wants or nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from qyzmet.cases.rows import Connection


def claim(
    connection: Connection,
    wanted: Mapping[int, Collection[int]],
    matter: str,
    ends_for_good: Sequence[str],
) -> set[int]:
    """`wanted` has the persons of each case; returns the cases that hold the matter for all of theirs."""
    cases = [case for case, persons in wanted.items() for _ in persons]
    people = [person for persons in wanted.values() for person in persons]
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(_TAKE, {"cases": cases, "people": people, "matter": matter, "ends": [*ends_for_good]})
        cursor.execute(
            "SELECT person, case_id FROM claims WHERE person = ANY(%s) AND matter = %s", (people, matter)
        )
        holder: dict[int, int] = dict(cursor.fetchall())
        held = {case for case, persons in wanted.items() if all(holder[each] == case for each in persons)}
        cursor.execute(
            "DELETE FROM claims WHERE case_id = ANY(%s) AND matter = %s", ([*wanted.keys() - held], matter)
        )
    return held


# In the order of persons everywhere, so that two workers never block each other.
_TAKE = """
INSERT INTO claims AS c (person, matter, case_id)
SELECT person, %(matter)s, min(case_id)
FROM unnest(%(cases)s::bigint[], %(people)s::bigint[]) w (case_id, person)
GROUP BY person ORDER BY person
ON CONFLICT (person, matter) DO UPDATE SET case_id = excluded.case_id
WHERE EXISTS (SELECT FROM cases o WHERE o.id = c.case_id AND o.status = 'e' AND o.step <> ALL (%(ends)s))
"""
