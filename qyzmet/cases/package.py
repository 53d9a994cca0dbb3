"""What an act brings to the kernel, and how installed acts are found.

An act is a Python module named by an entry point of the group `qyzmet.acts`; its function
`package()` gives an `ActPackage`. The kernel knows no act by name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

import msgspec

from qyzmet.cases.case import Case, Decision, Event, Fact, Law
from qyzmet.cases.existing import Had
from qyzmet.cases.payments import PaymentQuestion
from qyzmet.cases.procedure import Procedure
from qyzmet.cases.rows import Connection
from qyzmet.exchange.contract import Partners
from qyzmet.exchange.signing import Signer
from qyzmet.law.act import LegalAct
from qyzmet.law.policies import Policy
from qyzmet.people.vault import Identity, Vault
from qyzmet.runtime.errors import UnknownName


@dataclass(slots=True)
class Desk:
    """What a step that works outside is given: the law, the partners, the vault, the signer.

    `decisions` reads what was decided in cases, by their ids. `claim` gives a matter to one case per
    person (see `claims.py`), `unread` tells what came in for cases that are busy outside, `cases_of`
    finds cases by the events that opened them. `open` opens cases of the act's own by its source, `standings`
    tells where the money of payment orders is, `existing` what persons had before (see `existing.py`).
    """

    law: Law
    partners: Partners
    vault: Vault
    signer: Signer
    decisions: Callable[[Sequence[int]], Mapping[int, Decision]]
    claim: Callable[[Mapping[int, tuple[str, Collection[int]]], Sequence[str]], set[int]]
    unread: Callable[[Sequence[int]], Mapping[int, Sequence[Event]]]
    cases_of: Callable[[str, Sequence[str]], Mapping[str, Case]]
    open: Callable[[str, Sequence[Arrival]], int]
    existing: Callable[[Collection[int], str], Mapping[int, Sequence[Had]]]
    standings: Callable[[Sequence[str]], Mapping[str, PaymentQuestion]]


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A registry event that may open a case. `as_of` is the day whose law applies.

    `refused` is why the act cannot take it; it is then set aside under these words, which name nobody.
    An event that is not `concerned` starts nothing, but may correct one that did. A higher `revision`
    of an event corrects a lower one; `withdrawn` says that it never happened.
    """

    event: str
    at: datetime
    iin: str
    region: str
    as_of: date
    procedure: str
    facts: dict[str, Fact]
    refused: str = ""
    concerned: bool = True
    revision: int = 1
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Feed:
    """A source of registry events: `poll(desk, cursor)` gives arrivals and the next cursor.

    A source that may also push has the type of its `event` and what makes an `arrival` of one.
    """

    name: str
    poll: Callable[[Desk, str], tuple[Sequence[Arrival], str]]
    event: type[msgspec.Struct] | None = None
    arrival: Callable[[Law, Any], Arrival] | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """What an act does by itself from time to time, apart from any case: expire holds, find who is late.

    A worker does it at most once in `every`, never two workers at the same moment. `act` is given the
    desk and a connection to the store in no transaction, commits what it does, may be repeated without
    harm, and returns how much it did.
    """

    name: str
    every: timedelta
    act: Callable[[Desk, Connection], int]


@dataclass(frozen=True, slots=True)
class Dialogue:
    """How an act asks people: for its pages of citizens and its figures.

    Consent is asked by the question `prefix`, given by a reply read as `agreed`, taken back by the code
    `withdraw`, under `clause`. `chosen` are the readings by which an account is named, `ineligible` the
    endings of those who turned out not to be entitled.
    """

    prefix: str
    agreed: str
    withdraw: str
    clause: str
    chosen: Collection[str] = ()
    ineligible: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Again:
    """How an act decides once more what it decided: the case as it stood, the law as it was known then.

    `document` is the decision as it would be written, `amount` what it comes to in tiyn (None where an
    official entered it), `arithmetic` that in words of a language, `figures` the names of those that the
    amounts of a procedure rest on. `review` makes the event of `review_source` that opens the review of a
    case's decision (why, by whom, when), `reviews` finds those opened from a moment on, by
    the case they review, `standing` the case whose decision stands now in the matter of a case.
    """

    document: Callable[[Case, Law], bytes]
    amount: Callable[[Case, Law], int | None]
    arithmetic: Callable[[Case, Law, str], Sequence[str]]
    figures: Callable[[str], Collection[str]]
    review: Callable[[Connection, Vault, int, str, str, datetime], Arrival]
    review_source: str
    reviews: Callable[[Connection, Sequence[int], datetime], Mapping[int, int]]
    standing: Callable[[Connection, int], int | None]


#: The text of a message from its values, the person's identity and the language.
Template = Callable[[Mapping[str, Any], Identity, str], str]


@dataclass(frozen=True)
class ActPackage:
    """One act, ready to be carried out. `fact_titles` names facts for people, by language.

    `prefix_of` finds the prefix of a question in a reply where it is not simply written before a `#`.
    A template named `help` is sent once to a question whose answer could not be read. `deeds` names the
    outcomes of tasks and findings for people, by language; `together` says by step which of them an official
    may choose for many cases at once. `partners` are the systems the act asks; `signing` is the mark of the
    policy that lets decisions be signed automatically; `dialogue` is there where people are asked by SMS.
    `actors` names who acts, what is asked and other words that facts hold, for people, by language;
    `sentences` are those that findings and facts say in English, `{}` where something is filled in.
    """

    act: LegalAct
    procedures: Mapping[str, Procedure]
    policies: Sequence[Policy] = ()
    feeds: Sequence[Feed] = ()
    templates: Mapping[str, Template] = field(default_factory=dict)
    fact_titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    prefix_of: Callable[[str], str | None] | None = None
    duties: Sequence[Duty] = ()
    deeds: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    together: Mapping[str, Collection[str]] = field(default_factory=dict)
    partners: Collection[str] = ()
    signing: str = ""
    dialogue: Dialogue | None = None
    actors: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sentences: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def names(self) -> Mapping[str, Mapping[str, str]]:
        """What actors, systems and outcomes are called, by language."""
        titles = {code: table.title for code, table in self.procedures.items()}
        return {**titles, **self.actors, **self.deeds}

    again: Again | None = None  #: how decisions are made again, where the act makes any


def packages() -> dict[str, ActPackage]:
    """All installed acts by code."""
    modules = {point.name: point.module for point in entry_points(group="qyzmet.acts")}
    return {code: import_module(module).package() for code, module in sorted(modules.items())}


def act_package(code: str) -> ActPackage:
    """One installed act. Raises UnknownName."""
    for point in entry_points(group="qyzmet.acts"):
        if point.name == code:
            package: ActPackage = import_module(point.module).package()
            return package
    raise UnknownName("act", code, "`qyzmet acts` lists those installed")
