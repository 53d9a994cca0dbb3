"""Texts as parts of short messages: alphabets (GSM 03.38, UCS-2), splitting and joining.

A text of more than one message travels in parts that begin with a header of six bytes: five
more bytes follow (05), concatenation (00) of three bytes (03): reference, number of parts, part.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import NamedTuple

from qyzmet.exchange.pdu import ShortMessage

GSM7, LATIN1, UCS2 = 0x00, 0x03, 0x08

#: esm_class: the text begins with a user data header.
HAS_HEADER = 0x40

_SINGLE = 140
_PART = _SINGLE - 6

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = {"\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E}
_EXTENDED |= {"|": 0x40, "€": 0x65}
_ESCAPE = 0x1B
_TO_GSM: Mapping[str, bytes] = {
    **{letter: bytes([code]) for code, letter in enumerate(_BASIC) if code != _ESCAPE},
    **{letter: bytes([_ESCAPE, code]) for letter, code in _EXTENDED.items()},
}
_FROM_EXTENDED = {code: letter for letter, code in _EXTENDED.items()}


def in_gsm7(text: str) -> bytes | None:
    """One byte per letter, unpacked, as SMPP carries it; None where a letter is not in the alphabet."""
    try:
        return b"".join([_TO_GSM[letter] for letter in text])
    except KeyError:
        return None


def from_gsm7(data: bytes) -> str:
    letters, escaped = [], False
    for byte in data:
        if byte == _ESCAPE and not escaped:
            escaped = True
            continue
        code = byte & 0x7F
        letters.append(_FROM_EXTENDED.get(code, _BASIC[code]) if escaped else _BASIC[code])
        escaped = False
    return "".join(letters)


def in_parts(text: str, reference: int) -> list[bytes]:
    """The text in UCS-2, one payload per part. No letter is torn between two parts."""
    data = text.encode("utf-16-be", "surrogatepass")
    if len(data) <= _SINGLE:
        return [data]
    cuts = [0]
    while cuts[-1] < len(data):
        end = min(cuts[-1] + _PART, len(data))
        # A letter outside the basic plane is two units; the first of them does not end a part.
        if end < len(data) and 0xD8 <= data[end - 2] <= 0xDB:
            end -= 2
        cuts.append(end)
    count = len(cuts) - 1
    if count > 255:
        raise ValueError(f"a text of {len(text)} letters has more than 255 parts")
    head = bytes((5, 0, 3, reference % 256, count))
    return [head + bytes((number,)) + data[cuts[number - 1] : cuts[number]] for number in range(1, count + 1)]


class Place(NamedTuple):
    """Where a part stands in its text."""

    reference: int
    total: int
    number: int


def read_part(message: ShortMessage) -> tuple[Place, bytes]:
    """The part's place (alone: the first of one) and what it carries without its header."""
    data = message.payload
    if not message.esm_class & HAS_HEADER or not data:
        return Place(0, 1, 1), data
    end = min(data[0] + 1, len(data))
    at = 1
    while at + 1 < end:
        kind, length = data[at], data[at + 1]
        fields = data[at + 2 : at + 2 + length]
        if kind == 0x00 and len(fields) == 3:
            return Place(fields[0], fields[1], fields[2]), data[end:]
        if kind == 0x08 and len(fields) == 4:
            return Place(fields[0] << 8 | fields[1], fields[2], fields[3]), data[end:]
        at += 2 + length
    return Place(0, 1, 1), data[end:]


def text_of(data: bytes, coding: int) -> str:
    """The letters; what cannot be one is shown as a replacement character."""
    if coding == UCS2:
        return data.decode("utf-16-be", "replace")
    if coding in (0x01, LATIN1):
        return data.decode("latin-1")
    return from_gsm7(data)


class Joiner:
    """Collects parts until their text is whole. Forgets the oldest when too many stay incomplete."""

    def __init__(self, most: int = 10_000) -> None:
        self._parts: dict[Hashable, dict[int, bytes]] = {}
        self._most = most

    def add(self, message: ShortMessage) -> str | None:
        """The whole text with its last part, None before."""
        place, data = read_part(message)
        if place.total <= 1:
            return text_of(data, message.coding)
        if not 1 <= place.number <= place.total:
            return None
        key = joined_by(message, place)
        parts = self._parts.setdefault(key, {})
        parts[place.number] = data
        if len(parts) < place.total:
            if len(self._parts) > self._most:
                del self._parts[next(iter(self._parts))]
            return None
        del self._parts[key]
        return text_of(b"".join(parts[number] for number in sorted(parts)), message.coding)


def joined_by(message: ShortMessage, place: Place) -> Hashable:
    """What the parts of one text have in common."""
    return (message.source, message.destination, place.reference, place.total)
