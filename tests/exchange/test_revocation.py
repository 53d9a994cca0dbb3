"""Revoked certificates: asked by OCSP and CRL, never assumed; openssl agrees with the twin."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from qyzmet.exchange import ocsp
from qyzmet.exchange.cms import LocalSigner
from qyzmet.exchange.revocation import Crl, Ocsp, Revocation
from qyzmet.exchange.signing import SigningWaits
from qyzmet.exchange.stamping import StampingSigner, TimestampAuthority
from qyzmet.exchange.verification import Check, Trust, examine
from qyzmet.runtime.errors import PartnerAway, Refused
from qyzmet_twins.centre import Centre
from qyzmet_twins.revocations import RevocationTwin
from tests.exchange.centre import COMMITTEE, DOCUMENT, OTHER, Ground, ground, openssl, sign


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with ground(tmp_path_factory.mktemp("revocation")) as made:
        yield made


@pytest.fixture
def place(shared: Ground) -> Ground:
    shared.forget()
    shared.clock.advance(timedelta(hours=3))
    return shared


def revocation(place: Ground) -> Revocation:
    return Revocation([Ocsp(f"{place.url}/ocsp"), Crl.at(f"{place.url}/crl")], place.clock)


def check_named(name: str, checks: list[Check]) -> Check:
    (found,) = [one for one in checks if one.name == name]
    return found


@pytest.mark.parametrize("source", ["ocsp", "crl"])
def test_a_revoked_certificate_does_not_sign(place: Ground, source: str) -> None:
    fresh = timedelta(minutes=10)
    way = Ocsp(f"{place.url}/ocsp") if source == "ocsp" else Crl.at(f"{place.url}/crl", fresh)
    asks = Revocation([way], place.clock, fresh)
    signer = LocalSigner(place.directory, place.clock, asks)
    assert sign(signer).signature
    place.revoke()
    assert sign(signer).signature  # the answer of a moment ago still counts
    place.clock.advance(timedelta(minutes=10))
    with pytest.raises(SigningWaits, match=rf"was revoked on .*keyCompromise.*says {source.upper()}"):
        sign(signer)
    assert sign(signer, b"other", OTHER).signature


def test_the_list_answers_where_the_responder_is_away_and_silence_is_not_good(place: Ground) -> None:
    signer = LocalSigner(place.directory, place.clock, revocation(place))
    place.fault("ocsp", "error")
    assert sign(signer).signature
    place.fault("crl", "error")
    assert sign(signer).signature  # known, and still fresh
    place.clock.advance(timedelta(hours=1))
    with pytest.raises(PartnerAway, match=r"OCSP responder 127.0.0.1 answered with the fault 503"):
        sign(signer)
    with pytest.raises(PartnerAway, match="nobody to ask"):
        sign(LocalSigner(place.directory, place.clock, Revocation([], place.clock)))


def test_nonsense_is_not_an_answer(place: Ground) -> None:
    place.fault("ocsp", "nonsense")
    place.fault("crl", "nonsense")
    key, (root,) = place.key(), place.roots
    with pytest.raises(PartnerAway, match="does not count: it cannot be read"):
        Ocsp(f"{place.url}/ocsp").ask(key.certificate, root, place.clock.now())
    with pytest.raises(PartnerAway, match="cannot be read"):
        Crl.at(f"{place.url}/crl").ask(key.certificate, root, place.clock.now())


def test_an_answer_counts_only_for_its_question(place: Ground, tmp_path: Path) -> None:
    twin, (root,), now = RevocationTwin(place.served.outside.centre), place.roots, place.clock.now()
    mine, other = place.key().certificate, place.key(OTHER).certificate
    asked, nonce = ocsp.question(mine, root)
    answer = twin.ocsp(asked)
    assert ocsp.check(answer, mine, root, nonce, now).serial_number == mine.serial_number
    with pytest.raises(Refused, match="another nonce"):
        ocsp.check(answer, mine, root, b"\0" * 16, now)
    with pytest.raises(Refused, match="about another certificate"):
        ocsp.check(answer, other, root, nonce, now)
    with pytest.raises(Refused, match="it is valid from"):
        ocsp.check(answer, mine, root, nonce, now + timedelta(hours=2))
    with pytest.raises(Refused, match="not signed by the centre"):
        ocsp.check(answer[:-1] + bytes([answer[-1] ^ 1]), mine, root, nonce, now)
    foreign = Centre(place.clock, tmp_path)
    forged, nonce = ocsp.question(mine, root)
    foreign.__dict__["root"] = type(foreign.root)(foreign.root.key, root)  # claims to answer for ours
    with pytest.raises(Refused, match="not signed by the centre"):
        ocsp.check(RevocationTwin(foreign).ocsp(forged), mine, root, nonce, now)
    with pytest.raises(Refused, match="it says unauthorized"):
        ocsp.check(RevocationTwin(Centre(place.clock, tmp_path)).ocsp(asked), mine, root, nonce, now)
    with pytest.raises(Refused, match="it says malformed_request"):
        ocsp.check(twin.ocsp(b"nonsense"), mine, root, nonce, now)


def test_a_list_that_is_old_or_of_another_centre_does_not_count(place: Ground, tmp_path: Path) -> None:
    listed = RevocationTwin(place.served.outside.centre).crl()
    certificate, (root,), now = place.key().certificate, place.roots, place.clock.now()
    with pytest.raises(PartnerAway, match="no longer valid"):
        Crl(lambda: listed).ask(certificate, root, now + timedelta(days=2))
    foreign = RevocationTwin(Centre(place.clock, tmp_path)).crl()
    with pytest.raises(PartnerAway, match="not one of this certificate's centre"):
        Crl(lambda: foreign).ask(certificate, root, now)


def test_what_was_signed_before_the_revocation_stands_where_a_timestamp_proves_it(place: Ground) -> None:
    authority = TimestampAuthority(f"{place.url}/tsa", place.roots, place.clock)
    bare, stamped = sign(place.local()), sign(StampingSigner(place.local(), authority))
    place.clock.advance(timedelta(hours=2))
    place.revoke()
    place.clock.advance(timedelta(hours=2))
    late = sign(StampingSigner(place.local(), authority))
    authority.close()
    trust = Trust(place.roots, heads=place.heads, revocation=revocation(place))
    now = place.clock.now()
    assert examine(DOCUMENT, stamped.signature, trust, now, COMMITTEE).refusal == ""
    # Without proof of the moment the thief of the key could have written any.
    assert "was revoked on" in examine(DOCUMENT, bare.signature, trust, now, COMMITTEE).refusal
    assert "was revoked on" in examine(DOCUMENT, late.signature, trust, now, COMMITTEE).refusal


def test_nobody_to_ask_is_unknown_and_not_good(place: Ground) -> None:
    one = sign(place.local())
    for trust in (Trust(place.roots), Trust(place.roots, revocation=Revocation([], place.clock))):
        report = examine(DOCUMENT, one.signature, trust, place.clock.now())
        assert check_named("revocation", report.checks).answer == "unknown"


def test_certificates_are_revoked_seen_and_forgiven_under_control(place: Ground) -> None:
    place.revoke(reason="superseded")
    listed = httpx.get(f"{place.url}/control/certificates/revoked").json()
    assert [(one["serial"], one["reason"]) for one in listed] == [(place.key().holder.serial, "superseded")]
    for serial, reason in (("xyz", "superseded"), ("1F", "boredom")):
        answer = httpx.post(f"{place.url}/control/certificates/{serial}/revoke", json={"reason": reason})
        assert answer.status_code == 400


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")
def test_openssl_reads_the_twins_answers(place: Ground, tmp_path: Path) -> None:
    for office, name in ((COMMITTEE, "mine"), (OTHER, "other")):
        (tmp_path / name).write_bytes(place.key(office).certificate.public_bytes(Encoding.PEM))
    place.revoke(OTHER)
    root = str(place.directory / "root.crt")
    moment = str(int(place.clock.now().timestamp()))
    # openssl's ocsp client compares the answer with today's clock; the twin's day is another.
    for name, status in (("mine", "good"), ("other", "revoked")):
        words = ["-issuer", root, "-CAfile", root, "-cert", name, "-attime", moment]
        years = str(50 * 365 * 86400)
        said = openssl(tmp_path, "ocsp", *words, "-url", f"{place.url}/ocsp", "-validity_period", years)
        assert f"{name}: {status}" in said[1]
        assert "Response verify OK" in said[1]
    (tmp_path / "crl").write_bytes(httpx.get(f"{place.url}/crl").content)
    said = openssl(tmp_path, "crl", "-inform", "DER", "-in", "crl", "-CAfile", root, "-noout", "-text")
    assert "verify OK" in said[1]
    assert "Key Compromise" in said[1]
    assert x509.load_der_x509_crl((tmp_path / "crl").read_bytes()).is_signature_valid(
        place.roots[0].public_key()  # type: ignore[arg-type]
    )
