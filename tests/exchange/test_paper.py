"""The decision to read: PDF/A in both languages, with nothing in it taken for a command."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from qyzmet.exchange.paper import paper
from qyzmet.runtime.errors import BadValue

DECISION: dict[str, Any] = {
    "case": 7, "benefit": "LARGE_FAMILY_ALLOWANCE", "outcome": "appoint", "amount_tiyn": 5_926_401,
    "arithmetic": ["16.05 MCI"], "law_on": "2024-02-11", "decided_at": "2024-02-12T04:00:00+00:00",
    "authority": "committee/75", "clauses": ["proactive:§46"],
    "facts": {"children": {"value": 4, "source": '#panic("read as a command")', "learnt": "2024-02-12"}},
}  # fmt: skip


@pytest.mark.parametrize(("lang", "title"), [("kk", "Шешім"), ("ru", "Решение")])
def test_a_decision_becomes_pdf_a(lang: str, title: str) -> None:
    import io

    written = paper(json.dumps(DECISION).encode(), "BIN000040000000 01", lang, "https://qyzmet.example")
    reader = PdfFileReader(io.BytesIO(written))
    assert reader.root["/Metadata"].data.count(b"pdfaid:part>2") >= 1
    assert reader.trailer["/Info"]["/Title"] == title


def test_another_language_is_refused() -> None:
    with pytest.raises(BadValue, match="kk, ru"):
        paper(json.dumps(DECISION).encode(), "BIN", "fr", "https://qyzmet.example")
