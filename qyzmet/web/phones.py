"""Phones of the synthetic country, where the installation lives with the twins: SMS and replies.

A phone is called by its place in the list, since a number has no place in an address.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import httpx
import msgspec

from qyzmet.runtime.config import Config
from qyzmet.runtime.errors import PartnerAway, Refused, UnknownName
from qyzmet.runtime.tls import trusted

MOST_PHONES = 200  #: in the list, latest first
_ALL = 10_000_000


class Sms(msgspec.Struct, frozen=True):
    """`received` by the phone, or `sent` from it."""

    direction: Literal["received", "sent"]
    at: datetime
    text: str


class Phone(msgspec.Struct, frozen=True):
    """A phone with the SMS that came or went last."""

    place: int
    phone: str
    direction: Literal["received", "sent"]
    at: datetime
    text: str


def twins_of(config: Config | None) -> str:
    """The address of the twins, where the installation lives with them; else empty."""
    if config is None or not config.oidc_issuer.endswith("/openid"):
        return ""
    base = config.oidc_issuer.removesuffix("/openid")
    return base if base in config.partners.values() else ""


class Phones:
    """The twins' phones. Raise Refused where there are no twins, PartnerAway where they are gone."""

    def __init__(self, config: Config | None) -> None:
        self._twins = twins_of(config)

    def latest(self) -> list[Phone]:
        """Those that something came to or went from, latest first."""
        found = self._call("GET", "/control/latest", params={"limit": str(MOST_PHONES)})
        return msgspec.convert(found, list[Phone])

    def number(self, place: int) -> str:
        """Raises UnknownName."""
        known: list[str] = self._call("GET", "/control/phones", params={"limit": str(_ALL)})
        if not 0 <= place < len(known):
            raise UnknownName("phone", str(place), f"there are {len(known)}")
        return known[place]

    def messages(self, number: str) -> list[Sms]:
        """What a number received and sent, oldest first."""
        return msgspec.convert(self._call("GET", f"/control/phones/{number}"), list[Sms])

    def reply(self, number: str, text: str) -> None:
        self._call("POST", f"/control/phones/{number}/reply", json={"text": text})

    def _call(self, method: str, path: str, **more: Any) -> Any:
        if not self._twins:
            raise Refused(
                "There are no phones to play with here: they come with the twins (qyzmet serve --twins)."
            )
        try:
            answer = httpx.request(
                method, f"{self._twins}{path}", timeout=10, trust_env=False, verify=trusted(), **more
            )
            answer.raise_for_status()
            return answer.json()
        except httpx.HTTPError:
            raise PartnerAway("The twins do not answer. Start them again.") from None
