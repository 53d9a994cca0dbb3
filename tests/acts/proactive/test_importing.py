"""What people had before is imported, and nobody is offered it again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from qyzmet.acts.proactive.importing import Imported, import_file
from qyzmet.runtime.errors import BadValue
from tests.acts.proactive.conftest import AWARDED, LARGE, Pilot

HEADER = "iin,service,kind,since,until,reference\n"


def imported(pilot: Pilot, path: Path, text: str = "") -> Imported:
    if text:
        path.write_text(HEADER + text, encoding="utf-8")
    store, now = pilot.worker.engine.store.connection, pilot.clock.now()
    *_, last = import_file(path, store, pilot.vault, now, today=now.date())
    return last


@pytest.mark.clause("proactive:§6", "proactive:§29")
def test_nobody_is_offered_what_they_have(pilot: Pilot, tmp_path: Path) -> None:
    has, other, ended, file = (pilot.mother("bank_a") for _ in range(4))
    done = imported(
        pilot,
        tmp_path / "r.csv",
        f"{has},{LARGE},recipient,2023-01-01,,R-1\n{other},{AWARDED},recipient,2023-01-01,,R-2\n"
        f"{ended},{LARGE},recipient,2022-01-01,2024-02-11,R-3\n{file},{LARGE},dossier,2023-12-01,,D-1\n",
    )
    assert (done.rows, done.new, len(done.bad)) == (4, 4, 0)
    cases = {mother: pilot.birth(mother) for mother in (has, other, ended, file)}
    assert [pilot.step(cases[mother]) for mother in (has, other, ended, file)] == [
        "left_out", "consent", "consent", "left_out",
    ]  # fmt: skip
    assert pilot.facts(cases[has])["existing"] == ["recipient imported"]
    assert pilot.facts(cases[file])["existing"] == ["dossier imported"]
    assert pilot.texts(has) == []


def test_what_the_father_has_counts_for_the_family(pilot: Pilot, tmp_path: Path) -> None:
    mother, father = pilot.mother("bank_a"), pilot.mother("bank_a")
    imported(pilot, tmp_path / "r.csv", f"{father},{LARGE},recipient,2023-01-01,,R-1\n")
    assert pilot.ending(pilot.birth(mother, father=father)) == "left_out"


def test_bad_rows_are_set_aside_with_their_place_and_never_their_content(
    pilot: Pilot, tmp_path: Path
) -> None:
    iin = pilot.mother("bank_a")
    good = f"{iin},{LARGE},recipient,2023-01-01,,R-1"
    bad = [
        (f"{iin[:-1]},{LARGE},recipient,2023-01-01,,", "IIN"),
        (f"{iin},HEATING,recipient,2023-01-01,,", "service"),
        (f"{iin},{LARGE},owner,2023-01-01,,", "kind"),
        (f"{iin},{LARGE},recipient,,,", "since"),
        (f"{iin},{LARGE},recipient,1.2.2023,,", "since"),
        (f"{iin},{LARGE},recipient,2030-01-01,,", "since"),
        (f"{iin},{LARGE},recipient,2023-01-01,2022-01-01,", "until"),
        (f"{iin},{LARGE},recipient,2023-01-01,,{'x' * 101}", "reference"),
    ]
    text = "\n".join([good, *(row for row, _ in bad)]) + "\n"
    done = imported(pilot, tmp_path / "r.csv", text)
    assert (done.rows, done.new) == (9, 1)
    assert [(each.row, each.field) for each in done.bad] == [(n + 2, name) for n, (_, name) in enumerate(bad)]
    assert iin not in repr(done.bad)


def test_the_same_file_again_changes_nothing_and_a_later_end_is_taken(pilot: Pilot, tmp_path: Path) -> None:
    iin, path = pilot.mother("bank_a"), tmp_path / "r.parquet"
    row = {"iin": iin, "service": LARGE, "kind": "recipient", "since": date(2023, 1, 1)}
    pl.DataFrame([row, row]).write_parquet(path)
    assert imported(pilot, path).new == 1
    again = imported(pilot, path)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 2)
    pl.DataFrame([row | {"until": date(2023, 12, 31)}]).write_parquet(path)
    assert imported(pilot, path).changed == 1
    assert pilot.step(pilot.birth(iin)) == "consent"
    ((columns,),) = pilot.rows(
        "SELECT string_agg(column_name, ' ') FROM information_schema.columns WHERE table_name = %s",
        "existing_services",
    )
    assert "iin" not in columns.split()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("r.xlsx", b"x", "ends in"), ("r.parquet", b"no parquet", "cannot be read"),
        ("r.csv", b"iin,service\n1,2\n", "lacks the columns kind, since"), ("r.csv", b"\xff\xfe\x00", "file"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_refused(
    name: str, content: bytes, message: str, pilot: Pilot, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadValue, match=message):
        imported(pilot, tmp_path / name)
