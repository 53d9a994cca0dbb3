"""The register on the real database: determinations with versions, objections, reviews; companies; income."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
import pytest

from qyzmet.acts.ict.determination import Extract
from qyzmet.acts.ict.determined import Claim, as_data, determined
from qyzmet.acts.ict.income import Line
from qyzmet.acts.ict.policies import POLICIES
from qyzmet.acts.ict.register import Register
from qyzmet.acts.ict.registers import confirm
from qyzmet.acts.ict.signing import KEEPER, put_on_paper
from qyzmet.exchange.cms import LocalSigner
from qyzmet.exchange.development import Office, development_authority, roots_in
from qyzmet.exchange.signing import SigningWaits
from qyzmet.law.policies import Policies
from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.connection import connect
from qyzmet.runtime.database import Database
from qyzmet.runtime.errors import BadValue, PartnerAway, Refused, UnknownName
from qyzmet_twins.ictregisters import COMPANIES, IctRegisters

NOW = datetime(2026, 3, 2, 5, tzinfo=UTC)
USUAL = Policies(POLICIES)
BIN, OTHER = list(COMPANIES)[:2]
GAME = {
    "description": "мобильді ойын",
    "item": 16,
    "answers": {"actions": ["DEVELOP"]},
    "first": date(2026, 3, 1),
}
STATE = {
    "description": "для министерства",
    "item": 1,
    "answers": {"for_state_body": True},
    "first": date(2026, 3, 1),
}


@pytest.fixture
def register(database: Database) -> Iterator[Register]:
    with connect(database.engine_url) as connection:
        yield Register(connection)


def _made(register: Register, bin: str = BIN, **claim: Any) -> int:
    event = determined(Claim(**(GAME | claim)), USUAL, "company-1", NOW)
    return register.add(bin, event).number


def test_a_determination_says_what_it_rests_on_and_stays_as_it_was_made(register: Register) -> None:
    number = _made(register)
    found = register.one(number, BIN)
    assert (found.result, found.state, found.version) == ("MATCH", "standing", 1)
    assert found.made.order == "No 521/НҚ"
    assert [each.clause for each in found.made.grounds] == ["annex1.item16"]
    assert found.made.policies["G-02"] == "MANUAL_REVIEW"
    assert as_data(found)["events"][0]["claim"]["description"] == "мобильді ойын"
    assert found.answer.result == "MATCH"


def test_what_a_person_must_decide_is_decided_by_another_one(register: Register) -> None:
    number = _made(register, **STATE)
    assert register.one(number).state == "waits_for_a_person"
    with pytest.raises(Refused, match="somebody else"):
        register.do(number, lambda d: d.review("MATCH", "so", "company-1", NOW))
    with pytest.raises(BadValue, match="reason"):
        register.do(number, lambda d: d.review("MATCH", " ", "officer-1", NOW))
    found = register.do(number, lambda d: d.review("NO_MATCH", "empties the exclusion", "officer-1", NOW))
    assert (found.result, found.state, found.version) == ("NO_MATCH", "standing", 2)
    with pytest.raises(Refused, match="nothing to review"):
        register.do(number, lambda d: d.review("MATCH", "so", "officer-1", NOW))


def test_an_objection_is_heard_once_and_the_old_result_stays_readable(register: Register) -> None:
    number = _made(register, answers={"actions": ["OPERATE"]})
    register.do(number, lambda d: d.objection("we also develop it", "company-1", NOW), BIN)
    with pytest.raises(Refused, match="already"):
        register.do(number, lambda d: d.objection("again", "company-1", NOW))
    found = register.do(number, lambda d: d.review("MATCH", "contract No 5 shows it", "officer-1", NOW))
    assert (found.made.result, found.result, found.version) == ("NO_MATCH", "MATCH", 2)
    assert register.verify() == []


def test_another_company_does_not_see_it(register: Register) -> None:
    number = _made(register)
    _made(register, OTHER)
    with pytest.raises(UnknownName):
        register.one(number, OTHER)
    assert [each.bin for each in register.of(OTHER)] == [OTHER]
    assert {each.bin for each in register.of()} >= {BIN, OTHER}


def test_two_officers_on_one_determination(database: Database, register: Register) -> None:
    number = _made(register, **STATE)

    def review(officer: str) -> str:
        with connect(database.engine_url) as connection:
            try:
                Register(connection).do(number, lambda d: d.review("MATCH", "so", officer, NOW))
            except Refused:
                return "refused"
            return "done"

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(review, [f"officer-{n}" for n in range(4)]))
    assert sorted(results) == ["done", "refused", "refused", "refused"]
    assert register.one(number).version == 2


def test_an_open_question_makes_no_determination() -> None:
    with pytest.raises(Refused, match="actions is still open"):
        determined(Claim(**(GAME | {"answers": {}})), USUAL, "company-1", NOW)
    with pytest.raises(BadValue, match="description"):
        Claim(**(GAME | {"description": " "}))
    with pytest.raises(BadValue, match="last day"):
        Claim(**(GAME | {"last": date(2026, 2, 1)}))


def test_what_happened_cannot_be_changed_and_a_change_would_show(
    database: Database, register: Register
) -> None:
    number = _made(register)
    with connect(database.engine_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("UPDATE ict_events SET by_whom = 'x'")
    with connect(database.owner_url) as connection:
        connection.execute(
            "UPDATE ict_events SET content = replace(convert_from(content, 'UTF8'), 'MATCH', 'NO_MATCH')::bytea "
            "WHERE determination = %s",
            (number,),
        )
        connection.commit()
    assert register.verify() == [number]


# --- companies ------------------------------------------------------------------------------------------------


class _Partners:
    """The twins' registers in this process; `away` says which one does not answer."""

    def __init__(self) -> None:
        self.handlers, self.away, self.asked = IctRegisters().handlers, "", 0

    def ask(self, operation: Any, items: Any, *, purpose: str, clause: str) -> dict[str, Any]:
        assert (purpose, clause) != ("", "")
        if self.away == operation.system:
            raise PartnerAway("no answer")
        self.asked += len(items)
        return {answer.ref: answer for answer in self.handlers[operation.path](items)}


class _Desk:
    def __init__(self, clock: HandClock) -> None:
        self.partners, self._clock = _Partners(), clock
        self.signer: Any = None

    @property
    def law(self) -> Any:
        return type("Law", (), {"now": self._clock.now()})


@pytest.mark.clause("ict:annex2.item1")
def test_the_registers_confirm_companies_and_extracts(database: Database) -> None:
    clock = HandClock(NOW)
    desk = _Desk(clock)
    with connect(database.engine_url) as connection:
        register = Register(connection)
        _made(register)
        good = Extract("KZ-T-001287", date(2025, 4, 11), "ab" * 32)
        other_day = Extract("KZ-T-001288", date(2025, 4, 11), "cd" * 32)
        for extract in (good, other_day, good):
            register.put_extract(BIN, extract, b"%PDF-", "company-1", NOW)
        assert register.extracts(BIN) == [(good, None), (other_day, None)]
        with pytest.raises(Refused, match="another day or file"):
            register.put_extract(BIN, Extract(good.number, good.day, "ef" * 32), b"%PDF-2", "company-1", NOW)
        desk.partners.away = "producers_register"
        with pytest.raises(PartnerAway):
            confirm(desk, connection)  # type: ignore[arg-type]
        assert register.participant(BIN), "what had been answered before is kept"
        desk.partners.away = ""
        assert confirm(desk, connection) == 2  # type: ignore[arg-type]
        assert register.extracts(BIN) == [(good, True), (other_day, False)]
        assert register.extract_file(BIN, good.number) == b"%PDF-"
        found = register.participant(BIN)
        assert found
        assert (found.name, found.member and found.member.first) == ("«Алтын Код» ЖШС", date(2020, 3, 1))
        assert confirm(desk, connection) == 0, "fresh for a day"  # type: ignore[arg-type]
        clock.advance(timedelta(days=1))
        assert confirm(desk, connection) == 2, "the company and the extract that is not confirmed"  # type: ignore[arg-type]
        with pytest.raises(UnknownName):
            register.extract_file(OTHER, good.number)


def test_income_files_are_versions_and_the_same_file_is_none(register: Register) -> None:
    line = Line(row=2, first=date(2026, 1, 1), last=date(2026, 1, 31), description="x", tiyn=5, item=16)
    assert register.put_income(OTHER, 2026, "a.csv", b"1", [line], "company-2", NOW) == 1
    assert register.put_income(OTHER, 2026, "a.csv", b"1", [line], "company-2", NOW) == 1
    assert register.put_income(OTHER, 2026, "b.csv", b"2", [line, line], "company-2", NOW) == 2
    version, lines = register.income(OTHER)[2026]
    assert (version, lines) == (2, [line, line])
    assert register.income("000000000000") == {}


# --- on paper -------------------------------------------------------------------------------------------------


def test_what_stands_is_signed_on_paper_and_one_changed_byte_is_refused(
    database: Database, tmp_path: Path, register: Register
) -> None:
    clock = HandClock(NOW)
    development_authority(tmp_path, clock, [Office(*KEEPER)])
    desk = _Desk(clock)
    number = _made(register, **STATE)
    with connect(database.engine_url) as connection:
        desk.signer = LocalSigner(tmp_path / "elsewhere", clock)
        with pytest.raises(SigningWaits):
            put_on_paper(desk, connection)  # type: ignore[arg-type]
        assert register.paper(number, "kk") is None
        desk.signer = LocalSigner(tmp_path, clock)
        assert put_on_paper(desk, connection) >= 1  # type: ignore[arg-type]
        assert put_on_paper(desk, connection) == 0  # type: ignore[arg-type]
        register.do(number, lambda d: d.review("MATCH", "so", "officer-1", NOW))
        assert register.paper(number, "kk") is None, "the paper of before is no longer what stands"
        assert put_on_paper(desk, connection) == 1  # type: ignore[arg-type]
    roots = [certificate_of(root) for root in roots_in(tmp_path)]
    for language in ("kk", "ru", "en"):
        content = register.paper(number, language)
        assert content
        assert _holds(content, roots)
        changed = bytearray(content)
        changed[content.index(b"/Type") + 1] ^= 1
        assert not _holds(bytes(changed), roots)


def certificate_of(root: Any) -> Any:
    from asn1crypto.x509 import Certificate
    from cryptography.hazmat.primitives.serialization import Encoding

    return Certificate.load(root.public_bytes(Encoding.DER))


def _holds(content: bytes, roots: list[Any]) -> bool:
    """What another maker's validator says of the signature in a PDF."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    try:
        signature = PdfFileReader(BytesIO(content)).embedded_signatures[0]
        found = validate_pdf_signature(
            signature, ValidationContext(trust_roots=roots, moment=NOW, allow_fetching=False)
        )
    except Exception:
        return False
    return bool(found.intact and found.valid and found.trusted)
