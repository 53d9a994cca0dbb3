"""Structured logs, one JSON object a line, without personal data.

What a line may say is fixed by the program: no body, no query, no path as it was sent, no text of an
error. Should a long number slip in after all, it is blotted out.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from typing import IO, Any

import msgspec

from qyzmet.runtime.clock import Clock

#: IIN, BIN, phone, card: ten digits and more, also with a sign, spaces or hyphens between groups.
_LONG_NUMBER = re.compile(r"\+?\d(?:[ \-()]{0,2}\d){9,}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+")

_FIELDS = ("request", "method", "route", "status", "ms", "sender", "taken", "set_aside")


class JsonLines(logging.Formatter):
    """A record as one line of JSON; of an exception only its kind and place."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": self._clock.now().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "said": blotted(record.getMessage()),
        }
        for name in _FIELDS:
            value = getattr(record, name, None)
            if value is not None:
                line[name] = blotted(value) if isinstance(value, str) else value
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            places = traceback.extract_tb(error.__traceback__)[-1:]
            line["error"] = " in ".join(
                [type(error).__name__, *(f"{p.name}, line {p.lineno}" for p in places)]
            )
        return msgspec.json.encode(line).decode()


def blotted(text: str) -> str:
    """The text with every long number blotted out; moments stay."""
    kept = _MOMENT.findall(text)
    for moment in kept:
        text = text.replace(moment, "\0", 1)
    text = _LONG_NUMBER.sub("[number]", text)
    for moment in kept:
        text = text.replace("\0", moment, 1)
    return text


def write_json_lines(clock: Clock, level: str, out: IO[str] | None = None) -> None:
    """All logs of this process become such lines, on stderr."""
    handler = logging.StreamHandler(out or sys.stderr)
    handler.setFormatter(JsonLines(clock))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for chatty in ("httpx", "uvicorn"):  # the lines of the first hold addresses, of the other nothing new
        logging.getLogger(chatty).setLevel(logging.WARNING)
