"""The procedures of all acts as the store knows them: by number, old versions included.

A case pins the content hash of its procedure. Where today's table differs, the case is carried on
by the table it was started under, which the store kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from psycopg.rows import TupleRow

from qyzmet.cases import corrections, readings
from qyzmet.cases.case import Law
from qyzmet.cases.package import ActPackage, Feed, Template
from qyzmet.cases.procedure import Procedure, ProcedureError
from qyzmet.cases.rows import Connection
from qyzmet.law.calendar import WorkingCalendar
from qyzmet.law.figures import shipped_figures
from qyzmet.law.policies import Policies, must_name_acts
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import Refused, UnknownName


class Catalogue:
    """Loads every package's procedures into the store and finds them by number or code."""

    def __init__(
        self,
        connection: Connection,
        packages: Iterable[ActPackage],
        calendar: WorkingCalendar,
        clock: Clock,
        chosen: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.packages = {package.act.code: package for package in packages}
        self._connection, self._shipped = connection, calendar
        self._configured = chosen or {}
        must_name_acts(self._configured, self.packages)
        self._state: tuple[int, ...] | None = None
        self._laws: dict[int, Law] = {}
        self.refresh()
        self.by_number: dict[int, Procedure] = {}
        self.number_of: dict[str, int] = {}
        self._act_of: dict[int, str] = {}
        self._unreadable: dict[int, str] = {}
        with connection.transaction():
            for code, package in self.packages.items():
                for procedure in package.procedures.values():
                    self._enter(code, procedure, clock.now())

    def refresh(self) -> bool:
        """Takes up policies changed and days moved since the last time; whether there were any."""
        state = readings.state(self._connection)
        if state == self._state:
            return False
        self._state = state
        self.calendar = readings.calendar_of(self._connection, self._shipped)
        chosen = readings.chosen(self._connection, self._configured)
        self.figures = corrections.figures_of(self._connection, shipped_figures())
        self._policies = {
            code: Policies(package.policies, chosen.get(code)) for code, package in self.packages.items()
        }
        self._laws.clear()
        return True

    def _enter(self, act: str, procedure: Procedure, now: datetime) -> None:
        row = self._number(procedure)
        if row is None:  # only then, for each try to enter it would use up a number
            content = procedure.canonical().decode()
            self._connection.execute(
                """INSERT INTO procedures (hash, act, code, content, loaded_at) VALUES (%s, %s, %s, %s, %s)
                   ON CONFLICT (hash) DO NOTHING""",
                (procedure.hash, act, procedure.code, content, now),
            )
            row = self._number(procedure)
        assert row is not None
        self.by_number[row[0]], self._act_of[row[0]] = procedure, act
        self.number_of[procedure.code] = row[0]

    def _number(self, procedure: Procedure) -> TupleRow | None:
        return self._connection.execute(
            "SELECT id FROM procedures WHERE hash = %s", (procedure.hash,)
        ).fetchone()

    def number(self, code: str) -> int:
        """The number of today's procedure with this code. Raises UnknownName."""
        try:
            return self.number_of[code]
        except KeyError:
            raise UnknownName("procedure", code, f"there are {', '.join(sorted(self.number_of))}") from None

    def procedure(self, number: int) -> Procedure:
        """The procedure a case pins; an old version is read from the store.

        Raises Refused where this program cannot carry it out; `by_number` then has one without steps.
        """
        if number not in self.by_number:
            self._read_old(number)
        if number in self._unreadable:
            raise Refused(self._unreadable[number])
        return self.by_number[number]

    def _read_old(self, number: int) -> None:
        with self._connection.transaction():
            row = self._connection.execute(
                "SELECT act, code, hash, content::text FROM procedures WHERE id = %s", (number,)
            ).fetchone()
        if row is None:
            raise UnknownName("procedure", str(number), "the store has lost it: restore the backup")
        act, code, digest, content = row
        try:
            self.by_number[number] = Procedure.from_content(json.loads(content), self.packages[act].act)
            self._act_of[number] = act
        except KeyError:
            self._unreadable[number] = (
                f"The act {act} is not installed here. Install it, then put the case back."
            )
        except ProcedureError as error:
            self._unreadable[number] = f"{error} Or carry the case on with the release that knew it."
        if number in self._unreadable:
            self.by_number[number] = Procedure.unreadable(code, digest)

    def act_of(self, number: int) -> ActPackage:
        self.procedure(number)
        return self.packages[self._act_of[number]]

    def law(self, number: int, now: datetime) -> Law:
        """What rules of this procedure may know at this moment; one value for all cases of a batch."""
        law = self._laws.get(number)
        if law is None or law.now is not now:
            self.procedure(number)
            law = self._laws[number] = Law(
                now, self.calendar, self._policies[self._act_of[number]], self.figures
            )
        return law

    def law_of_act(self, act: str, now: datetime) -> Law:
        return Law(now, self.calendar, self._policies[act], self.figures)

    def configured(self, act: str) -> dict[str, Any]:
        """The readings of an act that the configuration sets, without what was changed since."""
        return dict(self._configured.get(act, {}))

    def feeds(self) -> Iterable[tuple[ActPackage, Feed]]:
        return [(package, feed) for package in self.packages.values() for feed in package.feeds]

    def template(self, number: int, name: str) -> Template:
        try:
            return self.act_of(number).templates[name]
        except KeyError:
            raise UnknownName("message template", name, "the act's package does not bring it") from None
