"""A year of 40 bodies and 200 organisations: read from JSON, scored and ranked, beside the naive reading.

python bench/assessment.py [SEED]
The naive scorer is that of the tests, written from the tables of the act; it gives totals and nothing else.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec

from qyzmet.acts.assessment import events as e
from qyzmet.acts.assessment.life import body_of
from qyzmet.acts.assessment.policies import POLICIES
from qyzmet.acts.assessment.report import read_report
from qyzmet.acts.assessment.scoring import ranking, score_all
from qyzmet.law.act import Period
from qyzmet.law.policies import Policies
from qyzmet_twins.openness import openness

sys.path.insert(0, str(Path(__file__).parent.parent))
RUNS = 7


def main() -> None:
    from tests.acts.assessment import naive

    world = openness(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    sent = {body: msgspec.json.encode(report) for body, report in world.reports.items()}
    plain = msgspec.to_builtins(world.reports)
    bodies = [body_of(msgspec.convert(given, e.BodyEntry)) for given in world.bodies]
    period, policies = Period(world.first, world.last), Policies(POLICIES)
    reading, reports = _median(lambda: {body: read_report(content) for body, content in sent.items()})
    scoring, places = _median(lambda: ranking(score_all(reports, bodies, period, policies)))
    naively, expected = _median(lambda: naive.totals(plain, world.bodies, world.first, world.last))
    assert {place.score.body: Fraction(place.score.total) for place in places} == expected
    records = sum(1 for report in reports.values() for _ in report.items())
    organisations = sum(len(report.organisations) for report in reports.values())
    print(f"{len(bodies)} bodies, {organisations} organisations, {records:,} records; all totals equal.\n")
    print("| what | seconds (median of 7) | times the naive reading |\n|---|---:|---:|")
    for name, seconds in (
        ("reading the reports", reading),
        ("scoring and ranking, every point explained", scoring),
        ("the naive reading, totals alone", naively),
    ):
        print(f"| {name} | {seconds:.3f} | {seconds / naively:.2f} |")


def _median(work: Callable[[], Any]) -> tuple[float, Any]:
    """The median of the seconds that it takes, and what it gives."""
    taken, found = [], None
    for _ in range(RUNS):
        begun = time.perf_counter()
        found = work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken), found


if __name__ == "__main__":
    main()
