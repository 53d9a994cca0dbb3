"""The decision to read: PDF/A in both languages, with nothing in it taken for a command."""

from __future__ import annotations

import io
import json
from hashlib import sha256
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from qyzmet.exchange.paper import Names, paper
from qyzmet.runtime.errors import BadValue

SITE = "https://qyzmet.example"
DECISION: dict[str, Any] = {
    "case": 7, "benefit": "LARGE_FAMILY_ALLOWANCE", "outcome": "appoint", "amount_tiyn": 5_926_401,
    "arithmetic": ["16.05 MCI"], "law_on": "2024-02-11", "decided_at": "2024-02-12T04:00:00+00:00",
    "authority": "committee/75", "clauses": ["proactive:§46"],
    "facts": {
        "children": {"value": 4, "source": '#panic("read")', "learnt": "2024-02-12T04:00:00+00:00"},
        "birth_day": {"value": ["2024-02-11", True, None], "source": "әіңғүұқөһ", "learnt": "2024-02-12"},
    },
}  # fmt: skip
DOCUMENT = json.dumps(DECISION).encode()


@pytest.mark.parametrize(("lang", "title"), [("kk", "Шешім"), ("ru", "Решение")])
def test_a_decision_becomes_pdf_a(lang: str, title: str) -> None:
    written = paper(DOCUMENT, "BIN000040000000 01", lang, SITE)
    reader = PdfFileReader(io.BytesIO(written))
    assert reader.root["/Metadata"].data.count(b"pdfaid:part>2") >= 1
    assert reader.trailer["/Info"]["/Title"] == title
    assert b"Libertinus" in written  # the letters of Kazakh are inside
    assert paper(DOCUMENT, "BIN000040000000 01", lang, SITE) == written


def test_a_dossier_is_the_decision_with_what_happened() -> None:
    line = ("2024-02-12 09:00", "#panic(1) *not* a command", ["a detail"])
    written = paper(DOCUMENT, "s", "ru", SITE, Names(person="ПЕТРОВА"), [("Что было", [line] * 200)])
    reader = PdfFileReader(io.BytesIO(written))
    assert reader.trailer["/Info"]["/Title"] == "Материалы дела"
    assert reader.root["/Pages"]["/Count"] > 3


def test_the_address_names_the_digest_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr("qyzmet.exchange.paper._qr", made.append)
    monkeypatch.setattr("qyzmet.exchange.paper.pdf_a", lambda *_: b"")
    paper(DOCUMENT, "s", "kk", SITE)
    assert made == [f"{SITE}/verify/{sha256(DOCUMENT).hexdigest()}"]


def test_another_language_is_refused() -> None:
    with pytest.raises(BadValue, match="kk, ru"):
        paper(DOCUMENT, "BIN", "fr", SITE)
