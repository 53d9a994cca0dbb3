"""A procedure as a page of text: a table of its steps and a diagram, in each language.

The page is generated, read by people, and kept in the repository; a test says where code and page part.
"""

from __future__ import annotations

from collections.abc import Mapping

from qyzmet.cases.drawing.words import KINDS, in_language, limit_words
from qyzmet.cases.procedure import Kind, Procedure, Step

_HEADS: Mapping[str, tuple[str, ...]] = {
    "kk": ("Қадам", "Тармақ", "Атауы", "Түрі", "Кім", "Мерзім", "Нәтижелер"),
    "ru": ("Шаг", "Пункт", "Название", "Вид", "Кто", "Срок", "Исходы"),
    "en": ("Step", "Clause", "Title", "Kind", "Who", "Time", "Outcomes"),
}
_LANGUAGES = {"kk": "Қазақша", "ru": "На русском", "en": "In English"}
_SHAPES = {Kind.END: ("([", "])"), Kind.ASK: ("{{", "}}"), Kind.TASK: ("[/", "/]"), Kind.RULE: ("[", "]")}


def page(procedure: Procedure) -> str:
    """Markdown: for Kazakh, Russian and English a table and a diagram."""
    parts = [f"# {procedure.code}", ""]
    for language, name in _LANGUAGES.items():
        title = in_language(procedure.title, language, procedure.code)
        parts += [
            f"## {name}: {title}",
            "",
            *_table(procedure, language),
            "",
            *_diagram(procedure, language),
            "",
        ]
    parts.append(f"Procedure hash: `{procedure.hash}`")
    return "\n".join(parts) + "\n"


def _table(procedure: Procedure, language: str) -> list[str]:
    heads = _HEADS[language]
    rows = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    rows += [f"| {' | '.join(_cells(step, language))} |" for step in procedure.steps.values()]
    return rows


def _cells(step: Step, language: str) -> list[str]:
    who = step.actor if step.receiver is None else f"{step.actor} → {step.receiver}"
    limit = "" if step.limit is None else limit_words(step.limit, language)
    outcomes = ", ".join(f"{outcome} → `{target}`" for outcome, target in step.outcomes.items())
    title = in_language(step.title, language, step.name)
    return [f"`{step.name}`", step.clause.place, title, KINDS[language][step.kind], who, limit, outcomes]


def _diagram(procedure: Procedure, language: str) -> list[str]:
    lines = ["```mermaid", "flowchart TD"]
    for step in procedure.steps.values():
        opens, closes = _SHAPES.get(step.kind, ("[[", "]]"))
        title = in_language(step.title, language, step.name).replace('"', "'")
        lines.append(f'    {step.name}{opens}"{title}<br/>{step.clause.place}"{closes}')
    for step, outcome, target in procedure.arrows():
        lines.append(f'    {step.name} -->|"{outcome}"| {target.name}')
    return [*lines, "```"]
