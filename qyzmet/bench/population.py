"""A population as a snapshot: as many residents as wanted, made by chance from published frequencies.

Not the country of the twins, which lives a history person by person: here twenty million rows are drawn
column by column in about a minute. Frequencies are those of docs/country.md in the large; who is whose
relative is made so that families hang together.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from qyzmet.acts.proactive.snapshots import BY_NAME, KINDS
from qyzmet.people.regions import REGIONS
from qyzmet.screening.snapshot import write_manifest

Ints = NDArray[Any]
_EPOCH = date(1970, 1, 1)
_NO_DAY = -(2**31) + 1
#: Events a year for each resident (births of 2024, deaths, first disabilities, registrations, awards).
RATES = {"births": 0.0182, "deaths": 0.0065, "disabilities": 0.0025, "unemployed": 0.0165, "awards": 0.0004}
_MOTHERS, _BLOCK = 0.22, 2_000_000


def make(
    folder: Path,
    residents: int,
    seed: int,
    on: date,
    days: int = 366,
    payments: int | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> dict[str, int]:
    """Writes a snapshot of the `days` up to `on`; two payment rows a resident where not said otherwise."""
    folder.mkdir(parents=True, exist_ok=True)
    rng, last = np.random.default_rng(seed), (on - _EPOCH).days
    first = last - days + 1
    rows = dict[str, int]()

    def put(name: str, columns: dict[str, Any]) -> None:
        schema = BY_NAME[name].arrow
        table = pa.table([pa.array(columns[f.name], f.type, from_pandas=True) for f in schema], schema)
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd", row_group_size=500_000)
        rows[name] = table.num_rows
        say(f"{name}: {table.num_rows:,}")

    mothers = max(int(residents * _MOTHERS), 4)
    adults = int(residents * 0.66)
    birth = np.empty(residents, np.int32)
    birth[:adults] = last - (rng.triangular(18.2, 35, 92, adults) * 365.2425).astype(np.int32)
    birth[:mothers] = last - (rng.triangular(19, 33, 55, mothers) * 365.2425).astype(np.int32)
    birth[adults:] = last - rng.integers(0, int(22.9 * 365.2425), residents - adults)
    region_codes = np.array([int(code) for code in REGIONS], np.int16)
    region = region_codes[rng.integers(0, len(region_codes), residents)]
    children = np.arange(adults, residents, dtype=np.int64)
    mother = _mothers_of(rng, len(children), mothers)
    father = np.minimum(mother + mothers, adults - 1)
    region[adults:] = region[mother]

    def share(n: int, p: float) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = rng.random(n) < p
        return found

    number = {name: max(int(residents * rate * days / 365.2425), 3) for name, rate in RATES.items()}
    # events
    newborn = rng.choice(children, min(number["births"], len(children)), replace=False)
    born = rng.integers(first, last + 1, len(newborn))
    birth[newborn] = born - np.minimum(rng.integers(0, 20, len(newborn)), 60)
    order = _orders(mother, birth, children, newborn - adults)
    dead = rng.choice(adults, min(number["deaths"], adults), replace=False)
    dead_on = rng.integers(first, last + 1, len(dead))
    known = np.full(residents, _NO_DAY, np.int64)
    known[dead] = dead_on
    old = share(adults, 0.003)
    known[:adults][old & (known[:adults] == _NO_DAY)] = first - 1 - rng.integers(0, 900)
    put(
        "persons",
        {"person": np.arange(residents), "birth_day": birth, "region": region, "death_known": _days(known)},
    )
    with_father = share(len(children), 0.92)
    guardian = share(len(children), 0.01)
    together = share(len(children), 0.88)
    relative = np.concatenate([mother, father[with_father], rng.integers(0, adults, int(guardian.sum()))])
    child = np.concatenate([children, children[with_father], children[guardian]])
    relation = np.repeat(
        np.array(["mother", "father", "guardian"], object),
        [len(children), int(with_father.sum()), int(guardian.sum())],
    )
    student = share(len(children), 0.55) & (birth[adults:] < last - 17 * 365)
    put(
        "kin",
        {
            "child": child,
            "child_birth_day": _days(birth[child]),
            "relative": relative,
            "relation": pa.array(relation).dictionary_encode().cast(pa.string()),
            "lives_together": np.concatenate(
                [share(len(children), 0.985), together[with_father], np.ones(int(guardian.sum()), bool)]
            ),
            "student": student[child - adults],
        },
    )
    _payments(folder, rng, adults, payments or 2 * residents, last, rows, say)
    workers = np.flatnonzero(share(adults, 0.55))
    put(
        "contributions",
        {
            "person": workers,
            "months": rng.integers(0, 220, len(workers)),
            "income_24_months_tiyn": (rng.lognormal(12.2, 0.55, len(workers)) * 2400).astype(np.int64),
        },
    )
    put("orphanages", {"child": children[share(len(children), 0.0005)]})
    put(
        "births",
        {
            "event": _names("b", len(newborn)),
            "registered": _days(born),
            "child": newborn,
            "order": order,
            "region": region[newborn],
        },
    )
    awarded = rng.choice(mothers, min(number["awards"], mothers), replace=False)
    kinds = np.array(["ALTYN_ALQA", "KUMIS_ALQA", "BATYR_ANA", "OTHER"], object)
    put(
        "awards",
        {
            "event": _names("a", len(awarded)),
            "registered": _days(rng.integers(first, last + 1, len(awarded))),
            "person": awarded,
            "award": kinds[rng.choice(4, len(awarded), p=[0.3, 0.65, 0.02, 0.03])],
        },
    )
    late = np.where(share(len(dead), 0.02), rng.integers(30, 1600, len(dead)), rng.integers(0, 10, len(dead)))

    def some(p: float) -> Ints:
        return np.where(share(len(dead), p), rng.integers(0, adults, len(dead)), -1)

    put(
        "deaths",
        {
            "event": _names("d", len(dead)),
            "registered": _days(dead_on),
            "person": dead,
            "death_day": _days(dead_on - late),
            "applicant": _maybe(some(0.9)),
            "applicant_kin": share(len(dead), 0.93),
            "body_taker": _maybe(some(0.95)),
            "body_taker_kin": share(len(dead), 0.9),
        },
    )
    _survivors(put, rng, dead, children, mother, father, birth)
    ill = rng.choice(residents, min(number["disabilities"], residents), replace=False)
    group = np.where(last - birth[ill] < 7 * 365, -1, rng.integers(1, 4, len(ill)))
    causes = np.array(["general_illness", "work_injury", "childhood", None], object)
    at = rng.integers(first, last + 1, len(ill))
    put(
        "disabilities",
        {
            "event": _names("m", len(ill)),
            "registered": _days(at),
            "person": ill,
            "birth_day": _days(np.minimum(birth[ill], at - 30)),
            "established": _days(at - 7),
            "group": _maybe(group),
            "cause": causes[rng.choice(4, len(ill), p=[0.75, 0.05, 0.15, 0.05])],
            "loss_degree": _maybe(np.where(share(len(ill), 0.5), rng.integers(30, 101, len(ill)), -1)),
        },
    )
    jobless = rng.choice(workers, min(number["unemployed"], len(workers)), replace=False)
    put(
        "unemployed",
        {
            "event": _names("u", len(jobless)),
            "registered": _days(rng.integers(first, last + 1, len(jobless))),
            "person": jobless,
        },
    )
    write_manifest(folder, on, on - timedelta(days - 1), rows)
    return rows


def _mothers_of(rng: np.random.Generator, children: int, mothers: int) -> Ints:
    """A mother for each child: sizes of families are geometric, so some are large."""
    weights = rng.gamma(2.0, 1.0, mothers)
    ends = np.cumsum(weights / weights.sum() * children)
    found: Ints = np.searchsorted(ends, rng.random(children) * children)
    return np.minimum(found, mothers - 1).astype(np.int64)


def _orders(mother: Ints, birth: Ints, children: Ints, newborn: Ints) -> Ints:
    """The newborn's place among the mother's children by the day of birth."""
    by = np.lexsort((birth[children], mother))
    sorted_mothers = mother[by]
    starts = np.searchsorted(sorted_mothers, sorted_mothers)
    place = np.empty(len(children), np.int64)
    place[by] = np.arange(len(children)) - starts + 1
    return place[newborn].astype(np.int16)


def _payments(
    folder: Path,
    rng: np.random.Generator,
    adults: int,
    count: int,
    last: int,
    rows: dict[str, int],
    say: Callable[[str], None],
) -> None:
    schema = BY_NAME["payments"].arrow
    codes = np.array(list(KINDS.values()), np.int16)
    shares = np.array([0.05, 0.02, 0.02, 0.04, 0.01, 0.01, 0.02, 0.01, 0.05, 0.37, 0.38, 0.02])
    with pq.ParquetWriter(folder / "payments.parquet", schema, compression="zstd") as writer:
        for start in range(0, count, _BLOCK):
            n = min(_BLOCK, count - start)
            since = last - rng.integers(1, 4000, n)
            until = np.where(
                rng.random(n) < 0.6, np.minimum(since + rng.integers(30, 2500, n), last), _NO_DAY
            )
            kind = codes[rng.choice(len(codes), n, p=shares)]
            person = rng.integers(0, adults, n)
            columns = [person, kind, _days(since), _days(until)]
            writer.write_table(
                pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema),
                row_group_size=500_000,
            )
    rows["payments"] = count
    say(f"payments: {count:,}")


def _survivors(
    put: Any, rng: Any, dead: Ints, children: Ints, mother: Ints, father: Ints, birth: Ints
) -> None:
    """The children of the deceased."""
    place = np.full(int(max(dead.max(), mother.max(), father.max())) + 1, -1, np.int64)
    place[dead] = np.arange(len(dead))
    event, who = list[Ints](), list[Ints]()
    for parent in (mother, father):
        of = place[parent]
        event.append(of[of >= 0])
        who.append(children[of >= 0])
    events, survivors = np.concatenate(event), np.concatenate(who)
    names = np.array(_names("d", len(dead)), object)
    put(
        "survivors",
        {
            "event": names[events],
            "survivor": survivors,
            "birth_day": _days(birth[survivors]),
            "full_orphan": rng.random(len(survivors)) < 0.02,
        },
    )


def _days(values: Ints) -> pa.Array:
    """Days since 1970 as dates; `_NO_DAY` is nothing."""
    values = np.asarray(values).astype(np.int32)
    return pa.array(values, pa.int32(), mask=values == _NO_DAY).cast(pa.date32())


def _names(letter: str, count: int) -> list[str]:
    return [f"{letter}{number}" for number in range(count)]


def _maybe(values: Ints) -> pa.Array:
    return pa.array(values, pa.int64(), mask=values < 0)
