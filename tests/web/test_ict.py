"""The pages of the act `ict`: search, interview, register, company, officer; and its API."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import httpx
import pytest

from qyzmet_twins.ictregisters import COMPANIES
from tests.web.pages import Visitor

BIN, OTHER = list(COMPANIES)[:2]
INCOME = (
    "period_from,period_to,description,amount,item,answers\n"
    "2026-01-01,2026-01-31,игра,900,16,actions=REALISE\n2026-01-01,2026-01-31,хлеб,100,17,directions=\n"
)


@pytest.fixture
def open_visitor(pages: str) -> Iterator[object]:
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


def _determine(visitor: Visitor, item: str = "16", **answers: str | list[str]) -> httpx.Response:
    fields = {"item": item, "description": "мобильді ойын", "first": "2026-03-01", **answers}
    return visitor.post("/ict/interview", "/ict/interview", **fields)


def test_anybody_searches_and_reads_an_item(open_visitor) -> None:  # type: ignore[no-untyped-def]
    for language, said in (("kk", "Ойындар"), ("ru", "Игры"), ("en", "Games")):
        visitor = open_visitor(language=language)
        assert said in visitor.get("/ict/search?text=мобильді ойын әзірлейміз").text
        assert "exclusion" in open_visitor().get("/ict/search?text=дата-центр для майнеров").text
        assert visitor.get("/ict/items/19").status_code == 200
        assert visitor.get("/ict/items/20").status_code == 404
        assert visitor.get("/ict/search?text=" + "ы" * 2001).status_code == 422
    assert open_visitor().get("/ict/company").status_code == 303, "who is nobody signs in first"


def test_a_company_is_asked_what_decides_objects_and_an_officer_reviews(open_visitor) -> None:  # type: ignore[no-untyped-def]
    company = open_visitor("ict.company", BIN)
    asked = _determine(company)
    assert "What do you do?" in asked.text
    told = {"l.actions": "1", "a.actions": ["OPERATE"]}
    found = _determine(company, **told)
    assert "does not fall under item 16" in found.text
    entered = _determine(company, **told, enter="1")
    assert entered.status_code == 303
    address = entered.headers["location"].removeprefix("/en")
    assert "annex1.item16" in company.get(address).text
    assert open_visitor("ict.company", OTHER).get(address).status_code == 404
    assert company.post(f"{address}/review", address, result="MATCH", text="so").status_code == 403
    assert company.post(f"{address}/object", address, text="we also develop it").status_code == 303
    officer = open_visitor("ict.officer")
    assert address.rpartition("/")[2] in officer.get("/ict/companies").text
    assert officer.post(f"{address}/review", address, result="MATCH", text="contract No 5").status_code == 303
    assert officer.post(f"{address}/review", address, result="MATCH", text="again").status_code == 409
    assert "contract No 5" in company.get(address).text
    assert officer.get(f"/ict/companies/{BIN}").status_code == 200
    assert officer.get("/ict/companies/123").status_code == 422


def test_extracts_and_income_are_entered_whole_or_not_at_all(open_visitor) -> None:  # type: ignore[no-untyped-def]
    company = open_visitor("ict.company", OTHER)

    def send(path: str, content: bytes, **fields: str) -> httpx.Response:
        token = company.token("/ict/company")
        return company.http.post(  # type: ignore[no-any-return]
            f"/en/ict/company/{path}", data={"_csrf": token, **fields}, files={"file": ("a.csv", content)}
        )

    assert "2026: 90 %" in send("income", INCOME.encode()).text
    bad = send("income", INCOME.replace("100", "-1").encode())
    assert "Nothing was entered" in bad.text
    assert "not negative" in bad.text
    assert "2026" in company.get("/ict/company").text
    assert send("extracts", b"%PDF-", number="KZ-T-002210", day="2024-01-20").status_code == 303
    assert send("extracts", b"%PDF-2", number="KZ-T-002210", day="2024-01-20").status_code == 409
    assert send("extracts", b"%PDF-", number="KZ-1", day="2999-01-20").status_code == 422
    assert send("extracts", b"", number="KZ-1", day="2024-01-20").status_code == 422
    assert "KZ-T-002210" in company.get("/ict/company").text
    csv = open_visitor("ict.officer").get("/ict/companies.csv")
    assert OTHER in csv.text
    assert "text/csv" in csv.headers["content-type"]


@pytest.mark.parametrize("text", ["=1+1", "<script>alert(1)</script>", "\u202eevil", "x" * 4001, "a\x00b"])
def test_hostile_words_do_no_harm(open_visitor, text: str) -> None:  # type: ignore[no-untyped-def]
    company = open_visitor("ict.company", BIN)
    answer = company.post("/ict/interview", "/ict/interview", item="16", description=text, first="2026-03-01")
    assert answer.status_code in (200, 422)
    assert "<script>alert" not in answer.text


def test_the_api_answers_as_the_command_does(pages: str) -> None:
    keyed = {"Idempotency-Key": "of-no-effect"}
    with httpx.Client(base_url=f"{pages}/api/v1/ict", trust_env=False, headers=keyed) as http:
        assert len(http.get("/items").json()["items"]) == 19
        found = http.post("/classify", json={"text": "Мобильді ойын", "language": "kk"}).json()
        assert found["items"][0]["item"] == 16
        asked = http.post("/determine", json={"item": 2, "answers": {}, "on": "2026-03-01"}).json()
        assert (asked["result"], asked["ask"]["name"]) == (None, "state_body_system")
        answers = {"state_body_system": True}
        found = http.post("/determine", json={"item": 2, "answers": answers, "on": "2026-03-01"}).json()
        assert (found["result"], found["ask"]) == ("NO_MATCH", None)
        content = base64.b64encode(INCOME.encode()).decode()
        share = http.post("/income/check", json={"name": "a.csv", "content": content}).json()
        assert (share["percent"], share["met"]) == ("90", True)
        for path, sent, status in (
            ("/classify", {"text": "x", "language": "de"}, 422),
            ("/classify", {"text": "x", "most": 99}, 422),
            ("/classify", {"text": "x" * 20_001}, 422),
            ("/classify", [], 422),
            ("/determine", {"item": 2, "answers": {"colour": 1}, "on": "2026-03-01"}, 422),
            ("/determine", {"item": 2, "answers": {}, "on": "2025-12-31"}, 409),
            ("/determine", {"item": 20, "answers": {}, "on": "2026-03-01"}, 404),
            ("/income/check", {"name": "a", "content": "AA=="}, 422),
        ):
            answer = http.post(path, json=sent)
            assert answer.status_code == status, (path, sent, answer.text)
            assert answer.headers["content-type"].startswith("application/problem+json")
