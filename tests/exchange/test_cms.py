"""Detached signatures of heads of offices: made, checked, refused; openssl agrees."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from qyzmet.exchange.certificates import Holder
from qyzmet.exchange.cms import LocalSigner
from qyzmet.exchange.development import Office, development_authority, roots_in
from qyzmet.exchange.heads import HEADS
from qyzmet.exchange.signing import Signed, ToSign
from qyzmet.exchange.verification import verify
from qyzmet.runtime.clock import KZ, HandClock
from qyzmet.runtime.errors import Refused

DOCUMENT = '{"шешім":"тағайындау"}'.encode()
OFFICES = (Office("committee", "75", "Еңбек комитеті, Алматы"), Office("fund", "75"))
START = datetime(2024, 2, 12, 9, 0, tzinfo=KZ)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a root and two heads; keys take a while to make."""
    directory = tmp_path_factory.mktemp("centre")
    development_authority(directory, HandClock(START), OFFICES)
    return directory


@pytest.fixture
def signer(centre: Path, clock: HandClock) -> LocalSigner:
    return LocalSigner(centre, clock)


def signed(signer: LocalSigner, document: bytes = DOCUMENT, authority: str = "committee") -> Signed:
    (one,) = signer.sign([ToSign(document=document, authority=authority, region="75")])
    return one


def test_a_signature_tells_who_signed_and_when(signer: LocalSigner, centre: Path, clock: HandClock) -> None:
    one = signed(signer)
    found = verify(DOCUMENT, one.signature, roots_in(centre), clock.now())
    assert found.signed_at == clock.now()
    assert found.holder.organisation == "ДЕМО: Еңбек комитеті, Алматы"
    assert one.signer == str(found.holder)
    assert found.holder.office.startswith("BIN000040")
    assert found.holder.serial in one.signer
    assert "IIN" not in one.signer


def test_each_office_has_its_own_key_chosen_by_the_document(
    signer: LocalSigner, centre: Path, clock: HandClock
) -> None:
    documents = [
        ToSign(document=f"{number}".encode(), authority=("committee", "fund")[number % 2], region="75")
        for number in range(6)
    ]
    holders = set[Holder]()
    for item, one in zip(documents, signer.sign(documents), strict=True):
        holders.add(verify(item.document, one.signature, roots_in(centre), clock.now()).holder)
    assert len(holders) == 2


def test_the_moment_of_signing_follows_the_clock(signer: LocalSigner, centre: Path, clock: HandClock) -> None:
    signed(signer)
    clock.advance(timedelta(days=40, microseconds=7))
    later = verify(DOCUMENT, signed(signer).signature, roots_in(centre), clock.now())
    assert later.signed_at == clock.now().replace(microsecond=0)
    with pytest.raises(Refused, match="later than"):
        verify(DOCUMENT, signed(signer).signature, roots_in(centre), START)


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_every_changed_byte_is_seen(signer: LocalSigner, centre: Path, clock: HandClock) -> None:
    """All but a few that say nothing and that nobody signs: empty parameters of algorithms, spare bits."""
    signature, roots = signed(signer).signature, roots_in(centre)
    with pytest.raises(Refused, match="not the one that was signed"):
        verify(DOCUMENT + b" ", signature, roots, clock.now())
    unseen = []
    for place in range(len(signature)):
        changed = bytearray(signature)
        changed[place] ^= 1
        try:
            verify(DOCUMENT, bytes(changed), roots, clock.now())
        except Refused:
            continue
        unseen.append(place)
    assert len(unseen) <= 8
    assert all(signature[place] in (0x05, 0x00) for place in unseen)
    for cut in (b"", signature[:-1], signature + b"\0", b"\x30\x00", b"text"):
        with pytest.raises(Refused, match="not a CMS"):
            verify(DOCUMENT, cut, roots, clock.now())


def test_a_foreign_root_is_not_trusted(signer: LocalSigner, tmp_path: Path, clock: HandClock) -> None:
    development_authority(tmp_path, clock, [])
    with pytest.raises(Refused, match="does not go back to a root"):
        verify(DOCUMENT, signed(signer).signature, roots_in(tmp_path), clock.now())


@pytest.mark.clause("proactive:§46.4")
def test_signing_can_be_switched_off_for_all(signer: LocalSigner, centre: Path, clock: HandClock) -> None:
    signer.switch_off("the head is away until Monday")
    try:
        with pytest.raises(Refused, match="switched off: the head is away until Monday"):
            signed(LocalSigner(centre, clock))
    finally:
        signer.switch_on()
    assert signed(signer).signature


def test_an_office_without_a_key_is_refused_and_nothing_is_signed(signer: LocalSigner) -> None:
    with pytest.raises(Refused, match="no key of the head of fund in region 10"):
        signer.sign(
            [
                ToSign(document=b"1", authority="fund", region="75"),
                ToSign(document=b"2", authority="fund", region="10"),
            ]
        )


def test_a_certificate_that_is_over_does_not_sign_and_is_made_anew(
    centre: Path, tmp_path: Path, clock: HandClock
) -> None:
    for file in centre.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    clock.advance(timedelta(days=4 * 365))
    with pytest.raises(Refused, match="is valid from 2024-02-11"):
        signed(LocalSigner(tmp_path, clock))
    before = (tmp_path / "root.crt").read_bytes()
    development_authority(tmp_path, clock, OFFICES[:1])
    assert (tmp_path / "root.crt").read_bytes() == before
    renewed = LocalSigner(tmp_path, clock)
    assert verify(DOCUMENT, signed(renewed).signature, roots_in(tmp_path), clock.now())
    with pytest.raises(Refused, match="is valid from"):  # the other office was not asked for
        signed(renewed, authority="fund")


def test_what_is_there_is_not_made_again(centre: Path, clock: HandClock) -> None:
    before = {file.name: file.read_bytes() for file in centre.iterdir()}
    development_authority(centre, clock, OFFICES)
    assert {file.name: file.read_bytes() for file in centre.iterdir()} == before
    assert all(file.stat().st_mode & 0o077 == 0 for file in centre.glob("head-*.pem"))


def test_a_damaged_key_is_found_before_anything_is_signed(
    centre: Path, tmp_path: Path, clock: HandClock
) -> None:
    """The certificate's modulus is there, but what the key signs the certificate does not verify."""
    heads = json.loads((centre / HEADS).read_text())
    good = next(centre / head["file"] for head in heads if head["authority"] == "fund")
    pem = good.read_bytes()
    private = load_pem_private_key(pem, None)
    assert isinstance(private, rsa.RSAPrivateKey)
    numbers = private.private_numbers()
    damaged = rsa.RSAPrivateNumbers(
        numbers.p, numbers.q, numbers.d + 2, numbers.dmp1 + 2, numbers.dmq1 + 2, numbers.iqmp,
        numbers.public_numbers,
    ).private_key(unsafe_skip_rsa_key_validation=True)  # fmt: skip
    written = damaged.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    certificate = pem[pem.index(b"-----BEGIN CERTIFICATE") :]
    (tmp_path / good.name).write_bytes(written + certificate)
    (tmp_path / HEADS).write_text(f'[{{"authority": "fund", "region": "75", "file": "{good.name}"}}]')
    with pytest.raises(Refused, match="does not hold an RSA key and the certificate of that key"):
        signed(LocalSigner(tmp_path, clock), authority="fund")
    (tmp_path / good.name).write_bytes(pem)
    assert signed(LocalSigner(tmp_path, clock), authority="fund")


def test_only_the_head_signs(centre: Path, tmp_path: Path, clock: HandClock) -> None:
    """The root's key is a good RSA key, but not that of a head."""
    (tmp_path / "root.pem").write_bytes((centre / "root.pem").read_bytes())
    (tmp_path / HEADS).write_text('[{"authority": "fund", "region": "75", "file": "root.pem"}]')
    with pytest.raises(Refused, match="lacks the use for signing, the role of a head"):
        signed(LocalSigner(tmp_path, clock), authority="fund")
    (tmp_path / "root.pem").write_text("nothing")
    with pytest.raises(Refused, match="cannot be used: not a PEM key"):
        signed(LocalSigner(tmp_path, clock), authority="fund")


def test_the_certificate_follows_the_national_profile_and_says_what_it_is(centre: Path) -> None:
    certificate = x509.load_pem_x509_certificate(next(centre.glob("head-*.pem")).read_bytes())
    subject = certificate.subject.rfc4514_string()
    assert "ДЕМО" in subject
    assert "OU=BIN000040" in subject
    assert "2.5.4.5=IIN0000000" in subject
    uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert {use.dotted_string for use in uses} == {
        "1.3.6.1.5.5.7.3.4",
        "1.2.398.3.3.4.1.2",
        "1.2.398.3.3.4.1.2.1",
    }
    assert "DEVELOPMENT" in roots_in(centre)[0].subject.rfc4514_string()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl here")
def test_openssl_agrees(signer: LocalSigner, centre: Path, tmp_path: Path, clock: HandClock) -> None:
    (tmp_path / "signature").write_bytes(signed(signer).signature)

    def openssl(document: bytes) -> int:
        (tmp_path / "document").write_bytes(document)
        words = ["-inform", "DER", "-binary", "-in", "signature", "-content", "document"]
        trust = ["-CAfile", str(centre / "root.crt"), "-attime", str(int(clock.now().timestamp()))]
        return subprocess.run(
            ["openssl", "cms", "-verify", *words, *trust, "-out", "read"],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        ).returncode

    assert openssl(DOCUMENT) == 0
    assert (tmp_path / "read").read_bytes() == DOCUMENT
    assert openssl(DOCUMENT.replace(b'"', b"'", 1)) != 0


def test_signing_times_after_2049_are_written_too(tmp_path: Path) -> None:
    clock = HandClock(datetime(2049, 6, 1, tzinfo=UTC))
    development_authority(tmp_path, clock, OFFICES[:1])
    one = signed(LocalSigner(tmp_path, clock))
    assert verify(DOCUMENT, one.signature, roots_in(tmp_path), clock.now()).signed_at == clock.now()
