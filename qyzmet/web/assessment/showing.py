"""What several pages show: periods with their stage, a score with its reasons, files of the results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from qyzmet.acts.assessment import events as e
from qyzmet.acts.assessment import forms
from qyzmet.acts.assessment.bodies import NAMED
from qyzmet.acts.assessment.clauses import ACT
from qyzmet.acts.assessment.life import Life, gains, lost_in_all
from qyzmet.acts.assessment.policies import POLICIES
from qyzmet.acts.assessment.publishing import as_csv, as_xlsx
from qyzmet.acts.assessment.scoring import Line, Penalty, Place, Score
from qyzmet.acts.assessment.store import Store
from qyzmet.acts.assessment.words import line_said, penalty_said
from qyzmet.law.policies import Policies
from qyzmet.runtime.errors import UnknownName
from qyzmet.web.site import Context


def policies_of(context: Context) -> Policies:
    return Policies(POLICIES, context.policies.get("assessment"))


def published(life: Life) -> e.Scored:
    """The results that were published last. Raises UnknownName where there are none."""
    if not life.publications:
        raise UnknownName("published result", life.code, "nothing of this period is published")
    return life.results[life.publications[-1].version - 1]


def ranking(life: Life, scored: e.Scored, language: str) -> list[dict[str, Any]]:
    """The places in their order; bodies with one result share a place."""
    return [
        {
            "rank": each.rank, "body": each.body, "name": life.body(each.body).name(language),
            "result": each.result, "most": each.most, "penalty": each.penalty,
            "width": int(100 * max(each.result, Decimal(0)) / each.most) if each.most else 0,
        }
        for each in scored.scores
    ]  # fmt: skip


def one(scored: e.Scored, body: str) -> e.ScoredBody:
    """Raises UnknownName."""
    found = next((each for each in scored.scores if each.body == body), None)
    if found is None:
        raise UnknownName("body", body, "see the results")
    return found


def explained(scored: e.ScoredBody, language: str) -> dict[str, list[str]]:
    """Every point with its reason, and where points were lost, the most first."""
    return {
        "lines": [line_said(_line(line), language) for line in scored.lines],
        "penalties": [penalty_said(_penalty(each), language) for each in scored.penalties],
        "gains": [line_said(_line(line), language) for line in gains(scored)],
    }


def lost(scored: e.Scored, language: str) -> list[tuple[str, Decimal, int]]:
    """The rows at which all bodies together lost most: label, points, and a share of the most lost."""
    found = sorted(lost_in_all(scored.scores).items(), key=lambda pair: (-pair[1], pair[0]))
    most = max((points for _, points in found), default=Decimal(0)) or Decimal(1)
    return [(row_label(row, language), points, int(100 * points / most)) for row, points in found]


def row_label(row: str, language: str) -> str:
    """The official name of a row of the points or penalties, as `row4.1` or `penalty.row2`."""
    penalty = row.startswith("penalty.")
    place = f"annex10.table11.{row.removeprefix('penalty.')}" if penalty else f"annex10.table6.{row}"
    return forms.row(place).label(language)


def named(body: str, language: str) -> str:
    """The name of a body that the act names; of others the id."""
    return next((each.name(language) for each in NAMED if each.id == body), body)


def not_scored(life: Life, body: str, language: str) -> list[tuple[str, str, int]]:
    """What was reported on Tables 1 and 6 of Annex 9: place, label, number. The act has no points for it."""
    report = life.report(body)
    counts = Counter(place for place, _ in report.items()) if report else Counter()
    counts["annex9.table1.row4"] = len(life.automated.get(body, ()))
    rows = (*forms.TABLES["annex9.table1"], *forms.TABLES["annex9.table6"])
    return [(row.place, row.label(language), counts[row.place]) for row in rows]


def happened(life: Life) -> list[dict[str, Any]]:
    """What was done with the results, in order: code, moment, by whom, values."""
    found = [
        {"what": "scored", "at": each.at, "by": each.by, "version": number, "text": each.reason}
        for number, each in enumerate(life.results, 1)
    ]
    if life.closed:
        found.append({"what": "closed", "at": life.closed.at, "by": life.closed.by, "version": 0, "text": ""})
    found += [
        {"what": "concluded", "at": one.at, "by": one.by, "version": one.version, "text": one.submitter}
        for one in life.conclusions
    ]
    found += [
        {"what": "published", "at": one.at, "by": one.by, "version": one.version, "text": ""}
        for one in life.publications
    ]
    return sorted(found, key=lambda each: str(each["at"]))


def version(life: Life, asked: str) -> tuple[int, e.Scored]:
    """A published version, the last one unless another was asked for. Raises UnknownName."""
    numbers = [each.version for each in life.publications]
    published(life)
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else numbers[-1]
    if number not in numbers:
        raise UnknownName("version", str(number), f"published are {', '.join(map(str, numbers))}")
    return number, life.results[number - 1]


def dynamics(lives: Sequence[Life], body: str) -> list[dict[str, Any]]:
    """The published results of a body over the periods, oldest first."""
    found = []
    for life in reversed(lives):
        if life.publications and body in life.bodies:
            scored = one(published(life), body)
            found.append(
                {"code": life.code, "result": scored.result, "most": scored.most, "rank": scored.rank}
            )
    return found


def published_lives(store: Store) -> list[Life]:
    """Newest first."""
    lives = [store.period(code) for code in store.periods()]
    return [life for life in lives if life.publications]


def files(life: Life, scored: e.Scored) -> Mapping[str, bytes]:
    """The results as a spreadsheet and a table."""
    places = [Place(each.rank, _score(each)) for each in scored.scores]
    return {"results.xlsx": as_xlsx(places, life.bodies), "results.csv": as_csv(places, life.bodies)}


def issued(life: Life) -> date:
    return life.publications[-1].at.date()


def _line(line: e.ScoredLine) -> Line:
    clause = ACT[line.clause.partition(":")[2]]
    return Line(
        line.row, line.language, line.points, line.most, line.state, clause, line.variant,
        line.found, line.missing, line.items,
    )  # fmt: skip


def _penalty(each: e.ScoredPenalty) -> Penalty:
    return Penalty(
        each.row, each.language, each.points, ACT[each.clause.partition(":")[2]], each.found, each.items
    )


def _score(each: e.ScoredBody) -> Score:
    lines = tuple(_line(line) for line in each.lines)
    # Penalties were deducted where the result differs from the sum; elsewhere it makes no difference.
    return Score(each.body, lines, tuple(_penalty(one) for one in each.penalties), each.result != each.total)
