"""Two axes of time: decisions made again as known on their day, and what a later correction touches."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from msgspec import structs

from qyzmet.acts.proactive import package
from qyzmet.acts.proactive.amounts import amount, keys_of
from qyzmet.acts.proactive.events import _of_award
from qyzmet.cases import affected, archive, chain, corrections, readings
from qyzmet.cases.affected import Affected
from qyzmet.cases.catalogue import Catalogue
from qyzmet.cases.corrections import Corrected
from qyzmet.cases.replaying import replay_decisions
from qyzmet.cases.reviewing import open_reviews
from qyzmet.cases.rows import Connection
from qyzmet.law.figures import Figures, shipped_figures
from qyzmet.runtime.errors import BadValue, Refused, UnknownName
from tests.acts.proactive.conftest import AWARDED, LARGE, Pilot, at

FIRST, LAST = date(2024, 2, 14), date(2024, 12, 31)


class Country:
    """A few decided cases of several days, and the questions of an auditor."""

    def __init__(self, pilot: Pilot) -> None:
        self.pilot = pilot
        self.by_day: dict[int, date] = {}

    @property
    def connection(self) -> Connection:
        return self.pilot.worker.engine.store.connection

    @property
    def catalogue(self) -> Catalogue:
        self.pilot.worker.engine.catalogue.refresh()
        return self.pilot.worker.engine.catalogue

    def decided(self, benefit: str, day: str, hour: int = 9, outcome: str = "appoint", **more: object) -> int:
        self.pilot.until(at(day, f"{hour:02}:00:00"))
        _, case = self.pilot.chosen(benefit, **more)
        if benefit == LARGE:
            self.pilot.decide(case, outcome)
        assert self.pilot.status(case) == "e"
        self.by_day[case] = date.fromisoformat(day)
        return case

    def correct(
        self, value: int, first: date = FIRST, last: date | None = LAST, name: str = "MCI"
    ) -> Corrected:
        return corrections.correct(
            self.connection, shipped_figures(), name, value, (first, last), source="law No 5", by="head",
            reason="published late", clock=self.pilot.clock,
        )  # fmt: skip

    def affected(self, since: date) -> Affected:
        return affected.by_figure(self.connection, self.pilot.vault, self.catalogue, "MCI", since)

    def replayed(self) -> tuple[int, int, dict[int, str]]:
        found = replay_decisions(self.connection, self.pilot.vault, self.catalogue)
        return found.decisions, found.same, found.different

    def recomputed(self, figures: Figures) -> dict[int, int]:
        """Every appointment that the figures give another sum, recomputed from the facts of all cases."""
        found = {}
        for case, tiyn in self.pilot.rows(
            "SELECT case_id, amount_tiyn FROM decisions WHERE outcome = 'appoint' ORDER BY case_id"
        ):
            benefit, facts = str(self.pilot.facts(case)["benefit"]), self.pilot.facts(case)
            given = {name: facts[name] for name in keys_of(benefit) if name in facts}
            now = amount(benefit, self.by_day[case], given, figures=figures).amount_tiyn
            if now != tiyn:
                found[case] = now - tiyn
        return found


@pytest.fixture
def country(pilot: Pilot) -> Country:
    found = Country(pilot)
    found.decided(LARGE, "2024-02-13")
    found.decided(AWARDED, "2024-02-13", 12)
    found.decided(LARGE, "2024-02-15")
    found.decided(AWARDED, "2024-02-16")
    found.decided(LARGE, "2024-02-19", outcome="refuse")
    return found


def test_every_decision_comes_out_as_it_was_signed_whatever_was_learnt_since(
    country: Country, tmp_path: Path
) -> None:
    """Byte for byte: also after corrections, a policy changed, a person erased, cases archived."""
    pilot = country.pilot
    assert country.replayed() == (5, 5, {})
    readings.change(
        country.connection, package(), {}, "G-08", "end_with_annex5", by="head", reason="letter",
        clock=pilot.clock,
    )  # fmt: skip
    country.decided(LARGE, "2024-02-20")
    pilot.until(at("2024-02-21"))
    country.correct(3700)
    corrected = country.decided(LARGE, "2024-02-22")
    assert country.replayed() == (7, 7, {})
    assert pilot.decision(corrected).amount_tiyn > pilot.decision(corrected - 1).amount_tiyn
    (erased,) = pilot.rows("SELECT coalesce(recipient, subject) FROM cases WHERE id = %s", corrected)[0]
    pilot.vault.erase(erased, "request of the person")
    found = replay_decisions(country.connection, pilot.vault, country.catalogue)
    assert (found.same, found.erased, found.different) == (6, 1, {})
    assert chain.verify(country.connection, pilot.heads).faults == []
    pilot.until(at("2024-03-22"))
    moved = archive.archive(country.connection, at("2024-03-21"), tmp_path, pilot.clock, "keeper")
    assert moved.cases > 5
    found = replay_decisions(country.connection, pilot.vault, country.catalogue)
    assert (found.same, found.erased, found.different) == (6, 1, {})  # read where they lie
    kept = Path(moved.file).rename(tmp_path / "elsewhere")
    assert "Bring the file back" in "".join(country.replayed()[2].values())
    kept.rename(moved.file)
    other = corrected - 1
    with pilot.ground.admins[0].transaction():
        pilot.ground.admins[0].execute(
            "UPDATE decisions SET document_hash = sha256('other') WHERE case_id = %s", (other,)
        )
    assert list(country.replayed()[2]) == [other]


def test_a_figure_corrected_later_touches_exactly_what_recomputing_all_finds(country: Country) -> None:
    pilot = country.pilot
    with pytest.raises(Refused, match="No correction of MCI"):
        country.affected(date(2024, 1, 1))
    pilot.until(at("2024-03-01"))
    country.correct(3700)
    country.decided(LARGE, "2024-03-04")  # with what is known by then
    found = country.affected(date(2024, 3, 1))
    told = {each.case: each.difference for each in found.decisions}
    assert told == country.recomputed(country.catalogue.figures)
    assert [country.by_day[case] for case in told] == [date(2024, 2, 15), date(2024, 2, 16)]
    assert found.tiyn == sum(country.recomputed(country.catalogue.figures).values()) > 0
    assert country.affected(date(2024, 3, 1)) == found
    with pytest.raises(Refused):
        country.affected(date(2024, 3, 2))
    assert country.replayed()[2] == {}


def test_a_figure_corrected_twice(country: Country) -> None:
    """The later correction counts for its days; each decision is compared with what is known last."""
    pilot = country.pilot
    pilot.until(at("2024-03-01"))
    first = country.correct(3700)
    with pytest.raises(Refused, match="says so already"):
        country.correct(3700)
    between = country.decided(LARGE, "2024-03-02")
    pilot.until(at("2024-03-03"))
    second = country.correct(3692, date(2024, 2, 16))  # the first was right only for two days
    assert (first.id, second.id) == (first.id, first.id + 1)
    told = {each.case: each.difference or 0 for each in country.affected(date(2024, 3, 1)).decisions}
    assert told == country.recomputed(country.catalogue.figures)
    assert {country.by_day[case] for case in told} == {date(2024, 2, 15), date(2024, 3, 2)}
    assert [difference > 0 for difference in told.values()] == [True, False]
    only = {each.case for each in country.affected(date(2024, 3, 3)).decisions}
    assert only == {between}  # what the second one alone changes of what was decided before it
    assert country.replayed()[2] == {}
    figures = country.catalogue.figures
    day = date(2024, 2, 20)
    assert [figures.figure("MCI", day, known_on=date(2024, 3, d)).value for d in (2, 3)] == [3700, 3692]
    assert figures.figure("MCI", day, known_on=date(2024, 2, 29)).value == 3692


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"name": "NOTHING"}, UnknownName),
        ({"value": 0}, BadValue),
        ({"value": 3692, "first": date(2024, 2, 1)}, Refused),
        ({"value": 3700, "last": date(2024, 1, 1)}, BadValue),
    ],
)
def test_a_correction_that_cannot_be(pilot: Pilot, change: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        Country(pilot).correct(**({"value": 3700} | change))  # type: ignore[arg-type]
    assert corrections.entered(pilot.worker.engine.store.connection) == []


def test_reviews_are_opened_by_order_of_an_official_once(country: Country) -> None:
    pilot = country.pilot
    pilot.until(at("2024-03-01"))
    country.correct(3700)
    since = date(2024, 3, 1)
    found = country.affected(since)
    tools = (pilot.worker.engine._intake, pilot.vault, pilot.clock)
    opened, refused = open_reviews(*tools, found, by="A. Serikova", order="Order No 5")
    assert (set(opened), refused) == ({each.case for each in found.decisions}, {})
    pilot.run()
    for case, review in opened.items():
        task = pilot.open_task(review)
        assert (task.role, task.eyes) == ("authorised_body", 2)
        said = pilot.facts(review)
        assert said["review.of"] == case
        assert said["review.because"].startswith("Order No 5. A correction of the figure MCI, learnt since")
        assert pilot.decision(case).outcome == "appoint"  # unchanged
    again = country.affected(since)
    assert {each.case: each.review for each in again.decisions} == opened
    assert open_reviews(*tools, again, by="A. Serikova", order="Order No 5") == ({}, {})
    case, review = next(iter(opened.items()))
    due = next(each for each in again.decisions if each.case == case).after
    for official in ("officer-1", "head-1"):
        pilot.decide(review, "appoint", official, amount=due, amount_source="law", review_reason="MCI")
    assert country.replayed()[2] == {}  # the new decision too


def test_a_fact_corrected_after_the_end_is_kept_with_when_it_was_learnt(country: Country) -> None:
    pilot, law = country.pilot, country.catalogue.law_of_act("proactive", country.pilot.clock.now())
    case = next(c for c in country.by_day if pilot.facts(c)["benefit"] == AWARDED)
    (event,) = (each for each in pilot.world.awards() if pilot.case_of(each.event) == case)
    pilot.until(at("2024-03-01"))
    intake = pilot.worker.engine._intake

    def learn(award: str, revision: int, moment: datetime) -> None:
        pilot.until(moment)
        arrival = structs.replace(_of_award(law, structs.replace(event, award=award)), revision=revision)
        verdicts, _ = intake.receive(package(), "state_bodies/awards", [arrival])
        assert verdicts[0].result == "corrected"

    def told() -> dict[int, int | None]:
        found = affected.by_fact(
            country.connection, pilot.vault, country.catalogue, "award", date(2024, 3, 1)
        )
        return {each.case: each.difference for each in found.decisions}

    with pytest.raises(Refused, match="'award'"):
        told()
    learn("ALTYN_ALQA", 2, at("2024-03-02"))
    assert told() == {case: 369_200}  # 7.40 instead of 6.40 MCI
    assert pilot.facts(case)["award"] == "KUMIS_ALQA"  # the case as it was decided
    assert country.replayed()[2] == {}
    learn("KUMIS_ALQA", 3, at("2024-03-03"))
    assert told() == {}  # taken back
    assert b"ALQA" not in bytes(pilot.rows("SELECT sealed FROM fact_corrections LIMIT 1")[0][0])
