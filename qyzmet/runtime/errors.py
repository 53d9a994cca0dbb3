"""Everything that can go wrong and is said to people: what, where, why and what to do.

Each error is a `QyzmetError`; the command line prints it as one message and exits with
its `exit_code` (1: the answer is no or rows were refused; 2: wrong use or bad input).
"""

from __future__ import annotations


class QyzmetError(Exception):
    """An error that a person can act on. Never holds personal data."""

    exit_code = 2


class BadValue(QyzmetError, ValueError):
    """A value breaks its rule: names the field, the rule and the remedy."""

    def __init__(self, field: str, rule: str, remedy: str) -> None:
        super().__init__(f"{field}: {rule}. {remedy}")
        self.field, self.rule, self.remedy = field, rule, remedy


class UnknownName(QyzmetError, LookupError):
    """A name that nothing here bears."""

    def __init__(self, kind: str, name: str, remedy: str) -> None:
        super().__init__(f"there is no {kind} {name!r}: {remedy}")
        self.kind, self.name, self.remedy = kind, name, remedy

    def __str__(self) -> str:
        return str(self.args[0])


class Refused(QyzmetError):
    """The answer is no, with its reason: nothing was changed."""

    exit_code = 1


class DatabaseAway(QyzmetError):
    """The database cannot be reached. Work goes on by itself when it is back; nothing is lost."""


class PartnerAway(QyzmetError):
    """Another system did not answer in time or answered with a fault. It is asked again later."""


class PartnerNonsense(QyzmetError):
    """Another system answered something its contract does not allow."""
