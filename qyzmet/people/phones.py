"""Mobile numbers of Kazakhstan, kept as E.164 (`+77011234567`).

The pattern is that of PyPI `phonenumbers` for KZ, which a test compares; the library itself is some twenty
times slower and not needed for one country. 1414, the number of state messages, is not a mobile number.
"""

from __future__ import annotations

import re

from qyzmet.runtime.errors import BadValue

#: The short number from which state messages come and to which people answer.
STATE_SHORT_NUMBER = "1414"

_MOBILE = re.compile(r"7(?:0[0-25-8]|47|6[0-4]|7[15-8]|85)[0-9]{7}\Z")
_LAYOUT = re.compile(r"[\s().\-\u2010-\u2015]+")
_NATIONAL = re.compile(r"(?:\+7|[78])?([0-9]{10})\Z")


def is_mobile(text: str) -> bool:
    """Whether the text is a mobile number of Kazakhstan in any usual spelling. Never raises."""
    return _national(text) is not None


def parse_mobile(text: str) -> str:
    """The number in E.164: `8 (701) 123-45-67`, `+7 701 …` and `701…` all become `+7701…`.

    Raises BadValue, which never holds the number.
    """
    national = _national(text)
    if national is None:
        raise BadValue(
            "phone",
            "is not a mobile number of Kazakhstan",
            "Write it as +7 7XX XXX XX XX, with a mobile code.",
        )
    return f"+7{national}"


def is_state_short_number(text: str) -> bool:
    """Whether a message comes from, or goes to, the state's short number 1414."""
    return text.strip() == STATE_SHORT_NUMBER


def _national(text: str) -> str | None:
    found = _NATIONAL.match(_LAYOUT.sub("", text))
    return found[1] if found and _MOBILE.match(found[1]) else None
