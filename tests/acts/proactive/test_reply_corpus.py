"""Replies as people write them: a corpus with the wanted reading of each, and no wrong consent in it.

`replies.csv` is written by hand: Kazakh, Russian, either in Latin letters, and what needs no language.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qyzmet.acts.proactive import dialogue
from qyzmet.acts.proactive.replies import prefix_of, read_reply
from qyzmet.acts.proactive.reply_words import PHRASES, Way, fold, ways_of

pytestmark = pytest.mark.clause("proactive:annex1", "proactive:annex2", "proactive:annex3")


class Row(NamedTuple):
    text: str
    expect: str
    banks: int
    code: str
    wanted: str
    language: str
    note: str

    def reading(self, text: str | None = None) -> str:
        return read_reply(self.text if text is None else text, self.expect, self.banks, self.code)


def corpus() -> list[Row]:
    path = Path(__file__).with_name("replies.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            Row(text, expect, int(banks), code, wanted, language, note)
            for text, expect, banks, code, wanted, language, note in list(csv.reader(lines))[1:]
        ]


ROWS = corpus()
NO_CONSENT = [row for row in ROWS if row.wanted != "consent"]
#: Letters that are read as digits, and signs that are read as `#`, can complete a code and are no noise.
NOISE = st.text(
    st.characters(blacklist_categories=["Nd", "Nl", "No", "Cs"], blacklist_characters="oOоОlLiIіІıİ|зЗnN"),
    max_size=12,
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.expect}: {row.text!r}")
def test_every_reading_is_as_wanted(row: Row) -> None:
    assert row.reading() == row.wanted, row.note


def test_no_consent_is_read_that_was_not_given() -> None:
    assert [row.text for row in NO_CONSENT if row.reading() == "consent"] == []


def test_the_corpus_is_large_and_mixed() -> None:
    assert len(ROWS) >= 300
    assert len({row[:4] for row in ROWS}) == len(ROWS)
    languages, wanted = Counter(row.language for row in ROWS), Counter(row.wanted for row in ROWS)
    assert min(languages["kk"], languages["ru"]) >= 80
    assert languages["kk-Latn"] >= 10
    assert min(wanted["consent"], wanted["refuse"], wanted["unclear"]) >= 40


@settings(max_examples=1000, deadline=None)
@given(st.sampled_from(NO_CONSENT), NOISE, NOISE)
def test_noise_around_makes_no_consent_of_anything_else(row: Row, before: str, after: str) -> None:
    assert row.reading(before + row.text + after) != "consent"


@settings(max_examples=1000, deadline=None)
@given(st.sampled_from(ROWS), st.sampled_from(sorted({row.text for row in ROWS})))
def test_two_replies_in_one_never_consent_unless_both_allow_it(row: Row, other: str) -> None:
    """A word that says no, a second code or a question spoils a consent wherever it stands."""
    joined = read_reply(f"{row.text} {other}", "consent", 0, "7")
    if joined == "consent":
        apart = {read_reply(part, "consent", 0, "7") for part in (row.text, other)}
        assert "consent" in apart or {row.text, other} <= {"7", "1", "7#", "#1", "#", "7 #"}
        assert "refuse" not in apart


@settings(max_examples=2000, deadline=None)
@given(st.text(st.sampled_from("7127# №N+*-. \nlіiIО|нетждаиәоқ?,"), max_size=14))
@example("7#1 7#2")
@example("7#12")
def test_a_consent_holds_seven_and_one_and_nothing_else_to_choose(text: str) -> None:
    if read_reply(text, "consent", 0, "7") == "consent":
        assert "7" in text
        assert "2" not in text
        assert "?" not in text
        assert not {"нет", "жоқ"} & set(text.split())


@pytest.mark.parametrize("expect", ["consent", "bank_one", "bank_many"])
@settings(max_examples=500, deadline=None)
@given(st.text(max_size=800))
@example("7#1" + "\u200b" * 700 + " жоқ")
@example("7#1" + " " * 200)
@example("\ud800")
def test_any_text_has_a_reading(expect: str, text: str) -> None:
    allowed = {"unclear"} | ({"consent", "refuse"} if expect == "consent" else {"bank:1", "other_bank"})
    assert read_reply(text, expect, 1, "41") in allowed
    prefix_of(text)


def test_a_denial_far_behind_invisible_signs_is_not_overlooked() -> None:
    for sign in ("\u200b", "\u2060", " ", "\n", "."):
        for count in (10, 200, 700):
            assert read_reply("7#1" + sign * count + " жоқ", "consent", 0, "7") == "unclear"


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("7 1", "7"),
        ("Сәлем, 7№1", "7"),
        ("7#1 жоқ", "7"),
        ("7#1 7#2", "7"),
        ("4l-3-2", "41"),
        ("7#1 41#3#1", None),
        ("иә", None),
        ("", None),
    ],
)
def test_the_prefix_of_an_odd_reply(text: str, prefix: str | None) -> None:
    assert prefix_of(text) == prefix


def test_no_phrase_points_two_ways() -> None:
    """A phrase entered twice would take the way of the list that comes last."""
    assert ways_of(["не", "согласна"]) == {Way.DENIES}
    assert ways_of(["согласна"]) == {Way.AGREES}
    assert ways_of(["не"]) is None
    for words, way in PHRASES.items():
        assert ways_of(list(words)) == {way}
    agreeing = {words for words, way in PHRASES.items() if way is Way.AGREES}
    assert not agreeing & {(fold(word),) for word in ("жоқ", "нет", "емес", "не", "joq", "net", "no", "ne")}


def test_the_dialogue_still_has_the_name() -> None:
    assert dialogue.read_reply is read_reply
