"""What can happen in a period of assessment, as values; everything shown follows from these."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import msgspec

from qyzmet.acts.assessment.report import Language, Report


class BodyEntry(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A body of the period's list, as it is entered; `bin` is whose representatives report and object."""

    id: str
    names: dict[str, str]
    kind: Literal["CENTRAL", "LOCAL", "OTHER"]
    flag: Literal["NONE", "MINISTRY_OF_DEFENCE", "MINISTRY_OF_FOREIGN_AFFAIRS"] = "NONE"
    bin: str = ""


class Verdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the assessor decided of one record; a rejected one has a reason."""

    item: str
    counted: bool
    reason: str = ""


class Seen(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a link served and when; the content itself lies under its digest."""

    link: str
    at: datetime
    trouble: str = ""
    status: int = 0
    media_type: str = ""
    size: int = 0
    digest: str = ""


class AdvisedFinding(msgspec.Struct, frozen=True, omit_defaults=True):
    code: str
    level: Literal["good", "doubt", "bad"]
    values: dict[str, str] = {}


class Advised(msgspec.Struct, frozen=True, omit_defaults=True):
    item: str
    place: str
    findings: tuple[AdvisedFinding, ...] = ()


class ScoredLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of a score as it was computed, with what it rested on."""

    row: str
    language: Language
    points: Decimal
    most: Decimal
    state: Literal["SCORED", "NOT_ASSESSED", "AVERAGED"]
    clause: str
    variant: str = ""
    found: dict[str, int] = {}
    missing: str = ""
    items: tuple[str, ...] = ()


class ScoredPenalty(msgspec.Struct, frozen=True, omit_defaults=True):
    row: str
    language: Language
    points: Decimal
    clause: str
    found: dict[str, int] = {}
    items: tuple[str, ...] = ()


class ScoredBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """A body's result with its place. `total` is without penalties."""

    body: str
    rank: int
    total: Decimal
    most: Decimal
    penalty: Decimal
    result: Decimal
    lines: tuple[ScoredLine, ...]
    penalties: tuple[ScoredPenalty, ...] = ()


class Event(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="kind"):
    """`at` is an aware moment; `by` the principal who did it."""

    at: datetime
    by: str


class Opened(Event, frozen=True, tag="opened"):
    """The period with its terms; the act sets none of them (G-1). `automated` comes from the Ministry."""

    first: date
    last: date
    report_due: date
    appeal_due: date
    bodies: tuple[BodyEntry, ...]
    assessors: dict[str, str] = {}  #: BINs of assessors that are no assessed bodies, such as the Apparatus


class Submitted(Event, frozen=True, tag="submitted"):
    """A body's report. `digest` is of the canonical report, `signature` a CMS over it (base64) or empty."""

    report: Report
    digest: str
    signature: str = ""


class AutomatedSupplied(Event, frozen=True, tag="automated"):
    """Annex 9 Table 1 row 4: the Ministry lists a body's data sets placed through the API."""

    body: str
    links: tuple[str, ...]


class Checked(Event, frozen=True, tag="checked"):
    """What the machine saw of a body's evidence."""

    body: str
    version: int
    copies: tuple[Seen, ...]
    advice: tuple[Advised, ...]


class Decided(Event, frozen=True, tag="decided"):
    """What the assessor decided of a body's records."""

    body: str
    verdicts: tuple[Verdict, ...]


class Scored(Event, frozen=True, tag="scored"):
    """All results of the period, under the readings in use, with the reason where they changed."""

    policies: str
    scores: tuple[ScoredBody, ...]
    reason: str = ""


class Objected(Event, frozen=True, tag="objected"):
    """A body's objection against one row in one language, or (row `penalty.row1`) a penalty."""

    body: str
    row: str
    language: Language
    text: str


class Answered(Event, frozen=True, tag="answered"):
    """The answer to an objection, by its number from 1; granted with the records that count now."""

    objection: int
    granted: bool
    reason: str
    verdicts: tuple[Verdict, ...] = ()


class AppealsClosed(Event, frozen=True, tag="appeals_closed"):
    """The appeal procedure is over."""


class Concluded(Event, frozen=True, tag="concluded"):
    """The conclusion went to the Agency (para 118), by whom, on which result version."""

    submitter: str
    version: int


class Published(Event, frozen=True, tag="published"):
    """A result version was published; a later version leaves the earlier one where it is."""

    version: int


AnyEvent = (
    Opened
    | Submitted
    | AutomatedSupplied
    | Checked
    | Decided
    | Scored
    | Objected
    | Answered
    | AppealsClosed
    | Concluded
    | Published
)
