"""Two programs in plain SQL beside which the engine is measured.

Both carry the same number of cases through the same two waits, in batches of the same size, one
transaction per batch, on the same number of connections of the same server. Both take up replies
from an inbox into which the same rows were copied, and both claim what is due with row locks that
pass over what the other connection has. What happens between two waits is one statement.

**Thin**: what a program has to do at the least. A case is one row of numbers and dates, a run is
one row of history, and nothing is signed, sealed, sent or explained.

**Like for like**: the simplest program that leaves behind the same rows as the engine, in the same
schema: event, case with all facts, message, task, and per run a ledger entry, a payload and its
batch. Texts have the engine's size, because they are made from one sample case that the engine's own
rules carried; figures that differ from case to case are put in. It computes SHA-256 over every
payload, over every entry and over each batch. It leaves out what makes the engine general: no
procedure is read, no rule is called, nothing is encrypted (the payload has the same length), the batch
is hashed in one go instead of by a tree, facts are appended to rather than read and understood, and
whether another question is open on the same phone is left to the index.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from qyzmet.bench import act
from qyzmet.cases import ledger
from qyzmet.cases.case import Case, Event, Fact, Law, Run
from qyzmet.cases.facts import Facts
from qyzmet.cases.runner import begin, hear, time_up
from qyzmet.law.calendar import working_calendar
from qyzmet.law.policies import Policies

#: Figures of the sample case that occur nowhere else in its texts, and what stands for them in SQL.
_CASE, _SUBJECT, _REGION, _ADDRESS, _HEADS, _PER_HEAD = (
    77777777,
    88888888888888,
    "RRR",
    "AAAA",
    1000003,
    69997,
)
_VARIES = {
    str(_SUBJECT): "subject",
    str(_HEADS * _PER_HEAD): "heads * 50000 + number %% 1000",
    str(_HEADS * act.AID_PER_HEAD): f"heads * {act.AID_PER_HEAD}",
    str(_CASE): "id",
    str(_HEADS): "heads",
    str(_PER_HEAD): "(heads * 50000 + number %% 1000) / heads",
    _ADDRESS: "address",
    _REGION: "region",
}
_SEALING_BYTES = 28  # nonce and tag of AES-GCM

#: The events that open cases lie ready for both floors before the time is taken.
ARRIVALS = """
CREATE UNLOGGED TABLE bench_arrivals (
    number bigint PRIMARY KEY, event text NOT NULL UNIQUE, subject bigint NOT NULL, region text NOT NULL,
    address text NOT NULL, heads integer NOT NULL
)
"""

THIN_SCHEMA = """
CREATE TABLE thin_cases (
    id bigint PRIMARY KEY, state smallint NOT NULL, subject bigint NOT NULL, opened_at timestamptz NOT NULL,
    due_at timestamptz, amount bigint NOT NULL, run integer NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX thin_due ON thin_cases (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE thin_history (
    case_id bigint NOT NULL, run integer NOT NULL, at timestamptz NOT NULL, steps text NOT NULL,
    PRIMARY KEY (case_id, run)
);
"""
THIN = {
    "open": """
WITH opened AS (
    INSERT INTO thin_cases
    SELECT number + 1, 1, subject, %(now)s, %(due)s, heads * 12000, 1
    FROM bench_arrivals WHERE number >= %(first)s AND number < %(last)s
        AND (heads * 50000 + number %% 1000) / heads < 70000
    RETURNING id)
INSERT INTO thin_history SELECT id, 1, %(now)s, 'resident household income line amount recipient' FROM opened
""",
    "reply": """
WITH found AS MATERIALIZED (
    SELECT i.id AS event, c.id FROM inbox i JOIN thin_cases c ON c.id = i.case_id
    WHERE c.state = 1 ORDER BY i.id LIMIT %(batch)s FOR UPDATE OF c, i SKIP LOCKED),
gone AS (DELETE FROM inbox i USING found f WHERE i.id = f.event),
moved AS (
    UPDATE thin_cases c SET state = 2, due_at = %(due)s, run = 2 FROM found f WHERE c.id = f.id)
INSERT INTO thin_history SELECT id, 2, %(now)s, 'consent account other_aid draft' FROM found
""",
    "timer": """
WITH found AS MATERIALIZED (
    SELECT id FROM thin_cases WHERE state = 2 AND due_at <= %(now)s
    ORDER BY due_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED),
moved AS (
    UPDATE thin_cases c SET state = 3, due_at = NULL, run = 3 FROM found f WHERE c.id = f.id)
INSERT INTO thin_history SELECT id, 3, %(now)s, 'objection confirm order close' FROM found
""",
}


class _Sample:
    """One case, carried by the kernel's own rules; after each wait, its texts as SQL."""

    def __init__(self) -> None:
        self.law = self._law(act.OPENING)
        household = Fact(_HEADS, "register of households", act.HAPPENED, act.AS_OF)
        income = Fact(_HEADS * _PER_HEAD, "register of incomes", act.HAPPENED, act.AS_OF)
        address = Fact(_ADDRESS, "register of residents", act.HAPPENED, act.AS_OF)
        facts = {"address": address, "household": household, "income": income}
        self.case = Case(
            _CASE, 1, "", _SUBJECT, _REGION, act.AS_OF, act.OPENING, act.OPENING, Facts(facts), event="E"
        )
        self.run = Run(self.case, learnt=dict(facts))
        begin(self.run, act.PROCEDURE, self.law)
        self.case.run = 1

    def reply(self) -> None:
        self._next(act.REPLYING)
        event = Event(1, _CASE, "reply", act.REPLYING, reply_body(_CASE))
        hear(self.run, event, act.PROCEDURE, self.law)
        self.run.events.append(event)

    def time_up(self) -> None:
        self._next(act.OBJECTED)
        time_up(self.run, act.PROCEDURE, self.law)

    def facts(self) -> str:
        """What lies between the braces of their JSON, as in the store."""
        return _sql(msgspec.json.encode(dict(self.case.facts))[1:-1])

    def learnt(self) -> str:
        """What was learnt in this run, to be put behind the facts."""
        return _sql(b"," + msgspec.json.encode(self.run.learnt)[1:-1])

    def values(self) -> str:
        assert self.run.message is not None
        return _sql(msgspec.json.encode(self.run.message.values))

    def payload(self) -> str:
        padding = f"decode('{'00' * _SEALING_BYTES}', 'hex')"
        return f"convert_to({_sql(ledger.payload(self.run))}, 'UTF8') || {padding}"

    def header(self) -> str:
        lines = ledger.fragments(act.PROCEDURE)
        at = self.law.now.isoformat()
        way = ledger.way(self.run, act.PROCEDURE, lines)
        return _sql(ledger.header(self.run, self.case.run, at, way).encode())

    def _next(self, now: datetime) -> None:
        self.law = self._law(now)
        self.run = Run(self.case, started_at=self.case.step)
        self.case.run += 1

    def _law(self, now: datetime) -> Law:
        return Law(now, working_calendar(), Policies(()))


def reply_body(case: int) -> dict[str, Any]:
    """What the post office writes of a reply."""
    return {"step": "consent", "message": case, "text": act.REPLY}


def _sql(text: bytes) -> str:
    """A text of the sample as an SQL expression, with the case's own figures put in."""
    parts = re.split("(" + "|".join(_VARIES) + ")", text.decode())
    return " || ".join(
        f"({_VARIES[part]})" if part in _VARIES else "'" + part.replace("'", "''").replace("%", "%%") + "'"
        for part in parts
        if part
    )


def like_for_like() -> Mapping[str, str]:
    """The statement for each phase."""
    sample = _Sample()
    opening = {"facts": sample.facts(), "values": sample.values()} | _entry(sample)
    sample.reply()
    reply = {"learnt": sample.learnt()} | _entry(sample)
    sample.time_up()
    timer = {"learnt": sample.learnt()} | _entry(sample)
    return {
        "open": _OPEN.format(**opening) + _LEDGER.format(run=1),
        "reply": _REPLY.format(**reply) + _LEDGER.format(run=2),
        "timer": _TIMER.format(**timer) + _LEDGER.format(run=3),
    }


def _entry(sample: _Sample) -> dict[str, str]:
    return {"payload": sample.payload(), "header": sample.header()}


_OPEN = """
WITH numbered AS MATERIALIZED (
    SELECT nextval('case_ids') AS id, event,
        sha256(convert_to(address || heads || subject, 'UTF8')) AS content
    FROM bench_arrivals WHERE number >= %(first)s AND number < %(last)s),
fresh AS (
    INSERT INTO registry_events (source, event, at, outcome, revision, content, case_id)
    SELECT 'bench', event, %(now)s, 'opened', 1, content, id FROM numbered
    ON CONFLICT DO NOTHING RETURNING event, case_id),
arrived AS MATERIALIZED (
    SELECT f.case_id AS id, a.* FROM fresh f JOIN bench_arrivals a USING (event)),
runs AS MATERIALIZED (
    SELECT id, subject AS person, {payload} AS sealed, {header} AS header FROM arrived),
opened AS (
    INSERT INTO cases (id, procedure, status, step, subject, recipient, region, event, as_of, opened_at,
        entered_at, deadline_at, due_at, holder, fence, attempts, run, trouble, known)
    SELECT id, 1, 'w', 'consent', subject, subject, region, event, %(as_of)s, %(now)s, %(now)s,
        %(deadline)s, %(due)s, NULL, 0, 0, 1, '', {facts}
    FROM arrived WHERE (heads * 50000 + number %% 1000) / heads < 70000),
whose AS (INSERT INTO case_persons SELECT subject, id FROM arrived),
asked AS (
    INSERT INTO messages (id, case_id, run, step, person, clause, address, prefix, template, "values",
        language, state, question, ready_at)
    SELECT nextval('message_ids'), id, 1, 'consent', subject, 'bench:§7', address, '9', 'consent',
        ({values})::json, 'kk', 'r', 'o', %(now)s FROM arrived),
"""
_REPLY = """
WITH found AS MATERIALIZED (
    SELECT i.id AS event, c.id, c.region, c.subject, c.recipient
    FROM inbox i JOIN cases c ON c.id = i.case_id WHERE c.status = 'w'
    ORDER BY i.id LIMIT %(batch)s FOR UPDATE OF c, i SKIP LOCKED),
gone AS (DELETE FROM inbox i USING found f WHERE i.id = f.event),
runs AS MATERIALIZED (
    SELECT id, recipient AS person, {payload} AS sealed, {header} AS header FROM found),
moved AS (
    UPDATE cases c SET step = 'objection', entered_at = %(now)s, deadline_at = %(deadline)s,
        due_at = %(deadline)s, run = 2,
        known = c.known || {learnt}
    FROM found f WHERE c.id = f.id),
closed AS (
    UPDATE messages m SET question = 'c', closed_at = %(now)s, reading = 'agree', state = 'x'
    FROM found f WHERE m.case_id = f.id),
tasked AS (
    INSERT INTO tasks (case_id, run, step, clause, role, office, region, outcomes, opened_at, deadline_at)
    SELECT id, 2, 'objection', 'bench:§11', 'reviewer', 'aid/' || region, region, '{{object}}',
        %(now)s, %(deadline)s FROM found),
"""
_TIMER = """
WITH found AS MATERIALIZED (
    SELECT id, region, subject, recipient FROM cases WHERE status = 'w' AND due_at <= %(now)s
    ORDER BY due_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED),
runs AS MATERIALIZED (
    SELECT id, recipient AS person, {payload} AS sealed, {header} AS header FROM found),
moved AS (
    UPDATE cases c SET status = 'e', step = 'granted', entered_at = %(now)s, deadline_at = NULL,
        due_at = NULL, run = 3, known = c.known || {learnt}
    FROM found f WHERE c.id = f.id),
closed AS (UPDATE tasks t SET state = 'x' FROM found f WHERE t.case_id = f.id),
"""
_LEDGER = """
batch AS MATERIALIZED (SELECT nextval('ledger_batch_ids') AS id),
hashed AS MATERIALIZED (
    SELECT id, row_number() OVER () - 1 AS place, sha256(sealed) AS digest, header FROM runs),
entered AS (
    INSERT INTO ledger_entries
    SELECT h.id, {run}, b.id, h.place, h.digest, h.header FROM hashed h, batch b),
sealed AS (
    INSERT INTO ledger_payloads SELECT id, {run}, person, sealed FROM runs)
INSERT INTO ledger_batches (id, root, entries)
SELECT b.id, sha256(string_agg(sha256(h.digest || convert_to(h.header, 'UTF8')), NULL ORDER BY h.place)),
    count(*)
FROM hashed h, batch b GROUP BY b.id HAVING count(*) > 0
"""
