"""One helping message to each open question whose answer could not be read.

It asks nothing itself and belongs to no step: what becomes of it tells its case nothing, so that it
moves neither the case nor a deadline. An act that brings a template named `help` has such messages.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from qyzmet.cases.case import Event, Run
from qyzmet.cases.rows import Cursor

TEMPLATE = "help"


def not_understood(run: Run, event: Event) -> bool:
    """Whether the event was an answer, in time, to the question at which its case still waits."""
    case = run.case
    if event.kind != "reply" or run.taken or run.aside or event.body.get("step") != case.step:
        return False
    return case.status == "w" and (case.deadline is None or event.at < case.deadline)


def offer(cursor: Cursor, questions: Sequence[int], now: datetime) -> None:
    """Readies the helping message of each question that is open and has had none."""
    if questions:
        cursor.execute(_OFFER, {"questions": list(questions), "now": now, "template": TEMPLATE})


_OFFER = """
INSERT INTO messages (id, case_id, run, step, person, clause, address, template, "values", language,
    ready_at, procedure, state)
SELECT nextval('message_ids'), q.case_id, q.run, q.step || '.help', q.person, q.clause, q.address,
    %(template)s, q."values", q.language, %(now)s, q.procedure, 'r'
FROM messages q WHERE q.id = ANY(%(questions)s) AND q.question = 'o' AND NOT EXISTS (
    SELECT FROM messages h WHERE h.case_id = q.case_id AND h.run = q.run AND h.step = q.step || '.help')
"""
