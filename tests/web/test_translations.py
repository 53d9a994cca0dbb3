"""Every text of the pages is there in Kazakh and Russian; English is what stands in the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from qyzmet.web.translations import packages, untranslated


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize(("sources", "catalogue"), list(packages()), ids=lambda path: path.name)
def test_every_text_is_translated(sources: Path, catalogue: Path, language: str) -> None:
    missing = untranslated(sources, catalogue, language)
    assert not missing, "Run `python -m qyzmet.web.translations` and translate what is new."


def test_a_missing_text_is_found(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "x.html").write_text('{{ _("Nobody has translated this") }}')
    _, catalogue = next(iter(packages()))
    assert untranslated(tmp_path, catalogue, "kk") == ["Nobody has translated this"]
