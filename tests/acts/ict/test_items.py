"""Annex 1 as a table of examples: for each item what falls under it, what does not, and what is on the edge."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qyzmet.acts.ict.catalogue import REPEALED, activities, activity, directions, list_on
from qyzmet.acts.ict.clauses import IN_FORCE
from qyzmet.acts.ict.determination import ANSWERS, determine, interview, read_answers
from qyzmet.acts.ict.policies import POLICIES
from qyzmet.acts.ict.words import asked, choices, question, reason_in_words, result_in_words
from qyzmet.law.policies import Policies
from qyzmet.runtime.errors import BadValue, Refused, UnknownName

DAY = date(2026, 3, 1)
USUAL = Policies(POLICIES)
IN, OUT, EDGE = "MATCH", "NO_MATCH", "MANUAL_REVIEW"


def _does(*actions: str, **more: Any) -> dict[str, Any]:
    return {"actions": list(actions), **more}


def _stage(*stages: str) -> dict[str, Any]:
    return {"actions": [], "stages": list(stages)}


NONE = _does(stages=[])
_PLATFORM = {"rights_holder_in_hub": True, "real_time_online": True, "outside_platform": False}
#: item, what is so, the result by default, and the reading (mark, value, result) that changes it.
EXAMPLES: tuple[tuple[int, str, dict[str, Any], str, tuple[str, str, str] | None], ...] = (
    (1, "modification of the company's own accounting program", _does("MODIFY", for_state_body=False), IN, None),
    (1, "paid content sold in a program", _does("REALISE", for_state_body=False), IN, None),
    (1, "renting out of computers", _does("RENT", for_state_body=False, stages=[]), OUT, None),
    (1, "software for a state body's system", _does("DEVELOP", for_state_body=True), EDGE, ("G-02", IN, IN)),
    (2, "an information system for a private bank", _does("CREATE", state_body_system=False), IN, None),
    (2, "an information system of a ministry", _does("CREATE", state_body_system=True), OUT, None),
    (2, "realisation, which the item does not name",
     _does("REALISE", state_body_system=False, stages=[]), OUT, None),
    (2, "development by that word, which the item does not name",
     _does("DEVELOP", state_body_system=False, stages=[]), OUT, None),
    (3, "knowledge found in a client's database with another's program", {"data_processed": True, "knowledge_discovery": True}, IN, None),
    (3, "repair of disks: no data are processed", {"data_processed": False}, OUT, None),
    (3, "plain storage of data", {"data_processed": True, "knowledge_discovery": False}, EDGE, ("G-09", OUT, OUT)),
    (4, "applied research of networks", _does("RESEARCH", field_is_ict=True), IN, None),
    (4, "results of research realised", _does("REALISE_RESULTS", field_is_ict=True), IN, None),
    (4, "no research done", {**NONE, "field_is_ict": True}, OUT, None),
    (4, "research of soils without a link to ICT", _does("RESEARCH", field_is_ict=False), EDGE, ("G-08", IN, IN)),
    (5, "only assembly of printed circuit boards", _does("ASSEMBLE_BOARDS"), IN, None),
    (5, "only design of a chip", _stage("STAGE_DESIGN"), IN, None),
    (5, "sale of foreign chips", _does("SELL", stages=[]), OUT, None),
    (5, "only prototyping, not named here", _stage("STAGE_PROTOTYPE"), EDGE, None),
    (6, "only testing of a robot", {**_stage("STAGE_TEST"), "only_results_sold": False}, IN, None),
    (6, "introduction of results", _does("INTRODUCE_RESULTS", only_results_sold=False), IN, None),
    (6, "renting out of robots", {**_does("RENT", stages=[]), "only_results_sold": False}, OUT, None),
    (6, "mere sale of results", {"only_results_sold": True}, EDGE, ("G-07", OUT, OUT)),
    (7, "development of a radar", _does("DEVELOP"), IN, None),
    (7, "operation of a radio network", _does("OPERATE", stages=[]), OUT, None),
    (7, "one stage alone", _stage("STAGE_TEST"), EDGE, ("G-03", IN, IN)),
    (8, "only prototyping of biometric devices", _stage("STAGE_PROTOTYPE"), IN, None),
    (8, "operation of a telephone network", _does("OPERATE", stages=[]), OUT, None),
    (8, "a stage and an action that is not named", {**_does("SELL"), "stages": ["STAGE_TRIAL"]}, IN, None),
    (9, "only sale of an information security program", _does("SELL"), IN, None),
    (9, "only adjustment", _does("TUNE"), IN, None),
    (9, "renting out", _does("RENT", stages=[]), OUT, None),
    (9, "testing alone: the item names no stages", _stage("STAGE_TEST"), OUT, None),
    (10, "operation of a cloud service", _does("OPERATE"), IN, None),
    (10, "sale of another's cloud service", _does("SELL", stages=[]), OUT, None),
    (10, "realisation, which the item does not name", _does("REALISE", stages=[]), OUT, None),
    (11, "a blockchain program developed", _does("DEVELOP"), IN, None),
    (11, "operation of a blockchain node", _does("OPERATE", stages=[]), OUT, None),
    (11, "testing alone: the item names no stages", _stage("STAGE_TEST"), OUT, None),
    (12, "driverless control of trucks developed", _does("DEVELOP"), IN, None),
    (12, "transport of goods", _does("OPERATE", stages=[]), OUT, None),
    (12, "cellular devices without a link to transport",
     _does("DEVELOP", in_transport=False), IN, ("G-11", EDGE, EDGE)),
    (13, "models for artificial intelligence developed", _does("DEVELOP"), IN, None),
    (13, "renting out of another's model", _does("RENT", stages=[]), OUT, None),
    (13, "only testing of a system made by another", _stage("STAGE_TEST"), EDGE, None),
    (14, "a marketplace on software of a participant", _PLATFORM, IN, None),
    (14, "a marketplace on software of another", {**_PLATFORM, "rights_holder_in_hub": False}, OUT, None),
    (14, "a catalogue that is updated at night", {**_PLATFORM, "real_time_online": False}, OUT, None),
    (14, "a courier paid beside the platform", {**_PLATFORM, "outside_platform": True}, OUT, ("G-04", EDGE, EDGE)),
    (15, "a network of meters introduced", _does("INTRODUCE"), IN, None),
    (15, "operation of another's network", _does("OPERATE", stages=[]), OUT, None),
    (15, "design alone: the item names no stages", _stage("STAGE_DESIGN"), OUT, None),
    (16, "sale of paid levels in a mobile game", _does("REALISE"), IN, None),
    (16, "a club where games are played", _does("OPERATE", stages=[]), OUT, None),
    (16, "testing of another's game", _does("TEST", stages=["STAGE_TEST"]), OUT, None),
    (17, "a course of programming languages", {"directions": ["17.14"]}, IN, None),
    (17, "computer literacy for office staff", {"directions": []}, OUT, None),
    (17, "other algorithms (17.8: and others)", {"directions": ["17.8"]}, IN, None),
    (18, "only design of a programme of virtual reality", _stage("STAGE_DESIGN"), IN, None),
    (18, "renting out of helmets", _does("RENT", stages=[]), OUT, None),
    (18, "only testing, not named here", _stage("STAGE_TEST"), EDGE, None),
    (19, "computing power for a bank", {"serves_miners": False}, IN, None),
    (19, "a data centre for digital miners", {"serves_miners": True}, OUT, None),
    (19, "a data centre for miners and a bank",
     {"serves_miners": True, "other_clients": True}, OUT, ("G-10", EDGE, EDGE)),
)  # fmt: skip


@pytest.mark.clause(
    "ict:annex1.item1",
    "ict:annex1.item2",
    "ict:annex1.item3",
    "ict:annex1.item4",
    "ict:annex1.item5",
    "ict:annex1.item6",
    "ict:annex1.item7",
    "ict:annex1.item8",
    "ict:annex1.item9",
    "ict:annex1.item10",
    "ict:annex1.item11",
    "ict:annex1.item12",
    "ict:annex1.item13",
    "ict:annex1.item14",
    "ict:annex1.item15",
    "ict:annex1.item16",
    "ict:annex1.item17",
    "ict:annex1.item18",
    "ict:annex1.item19",
)
@pytest.mark.parametrize(
    ("item", "answers", "result", "reading"),
    [pytest.param(n, a, r, x, id=f"item{n}-{what}") for n, what, a, r, x in EXAMPLES],
)
def test_an_example(
    item: int, answers: dict[str, Any], result: str, reading: tuple[str, str, str] | None
) -> None:
    found = determine(item, answers, USUAL, DAY)
    assert (found.result, found.item) == (result, item)
    assert found.reasons, "every result says why"
    assert all(reason.clause.place.startswith(f"annex1.item{item}") for reason in found.reasons)
    if reading:
        mark, value, other = reading
        assert determine(item, answers, Policies(POLICIES, {mark: value}), DAY).result == other


def test_each_item_has_an_example_in_and_one_that_is_not() -> None:
    for number in range(1, 20):
        results = [result for item, _, _, result, _ in EXAMPLES if item == number]
        assert IN in results
        assert OUT in results or EDGE in results
        assert len(results) >= 3


@pytest.mark.clause(
    "ict:annex1.item17.1",
    "ict:annex1.item17.2",
    "ict:annex1.item17.3",
    "ict:annex1.item17.4",
    "ict:annex1.item17.5",
    "ict:annex1.item17.6",
    "ict:annex1.item17.7",
    "ict:annex1.item17.8",
    "ict:annex1.item17.9",
    "ict:annex1.item17.10",
    "ict:annex1.item17.11",
    "ict:annex1.item17.12",
    "ict:annex1.item17.13",
    "ict:annex1.item17.14",
)
@pytest.mark.parametrize("number", range(1, 15))
def test_each_direction_alone_is_enough(number: int) -> None:
    found = determine(17, {"directions": [f"17.{number}"]}, USUAL, DAY)
    assert found.result == IN
    assert [reason.clause.place for reason in found.reasons] == [f"annex1.item17.{number}"]
    for language in ("kk", "ru", "en"):
        assert directions()[f"17.{number}"][language] in reason_in_words(found.reasons[0], language)
    with pytest.raises(BadValue, match="directions"):
        determine(17, {"directions": [f"17.{number + 14}"]}, USUAL, DAY)


@pytest.mark.clause("ict:order.1.1")
def test_the_list_has_nineteen_items_with_all_parts_in_three_languages() -> None:
    assert [each.code for each in activities()] == [f"ICT-{n:02}" for n in range(1, 20)]
    for each in activities():
        for language in ("kk", "ru", "en"):
            assert each.names[language]
            assert each.texts[language]
            assert each.parts["objects"][language]
        assert bool(each.parts["exclusions"]) == (each.number in (2, 19)) == bool(each.excluded)
        assert bool(each.parts["inclusions"]) == (each.number in (1, 9, 14, 16, 17))
    with pytest.raises(UnknownName):
        activity(20)


@pytest.mark.clause("ict:annex1.item6")
@pytest.mark.clause("ict:annex1.item9")
def test_realisation_and_sale_are_kept_apart() -> None:
    by_action = {
        action: {each.number for each in activities() if action in each.actions}
        for action in ("REALISE", "SELL", "REALISE_RESULTS", "INTRODUCE_RESULTS")
    }
    assert by_action == {
        "REALISE": {1, 12, 15, 16},
        "SELL": {9},
        "REALISE_RESULTS": {4, 5, 7, 8, 13, 18},
        "INTRODUCE_RESULTS": {6},
    }


@pytest.mark.clause("ict:order.5")
@pytest.mark.clause("ict:order.2")
def test_the_day_before_the_list_is_not_judged_by_it() -> None:
    assert list_on(IN_FORCE).order == "No 521/НҚ"
    with pytest.raises(Refused, match=r"37/НҚ .*not loaded"):
        determine(1, _does("DEVELOP", for_state_body=False), USUAL, date(2025, 12, 31))


@pytest.mark.clause("ict:annex3.item1", "ict:annex3.item2", "ict:annex3.item3")
@pytest.mark.parametrize("number", [1, 2, 3])
def test_days_of_the_repealed_orders_are_answered_not_loaded(number: int) -> None:
    repealed = REPEALED[number - 1]
    assert repealed.clause.place == f"annex3.item{number}"
    with pytest.raises(Refused, match="not loaded"):
        list_on(repealed.day)
    with pytest.raises(Refused, match="no list known here"):
        list_on(date(2019, 4, 10))


# --- the interview -------------------------------------------------------------------------------------------


def _full(draw: st.DrawFn, item: int) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for name, kind in ANSWERS.items():
        if kind is bool:
            answers[name] = draw(st.booleans())
        else:
            answers[name] = draw(st.lists(st.sampled_from(choices(name, item)), max_size=3, unique=True))
    return answers


@st.composite
def _facts(draw: st.DrawFn) -> tuple[int, dict[str, Any], dict[str, Any]]:
    item = draw(st.integers(1, 19))
    chosen = {p.mark: draw(st.sampled_from(("MATCH", "NO_MATCH", "MANUAL_REVIEW"))) for p in POLICIES}
    chosen = {p.mark: value for p in POLICIES if _takes(p, value := chosen[p.mark])}
    return item, _full(draw, item), chosen


def _takes(policy: Any, value: str) -> bool:
    try:
        Policies(POLICIES, {policy.mark: value})
    except BadValue:
        return False
    return True


@given(_facts(), st.randoms(use_true_random=False))
def test_any_order_of_answers_leads_to_the_same_answer_and_nothing_known_is_asked(
    facts: tuple[int, dict[str, Any], dict[str, Any]], random: Any
) -> None:
    item, truth, chosen = facts
    policies = Policies(POLICIES, chosen)
    whole = determine(item, truth, policies, DAY)
    assert whole.result is not None
    # Told beforehand in any order, asked for the rest: the same result, each question once and never a known one.
    names = list(truth)
    random.shuffle(names)
    told = {name: truth[name] for name in names[: random.randint(0, len(names))]}
    known, asked_for = dict(told), []
    for name in interview(item, policies, DAY, known):
        assert name not in known
        asked_for.append(name)
        known[name] = truth[name]
    assert len(asked_for) == len(set(asked_for))
    assert determine(item, known, policies, DAY) == whole


def test_the_interview_asks_only_what_decides() -> None:
    for item in range(1, 20):
        known: dict[str, Any] = {}
        for name in interview(item, USUAL, DAY, known):
            before = {
                str(determine(item, known | {name: value}, USUAL, DAY)) for value in _values(name, item)
            }
            assert len(before) > 1, f"item {item}: {name} changes nothing"
            known[name] = _values(name, item)[-1]


def _values(name: str, item: int) -> list[Any]:
    if ANSWERS[name] is bool:
        return [True, False]
    return [[one] for one in choices(name, item)] + [[]]


def test_every_question_result_and_reason_has_words_in_three_languages() -> None:
    for language in ("kk", "ru", "en"):
        for name in ANSWERS:
            assert question(name, language)
        for item, _, answers, _, _ in EXAMPLES:
            found = determine(item, answers, USUAL, DAY)
            assert str(item) in result_in_words(found, language)
            assert all(reason_in_words(reason, language) for reason in found.reasons)
        open_ = determine(2, {"state_body_system": False}, USUAL, DAY)
        assert asked(open_, language)["choices"]["CREATE"]
    excluded = determine(2, {"state_body_system": True}, USUAL, DAY)
    assert result_in_words(excluded, "en") == "is excluded by item 2"


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([("state_body", "no")], "answer state_body"),
        ([("state_body_system", "maybe")], "yes or no"),
        ([("actions", "DEVELOP,FLY")], "FLY"),
        ([("stages", "STAGE_ONE")], "STAGE_ONE"),
    ],
)
def test_wrong_answers_name_the_answer(answers: list[tuple[str, str]], told: str) -> None:
    with pytest.raises(BadValue, match=told):
        read_answers(answers)


def test_answers_as_people_write_them() -> None:
    assert read_answers([("state_body_system", "жоқ"), ("actions", "CREATE, MODIFY")]) == {
        "state_body_system": False,
        "actions": ["CREATE", "MODIFY"],
    }
