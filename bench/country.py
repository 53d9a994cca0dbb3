"""How long a synthetic country takes: `.venv/bin/python bench/country.py [RESIDENTS]`.

With `--write-docs` it writes the table in docs/country.md anew.
"""

from __future__ import annotations

import resource
import sys
import time
from datetime import timedelta
from pathlib import Path

from qyzmet_twins.country import Country, calibration, events, table_text

DOCS = Path(__file__).parent.parent / "docs" / "country.md"
DOCS_RESIDENTS, DOCS_SEED, A_YEAR = 200_000, 2024, 366
BEGIN, END = "<!-- table: begin -->\n", "<!-- table: end -->\n"


def main(arguments: list[str]) -> None:
    if "--write-docs" in arguments:
        write_docs()
        return
    residents = int(arguments[0].replace("_", "")) if arguments else DOCS_RESIDENTS
    started = time.perf_counter()
    country = Country.generate(residents, seed=1)
    generated = time.perf_counter()
    told = events(country, country.on + timedelta(days=1), 30)
    ended = time.perf_counter()
    took, events_took = generated - started, ended - generated
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{residents:,} residents: {took:.2f} s, {residents / took:,.0f} a second")
    kinds = {
        "births": told.births,
        "deaths": told.deaths,
        "disabilities": told.disabilities,
        "unemployed": told.unemployed,
    }
    print(
        f"30 days: {events_took:.2f} s, " + ", ".join(f"{len(rows):,} {kind}" for kind, rows in kinds.items())
    )
    print(f"peak memory: {peak:,.0f} MB")


def write_docs() -> None:
    country = Country.generate(DOCS_RESIDENTS, DOCS_SEED)
    table = table_text(calibration(country, events(country, country.on + timedelta(days=1), A_YEAR)))
    text = DOCS.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    DOCS.write_text(before + BEGIN + table + END + rest.split(END)[1], encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
