"""The act read row by row in plain Python, with none of the code of screening: who is concerned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from qyzmet.acts.proactive.amounts import participation_needed
from qyzmet.acts.proactive.snapshots import KINDS
from qyzmet.law.deadline import months_years

ORDER = ["mother", "father", "adoptive_parent", "guardian"]
PENSIONS = {4, 7, 11, 12, 13}
AWARDS = {"ALTYN_ALQA", "KUMIS_ALQA", "BATYR_ANA", "ANA_DANQY_1", "ANA_DANQY_2"}
Row = dict[str, Any]


class Plain:
    def __init__(
        self, tables: dict[str, list[Row]], children: int = 4, student: int = 23, both: bool = False
    ):
        self.tables, self.large, self.student, self.both = tables, children, student, both
        self.persons = {row["person"]: row for row in tables["persons"]}
        self.files, self.kin = defaultdict[int, list[Row]](list), defaultdict[int, list[Row]](list)
        self.children, self.dependants = defaultdict[int, list[Row]](list), defaultdict[str, list[Row]](list)
        for row in tables["payments"]:
            self.files[row["person"]].append(row)
        for row in tables["kin"]:
            self.kin[row["child"]].append(row)
            self.children[row["relative"]].append(row)
        for row in tables["survivors"]:
            self.dependants[row["event"]].append(row)
        self.months = {row["person"]: row["months"] for row in tables["contributions"]}
        self.orphanage = {row["child"] for row in tables["orphanages"]}
        self.claimed = set[tuple[str, int, int]]()

    def screen(self, since: date, on: date) -> dict[tuple[str, str], tuple[int | None, str]]:
        """(benefit, event) → recipient and outcome."""
        found = {}
        ways = (("births", self.births), ("awards", self.awards), ("deaths", self.deaths),
                ("disabilities", self.disabilities), ("unemployed", self.unemployed))  # fmt: skip
        for table, way in ways:
            rows = [row for row in self.tables[table] if since <= row["registered"] <= on]
            order = sorted(rows, key=lambda row: (row["registered"], row["event"]))
            for row in order:
                for benefit, suffix, recipient, outcome in way(row):
                    found[benefit, row["event"] + suffix] = recipient, outcome
        return found

    def alive(self, person: int | None, on: date) -> bool:
        row = self.persons.get(person) if person is not None else None
        return row is not None and (row["death_known"] is None or row["death_known"] > on)

    def relatives(self, child: int) -> list[int]:
        rows = sorted(self.kin[child], key=lambda row: (ORDER.index(row["relation"]), row["relative"]))
        return [row["relative"] for row in rows]

    def first(self, child: int, on: date) -> int | None:
        return next((each for each in self.relatives(child) if self.alive(each, on)), None)

    def has_file(self, person: int | None, benefit: str, on: date) -> bool:
        kinds = {KINDS[benefit]}
        return person is not None and self.open_file(person, kinds, on)

    def open_file(self, person: int, kinds: set[int], on: date) -> bool:
        return any(
            row["kind"] in kinds and row["since"] <= on and (row["until"] is None or row["until"] >= on)
            for row in self.files[person]
        )

    def alone(self, benefit: str, persons: set[int], matter: int = 0) -> bool:
        keys = {(benefit, person, matter) for person in persons}
        free = not keys & self.claimed
        self.claimed |= keys
        return free

    def births(self, row: Row) -> Iterator[tuple[str, str, int | None, str]]:
        code, on = "LARGE_FAMILY_ALLOWANCE", row["registered"]
        if row["order"] < 4:
            return
        recipient = self.first(row["child"], on)
        if recipient is None:
            yield code, "", None, "nobody"
            return
        counted = {
            kid["child"]
            for kid in self.children[recipient]
            if kid["lives_together"]
            and kid["child_birth_day"] <= on
            and (
                on < months_years(kid["child_birth_day"], years=18)
                or (kid["student"] and on < months_years(kid["child_birth_day"], years=self.student))
            )
        }
        outcome = "found"
        if len(counted) < self.large:
            outcome = "not_large"
        elif self.has_file(recipient, code, on):
            outcome = "existing"
        elif not self.alone(code, set(self.relatives(row["child"]))):
            outcome = "another_case"
        yield code, "", recipient, outcome

    def awards(self, row: Row) -> Iterator[tuple[str, str, int | None, str]]:
        code, on = "AWARDED_MOTHER_ALLOWANCE", row["registered"]
        good = row["award"] in AWARDS and self.alive(row["person"], on)
        yield code, "", row["person"], self.rest(code, row["person"], on) if good else "nobody"

    def rest(self, code: str, person: int, on: date) -> str:
        if self.has_file(person, code, on):
            return "existing"
        return "found" if self.alone(code, {person}) else "another_case"

    def deaths(self, row: Row) -> Iterator[tuple[str, str, int | None, str]]:
        yield self.burial(row)
        yield from self.survivors(row)

    def burial(self, row: Row) -> tuple[str, str, int | None, str]:
        code, on = "BURIAL_PAYMENT", row["registered"]
        who, kin = None, False
        for person, related in (("applicant", "applicant_kin"), ("body_taker", "body_taker_kin")):
            if who is None and self.alive(row[person], on):
                who, kin = row[person], bool(row[related])
        if not self.open_file(row["person"], PENSIONS, row["death_day"]):
            outcome = "no_pension"
        elif on > months_years(months_years(row["death_day"], months=1), years=3):
            outcome = "too_late"
        elif who is None:
            outcome = "nobody"
        elif not kin:
            outcome = "not_kin"
        else:
            outcome = self.rest(code, row["person"], on)
        return code, "/4", who, outcome

    def survivors(self, row: Row) -> Iterator[tuple[str, str, int | None, str]]:
        groups: dict[int, list[bool]] = {}
        for each in sorted(self.dependants[row["event"]], key=lambda s: (s["birth_day"], s["survivor"])):
            minor = row["death_day"] < months_years(each["birth_day"], years=18)
            others = [kin for kin in self.relatives(each["survivor"]) if kin != row["person"]]
            who = others[0] if minor and others else each["survivor"]
            groups.setdefault(who, []).append(minor and not others)
        on = row["registered"]
        needed = max(participation_needed("SURVIVOR_PAYMENT", on), 1)
        for number, (who, alone) in enumerate(groups.items(), start=1):
            for code, letter in (("SURVIVOR_ALLOWANCE", "a"), ("SURVIVOR_PAYMENT", "p")):
                gated = letter == "p" or self.both
                if any(alone):
                    outcome = "no_representative"
                elif not self.alive(who, on):
                    outcome = "nobody"
                elif gated and self.months.get(row["person"], 0) < needed:
                    outcome = "not_met"
                elif self.has_file(row["person"], code, on):
                    outcome = "existing"
                else:
                    outcome = "found" if self.alone(code, {who}, row["person"]) else "another_case"
                yield code, f"/{number}/8{letter}", who, outcome

    def disabilities(self, row: Row) -> Iterator[tuple[str, str, int | None, str]]:
        code, on, person = "DISABILITY_ALLOWANCE", row["registered"], row["person"]
        minor = row["established"] < months_years(row["birth_day"], years=18)
        carer = self.first(person, on)
        who = carer if minor else person if self.alive(person, on) else None
        nobody = "no_representative" if minor else "nobody"
        yield code, "/5", who, nobody if who is None else self.rest(code, person, on)
        if not minor:
            yield (
                "WORK_CAPACITY_LOSS_PAYMENT",
                "/6",
                person,
                self.insured("WORK_CAPACITY_LOSS_PAYMENT", person, on),
            )
            return
        code = "DISABLED_CHILD_CARER_ALLOWANCE"
        outcome = "nobody" if carer is None else self.rest(code, carer, on)
        yield (
            code,
            "/7",
            carer,
            "in_orphanage" if outcome == "found" and person in self.orphanage else outcome,
        )

    def unemployed(self, row: Row) -> Iterator[tuple[str, str, int | None, str]]:
        code = "JOB_LOSS_PAYMENT"
        yield code, "/9", row["person"], self.insured(code, row["person"], row["registered"])

    def insured(self, code: str, person: int, on: date) -> str:
        if not self.alive(person, on):
            return "nobody"
        if self.months.get(person, 0) < max(participation_needed(code, on), 1):
            return "not_met"
        return self.rest(code, person, on)
