"""Timestamps: asked, kept inside the signature, refused where they do not count; openssl agrees."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from asn1crypto import tsp

from qyzmet.exchange import timestamps
from qyzmet.exchange.signing import SigningWaits
from qyzmet.exchange.stamping import StampingSigner, TimestampAuthority
from qyzmet.exchange.verification import Trust, examine
from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.errors import PartnerAway, Refused
from qyzmet_twins.centre import Centre
from qyzmet_twins.tsa import TimestampTwin
from tests.exchange.centre import DOCUMENT, Ground, ground, openssl, sign

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")
VALUE = b"the value of a signature"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with ground(tmp_path_factory.mktemp("timestamps")) as made:
        yield made


@pytest.fixture
def place(shared: Ground) -> Ground:
    shared.forget()
    return shared


@pytest.fixture
def authority(place: Ground) -> Iterator[TimestampAuthority]:
    made = TimestampAuthority(f"{place.url}/tsa", place.roots, place.clock)
    yield made
    made.close()


def token_of(place: Ground, stamped: bytes = VALUE) -> tuple[bytes, int]:
    query, nonce = timestamps.query(stamped)
    return timestamps.token_in(TimestampTwin(place.served.outside.centre).answer(query)), nonce


def test_a_signature_bears_a_timestamp_and_the_report_says_so(
    place: Ground, authority: TimestampAuthority
) -> None:
    one = sign(StampingSigner(place.local(), authority))
    report = examine(DOCUMENT, one.signature, Trust(place.roots), place.clock.now())
    assert not report.refusal
    assert report.proven_at == place.clock.now()
    assert "timestamp" not in report.unknown
    bare = examine(DOCUMENT, sign(place.local()).signature, Trust(place.roots), place.clock.now())
    assert bare.proven_at is None
    assert "timestamp" in bare.unknown


def test_many_values_get_a_token_each(authority: TimestampAuthority, place: Ground) -> None:
    values = [b"%d" % number for number in range(30)]
    tokens = authority.stamp(values)
    numbers = {
        timestamps.check(token, value, place.roots).number
        for token, value in zip(tokens, values, strict=True)
    }
    assert len(numbers) == len(values)


def test_the_moment_is_that_of_the_clock(place: Ground) -> None:
    token, nonce = token_of(place)
    stamp = timestamps.check(token, VALUE, place.roots, nonce=nonce)
    assert stamp.at == place.clock.now().astimezone(UTC)
    assert stamp.authority == "DEMO TIMESTAMPS, no legal force"


def test_another_digest_another_nonce_and_changed_bytes_are_refused(place: Ground) -> None:
    token, nonce = token_of(place)
    with pytest.raises(Refused, match="its digest is another"):
        timestamps.check(token, VALUE + b" ", place.roots)
    with pytest.raises(Refused, match="its nonce is another"):
        timestamps.check(token, VALUE, place.roots, nonce=nonce + 1)
    for wrong in (b"", b"nonsense", token[:-1], token + b"\0"):
        with pytest.raises(Refused, match="cannot be read"):
            timestamps.check(wrong, VALUE, place.roots)
    at = token.index(b"20240212")  # the moment in the token
    changed = token[: at + 7] + b"3" + token[at + 8 :]
    with pytest.raises(Refused, match="was changed"):
        timestamps.check(changed, VALUE, place.roots)


def test_a_wrong_authority_is_refused(place: Ground, tmp_path: Path) -> None:
    """Another root's authority; and a head of the right root, whose key is not for timestamps."""
    query, _ = timestamps.query(VALUE)
    foreign = timestamps.token_in(TimestampTwin(Centre(place.clock, tmp_path)).answer(query))
    with pytest.raises(Refused, match="not by an authority that is trusted here"):
        timestamps.check(foreign, VALUE, place.roots)
    centre, key = Centre(place.clock, place.directory), place.key()
    centre.__dict__["timestamps"] = type(centre.responder)(key.private, key.certificate)
    by_head = timestamps.token_in(TimestampTwin(centre).answer(query))
    with pytest.raises(Refused, match="its key is for other uses"):
        timestamps.check(by_head, VALUE, place.roots)


def test_an_authority_after_its_term_is_refused(place: Ground, tmp_path: Path) -> None:
    clock = HandClock(place.clock.now())
    centre = Centre(clock, place.directory)
    assert centre.timestamps
    clock.advance(timedelta(days=3651))
    query, _ = timestamps.query(VALUE)
    late = timestamps.token_in(TimestampTwin(centre).answer(query))
    with pytest.raises(Refused, match=r"trusted here.*is valid from"):
        timestamps.check(late, VALUE, place.roots)


def test_a_timestamp_of_another_signature_does_not_prove_this_one(
    place: Ground, authority: TimestampAuthority
) -> None:
    (token,) = authority.stamp([b"another value"])
    moved = timestamps.attach(sign(place.local()).signature, token)
    report = examine(DOCUMENT, moved, Trust(place.roots), place.clock.now())
    assert "its digest is another" in report.refusal
    assert report.proven_at is None


def test_without_a_timestamp_that_counts_nothing_was_signed(
    place: Ground, authority: TimestampAuthority, tmp_path: Path
) -> None:
    signer = StampingSigner(place.local(), authority)
    place.fault("tsa", "error")
    with pytest.raises(PartnerAway, match="fault 503"):
        sign(signer)
    place.forget()
    place.fault("tsa", "nonsense")
    with pytest.raises(SigningWaits, match=r"nothing is signed.*cannot be read"):
        sign(signer)
    place.forget()
    wrong = TimestampAuthority(
        f"{place.url}/tsa", [Centre(place.clock, tmp_path).root.certificate], place.clock
    )
    with pytest.raises(SigningWaits, match="not by an authority that is trusted here"):
        sign(StampingSigner(place.local(), wrong))
    wrong.close()
    ahead = TimestampAuthority(
        f"{place.url}/tsa", place.roots, HandClock(place.clock.now() + timedelta(minutes=6))
    )
    with pytest.raises(SigningWaits, match="Set the clock"):
        ahead.stamp([VALUE])
    ahead.close()


def test_a_bad_question_is_rejected(place: Ground) -> None:
    twin = TimestampTwin(place.served.outside.centre)
    with pytest.raises(Refused, match="not granted: rejection"):
        timestamps.token_in(twin.answer(b"nonsense"))
    short = tsp.TimeStampReq.load(timestamps.query(VALUE)[0])
    short["message_imprint"]["hashed_message"] = b"short"
    with pytest.raises(Refused, match="not granted: rejection"):
        timestamps.token_in(twin.answer(short.dump()))


@needs_openssl
def test_openssl_ts_verifies_the_token_and_makes_queries_that_are_answered(
    place: Ground, tmp_path: Path
) -> None:
    (tmp_path / "value").write_bytes(VALUE)
    token, _ = token_of(place)
    (tmp_path / "token").write_bytes(token)
    root = ["-CAfile", str(place.directory / "root.crt"), "-attime", str(int(place.clock.now().timestamp()))]
    assert openssl(tmp_path, "ts", "-verify", "-data", "value", "-in", "token", "-token_in", *root)[0] == 0
    digest = sha256(b"other").hexdigest()
    assert openssl(tmp_path, "ts", "-verify", "-digest", digest, "-in", "token", "-token_in", *root)[0] != 0
    openssl(tmp_path, "ts", "-query", "-data", "value", "-sha512", "-cert", "-out", "query")
    answer = TimestampTwin(place.served.outside.centre).answer((tmp_path / "query").read_bytes())
    (tmp_path / "reply").write_bytes(answer)
    said = openssl(tmp_path, "ts", "-verify", "-queryfile", "query", "-in", "reply", *root)
    assert said[0] == 0, said[1]


@needs_openssl
def test_openssl_cms_accepts_a_stamped_signature(
    place: Ground, authority: TimestampAuthority, tmp_path: Path
) -> None:
    (tmp_path / "signature").write_bytes(sign(StampingSigner(place.local(), authority)).signature)
    (tmp_path / "document").write_bytes(DOCUMENT)
    words = ["-inform", "DER", "-binary", "-in", "signature", "-content", "document", "-out", "read"]
    trust = ["-CAfile", str(place.directory / "root.crt"), "-attime", str(int(place.clock.now().timestamp()))]
    said = openssl(tmp_path, "cms", "-verify", *words, *trust)
    assert said[0] == 0, said[1]
    assert (tmp_path / "read").read_bytes() == DOCUMENT
    printed = openssl(tmp_path, "cms", "-cmsout", "-print", "-inform", "DER", "-in", "signature")
    assert "1.2.840.113549.1.9.16.2.14" in printed[1]
