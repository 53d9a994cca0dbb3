"""One case at a time: of several about the same persons and the same matter only one goes on.

A claim stays with its case while the case is open, and for good where it ended as was asked for;
after any other ending it is free. Whoever asks at the same moment, one case gets all it wants or nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from qyzmet.cases import rows
from qyzmet.cases.rows import Connection


def claim(
    connection: Connection,
    wanted: Mapping[int, tuple[str, Collection[int]]],
    ends_for_good: Sequence[str],
) -> set[int]:
    """`wanted` has each case's matter and persons; returns the cases that hold it for all of theirs."""
    each = [(case, person, matter) for case, (matter, persons) in wanted.items() for person in persons]
    claims = {
        "cases": rows.numbers(case for case, _, _ in each),
        "people": rows.numbers(person for _, person, _ in each),
        "matters": [matter for _, _, matter in each],
    }
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(_TAKE, claims | {"ends": [*ends_for_good]})
        cursor.execute(_HOLDERS, claims)
        holder = {(person, matter): case for person, matter, case in cursor.fetchall()}
        lost = {case for case, person, matter in each if holder[person, matter] != case}
        if lost:
            cursor.execute(
                "DELETE FROM claims c USING unnest(%s::bigint[], %s::text[]) w (case_id, matter) "
                "WHERE c.case_id = w.case_id AND c.matter = w.matter",
                ([*lost], [wanted[case][0] for case in lost]),
            )
    return wanted.keys() - lost


# In the order of persons everywhere, so that two workers never block each other.
_TAKE = """
INSERT INTO claims AS c (person, matter, case_id)
SELECT person, matter, min(case_id)
FROM unnest(%(cases)s::bigint[], %(people)s::bigint[], %(matters)s::text[]) w (case_id, person, matter)
GROUP BY person, matter ORDER BY person, matter
ON CONFLICT (person, matter) DO UPDATE SET case_id = excluded.case_id
WHERE EXISTS (SELECT FROM cases o WHERE o.id = c.case_id AND o.status = 'e' AND o.step <> ALL (%(ends)s))
"""
_HOLDERS = """
SELECT c.person, c.matter, c.case_id FROM unnest(%(people)s::bigint[], %(matters)s::text[]) w (person, matter)
JOIN claims c ON c.person = w.person AND c.matter = w.matter
"""
