"""Does an activity fall under an item? Rules R-1 to R-9 of the specification as one pure function, and the
questions that are still to be asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from qyzmet.acts.ict.catalogue import LISTS, Activity, ListVersion, activity, directions, list_on
from qyzmet.acts.ict.clauses import ACT
from qyzmet.law.act import Clause, carries_out
from qyzmet.law.policies import Policies
from qyzmet.runtime.errors import BadValue

Result = Literal["MATCH", "NO_MATCH", "MANUAL_REVIEW"]
#: What may be answered, by the name of the question.
ANSWERS: Mapping[str, type] = {
    "actions": list,
    "stages": list,
    "state_body_system": bool,
    "for_state_body": bool,
    "data_processed": bool,
    "knowledge_discovery": bool,
    "field_is_ict": bool,
    "only_results_sold": bool,
    "rights_holder_in_hub": bool,
    "real_time_online": bool,
    "outside_platform": bool,
    "in_transport": bool,
    "directions": list,
    "serves_miners": bool,
    "other_clients": bool,
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a clause, a code that `words.py` says in the reader's language, and the answer it rests on."""

    clause: Clause
    code: str
    rests_on: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The result under one item, or what still has to be asked before there is one."""

    item: int
    result: Result | None
    reasons: tuple[Reason, ...] = ()
    ask: str = ""


def checked(answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answers, where each has its kind. Raises BadValue naming the answer."""
    for name, value in answers.items():
        if name not in ANSWERS:
            raise BadValue(f"answer {name}", f"is one of {', '.join(ANSWERS)}", "Correct the name.")
        kind = ANSWERS[name]
        if type(value) is not kind:
            words = {bool: "true or false", list: "a list"}[kind]
            raise BadValue(f"answer {name}", f"is {words}, not {value!r}", "Answer it so.")
    known = {"actions": _ALL_ACTIONS, "stages": _ALL_STAGES, "directions": frozenset(directions())}
    for name, values in known.items():
        for value in answers.get(name, ()):
            if value not in values:
                raise BadValue(
                    f"answer {name}", f"holds {value!r}; known are {', '.join(sorted(values))}", "Correct it."
                )
    return answers


def read_answers(pairs: Iterable[Sequence[str]]) -> dict[str, Any]:
    """Answers as people write them: `state_body_system=no`, `actions=DEVELOP,SELL`. Raises BadValue."""
    answers: dict[str, Any] = {}
    for name, value in ((name.strip(), value.strip()) for name, value in pairs):
        kind = ANSWERS.get(name)
        if kind is list:
            answers[name] = [part.strip() for part in value.split(",") if part.strip()]
        elif kind is bool:
            if value.lower() not in _YES_NO:
                raise BadValue(f"answer {name}", f"is yes or no, not {value!r}", f"Write {name}=yes.")
            answers[name] = _YES_NO[value.lower()]
        else:
            raise BadValue(f"answer {name}", f"is one of {', '.join(ANSWERS)}", "Correct the name.")
    return dict(checked(answers))


_YES_NO = {
    "yes": True,
    "no": False,
    "true": True,
    "false": False,
    "иә": True,
    "жоқ": False,
    "да": True,
    "нет": False,
}


def determine(
    item: int,
    answers: Mapping[str, Any],
    policies: Policies,
    on: date,
    lists: Sequence[ListVersion] = LISTS,
) -> Answer:
    """The result under an item by the list of a day; where something decisive is unknown, what to ask.

    Pure; the order in which answers were given makes no difference. Raises Refused for a day without a
    list, BadValue for an answer of another kind, UnknownName for an item that is not there.
    """
    list_on(on, lists)
    given = checked(answers)
    asked = activity(item)
    for rule in _RULES.get(item, ()):
        found = rule(asked, given, policies)
        if found is not None:
            return found
    return _by_actions(asked, given, policies)


def _no(item: Activity, code: str, rests_on: str, result: Result = "NO_MATCH") -> Answer:
    return Answer(item.number, result, (Reason(item.clause, code, rests_on),))


def _ask(item: Activity, name: str) -> Answer:
    return Answer(item.number, None, ask=name)


# --- actions and stages -----------------------------------------------------------------


def _by_actions(item: Activity, given: Mapping[str, Any], policies: Policies) -> Answer:
    """One action that the item names is enough; else one stage, where the item takes stages alone."""
    if "actions" not in given:
        return _ask(item, "actions")
    actions = [action for action in item.actions if action in given["actions"]]
    if actions:
        return Answer(
            item.number, "MATCH", tuple(Reason(item.clause, action, "actions") for action in actions)
        )
    if not item.stages:
        return _no(item, "action_not_named", "actions")
    if "stages" not in given:
        return _ask(item, "stages")
    stages: Sequence[str] = given["stages"]
    named = [stage for stage in item.stages if stage in stages]
    if named and item.stage_alone:
        return Answer(item.number, "MATCH", tuple(Reason(item.clause, stage, "stages") for stage in named))
    if named:  # item 7
        return _no(item, "stage_in_brackets", "stages", policies["G-03"])
    if stages:
        return _no(item, "stage_not_named", "stages", "MANUAL_REVIEW")
    return _no(item, "action_not_named", "actions")


# --- what single items presuppose ----------------------------------------------------------------------


@carries_out(ACT["annex1.item1"])
def _software(item: Activity, given: Mapping[str, Any], policies: Policies) -> Answer | None:
    """G-2: software for a state body's information system is a doubt, not closed by item 1's words."""
    if "for_state_body" not in given:
        return _ask(item, "for_state_body")
    if given["for_state_body"] and policies["G-02"] != "MATCH":
        return _no(item, "for_state_body", "for_state_body", policies["G-02"])
    return None


@carries_out(ACT["annex1.item2"])
def _state_system(item: Activity, given: Mapping[str, Any], policies: Policies) -> Answer | None:
    """R-2: information systems of state bodies are excluded."""
    if "state_body_system" not in given:
        return _ask(item, "state_body_system")
    return _no(item, "state_body_system", "state_body_system") if given["state_body_system"] else None


@carries_out(ACT["annex1.item3"])
def _discovery(item: Activity, given: Mapping[str, Any], policies: Policies) -> Answer | None:
    """G-9: the bracket explains the activity: knowledge discovery in databases."""
    if "data_processed" not in given:
        return _ask(item, "data_processed")
    if not given["data_processed"]:
        return _no(item, "no_data", "data_processed")
    if "knowledge_discovery" not in given:
        return _ask(item, "knowledge_discovery")
    if given["knowledge_discovery"]:
        return Answer(item.number, "MATCH", (Reason(item.clause, "PROCESS_DATA", "knowledge_discovery"),))
    return _no(item, "no_discovery", "knowledge_discovery", policies["G-09"])


@carries_out(ACT["annex1.item4"])
def _research(item: Activity, given: Mapping[str, Any], policies: Policies) -> Answer | None:
    """G-8: research without any link to ICT goes to a person."""
    if "field_is_ict" not in given:
        return _ask(item, "field_is_ict")
    if not given["field_is_ict"] and policies["G-08"] != "MATCH":
        return _no(item, "not_ict", "field_is_ict", policies["G-08"])
    return None


@carries_out(ACT["annex1.item6"])
def _robotics(item: Activity, given: Mapping[str, Any], policies: Policies) -> Answer | None:
    """G-7: results are introduced, not sold: their mere sale is a doubt."""
    if "only_results_sold" not in given:
        return _ask(item, "only_results_sold")
    return (
        _no(item, "only_sold", "only_results_sold", policies["G-07"]) if given["only_results_sold"] else None
    )


@carries_out(ACT["annex1.item12"])
def _transport(item: Activity, given: Mapping[str, Any], policies: Policies) -> Answer | None:
    """G-11: satellite navigation and cellular devices match without a link to transport by default."""
    if policies["G-11"] == "MATCH":
        return None
    if "in_transport" not in given:
        return _ask(item, "in_transport")
    return None if given["in_transport"] else _no(item, "not_in_transport", "in_transport", policies["G-11"])


@carries_out(ACT["annex1.item14"])
def _platform(item: Activity, given: Mapping[str, Any], policies: Policies) -> Answer | None:
    """R-4: the software's rights holder is in the hub, and the platform works in real time; G-4."""
    for name in item.conditions:
        if name not in given:
            return _ask(item, name)
        if not given[name]:
            return _no(item, f"not_{name}", name)
    if "outside_platform" not in given:
        return _ask(item, "outside_platform")
    if given["outside_platform"]:
        return _no(item, "outside_platform", "outside_platform", policies["G-04"])
    return Answer(item.number, "MATCH", (Reason(item.clause, "PROVIDE_PLATFORM", "real_time_online"),))


@carries_out(ACT["annex1.item17"])
def _training(item: Activity, given: Mapping[str, Any], policies: Policies) -> Answer | None:
    """R-7: at least one of the 14 directions, nothing outside them."""
    if "directions" not in given:
        return _ask(item, "directions")
    named = tuple(
        Reason(ACT[f"annex1.item{direction}"], "TRAIN", "directions")
        for direction in sorted(given["directions"], key=lambda name: int(name.partition(".")[2]))
    )
    return Answer(item.number, "MATCH", named) if named else _no(item, "no_direction", "directions")


@carries_out(ACT["annex1.item19"])
def _infrastructure(item: Activity, given: Mapping[str, Any], policies: Policies) -> Answer | None:
    """R-3, G-10: a data centre that serves digital miners is excluded, as such or by reading for review."""
    if "serves_miners" not in given:
        return _ask(item, "serves_miners")
    if not given["serves_miners"]:
        return Answer(item.number, "MATCH", (Reason(item.clause, "PROVIDE_INFRASTRUCTURE", "serves_miners"),))
    if policies["G-10"] == "MANUAL_REVIEW":
        if "other_clients" not in given:
            return _ask(item, "other_clients")
        if given["other_clients"]:
            return _no(item, "miners_and_others", "other_clients", "MANUAL_REVIEW")
    return _no(item, "serves_miners", "serves_miners")


_RULES = {
    1: (_software,), 2: (_state_system,), 3: (_discovery,), 4: (_research,), 6: (_robotics,),
    12: (_transport,), 14: (_platform,), 17: (_training,), 19: (_infrastructure,),
}  # fmt: skip
_ALL_ACTIONS = frozenset(
    {action for number in range(1, 20) for action in activity(number).actions}
    | {"REALISE", "OPERATE", "SELL", "PRODUCE", "INSTALL", "TUNE", "CREATE", "RENT", "TEST"}
)
_ALL_STAGES = frozenset({"STAGE_RESEARCH", "STAGE_DESIGN", "STAGE_PROTOTYPE", "STAGE_TEST", "STAGE_TRIAL"})


def interview(item: int, policies: Policies, on: date, answers: Mapping[str, Any]) -> Iterator[str]:
    """The questions still to be put, one at a time, as long as `answers` (which may grow) leaves one open."""
    while (found := determine(item, answers, policies, on)).result is None:
        yield found.ask


# --- own production -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Extract:
    """An extract from the register of Kazakhstan goods producers; the act sets no expiry (G-14)."""

    number: str
    day: date
    file_digest: str

    def __post_init__(self) -> None:
        if not self.number.strip() or len(self.number) > 100:
            raise BadValue("extract number", "has 1 to 100 characters", "Write it as on the extract.")


@carries_out(ACT["order.1.2"], ACT["annex2.item1"])
def own_production(in_hub: bool, extract: Extract | None, on: date) -> bool:
    """R-8: a participant of Astana Hub that holds the extract, nothing else. Raises Refused before 2026."""
    list_on(on)
    return in_hub and extract is not None and extract.day <= on
