"""Who may sign for which office, and when; the report says each thing by itself."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from qyzmet.exchange.cms import LocalSigner
from qyzmet.exchange.development import roots_in
from qyzmet.exchange.heads import HEADS, Heads, office_named_in
from qyzmet.exchange.ncanode import NcaNode, NcaNodeSigner
from qyzmet.exchange.signing import Signed, SigningWaits, ToSign, sign_by_office
from qyzmet.exchange.verification import Trust, examine, verify
from qyzmet.runtime.clock import KZ, HandClock
from qyzmet.runtime.errors import PartnerAway, Refused
from tests.exchange.centre import COMMITTEE, DOCUMENT, OTHER, START, Ground, ground, sign


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with ground(tmp_path_factory.mktemp("heads")) as made:
        yield made


@pytest.fixture
def place(shared: Ground) -> Ground:
    shared.forget()
    return shared


class Desk:
    """A copy of the offices' keys, whose rows a test may change."""

    def __init__(self, place: Ground, directory: Path) -> None:
        self.directory, self.clock = directory, HandClock(START)
        shutil.copytree(place.directory, directory, dirs_exist_ok=True)
        self.rows = {(row["authority"], row["region"]): row for row in self.read()}

    def read(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = json.loads((self.directory / HEADS).read_text())
        return found

    def write(self, *rows: dict[str, str]) -> LocalSigner:
        (self.directory / HEADS).write_text(json.dumps(rows))
        return LocalSigner(self.directory, self.clock)


@pytest.fixture
def desk(place: Ground, tmp_path: Path) -> Desk:
    return Desk(place, tmp_path / "signing")


def test_a_head_signs_from_the_first_to_the_last_day_of_the_authority(desk: Desk) -> None:
    row = desk.rows[COMMITTEE] | {"from": "2024-02-13", "until": "2024-02-14"}
    signer = desk.write(row)
    with pytest.raises(SigningWaits, match=r"Nobody has the authority .* on 2024-02-12: from 2024-02-13"):
        sign(signer)
    desk.clock.set(datetime(2024, 2, 13, 0, 0, tzinfo=KZ))
    assert sign(signer).signature
    desk.clock.set(datetime(2024, 2, 14, 23, 59, tzinfo=KZ))
    last = sign(signer)
    desk.clock.set(datetime(2024, 2, 15, 0, 0, tzinfo=KZ))
    with pytest.raises(SigningWaits, match="Enter the present head"):
        sign(signer)
    trust = Trust(roots_in(desk.directory), heads=Heads.read(desk.directory / HEADS))
    assert verify(DOCUMENT, last.signature, trust, desk.clock.now(), COMMITTEE)
    late = sign(desk.write(desk.rows[COMMITTEE]))
    with pytest.raises(Refused, match=r"had no authority .* on 2024-02-15"):
        verify(DOCUMENT, late.signature, trust, desk.clock.now(), COMMITTEE)


def test_the_next_head_takes_over_on_the_day(desk: Desk) -> None:
    old = desk.rows[COMMITTEE] | {"until": "2024-02-29"}
    new = desk.rows[OTHER] | {"region": "75", "from": "2024-03-01"}
    signer, seen = desk.write(old, new), []
    for day in (date(2024, 2, 29), date(2024, 3, 1)):
        desk.clock.set(datetime(day.year, day.month, day.day, 12, tzinfo=KZ))
        seen.append(sign(signer).signer)
    assert seen[0] != seen[1]
    assert desk.rows[OTHER]["office"] in seen[1]


@pytest.mark.clause("proactive:§46.4")
def test_a_document_of_one_region_signed_by_the_head_of_another_is_refused(place: Ground) -> None:
    bare = b"a document that names no office"
    one = sign(place.local(), bare, OTHER)
    trust = Trust(place.roots, heads=place.heads)
    assert verify(bare, one.signature, trust, place.clock.now(), OTHER)
    with pytest.raises(Refused, match="of committee in region 75, but its signer's certificate is of BIN"):
        verify(bare, one.signature, trust, place.clock.now(), COMMITTEE)


def test_a_key_of_another_office_does_not_sign(desk: Desk) -> None:
    signer = desk.write(desk.rows[COMMITTEE] | {"file": desk.rows[OTHER]["file"]})
    with pytest.raises(SigningWaits, match="The key of the head of committee in region 75 is one of BIN"):
        sign(signer)
    numbered = desk.write(desk.rows[COMMITTEE] | {"certificate": "ABC"})
    with pytest.raises(SigningWaits, match=r"not of BIN.* ABC"):
        sign(numbered)


@pytest.mark.parametrize(
    "text", ["{", "{}", '[{"authority": "a"}]', '[{"authority": "a", "region": "1", "form": 1}]', "\xff"]
)
def test_rows_that_cannot_be_understood_sign_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / HEADS).write_bytes(text.encode("latin-1"))
    with pytest.raises(SigningWaits, match="is not a list of authorities"):
        sign(LocalSigner(tmp_path, HandClock(START)))


def test_one_office_that_cannot_sign_holds_up_no_other(desk: Desk) -> None:
    """Its certificate is over in the middle of a batch: its documents wait, none is half-signed."""
    signer = desk.write(desk.rows[COMMITTEE], desk.rows[OTHER] | {"until": "2024-02-11"})
    documents = [
        ToSign(document=b"%d" % number, authority="committee", region=("75", "10")[number % 2])
        for number in range(6)
    ]
    with pytest.raises(SigningWaits):
        signer.sign(documents)
    answers = sign_by_office(signer, documents)
    assert [isinstance(one, Signed) for one in answers] == [True, False] * 3
    assert all("region 10" in str(one) for one in answers if isinstance(one, SigningWaits))
    signer.switch_off("a test")
    assert {str(one) for one in sign_by_office(signer, documents)} == {
        "Signing is switched off: a test. Nothing was signed."
    }
    assert sign_by_office(signer, []) == []


def test_a_certificate_that_ends_within_a_batch_signs_all_or_nothing(desk: Desk) -> None:
    signer = desk.write(*desk.rows.values())
    documents = [ToSign(document=b"1", authority="committee", region="75")] * 3
    assert len(signer.sign(documents)) == 3
    desk.clock.advance(timedelta(days=3 * 365 + 1))
    with pytest.raises(SigningWaits, match="is valid from"):
        signer.sign(documents)


def test_the_office_is_read_from_the_decision_itself() -> None:
    assert office_named_in(DOCUMENT) == COMMITTEE
    for document in (b"", b"{}", b'{"authority": 7}', b'{"authority": "no region"}', b"\xff\xfe", b"[1]"):
        assert office_named_in(document) is None


def test_every_question_has_its_own_answer(place: Ground) -> None:
    one = sign(place.local())
    report = examine(
        DOCUMENT + b" ", one.signature, Trust(place.roots, heads=place.heads), place.clock.now(), OTHER
    )
    answers = {check.name: check.answer for check in report.checks}
    assert answers == {
        "document": "no", "signature": "yes", "time": "yes", "timestamp": "unknown", "role": "yes",
        "chain": "yes", "revocation": "unknown", "office": "no",
    }  # fmt: skip
    assert report.unknown == ["timestamp", "revocation"]
    assert [check.name for check in examine(b"", b"nonsense", Trust([]), START).checks] == ["form"]


# --- the external signer ---------------------------------------------------------------------------


@pytest.fixture
def external(place: Ground) -> Iterator[NcaNodeSigner]:
    signer = NcaNodeSigner(NcaNode(place.url), place.heads, place.clock)
    yield signer
    signer.close()


def test_an_external_signer_signs_for_the_office(place: Ground, external: NcaNodeSigner) -> None:
    one = sign(external)
    assert one.signer == place.key().signer
    assert verify(DOCUMENT, one.signature, place.roots, place.clock.now())
    assert (
        len(external.sign([ToSign(document=b"%d" % n, authority="committee", region="10") for n in range(9)]))
        == 9
    )


def test_what_the_external_service_refuses_waits(place: Ground, external: NcaNodeSigner) -> None:
    with pytest.raises(SigningWaits, match="no key of the head of fund in region 75"):
        sign(external, b"1", ("fund", "75"))
    with pytest.raises(SigningWaits, match="names another office"):
        sign(external, DOCUMENT, OTHER)
    place.revoke()
    with pytest.raises(SigningWaits, match="the signature does not hold: the certificate is not valid"):
        sign(external)
    place.forget()
    place.fault("ncanode", "error")
    with pytest.raises(PartnerAway, match="/cms/sign with the fault 503"):
        sign(external)
    place.forget()
    place.fault("ncanode", "nonsense")
    with pytest.raises(SigningWaits, match="broke the contract of /cms/sign"):
        sign(external)


def test_the_external_service_tells_of_certificates(place: Ground) -> None:
    node = NcaNode(place.url)
    key = place.key()
    pem = (place.directory / "root.crt").read_bytes()
    info = node.certificate(key.certificate.public_bytes(Encoding.DER))
    assert (info.valid, info.key_user, info.holder()) == (True, ["ORGANIZATION", "CEO"], key.holder)
    assert node.certificate(pem).key_usage == "UNKNOWN"
    with pytest.raises(Refused, match="not a certificate"):
        node.certificate(b"nonsense")
    with pytest.raises(Refused, match="does not hold"):
        node.verify(DOCUMENT, b"nonsense")
    node.close()
