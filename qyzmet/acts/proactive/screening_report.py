"""A dry run told: people, cost by region and month, and the load it brings, before anyone gets an SMS."""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from qyzmet.acts.proactive import amounts
from qyzmet.acts.proactive.benefits import BENEFITS
from qyzmet.law.calendar import working_calendar
from qyzmet.law.deadline import months_years, working_days_from
from qyzmet.people.regions import REGIONS
from qyzmet.runtime.errors import QyzmetError

_SIZES = ("children", "award", "group", "cause", "age", "months", "income", "loss_degree", "dependants",
          "full_orphan")  # fmt: skip
_KEYS = {"income": "average_income", "months": "participation_months"}
_STEP = 1_000  # average incomes are taken to the nearest thousand tenge: half a million people, few sums
_HOURS, _NO_LIMIT_DAYS = 8, 3


@lru_cache(maxsize=1)
def published() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("screening_published.toml").read_text("utf-8"))


def report(found: pa.Table, since: date, on: date, residents: int, officials: int) -> dict[str, Any]:
    """Everything as plain values; sums are whole tenge, rounded down."""
    rows = found.filter(pc.equal(found["outcome"], "found"))
    people = Counter[str](rows["benefit"].to_pylist())
    cost, months, unsized = _cost(rows, on)
    return {
        "since": str(since),
        "on": str(on),
        "residents": residents,
        "people": dict(sorted(people.items())),
        "cost_tenge": {name: value // 100 for name, value in sorted(cost.items())},
        "left_to_officials": dict(sorted(unsized.items())),
        "by_region_and_month": [
            {
                "benefit": benefit,
                "region": region,
                "month": str(month)[:7],
                "people": count,
                "cost_tenge": tiyn // 100,
            }
            for (benefit, region, month), (count, tiyn) in sorted(months.items())
        ],
        "load": _load(rows, officials),
        "published": list(_beside(people, cost, since, on, residents)),
    }


def _cost(rows: pa.Table, on: date) -> tuple[dict[str, int], dict[Any, list[int]], dict[str, int]]:
    """Tiyn by benefit; people and tiyn by benefit, region and month; people whose sum an official finds.

    A month's row has what the people found in it are paid from their first month to the month of `on`.
    """
    keys = ["benefit", "region", "month", *_SIZES]
    grouped = _coarse(rows).group_by(keys).aggregate([([], "count_all")])
    cost, unsized = defaultdict[str, int](int), defaultdict[str, int](int)
    months: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
    for row in grouped.to_pylist():
        benefit, count, month = row["benefit"], row["count_all"], row["month"]
        place = months[benefit, f"{row['region']:02d}", month]
        place[0] += count
        sizes = tuple((name, row[name]) for name in _SIZES if row[name] is not None)
        size = _size(benefit, month, sizes)
        if size is None:
            unsized[benefit] += count
            continue
        monthly, limit = size
        tiyn = monthly * count * _paid_months(benefit, month, on, limit)
        cost[benefit] += tiyn
        place[1] += tiyn
    return cost, months, unsized


def _coarse(rows: pa.Table) -> pa.Table:
    income = pc.multiply(pc.divide(pc.add(rows["income"], 24 * 100 * _STEP // 2), 24 * 100 * _STEP), _STEP)
    ladder = pc.if_else(
        pc.less(rows["months"], 60), pc.multiply(pc.divide(rows["months"], 6), 6),
        pc.multiply(pc.divide(rows["months"], 12), 12),
    )  # fmt: skip
    for name, column in (("income", income), ("months", ladder)):
        rows = rows.set_column(rows.column_names.index(name), name, column)
    return rows


@lru_cache(maxsize=200_000)
def _size(benefit: str, month: date, sizes: tuple[tuple[str, Any], ...]) -> tuple[int, int | None] | None:
    """Tiyn a month (or once) and for how many months at most; None where an official finds the sum."""
    values = {_KEYS.get(name, name): value for name, value in sizes}
    wanted = amounts.keys_of(benefit)
    given = {
        name: Decimal(v) if name == "average_income" else v for name, v in values.items() if name in wanted
    }
    if "loss_degree" in given:
        given["loss_degree"] = f"{given['loss_degree']}%"
    try:
        found = amounts.amount(benefit, month, given)
    except QyzmetError:
        return None
    return found.amount_tiyn, found.months


def _paid_months(benefit: str, month: date, on: date, limit: int | None) -> int:
    if benefit == "BURIAL_PAYMENT":
        return 1
    count = 1
    while months_years(month, months=count) <= on:
        count += 1
    return count if limit is None else min(count, limit)


def _load(rows: pa.Table, officials: int) -> dict[str, Any]:
    about = published()["load"]
    days = Counter[date](rows["registered"].to_pylist())
    busiest = max(days.values(), default=0)
    agreed = Decimal(about["accepted"])
    minutes, per_day = int(about["minutes"]), officials * _HOURS * 60 // int(about["minutes"])
    hours, missed = dict[str, int](), dict[str, int]()
    for region, decided in _for_people(rows, agreed).items():
        name = REGIONS.get(region, {}).get("en", region)
        hours[name] = sum(decided.values()) * minutes // 60
        missed[name] = _missed(decided, per_day)
    months = Counter[date](rows["month"].to_pylist())
    largest = int(max(months.values(), default=0) * agreed)
    return {
        "sms_parts": rows.num_rows * about["sms_parts"],
        "sms_parts_an_hour_on_the_busiest_day": busiest * about["sms_parts"] // _HOURS,
        "officials_hours": hours,
        "officials_an_office": officials,
        "deadlines_missed": missed,
        "bank_inquiries": int(rows.num_rows * agreed),
        "largest_payment_file_mb": round(largest * about["file_bytes"] / 1e6, 2),
        "assumed": {name: about[name] for name in about if name.endswith("_source")},
    }


def _for_people(rows: pa.Table, agreed: Decimal) -> dict[str, dict[tuple[date, int], int]]:
    """For each region how many decisions begin on a day, with the days there are for them."""
    counted = defaultdict[str, dict[tuple[date, int], int]](dict)
    grouped = rows.group_by(["benefit", "region", "registered"]).aggregate([([], "count_all")])
    for row in grouped.to_pylist():
        benefit = BENEFITS[row["benefit"]]
        if benefit.human:
            key = row["registered"], benefit.decision_days or _NO_LIMIT_DAYS
            place = counted[f"{row['region']:02d}"]
            place[key] = place.get(key, 0) + row["count_all"]
    return {
        region: {key: -int(-count * agreed // 1) for key, count in days.items()}
        for region, days in sorted(counted.items())
    }


def _missed(begun: Mapping[tuple[date, int], int], per_day: int) -> int:
    """Decisions after their day, where an office decides so many a working day, the earliest due first."""
    calendar = working_calendar()
    queue = Counter[date]()
    arriving = defaultdict[date, Counter[date]](Counter)
    for (day, days), count in begun.items():
        arriving[day][working_days_from(day, days, calendar).last_day] += count
    if not arriving:
        return 0
    missed, day, last = 0, min(arriving), max(arriving)
    while day <= last or queue:
        queue.update(arriving.pop(day, Counter()))
        left = per_day if calendar.is_working(day) else 0
        for due in sorted(queue):
            done = min(left, queue[due])
            left -= done
            missed += done * (day > due)
            queue[due] -= done
            if not queue[due]:
                del queue[due]
        day += timedelta(1)
        if day > last + timedelta(400):
            return missed + sum(queue.values())
    return missed


def _beside(
    people: Mapping[str, int], cost: Mapping[str, int], since: date, on: date, residents: int
) -> Iterator[dict[str, Any]]:
    """What was published of the run's year, beside the run."""
    for figure in published()["figure"]:
        if figure["year"] == on.year == since.year and figure["benefit"] in people:
            yield {
                "benefit": figure["benefit"], "what": figure["what"], "published_people": figure["people"],
                "found_people": people[figure["benefit"]], "published_tenge": figure.get("sum_tenge"),
                "found_tenge": cost.get(figure["benefit"], 0) // 100, "differs": figure["differs"],
                "source": figure["source"],
            }  # fmt: skip


def table(told: Mapping[str, Any]) -> list[str]:
    """The dry run for people."""
    lines = [
        f"Dry run: {told['residents']:,} people, events of {told['since']} to {told['on']}; nothing was sent."
    ]
    lines += ["", f"{'benefit':<34}{'people':>12}{'cost, million tenge':>22}{'left to officials':>20}"]
    for benefit, count in told["people"].items():
        million = Decimal(told["cost_tenge"].get(benefit, 0)) / 1_000_000
        lines.append(
            f"{benefit:<34}{count:>12,}{million:>22,.1f}{told['left_to_officials'].get(benefit, 0):>20,}"
        )
    load = told["load"]
    lines += [
        "",
        f"SMS parts: {load['sms_parts']:,}",
        f"SMS parts an hour on the busiest day: {load['sms_parts_an_hour_on_the_busiest_day']:,}",
        f"Questions to banks: {load['bank_inquiries']:,}",
        f"Largest payment file: {load['largest_payment_file_mb']} MB",
        f"With {load['officials_an_office']} officials an office:",
        *(f"  {name:<26}{hours:>10,} hours{load['deadlines_missed'][name]:>12,} deadlines missed"
          for name, hours in load["officials_hours"].items()),
    ]  # fmt: skip
    for figure in told["published"]:
        paid = figure["published_tenge"]
        sums = f"; {figure['found_tenge'] / 1e9:,.1f} of {paid / 1e9:,.1f} bn tenge" if paid else ""
        here, there = figure["found_people"], figure["published_people"]
        lines += ["", f"{figure['benefit']}: {here:,} here, {there:,} published ({figure['what']}){sums}"]
        lines.append(f"  {figure['differs']}")
    lines += [
        "",
        "By region and month: --json. Assumed:",
        *(f"  {said}" for said in load["assumed"].values()),
    ]
    return lines
