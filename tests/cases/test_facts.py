"""Facts are read as far as they are asked for, and written whole whatever was asked for and learnt."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qyzmet.cases.case import Fact
from qyzmet.cases.facts import Facts

AT = datetime(2024, 2, 12, 6, tzinfo=UTC)
VALUES = st.sampled_from([None, True, 20_000_000_000, 'Ә\\"\n}', [], {"a": [1, {"b": "}"}]}])
NAMES = st.sampled_from(["a", "b", "ab.deadline", 'a"}', "ә\\"])
FACTS = st.dictionaries(NAMES, st.builds(Fact, VALUES, st.just("ХАЛ"), st.just(AT), st.none()), max_size=4)
Run = tuple[dict[str, Fact], list[str], bool]  #: learnt, asked for, whether the case is read anew before


def written(facts: Facts, learnt: dict[str, Fact], before: str = "") -> str:
    """What the store has after a run that learnt this."""
    added = facts.added(learnt, msgspec.json.encode(learnt))
    return facts.text().decode() if added is None else before[:-1] + added.decode() + "}"


@given(first=FACTS, runs=st.lists(st.tuples(FACTS, st.lists(NAMES, max_size=3), st.booleans()), max_size=4))
def test_they_are_as_a_plain_dict(first: dict[str, Fact], runs: list[Run]) -> None:
    plain, facts = dict(first), Facts(first)
    text = written(facts, first)
    for learnt, asked, read_anew in runs:
        if read_anew:
            facts = Facts.read(text)
        assert [facts.get(name) for name in asked] == [plain.get(name) for name in asked]
        plain.update(learnt)
        facts.learn(learnt)
        text = written(facts, learnt, text)
        assert msgspec.json.decode(text, type=dict[str, Fact]) == plain
        assert len(json.loads(text, object_pairs_hook=list)) == len(plain)  # none twice
        assert facts == plain == dict(facts.items())
        assert list(facts) == list(plain)
    assert Facts.read(text) == plain


def test_what_was_not_asked_for_stays_as_it_is() -> None:
    facts = Facts.read('{"a": [1,"x","2024-02-12T06:00:00Z",null]}')
    learnt = {"b": Fact("2", "y", AT)}
    facts.learn(learnt)
    assert facts.added(learnt, msgspec.json.encode(learnt)) == b',"b":["2","y","2024-02-12T06:00:00Z",null]'
    assert facts.added({}, b"{}") == b""  # a run that learnt nothing
    assert (facts["a"].value, "c" in facts, facts.get("c"), len(facts)) == (1, False, None, 2)


def test_nothing_learnt_is_forgotten() -> None:
    facts = Facts({"a": Fact(1, "x", AT)})
    with pytest.raises(TypeError, match="never forgotten"):
        del facts["a"]
    assert "a" in repr(facts)
    with pytest.raises(KeyError):
        facts["b"]
