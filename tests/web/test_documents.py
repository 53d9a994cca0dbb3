"""What leaves the system of a decided case: on paper, signed, as a receipt; and what anybody may verify."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from qyzmet.acts.proactive import package
from qyzmet.acts.proactive.openings import REVIEWS, review_arrival
from qyzmet.cases.papers import Office
from qyzmet.exchange.development import roots_in
from qyzmet.exchange.receipt_verifier import Forged, verify
from qyzmet.runtime.clock import HandClock
from qyzmet.web.assets import Assets
from tests.acts.proactive.conftest import LARGE, Pilot
from tests.web.workplace import Workplace, opened

SITE = "https://qyzmet.example"


@contextmanager
def with_papers(pilot: Pilot, assets: Assets, sign_in_service: str, wall: HandClock) -> Iterator[Workplace]:
    office = Office(pilot.clock, SITE, lambda: roots_in(pilot.ground.signing), lambda: pilot.signer)
    with opened(pilot, assets, sign_in_service, wall, papers=office) as found:
        yield found


def decided(pilot: Pilot) -> tuple[str, int]:
    mother, case = pilot.chosen(LARGE)
    pilot.decide(case, "appoint")
    assert pilot.ending(case) == "appointed"
    return mother, case


def pades_counts(content: bytes, signing: Path, pilot: Pilot) -> bool:
    (embedded,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
    _, _, der = pem.unarmor((signing / "root.crt").read_bytes())
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(der)], moment=pilot.clock.now(), allow_fetching=False
    )
    return bool(validate_pdf_signature(embedded, context).bottom_line)


def test_the_decision_on_paper_signed_and_as_a_receipt(
    pilot: Pilot, assets: Assets, sign_in_service: str, wall: HandClock, tmp_path: Path
) -> None:
    mother, case = decided(pilot)
    signing = pilot.ground.signing
    with with_papers(pilot, assets, sign_in_service, wall) as workplace:
        officer = workplace.visitor("officer-75")
        page = officer.get(f"/cases/{case}").text
        links = re.findall(rf'href="/en(/cases/{case}/[^"]*\.(?:pdf|json))"', page)
        assert len(links) == len(set(links)) == 8
        files = {link.rpartition("/")[2]: officer.get(link) for link in links}
        assert {answer.status_code for answer in files.values()} == {200}
        titles = {}
        for name, answer in files.items():
            if name.endswith(".pdf"):
                assert answer.headers["content-type"] == "application/pdf"
                reader = PdfFileReader(io.BytesIO(answer.content))
                titles[name] = reader.trailer["/Info"]["/Title"]
                assert b"http://www.aiim.org/pdfa/ns/id/" in reader.root["/Metadata"].data
        assert titles["decision-kk.pdf"] == titles["decision-kk-signed.pdf"] == "Шешім"
        assert titles["dossier-ru.pdf"] == "Материалы дела"
        # signed by the office's head: pyHanko's validator accepts it, one changed byte is refused
        signed = files["decision-kk-signed.pdf"].content
        assert pades_counts(signed, signing, pilot)
        place = signed.index(b"Libertinus")
        changed = signed[:place] + b"l" + signed[place + 1 :]
        assert not pades_counts(changed, signing, pilot)
        # the person's own page has the same; nobody else's
        own = workplace.visitor(iin=mother)
        assert f"/mine/{case}/decision-ru.pdf" in own.get(f"/mine/{case}").text
        assert own.get(f"/mine/{case}/decision-ru.pdf").content == files["decision-ru.pdf"].content
        assert own.get(f"/mine/{case}/receipt.json").content == files["receipt.json"].content
        stranger = workplace.visitor(iin=pilot.mother("bank_a"))
        assert stranger.get(f"/mine/{case}/decision-ru.pdf").status_code == 404
        for who, status in ((own, 200), (stranger, 404)):
            answer = who.http.get(f"/api/v1/own/cases/{case}/receipt.json")
            assert answer.status_code == status
        program = workplace.program("officer-75")
        for name in ("dossier-kk.pdf", "receipt.json"):
            assert program.get(f"/cases/{case}/{name}").content == files[name].content
        assert workplace.visitor("analyst").get(f"/cases/{case}/decision-kk.pdf").status_code == 403
        _the_page_to_verify(workplace, pilot, case, mother)
        _the_receipt(workplace, signing, files["receipt.json"].content, tmp_path)


def _the_page_to_verify(workplace: Workplace, pilot: Pilot, case: int, mother: str) -> None:
    """It says what was decided and nothing of the person, in three languages, to anybody."""
    anybody = workplace.visitor()
    digest = sha256(pilot.decision(case).document).hexdigest()
    there = anybody.http.get(f"/verify/{digest}")
    assert there.headers["location"] == f"/kk/verify/{digest}"
    ((person,),) = pilot.rows("SELECT coalesce(recipient, subject) FROM cases WHERE id = %s", case)
    (names,) = pilot.vault.reveal(
        [person], who="test", purpose="test", clause="test", fields=("surname", "given")
    ).values()
    assert names.surname
    assert names.given
    said = {
        "kk": "Мұнда ондай шешім бар.",
        "ru": "Такое решение здесь есть.",
        "en": "There is such a decision",
    }
    for language, words in said.items():
        page = anybody.http.get(f"/{language}/verify/{digest}")
        assert page.status_code == 200
        assert words in page.text
        for personal in (mother, names.surname, names.given, str(pilot.world.phone(mother))):
            assert personal not in page.text
    assert "59" in page.text
    for wrong in ("0" * 64, digest[:-1], "x", "%3Cscript%3E"):
        page = anybody.http.get(f"/en/verify/{wrong}")
        assert page.status_code == 404
        assert "<script>" not in page.text.split("<main")[1].split("</main>")[0]


def _the_receipt(workplace: Workplace, signing: Path, receipt: bytes, folder: Path) -> None:
    """What is published is enough to verify it, by itself."""
    anybody = workplace.visitor()
    for name in ("receipt_verifier.py", "root.crt"):
        (folder / name).write_bytes(anybody.http.get(f"/verify/{name}").content)
    (folder / "receipt.json").write_bytes(receipt)
    command = [sys.executable, "-I", "receipt_verifier.py", "receipt.json", "root.crt"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, "genuine" in done.stdout) == (0, True), done.stdout + done.stderr
    heads = json.loads((signing / "heads.json").read_text())
    assert verify(receipt, roots_in(signing), heads)["outcome"] == "appoint"
    with pytest.raises(Forged):
        verify(receipt, roots_in(signing), [])


def test_a_paper_whose_decision_was_replaced_is_told_as_such(workplace: Workplace) -> None:
    pilot = workplace.pilot
    _, case = decided(pilot)
    digest = sha256(pilot.decision(case).document).hexdigest()
    anybody = workplace.visitor()
    assert "counts no longer" not in anybody.get(f"/verify/{digest}").text
    connection, now = pilot.worker.engine.store.connection, pilot.clock.now()
    arrival = review_arrival(connection, pilot.vault, case, "correction", "a mistake", "head", now)
    assert pilot.worker.engine.open(package(), REVIEWS, [arrival]) == 1
    pilot.run()
    review = pilot.case_of(arrival.event)
    for official in ("officer-1", "head-1"):
        pilot.decide(review, "refuse", official, review_reason="a mistake")
    assert "counts no longer" in anybody.get(f"/verify/{digest}").text
    newer = sha256(pilot.decision(review).document).hexdigest()
    page = anybody.get(f"/verify/{newer}")
    assert (page.status_code, "counts no longer" in page.text) == (200, False)
    assert "not appointed" in page.text


def test_a_case_without_a_decision_has_no_papers(workplace: Workplace) -> None:
    _, case = workplace.pilot.chosen(LARGE)
    officer = workplace.visitor("officer-75")
    assert officer.get(f"/cases/{case}/decision-kk.pdf").status_code == 404
    workplace.pilot.decide(case, "appoint")
    answer = officer.get(f"/cases/{case}/receipt.json")
    assert (answer.status_code, "root certificates" in answer.text) == (409, True)
