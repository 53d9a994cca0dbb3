"""Receipts: genuine ones are accepted offline, each kind of forgery is refused, openssl agrees."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms as asn1

from qyzmet.exchange import receipt_verifier, timestamps
from qyzmet.exchange.cms import Key, LocalSigner
from qyzmet.exchange.development import Office, development_authority, roots_in
from qyzmet.exchange.receipt_verifier import Forged, canonical, verify
from qyzmet.exchange.receipts import receipt
from qyzmet.exchange.signing import ToSign
from qyzmet.exchange.stamping import StampingSigner, TimestampAuthority
from qyzmet.runtime.clock import KZ, HandClock
from qyzmet.runtime.errors import Refused
from tests.exchange.centre import ground, sign

START = datetime(2024, 2, 12, 9, 0, tzinfo=KZ)
OFFICES = (Office("committee", "75"), Office("fund", "75"))


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("centre")
    development_authority(directory, HandClock(START), OFFICES)
    return directory


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("elsewhere")
    development_authority(directory, HandClock(START), OFFICES)
    return directory


def decision(case: int = 7, **other: Any) -> dict[str, Any]:
    return {
        "decision": 1, "act": "proactive", "law": {"source": "No 424", "in_force": ["2023-10-03", None]},
        "benefit": "LARGE_FAMILY_ALLOWANCE", "case": case, "recipient": 3,
        "outcome": "appoint", "amount_tiyn": 5_926_400, "currency": "KZT", "arithmetic": ["16.05 MCI"],
        "figures": ["MCI 3692"], "law_on": "2024-02-11", "decided_at": START.isoformat(),
        "authority": "committee/75", "official": None, "clauses": ["proactive:§46"],
        "facts": {"children": {"value": 4, "source": "civil registry", "learnt": START.isoformat()}},
        "policies": {"version": "1", "changed": {}},
    } | other  # fmt: skip


def made(directory: Path, content: dict[str, Any] | bytes, authority: str = "committee") -> dict[str, Any]:
    """The members of a receipt over this decision, signed with the directory's key, whatever it says."""
    document = content if isinstance(content, bytes) else canonical(content).encode()
    signer = LocalSigner(directory, HandClock(START))
    (one,) = signer.sign([ToSign(document=document, authority=authority, region="75")])
    good: dict[str, Any] = json.loads(receipt(GOOD, _sign(directory, GOOD, authority), roots_in(directory)))
    return good | {
        "document": document.decode(),
        "signature": base64.b64encode(one.signature).decode(),
    }


GOOD = canonical(decision()).encode()


def _sign(directory: Path, document: bytes, authority: str = "committee") -> bytes:
    signer = LocalSigner(directory, HandClock(START))
    (one,) = signer.sign([ToSign(document=document, authority=authority, region="75")])
    return one.signature


def test_a_genuine_receipt_is_accepted_by_the_file_alone(centre: Path, tmp_path: Path) -> None:
    written = receipt(GOOD, _sign(centre, GOOD), roots_in(centre))
    assert verify(written, roots_in(centre)) == decision()
    alone = tmp_path / "receipt_verifier.py"
    shutil.copy(receipt_verifier.__file__, alone)
    kept = tmp_path / "receipt.json"
    for content, code in ((written, 0), (written.replace(b"5926400", b"5926401"), 1)):
        kept.write_bytes(content)
        done = subprocess.run(
            [sys.executable, "-I", alone, kept, centre / "root.crt"], capture_output=True, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
    assert "qyzmet." not in alone.read_text()
    assert len(alone.read_text().splitlines()) < 300


def test_openssl_accepts_what_the_receipt_holds_and_refuses_it_changed(centre: Path, tmp_path: Path) -> None:
    members = made(centre, GOOD)
    (tmp_path / "cms").write_bytes(base64.b64decode(members["signature"]))
    for document, good in ((GOOD, True), (GOOD.replace(b"5926400", b"5926401"), False)):
        (tmp_path / "document").write_bytes(document)
        command: list[str | Path] = [
            "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", tmp_path / "cms",
            "-content", tmp_path / "document", "-CAfile", centre / "root.crt", "-purpose", "any",
            "-out", tmp_path / "out", "-attime", str(int(START.timestamp())),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, check=False)
        assert (done.returncode == 0) is good, done.stderr


class _FreeSigner:
    """The committee's key without the signer's own check of what it signs."""

    def __init__(self, directory: Path) -> None:
        rows = json.loads((directory / "heads.json").read_text())
        (file,) = [row["file"] for row in rows if row["authority"] == "committee"]
        self._key = Key.read(directory / file)

    def sign(self, document: bytes) -> list[bytes]:
        return [self._key.sign(document, START)]


def _later(**other: Any) -> Callable[[Path, Path], dict[str, Any]]:
    """A decision that an office really signed, but that cannot be."""
    return lambda centre, _: made(centre, decision(**other))


def _with(**members: Any) -> Callable[[Path, Path], dict[str, Any]]:
    return lambda centre, _: made(centre, GOOD) | members


def _document(old: str, new: str) -> Callable[[Path, Path], dict[str, Any]]:
    def forge(centre: Path, _: Path) -> dict[str, Any]:
        members = made(centre, GOOD)
        assert old in members["document"]
        return members | {"document": members["document"].replace(old, new)}

    return forge


def _without(name: str) -> Callable[[Path, Path], dict[str, Any]]:
    return lambda centre, _: {key: value for key, value in made(centre, GOOD).items() if key != name}


def _other_root_named(centre: Path, elsewhere: Path) -> dict[str, Any]:
    return made(elsewhere, GOOD) | {"installation": made(centre, GOOD)["installation"]}


def _taken_from_another(centre: Path, _: Path) -> dict[str, Any]:
    return made(centre, GOOD) | {"signature": made(centre, decision(8))["signature"]}


def _other_signer_named(centre: Path, _: Path) -> dict[str, Any]:
    members = made(centre, GOOD)
    print_, _, number = members["signer"].partition(":")
    return members | {"signer": f"{print_}:{int(number, 16) + 1:X}"}


TOMORROW = (START + timedelta(days=1)).isoformat()
FORGERIES: dict[str, Callable[[Path, Path], dict[str, Any]]] = {
    "amount raised": _document("5926400", "9926400"),
    "outcome turned": _document('"appoint"', '"refuse"'),
    "another case": _document('"case":7', '"case":8'),
    "another recipient": _document('"recipient":3', '"recipient":4'),
    "a fact changed": _document('"value":4', '"value":5'),
    "a source changed": _document("civil registry", "tax registry"),
    "the day of the law changed": _document("2024-02-11", "2024-02-10"),
    "a policy changed": _document('"changed":{}', '"changed":{"G-25":0}'),
    "arithmetic changed": _document("16.05 MCI", "18.05 MCI"),
    "a clause changed": _document("§46", "§47"),
    "the office changed": _document("committee/75", "committee/71"),
    "a space added": _document('"case":7', '"case": 7'),
    "signed by another installation": lambda _, elsewhere: made(elsewhere, GOOD),
    "another installation under our name": _other_root_named,
    "the signature of another decision": _taken_from_another,
    "another signer named": _other_signer_named,
    "no signature": _without("signature"),
    "a member more": _with(note="paid"),
    "another version": _with(receipt=2),
    "a version that only looks alike": _with(receipt=True),
    "not base64": _with(signature="!"),
    "signed, but appointed without an amount": _later(amount_tiyn=0),
    "signed, but refused with an amount": _later(outcome="refuse"),
    "signed, but dated back": _later(decided_at="2024-01-12T09:00:00+05:00"),
    "signed, but on facts learnt later": _later(facts={"a": {"value": 1, "source": "s", "learnt": TOMORROW}}),
    "signed, but with a member twice": lambda centre, _: made(centre, GOOD[:-1] + b',"case":9}'),
}


def test_the_signer_is_the_head_of_the_office_that_decided(centre: Path) -> None:
    heads = json.loads((centre / "heads.json").read_text())
    good = receipt(GOOD, _sign(centre, GOOD), roots_in(centre))
    assert verify(good, roots_in(centre), heads) == decision()
    own = next(row for row in heads if row["authority"] == "committee")
    other_office = canonical(decision(authority="fund/75")).encode()
    (signed,) = _FreeSigner(centre).sign(other_office)
    forged = canonical(json.loads(good) | {
        "document": other_office.decode(), "signature": base64.b64encode(signed).decode(),
    }).encode()  # fmt: skip
    assert verify(forged, roots_in(centre))["authority"] == "fund/75"  # nothing else tells it
    for rows in (heads, [own | {"until": "2024-02-11"}], [own | {"certificate": "1"}], []):
        with pytest.raises(Forged, match="is not the head"):
            verify(forged if rows is heads else good, roots_in(centre), rows)


@pytest.mark.parametrize("kind", FORGERIES)
def test_each_kind_of_forgery_is_refused(kind: str, centre: Path, elsewhere: Path) -> None:
    forged = canonical(FORGERIES[kind](centre, elsewhere)).encode()
    with pytest.raises(Forged):
        verify(forged, roots_in(centre))


def _refuses_each(centre: Path, step: int) -> None:
    written = receipt(GOOD, _sign(centre, GOOD), roots_in(centre))
    roots = roots_in(centre)
    for place in range(0, len(written), step):
        changed = written[:place] + bytes([written[place] ^ 1]) + written[place + 1 :]
        with pytest.raises(Forged):
            verify(changed, roots)


def test_a_changed_byte_is_refused(centre: Path) -> None:
    _refuses_each(centre, 5)


@pytest.mark.soak
def test_every_changed_byte_is_refused(centre: Path) -> None:
    _refuses_each(centre, 1)


def test_a_timestamp_in_a_receipt_counts_too(tmp_path_factory: pytest.TempPathFactory) -> None:
    with ground(tmp_path_factory.mktemp("stamped")) as place:
        authority = TimestampAuthority(f"{place.url}/tsa", place.roots, place.clock)
        stamped = sign(StampingSigner(place.local(), authority), GOOD).signature
        other = sign(StampingSigner(place.local(), authority), canonical(decision(8)).encode()).signature
        authority.close()
        roots = place.roots
    assert len(stamped) > 2 * len(sign(place.local(), GOOD).signature) - 500
    written = receipt(GOOD, stamped, roots)
    assert verify(written, roots) == decision()
    members = json.loads(written)
    swapped = timestamps.attach(sign(place.local(), GOOD).signature, _token(other))
    forged = canonical(members | {"signature": base64.b64encode(swapped).decode()}).encode()
    with pytest.raises(Forged, match="of something else"):
        verify(forged, roots)
    for place_ in range(0, len(stamped), 5):
        changed = stamped[:place_] + bytes([stamped[place_] ^ 1]) + stamped[place_ + 1 :]
        with pytest.raises(Forged):
            verify(canonical(members | {"signature": base64.b64encode(changed).decode()}).encode(), roots)


def _token(signature: bytes) -> bytes:
    """The timestamp in a signature."""
    (signer,) = asn1.ContentInfo.load(signature)["content"]["signer_infos"]
    return bytes(signer["unsigned_attrs"][0]["values"][0].dump())


def _accepts(centre: Path, count: int) -> None:
    signer, roots = LocalSigner(centre, HandClock(START)), roots_in(centre)
    documents = [canonical(decision(case)).encode() for case in range(1, count + 1)]
    signed = signer.sign([ToSign(document=each, authority="committee", region="75") for each in documents])
    for case, (document, one) in enumerate(zip(documents, signed, strict=True), 1):
        assert verify(receipt(document, one.signature, roots), roots)["case"] == case


def test_genuine_receipts_are_accepted(centre: Path) -> None:
    _accepts(centre, 100)


@pytest.mark.soak
def test_ten_thousand_genuine_receipts_are_accepted(centre: Path) -> None:
    _accepts(centre, 10_000)


def test_no_receipt_is_given_that_would_not_verify(centre: Path, elsewhere: Path) -> None:
    with pytest.raises(Refused, match="root certificates"):
        receipt(GOOD, _sign(elsewhere, GOOD), roots_in(centre))
