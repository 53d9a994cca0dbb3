"""What a case learnt and found, in words: facts with their source, findings, counted deadlines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from qyzmet.cases.case import Fact, Finding
from qyzmet.cases.drawing.words import named, outcome_words, title_of
from qyzmet.cases.file import CaseFile
from qyzmet.cases.ledger import Payload
from qyzmet.cases.telling_words import say, word
from qyzmet.law.calendar import WorkingCalendar
from qyzmet.law.deadline import working_days
from qyzmet.people.regions import REGIONS
from qyzmet.runtime.clock import KZ

_PSEUDONYM = 64  #: hexadecimal digits of a keyed hash; it tells a reader nothing

_SMALLEST_SUBJECT = 1 << 40


def local(moment: datetime) -> str:
    """The moment in Kazakhstan, to the minute."""
    return f"{moment.astimezone(KZ):%Y-%m-%d %H:%M}"


def end_of(deadline: datetime) -> str:
    """A deadline as people say it: midnight is 24:00 of the day that ends."""
    at = deadline.astimezone(KZ)
    return f"{at - timedelta(days=1):%Y-%m-%d} 24:00" if at.time() == time() else local(deadline)


def _is_subject(value: object) -> bool:
    """Pseudonyms are random numbers of 63 bits: to a reader only how many there are means anything."""
    return isinstance(value, int) and value > _SMALLEST_SUBJECT


def sentence(text: str, language: str, sentences: Mapping[str, Mapping[str, str]]) -> str:
    """An act's sentence in the language, its blanks filled as in `text`; else `text` as it stands."""
    for pattern, by_language in sentences.items():
        found = re.fullmatch("(.*?)".join(map(re.escape, pattern.split("{}"))), text, re.DOTALL)
        if found and language in by_language:
            return by_language[language].format(*found.groups())
    return text


class FactsInWords:
    """The words for one case in one language."""

    def __init__(self, file: CaseFile, language: str, calendar: WorkingCalendar) -> None:
        self._file, self._language, self._calendar = file, language, calendar

    def title(self, step: str) -> str:
        known = self._file.procedure.steps.get(step)
        return title_of(known, self._language) if known else outcome_words(step)

    def learnt(self, rows: Sequence[Sequence[str]], payload: Payload) -> dict[int | None, list[str]]:
        """What was learnt and found, by the number of the step in this run that it belongs to."""
        said: dict[int | None, list[str]] = {}
        at = {row[2]: number for number, row in enumerate(rows)}
        rests = {name: at.get(found.clause) for found in payload.findings for name in found.rests_on}
        for name, fact in payload.learnt.items():
            sentences = self._fact(name, fact)
            if sentences:
                place = self._asked(rows, fact.source)
                said.setdefault(rests.get(name) if place is None else place, []).extend(sentences)
        for finding in payload.findings:
            said.setdefault(at.get(finding.clause), []).append(self._finding(finding))
        return said

    def _asked(self, rows: Sequence[Sequence[str]], source: str) -> int | None:
        """The step of a run that asked this source, where one did."""
        for number, row in enumerate(rows):
            step = self._file.procedure.steps.get(row[0])
            if step is not None and (step.receiver or "").lower() == source.lower():
                return number
        return None

    def _fact(self, name: str, fact: Fact) -> Sequence[str]:
        step, _, what = name.rpartition(".")
        if what == "overdue" and step in self._file.procedure.steps:
            return [say("overdue", self._language, title=self.title(step))]
        if not self.is_told(name, fact):
            return []
        value = self.value(fact.value)
        return [
            say("learnt", self._language, name=self.name(name), value=value, source=self.word(fact.source))
        ]

    def is_told(self, name: str, fact: Fact) -> bool:
        """Whether the fact tells a reader something by itself."""
        step, _, what = name.rpartition(".")
        if what in ("sent", "by", "deadline", "overdue") and step in self._file.procedure.steps:
            return False  # told with the message, the official's deed, the deadline
        return not (isinstance(fact.value, str) and len(fact.value) == _PSEUDONYM)

    def _finding(self, finding: Finding) -> str:
        facts = ", ".join(self.name(name) for name in finding.rests_on) or "–"
        clause, outcome = finding.clause.partition(":")[2], self.outcome(finding.outcome)
        said = say("found", self._language, clause=clause, outcome=outcome, facts=facts)
        return f"{said} ({self.said(finding.note)})" if finding.note else said

    def count(self, proof: Mapping[str, Any]) -> list[str]:
        """The count again, from what the case kept of it; says where it comes out otherwise now."""
        counted = working_days(
            datetime.fromisoformat(proof["start"]), proof["working_days"], calendar=self._calendar
        )
        lines = list(counted.explain(self._language))
        if counted.proof_id != proof["proof"]:
            lines.append(say("recounted", self._language, version=proof["calendar"]))
        return lines

    def outcome(self, outcome: str) -> str:
        """What a finding came to."""
        known = self._file.names.get(outcome, {}).get(self._language)
        return known or outcome_words(word(outcome, self._language))

    def word(self, word: str) -> str:
        """A word of the act: an actor, a system, an outcome, a value."""
        return named(word, self._language, self._file.names)

    def office(self, office: str) -> str:
        """Which office it is, in words: `committee/62` is a kind and a region."""
        kind, _, region = office.partition("/")
        place = REGIONS.get(region, {}).get(self._language, region)
        return ", ".join(filter(None, (self.word(kind), place)))

    def said(self, text: str) -> str:
        """What a finding notes, or a fact tells, in the reader's language."""
        return "; ".join(sentence(part, self._language, self._file.sentences) for part in text.split("; "))

    def name(self, fact: str) -> str:
        """What the fact is called."""
        titles = self._file.fact_titles.get(fact, {})
        return titles.get(self._language) or outcome_words(fact)

    def value(self, value: Any) -> str:
        """The value as people read it."""
        if value is None or isinstance(value, bool):
            return say(str(value).lower(), self._language)
        if isinstance(value, Mapping):
            if self._language in value and "en" in value:  # a text in several languages
                return self.value(value[self._language])
            return ", ".join(f"{self.word(str(key))}: {self.value(item)}" for key, item in value.items())
        if isinstance(value, list | tuple) and value and all(map(_is_subject, value)):
            return str(len(value))
        if isinstance(value, list | tuple):
            return "; ".join(self.value(item) for item in value) or "–"
        if isinstance(value, str) and "T" in value:
            try:
                moment = datetime.fromisoformat(value)
            except ValueError:
                moment = None
            if moment and moment.tzinfo:
                return local(moment)
        return self._text(value) if isinstance(value, str) else str(value)

    def _text(self, text: str) -> str:
        known = self._file.names.get(text, {}).get(self._language)
        return known or self.said(text)
