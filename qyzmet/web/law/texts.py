"""What acts, the log of looks and the API say in English: paragraphs, readings, purposes, operations.

They stand beside the code in one language; pages and the API translate them by these catalogues.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qyzmet.cases.package import packages
from qyzmet.web.document import installed
from qyzmet.web.rendering import reading

#: Whole words, no code of a service and no number.
_WORDS = re.compile(r"[a-z]{3,}")

PURPOSES = (
    "a person sees their own case", "answer a question on one's own page",
    "ask for consent to collect and process personal data", "ask for the result",
    "ask the systems of steps 4 to 10, one after another", "assemble the family composition",
    "ask for a bank account", "confirm kinship with the deceased",
    "confirm the data of the potential recipient", "courtesy reminder",
    "find an account for money that came back", "find the person who buried", "find the recipient",
    "format-logical control", "hold the examination", "identify the recipient",
    "licence on the day of distribution", "look for an application or a case file for the deceased",
    "look for an existing application or case file", "look for pensions and allowances of the deceased",
    "look up the number in the Mobile Citizens Base", "membership in Astana Hub",
    "open a case of {}", "own production", "place the decision for payment",
    "potential recipients and dependants of the deceased", "read the decision",
    "read what became of payment orders", "review the application", "show a payment order",
    "social contributions and participation", "whether the child lives in an orphanage", "work on the case",
    "write and address the message",
)  # fmt: skip

#: What is wrong with a number of a person or an organisation (`people/identifiers.py`).
NUMBERS = (
    "Compare it with the certificate of registration.", "Compare it with the identity document.",
    "can never have been issued: both passes of its check give 10",
    "its fifth digit, the type, must be 4, 5 or 6", "its first six digits must be a date of birth, YYMMDD",
    "its last digit, the check, does not fit the others",
    "its seventh digit, century and sex, must be 0 to 6", "its sixth digit, the unit, must be 0 to 3",
    "its third and fourth digits must be a month", "must be twelve digits",
)  # fmt: skip


def texts() -> list[str]:
    """All of them, each once."""
    return list(dict.fromkeys(text for text in _all() if _WORDS.search(text)))


def _all() -> Iterator[str]:
    yield from PURPOSES
    yield from NUMBERS
    for package in packages().values():
        yield package.act.source
        for clause in package.act.clauses.values():
            yield clause.title
            yield clause.no_code_because or ""
        for policy in package.policies:
            yield policy.title
            yield policy.rule
            yield reading(policy.default)
    for methods in installed()["paths"].values():
        for operation in methods.values():
            yield operation["summary"]
