"""What determinations say to people: results, reasons and questions in Kazakh, Russian and English."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from qyzmet.acts.ict.catalogue import activity, directions
from qyzmet.acts.ict.determination import ANSWERS, Answer, Reason


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


def result_in_words(answer: Answer, language: str) -> str:
    """The result in a sentence; an exclusion is named as such."""
    if answer.result is None:
        return question(answer.ask, language)
    excluded = answer.result == "NO_MATCH" and any(
        reason.code == activity(answer.item).excluded for reason in answer.reasons
    )
    return _words()["results"]["EXCLUDED" if excluded else answer.result][language].format(item=answer.item)


def reason_in_words(reason: Reason, language: str) -> str:
    """The reason with its clause: `annex1.item17.14: programming languages`."""
    if reason.code == "TRAIN":
        name = directions()[reason.clause.place.removeprefix("annex1.item")][language]
        return f"{reason.clause.place}: {name}"
    return f"{reason.clause.place}: {name_of(reason.code, language)}"


def name_of(code: str, language: str) -> str:
    """An action, a stage or a reason by its code."""
    words = _words()
    for part in ("actions", "stages", "reasons"):
        if code in words[part]:
            return words[part][code][language]
    raise KeyError(code)


def question(name: str, language: str) -> str:
    return _words()["questions"][name][language]


def choices(name: str, item: int) -> tuple[str, ...]:
    """What may be chosen in answer to a question that has a list: the item's own words first."""
    asked = activity(item)
    if name == "directions":
        return tuple(directions())
    if name == "stages":
        return tuple(_words()["stages"])
    if name == "actions":
        others = [code for code in _words()["actions"] if code in _OTHERS]
        return (*asked.actions, *(code for code in others if code not in asked.actions))
    return ()


#: Actions that an item may not name, so that people can say what they do instead.
_OTHERS = (
    "DEVELOP", "INTRODUCE", "MAINTAIN", "EVOLVE", "MODIFY", "REALISE", "OPERATE", "SELL", "PRODUCE", "RENT",
    "TEST",
)  # fmt: skip


def asked(answer: Answer, language: str) -> dict[str, Any]:
    """The question that is open as data: name, kind, text, choices with their names."""
    kind = {bool: "yes_no", list: "choices"}[ANSWERS[answer.ask]]
    return {
        "name": answer.ask,
        "kind": kind,
        "text": question(answer.ask, language),
        "choices": {
            code: directions()[code][language] if answer.ask == "directions" else name_of(code, language)
            for code in choices(answer.ask, answer.item)
        },
    }
