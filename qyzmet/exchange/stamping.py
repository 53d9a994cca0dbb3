"""A signer whose signatures bear timestamps, and the authority as it is asked over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import msgspec
from cryptography import x509

from qyzmet.exchange import timestamps
from qyzmet.exchange.signing import Signed, Signer, SigningWaits, ToSign
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import PartnerAway, Refused

_TIMEOUT_SECONDS = 20.0


class TimestampAuthority:
    """Asks an authority over HTTP; every token is checked before it counts."""

    def __init__(
        self,
        url: str,
        roots: Sequence[x509.Certificate],
        clock: Clock,
        *,
        at_once: int = 4,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._url, self._roots, self._clock = url, list(roots), clock
        self._name = f"the timestamp authority {urlsplit(url).hostname}"
        limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
        self._http = httpx.Client(
            timeout=_TIMEOUT_SECONDS, limits=limits, trust_env=False, transport=transport
        )
        self._asking = ThreadPoolExecutor(at_once, thread_name_prefix="timestamps")

    def stamp(self, values: Sequence[bytes]) -> list[bytes]:
        """A token over each value, all of them or none.

        Raises PartnerAway where there is no answer, SigningWaits where a token does not count.
        """
        return list(self._asking.map(self._one, values))

    def close(self) -> None:
        self._asking.shutdown(cancel_futures=True)
        self._http.close()

    def _one(self, value: bytes) -> bytes:
        asked, nonce = timestamps.query(value)
        try:
            answer = self._http.post(self._url, content=asked, headers={"content-type": timestamps.QUERY})
        except httpx.HTTPError as error:
            raise PartnerAway(f"{self._name} did not answer ({type(error).__name__}).") from None
        if answer.status_code != httpx.codes.OK:
            raise PartnerAway(f"{self._name} answered with the fault {answer.status_code}.")
        try:
            token = timestamps.token_in(answer.content)
            stamp = timestamps.check(token, value, self._roots, nonce=nonce)
        except Refused as refused:
            raise SigningWaits(
                f"{self._name} gave a timestamp that does not count, so nothing is signed. {refused}"
            ) from None
        if abs(stamp.at - self._clock.now()) > timestamps.CLOCK_SKEW:
            raise SigningWaits(
                f"{self._name} says it is {stamp.at:%Y-%m-%d %H:%M:%S} UTC; here it is "
                f"{self._clock.now():%Y-%m-%d %H:%M:%S}. Set the clock; nothing is signed until then."
            )
        return token


class StampingSigner:
    """Another signer's signatures, each with a timestamp. Without a timestamp nothing was signed."""

    def __init__(self, inner: Signer, authority: TimestampAuthority) -> None:
        self._inner, self._authority = inner, authority

    def sign(self, documents: Sequence[ToSign]) -> list[Signed]:
        """All of the documents or none. Raises SigningWaits or another PartnerAway."""
        signed = self._inner.sign(documents)
        tokens = self._authority.stamp([timestamps.value_of(one.signature) for one in signed])
        return [
            msgspec.structs.replace(one, signature=timestamps.attach(one.signature, token))
            for one, token in zip(signed, tokens, strict=True)
        ]
