"""The pages of the act `assessment`: a year from opening to publication, one appeal granted and one refused."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from qyzmet.acts.assessment import report as r
from qyzmet.acts.assessment.life import canonical
from qyzmet.acts.assessment.workbook import form
from qyzmet.exchange import development
from qyzmet.exchange.cms import LocalSigner
from qyzmet.exchange.development import Office, development_authority
from qyzmet.exchange.signing import ToSign
from qyzmet.runtime.clock import KZ, HandClock
from qyzmet.runtime.config import Config
from qyzmet.web.app import Site
from qyzmet.web.assets import Assets
from qyzmet.web.openid import Provider
from tests.acts.assessment import material as m
from tests.web.conftest import running
from tests.web.pages import Visitor

CENTRAL, LOCAL = "180540000101", "191140003403"
BODIES = [
    {"id": "CENTRAL_ONE", "names": {"kk": "Бірінші министрлік", "ru": "Первое министерство", "en": "First ministry"},
     "kind": "CENTRAL", "bin": CENTRAL},
    {"id": "LOCAL_ONE", "names": {"kk": "Бірінші әкімдік"}, "kind": "LOCAL", "bin": LOCAL},
]  # fmt: skip
PERIOD = {
    "code": "2024",
    "first": "2024-01-01",
    "last": "2024-12-31",
    "report_due": "2025-02-01",
    "appeal_due": "2025-04-01",
}
Open = Callable[..., Visitor]


@pytest.fixture
def visitors(pages: str) -> Iterator[Open]:
    opened: list[Visitor] = []

    def visitor(role: str = "", bin: str = "", language: str = "en") -> Visitor:
        new = Visitor(pages, language)
        opened.append(new)
        if role:
            new.sign_in("", sub=f"{role}-{bin}", roles=role, bin=bin)
        return new

    yield visitor
    for each in opened:
        each.http.close()


def _send(visitor: Visitor, path: str, page: str, files: dict[str, Any], **fields: str) -> httpx.Response:
    data = {"_csrf": visitor.token(page), **fields}
    return visitor.http.post(f"/{visitor.language}{path}", data=data, files=files)


def _opened(keeper: Visitor) -> None:
    answer = _send(
        keeper,
        "/assessment/periods",
        "/assessment/periods",
        {"bodies": ("b.json", json.dumps(BODIES))},
        **PERIOD,
    )
    assert answer.status_code == 303, answer.text


def test_a_year_from_opening_to_publication(visitors: Open, clock: HandClock) -> None:
    clock.set(datetime(2025, 1, 10, 9, tzinfo=KZ))
    keeper, assessor, board = (visitors(f"assessment.{role}") for role in ("keeper", "assessor", "board"))
    _opened(keeper)
    for bin, body in ((CENTRAL, "CENTRAL_ONE"), (LOCAL, "LOCAL_ONE")):
        own = visitors("assessment.body", bin)
        assert "2024" in own.get("/assessment/mine").text
        page = f"/assessment/mine/2024/{body}"
        assert own.get(f"{page}/form.xlsx").content[:2] == b"PK"
        content = form(m.full(body))
        checked = _send(own, f"{page}/check", page, {"report": ("r.xlsx", content)})
        assert "no faults" in checked.text
        signed = _send(own, f"{page}/canonical", page, {"report": ("r.xlsx", content)})
        assert signed.content == canonical(m.full(body))
        assert _send(own, f"{page}/submit", page, {"report": ("r.xlsx", content)}).status_code == 303
        again = _send(own, f"{page}/submit", page, {"report": ("r.xlsx", content)})
        assert again.status_code == 409, "the same report is nothing new"
    other = visitors("assessment.body", LOCAL)
    assert other.get("/assessment/mine/2024/CENTRAL_ONE").status_code == 404
    assert keeper.post("/assessment/periods/2024/score", "/assessment/periods/2024").status_code == 409
    for body in ("CENTRAL_ONE", "LOCAL_ONE"):
        page = f"/assessment/periods/2024/bodies/{body}"
        items = _items(assessor.get(page).text)
        assert assessor.post(f"{page}/decide", page, counted="no", item=items[:1]).status_code == 422
        assert assessor.post(f"{page}/decide", page, counted="yes", item=items).status_code == 303
        assert keeper.post(f"{page}/decide", page, counted="yes", item=items).status_code == 403
    assert keeper.post("/assessment/periods/2024/score", "/assessment/periods/2024").status_code == 303
    local, central = visitors("assessment.body", LOCAL), visitors("assessment.body", CENTRAL)
    for own, body, row in ((local, "LOCAL_ONE", "row1"), (central, "CENTRAL_ONE", "row2")):
        page = f"/assessment/mine/2024/{body}"
        assert "18" in own.get(page).text
        assert own.post(f"{page}/object", page, row=row, language="kk", text="look again").status_code == 303
    page = "/assessment/periods/2024"
    clock.advance(timedelta(minutes=1))
    item = _items(board.get(page).text)[0]
    granted = board.post(f"{page}/objections/1", page, granted="yes", item=item, counted="no", reason="seen")
    assert granted.status_code == 303
    assert (
        board.post(f"{page}/objections/2", page, granted="no", reason="as the table says").status_code == 303
    )
    clock.set(datetime(2025, 4, 2, 9, tzinfo=KZ))
    keeper = visitors("assessment.keeper")
    assert keeper.post(f"{page}/close", page).status_code == 409, "the granted objection is not scored yet"
    for step, fields in (
        ("score", {"reason": "objection 1"}),
        ("close", {}),
        ("conclude", {}),
        ("publish", {}),
    ):
        assert keeper.post(f"{page}/{step}", page, **fields).status_code == 303, step
    for language, said in (
        ("kk", "Бірінші министрлік"),
        ("ru", "Первое министерство"),
        ("en", "First ministry"),
    ):
        anybody = visitors(language=language)
        assert "2024" in anybody.get("/assessment/results").text
        assert said in anybody.get("/assessment/results/2024").text
        assert anybody.get("/assessment/results/2024/LOCAL_ONE").status_code == 200
    files = {name: anybody.get(f"/assessment/results/2024/files/{name}") for name in
             ("report.pdf", "results.xlsx", "results.csv", "dataset.jsonld")}  # fmt: skip
    assert all(answer.status_code == 200 for answer in files.values())
    assert files["report.pdf"].content[:5] == b"%PDF-"
    assert files["dataset.jsonld"].json()["@type"] == "dcat:Dataset"
    assert anybody.get("/assessment/results/2024/files/other").status_code == 404
    with httpx.Client(base_url=anybody.url, trust_env=False) as http:
        assert http.get("/api/v1/assessment/results").json()["periods"][0]["code"] == "2024"
        assert len(http.get("/api/v1/assessment/results/2024").json()["scores"]) == 2


def _items(text: str) -> list[str]:
    import re

    return re.findall(r'name="item" type="checkbox" value="([0-9a-f]+)"', text)


def test_faults_are_listed_and_nothing_is_taken(visitors: Open, clock: HandClock) -> None:
    clock.set(datetime(2025, 1, 10, 9, tzinfo=KZ))
    _opened(visitors("assessment.keeper"))
    own, page = visitors("assessment.body", CENTRAL), "/assessment/mine/2024/CENTRAL_ONE"
    report = msgspec.json.encode(m.full("CENTRAL_ONE")).replace(b'"participants":', b'"participants":-')
    answer = _send(own, f"{page}/submit", page, {"report": ("r.json", report)})
    assert (answer.status_code, "participants" in answer.text) == (422, True)
    assert "was taken" not in own.get(page).text
    for content in (b"", b"{", b"PK nothing", b"x" * (8 * 2**20 + 1)):
        assert _send(own, f"{page}/submit", page, {"report": ("r", content)}).status_code in (413, 422)
    foreign = msgspec.json.encode(m.full("LOCAL_ONE"))
    assert _send(own, f"{page}/submit", page, {"report": ("r.json", foreign)}).status_code == 422


def test_a_signed_report_by_page_and_by_api(
    site: Site,
    assets: Assets,
    sign_in_service: str,
    wall: HandClock,
    clock: HandClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock.set(datetime(2025, 1, 10, 9, tzinfo=KZ))
    # The numbers of the development authority belong to nobody; this head has that of the body.
    monkeypatch.setattr(development, "_bin", lambda office: f"BIN{CENTRAL}")
    roots = development_authority(tmp_path, clock, [Office("body", "75")])
    signer = LocalSigner(tmp_path, clock)
    report = m.full("CENTRAL_ONE")
    signature = signer.sign([ToSign(document=canonical(report), authority="body", region="75")])[0].signature
    config = Config(home=tmp_path, signing_roots=roots)
    provider = Provider(sign_in_service, "qyzmet", "")
    with running(replace(site, assets=assets, provider=provider, wall=wall, config=config)) as url:
        keeper = Visitor(url, "en")
        keeper.sign_in("", sub="k", roles="assessment.keeper")
        sent = {"bodies": ("b.json", json.dumps(BODIES))}
        opened = _send(keeper, "/assessment/periods", "/assessment/periods", sent, **PERIOD)
        assert opened.status_code == 303
        own = Visitor(url, "en")
        own.sign_in("", sub="b", roles="assessment.body", bin=CENTRAL)
        page = "/assessment/mine/2024/CENTRAL_ONE"
        content = ("r.json", canonical(report))
        unsigned = _send(own, f"{page}/submit", page, {"report": content})
        assert unsigned.status_code == 409
        with httpx.Client(base_url=f"{url}/api/v1/assessment", trust_env=False) as http:

            def post(document: bytes, cms: bytes, key: str = "a-new-report") -> httpx.Response:
                body = {
                    name: base64.b64encode(part).decode()
                    for name, part in (("report", document), ("signature", cms))
                }
                return http.post("/periods/2024/reports", json=body, headers={"Idempotency-Key": key})

            assert post(canonical(m.full("LOCAL_ONE")), signature).status_code == 409, (
                "signed was another report"
            )
            taken = post(canonical(report), signature)
            assert (taken.status_code, taken.json()["body"]) == (200, "CENTRAL_ONE")
            again = post(canonical(report), signature)
            assert (again.status_code, again.headers["idempotency-replayed"]) == (200, "true")
            assert again.json() == taken.json()
            assert post(canonical(report), signature, "another-key").status_code == 409
        assert "signed" in own.get(page).text
        own.http.close()
        keeper.http.close()


def test_documents_are_kept_and_reports_name_them(visitors: Open, clock: HandClock) -> None:
    """A report with a document that was never sent in is refused; with it, the assessor can read it."""
    clock.set(datetime(2025, 1, 10, 9, tzinfo=KZ))
    _opened(visitors("assessment.keeper"))
    own, page = visitors("assessment.body", CENTRAL), "/assessment/mine/2024/CENTRAL_ONE"
    proof = b"%PDF-1.7 minutes of the meeting"
    digest = sha256(proof).hexdigest()
    measure = r.Measure(
        type="SURVEY", date=date(2024, 5, 5), result="needs known", document_links=(f"document:{digest}",)
    )
    sent = {"report": ("r.json", canonical(m.full("CENTRAL_ONE", measures=(measure,))))}
    refused = _send(own, f"{page}/submit", page, sent)
    assert (refused.status_code, "was not sent in" in refused.text) == (422, True)
    assert _send(own, f"{page}/documents", page, {"document": ("x", b"")}).status_code == 422
    kept = _send(own, f"{page}/documents", page, {"document": ("minutes.pdf", proof)})
    assert f"document:{digest}" in kept.text
    assert _send(own, f"{page}/submit", page, sent).status_code == 303
    assessor = visitors("assessment.assessor")
    assert digest in assessor.get("/assessment/periods/2024/bodies/CENTRAL_ONE").text
    given = assessor.get(f"/assessment/documents/{digest}")
    assert (given.content, given.headers["content-type"]) == (proof, "application/octet-stream")
    assert assessor.get(f"/assessment/documents/{'0' * 64}").status_code == 404
    assert own.get(f"/assessment/documents/{digest}").status_code == 403


@pytest.mark.clause("assessment:annex9.table1.row4", "assessment:para5")
def test_the_ministry_supplies_row_4_and_each_assessor_has_its_bodies(
    visitors: Open, clock: HandClock
) -> None:
    clock.set(datetime(2025, 1, 10, 9, tzinfo=KZ))
    keeper, digital, info = visitors("assessment.keeper"), "190340000106", "180540000200"
    bodies = [
        *BODIES,
        {"id": "DIGITAL_MINISTRY", "names": {"kk": "ЦДМ"}, "kind": "CENTRAL", "bin": digital},
        {"id": "INFO_MINISTRY", "names": {"kk": "АҚДМ"}, "kind": "CENTRAL", "bin": info},
        {"id": "GOV_APPARATUS", "names": {"kk": "Аппарат"}, "kind": "OTHER", "bin": LOCAL},
    ]
    sent = {"bodies": ("b.json", json.dumps(bodies))}
    assert _send(keeper, "/assessment/periods", "/assessment/periods", sent, **PERIOD).status_code == 303
    ministry, page = visitors("assessment.body", digital), "/assessment/mine/2024/DIGITAL_MINISTRY"
    supply = {"for": "CENTRAL_ONE", "links": "https://data.egov.kz/a\nhttps://data.egov.kz/b"}
    assert ministry.post(f"{page}/automated", page, **supply).status_code == 303
    wrong = ministry.post(f"{page}/automated", page, **supply | {"links": "ftp://x"})
    assert wrong.status_code == 422
    other, own = visitors("assessment.body", CENTRAL), "/assessment/mine/2024/CENTRAL_ONE"
    assert other.post(f"{own}/automated", own, **supply).status_code == 409
    assert (
        _send(
            other, f"{own}/submit", own, {"report": ("r.json", canonical(m.full("CENTRAL_ONE")))}
        ).status_code
        == 303
    )
    records = "/assessment/periods/2024/bodies/CENTRAL_ONE"
    right, wrong_one = visitors("assessment.assessor", info), visitors("assessment.assessor", LOCAL)
    shown = right.get(records).text
    assert "Ministry of Information" in shown
    assert "says: 2" in shown
    items = _items(shown)
    assert wrong_one.post(f"{records}/decide", records, counted="yes", item=items).status_code == 409
    assert right.post(f"{records}/decide", records, counted="yes", item=items).status_code == 303
    who = visitors(language="kk").get("/assessment/who").text
    for said in ("Үкіметінің Аппараты", "para5.4", "para26.2", "1-ОЛ", "para9.c"):
        assert said in who


def test_a_period_of_earlier_tables_is_not_opened(visitors: Open) -> None:
    earlier = PERIOD | {
        "first": "2022-06-01",
        "last": "2023-05-31",
        "report_due": "2023-07-01",
        "appeal_due": "2023-08-01",
    }
    sent = {"bodies": ("b.json", json.dumps(BODIES))}
    answer = _send(
        visitors("assessment.keeper"), "/assessment/periods", "/assessment/periods", sent, **earlier
    )
    assert (answer.status_code, "earlier tables are not loaded" in answer.text) == (409, True)


def test_a_version_after_publication_leaves_the_old_one(visitors: Open, clock: HandClock) -> None:
    """What was published stays readable under its number, with its files."""
    clock.set(datetime(2025, 1, 10, 9, tzinfo=KZ))
    keeper, page = visitors("assessment.keeper"), "/assessment/periods/2024"
    _opened(keeper)
    assert keeper.post(f"{page}/score", page).status_code == 303
    clock.set(datetime(2025, 4, 2, 9, tzinfo=KZ))
    keeper = visitors("assessment.keeper")
    for step in ("close", "conclude", "publish"):
        assert keeper.post(f"{page}/{step}", page).status_code == 303
    assert keeper.post(f"{page}/score", page, reason="a slip in the list").status_code == 303
    anybody = visitors()
    assert "version 1" in anybody.get("/assessment/results/2024").text, "the new one is not published yet"
    for step in ("conclude", "publish"):
        assert keeper.post(f"{page}/{step}", page).status_code == 303
    newest, oldest = (anybody.get(f"/assessment/results/2024{query}").text for query in ("", "?version=1"))
    assert "version 2" in newest
    assert "a slip in the list" in newest
    assert "version 1" in oldest
    assert "submitted by" in oldest
    told = anybody.get("/assessment/results/2024/files/dataset.jsonld?version=1").json()
    assert told["dcat:distribution"][0]["dcat:downloadURL"]["@id"].startswith(anybody.url)
    for page_ in ("", "/LOCAL_ONE"):
        assert anybody.get(f"/assessment/results/2024{page_}?version=3").status_code == 404
        assert anybody.get(f"/assessment/results/2024{page_}?version=1").status_code == 200
    for query, number in (("", 2), ("?version=1", 1)):
        told = anybody.http.get(f"/api/v1/assessment/results/2024{query}").json()
        assert (told["version"], len(told["scores"])) == (number, 2)
    assert "The appeals were closed" in keeper.get(page).text
