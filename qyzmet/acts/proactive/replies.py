"""How the replies to Annexes 1 to 3 are read as people write them (G-19).

A reply is understood where it holds the code of the question and only one reading is possible. The
code may be written with other signs for `#`, with look-alike letters, in digits of any script; around
it may stand known polite words, and words that say the same as the code. Whatever else is there, even
one word that is not known, makes it unclear: nothing is guessed, and a consent least of all. Without
a code nothing is read either: Annex 1 names two texts, and "иә" may answer another message of 1414.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from qyzmet.acts.proactive.clauses import ACT
from qyzmet.acts.proactive.reply_words import Way, ways_of
from qyzmet.law.act import carries_out

#: Longer texts are letters, or an SMS sent back whole.
_LONGEST = 160
#: The same before invisible signs are taken out.
_LONGEST_SENT = 4 * _LONGEST
#: Signs that people write for `#`; some phones and hands have none.
_MARKS = str.maketrans("№＃♯⌗﹟", "#####")
_CODE_DIGIT = r"[0-9oоliіı|з]"
#: Digits with a sign between them, or with nothing but space where all are digits.
_CODE = re.compile(
    rf"(?<![\w|+]){_CODE_DIGIT}{{1,4}}(?:\s*[#*+\-–—./_]+\s*{_CODE_DIGIT}{{1,4}}|n{_CODE_DIGIT}{{1,4}}){{1,4}}(?![\w|])"
    r"|(?<![\w|+])\d{1,4}(?:[ \t]+\d{1,4}){1,4}(?![\w|])"
)
_SIGN = re.compile(r"\s*[#*+\-–—./_]+\s*|n|\s+")
_LOOK_ALIKE = str.maketrans("oоliіı|з", "00111113")
#: What may stand between words and around a code and says nothing.
_SAYS_NOTHING = re.compile(r"[\s.,!;:\"'`«»“”„‘’()\[\]<>#*\-–—…🙏😊🙂😀😁🤝🌹❤♥☺]+")
_CONSENT: Mapping[tuple[str, ...], str] = {("7", "1"): "consent", ("7", "2"): "refuse"}
_KEYCAP = dict.fromkeys((0xFE0F, 0x20E3))


@carries_out(ACT["annex1"], ACT["annex2"], ACT["annex3"])
def read_reply(text: str, expect: str, banks: int, code: str) -> str:
    """Reads a reply: `consent`, `refuse`, `bank:1` …, `other_bank` or `unclear`.

    `expect` is what was asked: "consent" (Annex 1), "bank_one" (Annex 2) or "bank_many" (Annex 3) with
    the number of banks listed and the service code.
    """
    codes, ways = _parts(text)
    if ways is None or len(codes) != 1:
        return "unclear"
    (only,) = codes
    if expect == "consent":
        reading = _CONSENT.get(only, "unclear")
        against = Way.AGREES if reading == "refuse" else Way.DENIES
    else:
        reading, against = _bank(only, 1 if expect == "bank_one" else banks, code), Way.DENIES
    return "unclear" if against in ways else reading


def prefix_of(text: str) -> str | None:
    """What the code in a reply begins with, by which its question is found; None where there is no code,
    or where several begin differently."""
    found = {code[0] for code in _codes(_plain(text[:_LONGEST_SENT]))}
    return found.pop() if len(found) == 1 else None


def _bank(code: tuple[str, ...], banks: int, service: str) -> str:
    if len(code) != 3 or code[:2] != (service, "3"):
        return "unclear"
    choice = code[2]
    if choice == "0":
        return "other_bank"
    listed = choice.isdigit() and not choice.startswith("0") and int(choice) <= banks
    return f"bank:{choice}" if listed else "unclear"


def _parts(text: str) -> tuple[set[tuple[str, ...]], set[Way] | None]:
    """The codes in a reply, and which ways the rest of it points: None where anything else is there."""
    plain = _plain(text) if len(text) <= _LONGEST_SENT else text
    if len(plain) > _LONGEST:
        return set(), None
    return _codes(plain), ways_of([word for word in _SAYS_NOTHING.split(_CODE.sub(" ", plain)) if word])


def _codes(plain: str) -> set[tuple[str, ...]]:
    return {
        tuple(piece.translate(_LOOK_ALIKE) for piece in _SIGN.split(found.group()))
        for found in _CODE.finditer(plain)
    }


def _plain(text: str) -> str:
    """Small letters, one form for each sign, digits of every script as 0 to 9, nothing invisible."""
    one_sign = text.translate(_MARKS).translate(_KEYCAP)
    folded = unicodedata.normalize("NFKC", one_sign).casefold()
    return "".join(_sign(letter) for letter in folded if unicodedata.category(letter) != "Cf")


def _sign(letter: str) -> str:
    digit = unicodedata.decimal(letter, None)
    return letter if digit is None else str(digit)
