"""Whether a certificate was revoked: asked of its centre by OCSP or from its list (CRL), never assumed.

An answer counts while its own validity lasts, and is asked anew after `fresh`. Where nobody answers,
PartnerAway is raised and decisions wait: silence is not a good status.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

import httpx
import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from qyzmet.exchange.ocsp import check, question
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import PartnerAway, QyzmetError, Refused

#: How long an answer is relied on where nothing else is set.
FRESH = timedelta(hours=1)
CLOCK_SKEW = timedelta(minutes=5)
_TIMEOUT_SECONDS = 10.0
_MOST_BYTES = 32 << 20


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """What a centre said of one certificate. `revoked_at` is None where it is good."""

    source: str
    said_at: datetime
    until: datetime | None  #: the answer's own end
    revoked_at: datetime | None = None
    reason: str = ""

    def must_be_good(self, certificate: x509.Certificate, at: datetime | None = None) -> None:
        """Raises Refused where it was revoked: at all, or by the moment `at` where that is proven."""
        if self.revoked_at is None or (at is not None and at < self.revoked_at):
            return
        raise Refused(
            f"Certificate {certificate.serial_number:X} was revoked on {self.revoked_at:%Y-%m-%d %H:%M} UTC"
            f"{f' ({self.reason})' if self.reason else ''}, says {self.source}. "
            "Let the holder get a new one, and enter it."
        )


class Source(Protocol):
    """One way to ask. Raises PartnerAway where there is no answer that counts."""

    def ask(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Status: ...


class Ocsp:
    """The responder of the certification centre."""

    def __init__(self, url: str, *, transport: httpx.BaseTransport | None = None) -> None:
        self._url = url
        self._http = _client(transport)

    def ask(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Status:
        asked, nonce = question(certificate, issuer)
        name = f"the OCSP responder {_host(self._url)}"
        raw = _fetch(
            name,
            lambda: self._http.post(
                self._url, content=asked, headers={"content-type": "application/ocsp-request"}
            ),
        )
        try:
            answer = check(raw, certificate, issuer, nonce, now)
        except Refused as refused:
            raise PartnerAway(f"{name} gave an answer that does not count: {refused}") from None
        status = Status(
            source="OCSP",
            said_at=answer.this_update_utc,
            until=answer.next_update_utc,
            revoked_at=answer.revocation_time_utc,
            reason=answer.revocation_reason.value if answer.revocation_reason else "",
        )
        if answer.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
            raise PartnerAway(f"{name} does not know certificate {certificate.serial_number:X}.")
        return status


class Crl:
    """The list of revoked certificates, from wherever `fetch` gets it; kept for as long as it is fresh."""

    def __init__(self, fetch: Callable[[], bytes], fresh: timedelta = FRESH) -> None:
        self._fetch, self._fresh = fetch, fresh
        self._kept: tuple[datetime, x509.CertificateRevocationList] | None = None

    @classmethod
    def at(cls, url: str, fresh: timedelta = FRESH, *, transport: httpx.BaseTransport | None = None) -> Crl:
        http = _client(transport)
        name = f"the list of revoked certificates at {_host(url)}"
        return cls(lambda: _fetch(name, lambda: http.get(url)), fresh)

    def ask(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Status:
        until, revoked = self._list(now)
        key = issuer.public_key()
        if revoked.issuer != certificate.issuer or not revoked.is_signature_valid(key):  # type: ignore[arg-type]
            raise PartnerAway("The list of revoked certificates is not one of this certificate's centre.")
        entry = revoked.get_revoked_certificate_by_serial_number(certificate.serial_number)
        return Status(
            source="CRL",
            said_at=revoked.last_update_utc,
            until=until,
            revoked_at=entry.revocation_date_utc if entry else None,
            reason=_reason(entry) if entry else "",
        )

    def _list(self, now: datetime) -> tuple[datetime, x509.CertificateRevocationList]:
        """The list and until when it is relied on."""
        if self._kept is not None and now < self._kept[0]:
            return self._kept
        raw = self._fetch()
        try:
            load = x509.load_pem_x509_crl if raw.startswith(b"-----") else x509.load_der_x509_crl
            revoked = load(raw)
        except ValueError:
            raise PartnerAway("The list of revoked certificates cannot be read.") from None
        until = revoked.next_update_utc
        if revoked.last_update_utc > now + CLOCK_SKEW or until is None or until < now:
            raise PartnerAway(
                f"The list of revoked certificates is of {revoked.last_update_utc:%Y-%m-%d %H:%M} UTC and "
                "no longer valid. Get the present one."
            )
        self._kept = min(until, now + self._fresh), revoked
        return self._kept


class Revocation:
    """Asks the sources in their order until one answers, and remembers answers while they are fresh."""

    def __init__(self, sources: Sequence[Source], clock: Clock, fresh: timedelta = FRESH) -> None:
        self._sources, self._clock, self._fresh = sources, clock, fresh
        self._known: dict[bytes, tuple[datetime, Status]] = {}

    def status(self, certificate: x509.Certificate, issuer: x509.Certificate) -> Status:
        """Raises PartnerAway where no source answers."""
        now, key = self._clock.now(), certificate.public_bytes(Encoding.DER)
        known = self._known.get(key)
        if known is not None and now < known[0]:
            return known[1]
        failed: QyzmetError | None = None
        for source in self._sources:
            try:
                status = source.ask(certificate, issuer, now)
            except PartnerAway as away:
                failed = failed or away
                continue
            until = min(now + self._fresh, status.until or now + self._fresh)
            self._known[key] = until, status
            return status
        raise failed or PartnerAway("There is nobody to ask about revoked certificates. Set ocsp_url.")

    def must_not_be_revoked(self, certificate: x509.Certificate, issuer: x509.Certificate) -> None:
        """Raises Refused where it is revoked now, PartnerAway where nobody says."""
        self.status(certificate, issuer).must_be_good(certificate)


def _client(transport: httpx.BaseTransport | None) -> httpx.Client:
    """Keeps no connection: it is asked once an hour or so."""
    return httpx.Client(
        limits=httpx.Limits(max_keepalive_connections=0),
        timeout=_TIMEOUT_SECONDS,
        follow_redirects=False,
        trust_env=False,
        transport=transport,
    )


def _fetch(name: str, ask: Callable[[], httpx.Response]) -> bytes:
    try:
        response = ask()
    except httpx.HTTPError as error:
        raise PartnerAway(f"{name} did not answer ({type(error).__name__}).") from None
    if response.status_code != httpx.codes.OK:
        raise PartnerAway(f"{name} answered with the fault {response.status_code}.")
    if len(response.content) > _MOST_BYTES:
        raise PartnerAway(f"{name} answered more than {_MOST_BYTES} bytes.")
    return response.content


def _host(url: str) -> str:
    return urlsplit(url).hostname or "without a name"


def _reason(entry: x509.RevokedCertificate) -> str:
    try:
        return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason.value
    except x509.ExtensionNotFound:
        return ""
