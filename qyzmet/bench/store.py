"""Does a full store slow a worker down? Claims, deadlines and pages among many ended cases and among a tenth.

The store is filled in plain SQL with ended and open cases, each with a message, a task and ledger entries;
then the program's own statements are timed on it, each rolled back so that every try finds the same. What
is reported is the ratio of the medians; 1 means that the time does not depend on how much there is.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from qyzmet.bench import act
from qyzmet.bench.engine import Progress, fresh, machine, own_server
from qyzmet.cases import failpoints, rows, tasks
from qyzmet.cases.store import Store
from qyzmet.runtime.database import Database, connect

_TRIES = 15
#: Of the open cases so many are overdue and so many are to be done outside; the others wait.
_DUE, _OUTSIDE = 600, 600
_BATCH = 500
NOW = act.OBJECTED
LEASE = timedelta(seconds=60)


def run(ended: int, open_cases: int, say: Progress) -> dict[str, Any]:
    """Times everything at a tenth and at the whole, on a fresh durable server."""
    with own_server(say) as (server, _):
        found = {}
        for size, part in (("tenth", 10), ("whole", 1)):
            with fresh(server) as database:
                say(f"Filling the store with {ended // part + open_cases // part:,} cases")
                found[size] = _measure(database, ended // part, open_cases // part)
        ratios = {name: round(found["whole"][name] / found["tenth"][name], 2) for name in found["whole"]}
        return {
            "ended": ended,
            "open": open_cases,
            "milliseconds": found,
            "ratios": ratios,
        } | machine(server)


def _measure(database: Database, ended: int, open_cases: int) -> dict[str, float]:
    with connect(database.owner_url) as owner, owner.transaction():
        for statement in _FILL:
            owner.execute(
                statement,
                {"ended": ended, "all": ended + open_cases, "now": NOW, "due": _DUE, "outside": _OUTSIDE},
            )
    with connect(database.owner_url, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
    with connect(database.engine_url) as connection:
        store = Store(connection, cast(Any, None), "bench", failpoints.none)
        return {name: _median(connection, what) for name, what in _measured(connection, store).items()}


def _measured(connection: rows.Connection, store: Store) -> dict[str, Callable[[], int]]:
    def deadlines() -> int:
        with connection.cursor(binary=True) as cursor:
            return len(store.lock_deadlines(cursor, NOW, _BATCH))

    def events() -> int:
        with connection.cursor(binary=True) as cursor:
            return len(store.lock_events(cursor, _BATCH))

    def case_page() -> int:
        return len(connection.execute(_PAGE).fetchall())

    return {
        "claim": lambda: len(store.claim_outside(NOW, LEASE, _BATCH)),
        "deadlines": deadlines,
        "events": events,
        "task page": lambda: len(tasks.open_tasks(connection, office="aid/75", limit=50)),
        "case page": case_page,
    }


class _Undone(Exception):
    """Takes a try back."""


def _median(connection: rows.Connection, what: Callable[[], int]) -> float:
    times = []
    for _ in range(_TRIES):
        try:
            with connection.transaction():
                began = time.perf_counter()
                found = what()
                times.append(time.perf_counter() - began)
                assert found, "nothing was found"
                raise _Undone
        except _Undone:
            pass
    return round(1e3 * statistics.median(times), 3)


_PAGE = """
SELECT c.id, c.step, c.region, c.opened_at, c.deadline_at FROM cases c ORDER BY c.id DESC LIMIT 50
"""
_FILL = (
    """INSERT INTO procedures (hash, act, code, content, loaded_at)
       VALUES ('h', 'bench', 'AID', '{}', %(now)s)""",
    # Open cases lie scattered among the ended ones, as they do after some years.
    """INSERT INTO cases (id, procedure, status, step, subject, recipient, region, event, as_of, opened_at,
           entered_at, deadline_at, due_at, fence, attempts, run, trouble, known)
       SELECT n, 1, (CASE WHEN open IS NULL THEN 'e' WHEN open <= %(outside)s THEN 'r' ELSE 'w' END)::"char",
           CASE WHEN open IS NULL THEN 'granted' ELSE 'objection' END, n, n, '75', 'E' || n, '2024-02-12',
           %(now)s, %(now)s, CASE WHEN open IS NOT NULL THEN %(now)s + interval '2 days' END,
           CASE WHEN open IS NULL THEN NULL WHEN open <= %(due)s + %(outside)s
               THEN %(now)s - interval '1 hour' ELSE %(now)s + interval '2 days' END,
           0, 0, 3, '', trim(both '{}' from json_build_object(
               'household',
               json_build_array(3, 'register of households', '2024-02-12T03:00:00Z', '2024-02-12'),
               'filler',
               json_build_array(repeat('x', 400), 'r', '2024-02-12T03:00:00Z', '2024-02-12'))::text)
       FROM (SELECT n, CASE WHEN n %% (%(all)s / (%(all)s - %(ended)s)) = 0
                 THEN n / (%(all)s / (%(all)s - %(ended)s)) END AS open
             FROM generate_series(1, %(all)s) n) s""",
    "INSERT INTO case_persons SELECT subject, id FROM cases",
    """INSERT INTO messages (id, case_id, run, step, person, clause, address, prefix, template, "values",
           language, state, question, ready_at, closed_at)
       SELECT id, id, 1, 'consent', id, 'bench:§7', md5(id::text) || md5(id::text), '9', 'consent', '{}',
           'kk', 'd', 'c', %(now)s, %(now)s FROM cases""",
    """INSERT INTO tasks (case_id, run, step, clause, role, office, region, outcomes, opened_at,
           deadline_at, state)
       SELECT id, 2, 'objection', 'bench:§11', 'reviewer', 'aid/75', '75', '{object}', %(now)s, deadline_at,
           CASE WHEN status = 'e' THEN 'x' ELSE 'o' END::"char" FROM cases""",
    """INSERT INTO ledger_entries (case_id, run, batch, place, payload_hash, header)
       SELECT id, 1, id / 1000, id %% 1000, sha256(convert_to(id::text, 'UTF8')), repeat('h', 300)
       FROM cases""",
    """INSERT INTO inbox (case_id, kind, at, body)
       SELECT id, 'reply', %(now)s, '{}' FROM cases WHERE status = 'w' AND due_at > %(now)s ORDER BY id
       LIMIT 600""",
)
