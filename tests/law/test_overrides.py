"""The table of moved days: its form is checked when it is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from qyzmet.law.overrides import read_overrides
from qyzmet.runtime.errors import BadValue

ENTRY = """[[override]]
date = 2026-12-12
works = true
source = "https://order.example"
kk = "бұйрық"
ru = "приказ"
en = "order"
"""


def test_every_shipped_entry_has_its_source() -> None:
    shipped = read_overrides()
    assert len(shipped) == 6
    assert all(each.source.startswith("https://") and each.known_on for each in shipped)
    assert all(each.known_on < each.day for each in shipped if each.known_on)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (ENTRY + ENTRY, "two entries for 2026-12-12"),
        (ENTRY.replace("true", '"yes"'), "works"),
        (ENTRY.replace("2026-12-12", "2026-12-12T10:00:00"), "without a time"),
        (ENTRY.replace('en = "order"', ""), "en"),
        (ENTRY + "known_on = 12", "known_on"),
        ("[[override]", "no readable TOML"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, text: str, match: str) -> None:
    path = tmp_path / "overrides.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadValue, match=match):
        read_overrides(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="no readable TOML"):
        read_overrides(tmp_path / "none.toml")
