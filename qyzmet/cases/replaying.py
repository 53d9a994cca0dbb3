"""Makes decisions again, as of their day and as known on their day, and compares them byte for byte.

What a decision rested on comes from the ledger alone: the facts learnt up to the run that decided, with their
moments. The figures and readings are those that were known and in use then. The act composes the decision
anew (`Again.document`); its SHA-256 has to be the one that was signed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec

from qyzmet.cases import ledger, readings
from qyzmet.cases.archive import payloads_of
from qyzmet.cases.case import Case, Law
from qyzmet.cases.catalogue import Catalogue
from qyzmet.cases.facts import Facts
from qyzmet.cases.package import ActPackage
from qyzmet.cases.placing import Keys
from qyzmet.cases.replay import Entry, fold
from qyzmet.cases.rows import Connection
from qyzmet.law.figures import Figure, Figures
from qyzmet.law.policies import Policies
from qyzmet.runtime.errors import QyzmetError, Refused

BATCH = 200
#: A worker takes changes up at its next turn; none lasts longer.
TAKEN_UP_WITHIN = timedelta(minutes=2)


@dataclass(frozen=True)
class PastDecision:
    """A decision as it was made: the case as it stood then, None where its person was erased."""

    id: int
    run: int
    outcome: str
    amount_tiyn: int
    digest: bytes
    procedure: int
    case: Case | None
    faults: Sequence[str] = ()


@dataclass
class Replayed:
    """What came of making decisions again. `different` says of each case why."""

    decisions: int = 0
    same: int = 0
    erased: int = 0
    different: dict[int, str] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)  #: by act: decisions it does not make again


def unheard(count: int) -> None:
    """For who does not want to know how far it is."""


def replay_decisions(
    connection: Connection,
    keys: Keys,
    catalogue: Catalogue,
    cases: Sequence[int] | None = None,
    progress: Callable[[int], None] = unheard,
) -> Replayed:
    """Every decision there is, or those of these cases. `progress` is told how many were added."""
    found, history = Replayed(), History(connection, catalogue)
    for decisions in past_decisions(connection, keys, catalogue, cases):
        for each in decisions:
            found.decisions += 1
            package = catalogue.act_of(each.procedure)
            if each.case is None:
                found.erased += 1
            elif package.again is None:
                code = package.act.code
                found.left_out[code] = found.left_out.get(code, 0) + 1
            elif because := _difference(each, each.case, package, history):
                found.different[each.id] = because
            else:
                found.same += 1
        progress(len(decisions))
    return found


def _difference(past: PastDecision, case: Case, package: ActPackage, history: History) -> str:
    """Why the decision does not come out as it was signed; "" where it does."""
    assert package.again is not None
    if past.faults:
        return past.faults[0]
    document = b""
    try:
        for law in history.laws(package, decided_at(case)):
            document = package.again.document(case, law)
            if sha256(document).digest() == past.digest:
                break
        else:
            return f"another document of {len(document)} bytes comes out"
    except (QyzmetError, KeyError, TypeError, ValueError) as error:
        return f"it cannot be made again: {error}"
    said = msgspec.json.decode(document)
    if (said["outcome"], said["amount_tiyn"]) != (past.outcome, past.amount_tiyn):
        return "outcome or sum were kept otherwise than they were signed"
    return ""


def decided_at(case: Case) -> datetime:
    """The moment at which it was decided, as the ledger has it."""
    return case.facts["decision"].learnt


class History:
    """The law as it was read and known at a moment."""

    def __init__(self, connection: Connection, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._changes = readings.changes(connection)
        self._policies: dict[tuple[str, int], Policies] = {}
        self._corrected: dict[tuple[Figures, tuple[int, ...]], Figures] = {}

    def law(self, package: ActPackage, moment: datetime, known: datetime | None = None) -> Law:
        """At a moment; `known` is up to when changes were taken up, if not up to that moment."""
        known = known or moment
        figures = self._catalogue.figures.as_known_at(known)
        return Law(moment, self._catalogue.calendar, self._read(package, package.act.code, known), figures)

    def laws(self, package: ActPackage, moment: datetime) -> Iterator[Law]:
        """The same, and what a worker may still have gone by that had not yet taken up the latest change."""
        seen = set()
        for known in (moment, moment - timedelta(microseconds=1), moment - TAKEN_UP_WITHIN):
            law = self.law(package, moment, known)
            if (id(law.policies), id(law.figures)) not in seen:
                seen.add((id(law.policies), id(law.figures)))
                yield law

    def with_figures(self, law: Law, later: Sequence[Figure]) -> Law:
        """The same, knowing also what was learnt later of a figure."""
        key = (law.figures, tuple(each.number or id(each) for each in later))
        figures = self._corrected.get(key)
        if figures is None:
            figures = self._corrected[key] = law.figures.with_corrections(*later)
        return replace(law, figures=figures)

    def _read(self, package: ActPackage, code: str, moment: datetime) -> Policies:
        changed = [each for each in self._changes if each.act == code and each.at <= moment]
        known = self._policies.get((code, len(changed)))
        if known is None:
            values = self._catalogue.configured(code) | {each.mark: each.after for each in changed}
            known = self._policies[code, len(changed)] = Policies(package.policies, values)
        return known


def past_decisions(
    connection: Connection, keys: Keys, catalogue: Catalogue, cases: Sequence[int] | None = None
) -> Iterator[list[PastDecision]]:
    """Decisions by the number of their case, in batches."""
    after = 0
    while True:
        with connection.transaction():
            found = connection.execute(
                """SELECT d.case_id, d.run, d.outcome, d.amount_tiyn, d.document_hash, c.procedure
                   FROM decisions d JOIN cases c ON c.id = d.case_id
                   WHERE d.case_id > %s AND (%s::bigint[] IS NULL OR d.case_id = ANY(%s))
                   ORDER BY d.case_id LIMIT %s""",
                (after, cases, cases, BATCH),
            ).fetchall()
            if not found:
                return
            entries = _entries(connection, keys, {row[0]: row[1] for row in found})
        yield [
            PastDecision(
                case, run, outcome, tiyn, bytes(digest), procedure,
                *_as_it_stood(catalogue, case, procedure, entries.get(case)),
            )
            for case, run, outcome, tiyn, digest, procedure in found
        ]  # fmt: skip
        after = found[-1][0]


def _entries(connection: Connection, keys: Keys, until: Mapping[int, int]) -> dict[int, list[Entry] | str]:
    """The entries of each case up to the run that decided, or why they cannot be read.

    A case is missing whose person was erased. What lies in the archive is read there.
    """
    found = connection.execute(
        """SELECT e.case_id, e.run, e.header, p.person, p.sealed FROM ledger_entries e
           LEFT JOIN ledger_payloads p USING (case_id, run)
           WHERE e.case_id = ANY(%s) ORDER BY e.case_id, e.run""",
        (list(until),),
    ).fetchall()
    entries: dict[int, list[Entry] | str] = {}
    away: dict[int, dict[int, tuple[int, bytes]]] = {}
    for case in {row[0] for row in found if row[3] is None}:
        try:
            away[case] = payloads_of(connection, case)
        except Refused as refused:
            entries[case] = str(refused)
    sealed = [
        (case, run, header, *((person, blob) if person else away.get(case, {}).get(run, (None, None))))
        for case, run, header, person, blob in found
        if run <= until[case] and case not in entries
    ]
    key_of = keys.person_keys({row[3] for row in sealed if row[3] is not None})
    for case, rows in groupby(sealed, key=itemgetter(0)):
        opened = list(_opened(key_of, case, rows))
        if all(opened):
            entries[case] = [each for each in opened if each]
    return entries


def _opened(
    key_of: Mapping[int, bytes], case: int, rows: Iterable[tuple[Any, ...]]
) -> Iterator[Entry | None]:
    """None for what the key of an erased person had sealed."""
    for _, run, header, person, blob in rows:
        if person not in key_of or not blob:
            yield None
        else:
            payload = ledger.open_payload(key_of[person], bytes(blob), case, run)
            yield Entry(msgspec.json.decode(header), payload)


def _as_it_stood(
    catalogue: Catalogue, number: int, procedure: int, entries: list[Entry] | str | None
) -> tuple[Case | None, list[str]]:
    """The case when it was decided, built from its entries alone."""
    if entries is None:
        return None, []
    if isinstance(entries, str):
        return _case(number, procedure, "", {"facts": {}}, []), [entries]
    try:
        table = catalogue.procedure(procedure)
    except QyzmetError as error:
        return _case(number, procedure, "", {"facts": {}}, entries), [str(error)]
    state, faults = fold(entries, table)
    return _case(number, procedure, state["step"], state, entries), faults


def _case(number: int, procedure: int, step: str, state: Mapping[str, Any], entries: list[Entry]) -> Case:
    opened = datetime.fromisoformat(entries[0].header["at"]) if entries else datetime.min.replace(tzinfo=UTC)
    return Case(
        id=number,
        procedure=procedure,
        step=step,
        subject=state.get("subject") or 0,
        region=state.get("region") or "",
        as_of=state.get("as_of") or opened.date(),
        opened=opened,
        entered=opened,
        facts=Facts(state["facts"]),
        recipient=state.get("recipient"),
        event=state.get("event") or "",
    )
