"""What is known after a run, from inside and outside, as plain values: invariants see nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from qyzmet.cases import chain
from qyzmet.cases.case import Case
from qyzmet.cases.catalogue import Catalogue
from qyzmet.cases.package import packages
from qyzmet.cases.replay import Entry, replay
from qyzmet.cases.rows import Connection
from qyzmet.cases.store import CASE_COLUMNS, read_case
from qyzmet.exchange.sms import Incoming
from qyzmet.exchange.systems import ConsentAnswer, Placement
from qyzmet.law.calendar import working_calendar
from qyzmet.people.vault import Vault
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.connection import connect
from qyzmet.runtime.database import Database
from qyzmet.runtime.errors import QyzmetError
from qyzmet.simulation.gateway import Attempt, Delivery, Gateway
from qyzmet.simulation.network import Network
from qyzmet.simulation.plan import Plan
from qyzmet.simulation.stage import Stage
from qyzmet.simulation.workers import ACT, Workers
from qyzmet_twins.services import Services
from qyzmet_twins.state import Done
from qyzmet_twins.world import World


class Sms(msgspec.Struct, frozen=True):
    """A row of `messages`."""

    id: int
    case: int
    run: int
    step: str
    prefix: str | None
    values: dict[str, Any]
    state: str
    question: str | None
    sent_at: datetime | None
    closed_at: datetime | None


class Task(msgspec.Struct, frozen=True):
    case: int
    step: str
    state: str
    deadline_at: datetime | None


class Decided(msgspec.Struct, frozen=True):
    case: int
    outcome: str
    amount_tiyn: int
    at: datetime


class Order(msgspec.Struct, frozen=True):
    key: str
    case: int
    amount_tiyn: int


class Inbox(msgspec.Struct, frozen=True):
    """Something that came in for a case and was not taken up yet."""

    case: int
    kind: str


@dataclass(frozen=True)
class Glance:
    """What is looked at after every step."""

    attempts: Sequence[Attempt]
    placements: Mapping[str, Done[Placement]]
    orders: Sequence[Order]
    open_twice: Sequence[tuple[int, ...]]


@dataclass(frozen=True)
class Evidence(Glance):
    """Everything, after the last step. `left_out` counts by case what other systems did not answer."""

    plan: Plan
    world: World
    now: datetime
    cases: Mapping[int, Case]
    benefit_of: Mapping[int, str]
    entries: Mapping[int, Sequence[Entry]]
    differences: Mapping[int, Sequence[str]]
    ledger_faults: Sequence[str]
    registry_events: Mapping[str, str]
    messages: Sequence[Sms]
    tasks: Sequence[Task]
    decisions: Sequence[Decided]
    inbox: Sequence[Inbox]
    looks: Sequence[tuple[str, str, str]]
    clauses: frozenset[str]
    deliveries: Sequence[Delivery]
    written: Sequence[Incoming]
    consents: Mapping[str, Done[ConsentAnswer]]
    left_out: Counter[str]


def glance(connection: Connection, gateway: Gateway, services: Services) -> Glance:
    with connection.transaction():
        orders = connection.execute("SELECT key, case_id, amount_tiyn FROM payment_orders").fetchall()
        twice = connection.execute(
            """SELECT array_agg(case_id) FROM messages WHERE question = 'o' AND state <> 'h'
               GROUP BY address, prefix HAVING count(*) > 1"""
        ).fetchall()
    return Glance(
        gateway.attempts,
        {done.item.key: done for done in services.placements.all()},
        [Order(*row) for row in orders],
        [tuple(cases) for (cases,) in twice],
    )


def gather(
    connection: Connection,
    database: Database,
    stage: Stage,
    plan: Plan,
    clock: Clock,
    world: World,
    gateway: Gateway,
    network: Network,
    services: Services,
    workers: Workers,
) -> Evidence:
    """Reads everything once."""
    act = packages()[ACT]
    seen = glance(connection, gateway, services)
    catalogue = Catalogue(connection, [act], working_calendar(), clock, {ACT: plan.policies})

    def rows(query: str) -> list[Any]:
        with connection.transaction():
            return connection.execute(query).fetchall()

    cases = {case.id: case for case in map(read_case, rows(f"SELECT {CASE_COLUMNS} FROM cases ORDER BY id"))}
    entries: dict[int, Sequence[Entry]] = {}
    differences: dict[int, Sequence[str]] = {}
    with connect(database.vault_url) as own:
        vault = Vault(own, stage.keys, clock)
        for number in cases:
            try:
                replayed = replay(connection, vault, catalogue, number)
            except QyzmetError as error:
                entries[number], differences[number] = [], [str(error)]
            else:
                entries[number], differences[number] = replayed.entries, replayed.differences
        looks = own.execute("SELECT DISTINCT who, purpose, clause FROM look").fetchall()
    return Evidence(
        seen.attempts,
        seen.placements,
        seen.orders,
        seen.open_twice,
        plan=plan,
        world=world,
        now=clock.now(),
        cases=cases,
        benefit_of={number: catalogue.procedure(case.procedure).code for number, case in cases.items()},
        entries=entries,
        differences=differences,
        ledger_faults=chain.verify(connection, workers.heads).faults,
        registry_events=dict(rows("SELECT event, outcome FROM registry_events")),
        messages=[Sms(*row) for row in rows(_MESSAGES)],
        tasks=[Task(*row) for row in rows("SELECT case_id, step, state::text, deadline_at FROM tasks")],
        decisions=[Decided(*row) for row in rows(_DECISIONS)],
        inbox=[Inbox(*row) for row in rows("SELECT case_id, kind FROM inbox")],
        looks=looks,
        clauses=frozenset(clause.id for clause in act.act.clauses.values()),
        deliveries=gateway.deliveries,
        written=gateway.written,
        consents={done.item.key: done for done in services.consents.all()},
        left_out=network.left_out + network.refused,
    )


_DECISIONS = "SELECT case_id, outcome, amount_tiyn, decided_at FROM decisions"
_MESSAGES = """
SELECT id, case_id, run, step, prefix, "values", state::text, question::text, sent_at, closed_at
FROM messages ORDER BY id
"""
