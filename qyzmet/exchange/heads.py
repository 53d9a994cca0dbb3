"""Who may sign for which authorised body of which region, and from when until when (G-25).

`heads.json` is a list of rows such as
`{"authority": "committee", "region": "75", "office": "BIN…", "file": "head.pem", "from": "2024-01-01"}`.
`office` is the BIN that the certificate has to name, `file` the key (only where it is signed), `from` and
`until` the first and the last day of the authority, `certificate` the number of the only one that counts.
A new head is a new row; the old one stays, with `until`, for the signatures of its time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import msgspec

from qyzmet.exchange.certificates import Holder
from qyzmet.exchange.signing import SigningWaits
from qyzmet.runtime.clock import legal_date
from qyzmet.runtime.errors import Refused

HEADS = "heads.json"  #: which file holds the key and certificate of which office's head


class Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"first": "from"}):
    """One row: a head's authority to sign for an office."""

    authority: str
    region: str
    office: str = ""
    file: str = ""
    certificate: str = ""
    first: date | None = None
    until: date | None = None

    def in_force(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.until is None or day <= self.until)

    def is_of(self, holder: Holder) -> bool:
        """Whether the certificate's holder is the one that this row means."""
        right_one = not self.certificate or self.certificate.upper() == holder.serial
        return bool(self.office) and self.office == holder.office and right_one


_DECODER = msgspec.json.Decoder(list[Head])


class Heads:
    """The rows of one `heads.json`."""

    def __init__(self, rows: Sequence[Head], path: Path) -> None:
        self.path = path
        self._of: dict[tuple[str, str], list[Head]] = {}
        for row in rows:
            self._of.setdefault((row.authority, row.region), []).append(row)

    @classmethod
    def read(cls, path: Path) -> Heads:
        """The rows; none where there is no such file. Raises SigningWaits where it cannot be understood."""
        try:
            return cls(_DECODER.decode(path.read_bytes()), path)
        except FileNotFoundError:
            return cls([], path)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise SigningWaits(f"{path} is not a list of authorities to sign: {error}. Correct it.") from None

    def now(self, office: tuple[str, str], moment: datetime) -> Head:
        """The row by which the office signs at this moment: of several the last. Raises SigningWaits."""
        rows, (authority, region) = self._of.get(office, []), office
        if not rows:
            raise SigningWaits(
                f"There is no key of the head of {authority} in region {region}. Enter it in {self.path}."
            )
        day = legal_date(moment)
        for row in reversed(rows):
            if row.in_force(day):
                return row
        raise SigningWaits(
            f"Nobody has the authority to sign for {authority} in region {region} on {day}: "
            f"{_terms(rows)}. Enter the present head in {self.path}."
        )

    def must_have_signed(self, holder: Holder, office: tuple[str, str], moment: datetime) -> None:
        """Raises Refused where this holder was not the head of that office at that moment."""
        rows, (authority, region) = self._of.get(office, []), office
        own = [row for row in rows if row.is_of(holder)]
        if not own:
            raise Refused(
                f"The document is one of {authority} in region {region}, but its signer's certificate is of "
                f"{holder.office or 'nobody in office'}, who has no authority there."
            )
        day = legal_date(moment)
        if not any(row.in_force(day) for row in own):
            raise Refused(
                f"The signer had no authority for {authority} in region {region} on {day}: {_terms(own)}."
            )


class _Document(msgspec.Struct):
    authority: str


_NAMED = msgspec.json.Decoder(_Document)


def office_named_in(document: bytes) -> tuple[str, str] | None:
    """The authority and region that a decision names itself; None where the document names none."""
    try:
        authority, slash, region = _NAMED.decode(document).authority.rpartition("/")
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return (authority, region) if slash else None


def _terms(rows: Sequence[Head]) -> str:
    return ", ".join(f"from {row.first or 'ever'} until {row.until or 'further notice'}" for row in rows)
