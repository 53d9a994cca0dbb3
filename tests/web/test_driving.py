"""The act on driving licences on its pages and over the API of channels; the systems are asked over real HTTP."""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from qyzmet.acts.driving.applications import CHANNELS
from qyzmet.acts.driving.centres import load_centres
from qyzmet.acts.driving.notices import BEHIND, NOTICES
from qyzmet.cases import chain
from qyzmet.cases.package import packages
from qyzmet.exchange.client import HttpPartners
from qyzmet.people.vault import VaultKeys
from qyzmet.runtime.clock import KZ, HandClock
from qyzmet.runtime.connection import connect
from qyzmet.runtime.database import Database
from qyzmet.web.app import Site
from qyzmet.web.assets import Assets
from qyzmet.web.openid import Provider
from qyzmet.web.senders import SenderKey
from qyzmet.worker import Worker
from qyzmet_twins.link import InProcessSms
from qyzmet_twins.outside import Outside
from qyzmet_twins.serving import Served
from qyzmet_twins.tiny import TinyWorld
from tests.acts.driving.conftest import EXAMPLE
from tests.cases.conftest import iin
from tests.web import conftest as c
from tests.web.conftest import running, signed
from tests.web.pages import Visitor

POLICIES = {"P-AHEAD": 3, "P-WINDOW": 1}


class Town:
    """Pages, a worker and the twins over HTTP, on one clock that tests turn."""

    def __init__(
        self, url: str, worker: Worker, outside: Outside, clock: HandClock, database: Database
    ) -> None:
        self.url, self.worker, self.clock, self.database = url, worker, clock, database
        self.outside, self.systems = outside, outside.services.driving
        self.opened: list[Visitor | Channel] = []

    def run(self) -> None:
        for _ in range(200):
            if self.worker.turn() == 0:
                return
        raise AssertionError("there is always something left to do")

    def after(self, **span: float) -> None:
        self.clock.set(self.clock.now() + timedelta(**span))
        self.run()

    def citizen(self, number: int = 1, language: str = "en", **answers: Any) -> Visitor:
        self.systems.put(iin(number), **answers)
        visitor = self._visitor(language)
        visitor.sign_in("", iin=iin(number))
        return visitor

    def official(self, role: str, regions: str = "75", language: str = "en") -> Visitor:
        visitor = self._visitor(language)
        visitor.sign_in("", sub=f"{role}-1", roles=role, regions=regions)
        return visitor

    def _visitor(self, language: str) -> Visitor:
        visitor = Visitor(self.url, language)
        self.opened.append(visitor)
        return visitor

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with connect(self.database.engine_url) as connection:
            return connection.execute(query, values).fetchall()


@pytest.fixture
def town(
    database: Database,
    vault_keys: VaultKeys,
    assets: Assets,
    sign_in_service: str,
    wall: HandClock,
    tmp_path: Path,
) -> Iterator[Town]:
    clock = HandClock(datetime(2026, 3, 2, 9, 30, tzinfo=KZ))
    outside, acts = Outside(TinyWorld(), clock), list(packages().values())
    site = Site(
        database, vault_keys, clock, acts, policies={"driving": POLICIES}, assets=assets,
        provider=Provider(sign_in_service, "qyzmet", ""), wall=wall,
        workplaces={name: [SenderKey(key.public_key())] for name, key in KEYS.items()},
    )  # fmt: skip
    c.KEYS.update(KEYS)
    with connect(database.engine_url) as connection:
        load_centres(connection, EXAMPLE)
    with Served(outside) as served, HttpPartners(served.ports.url, timeout=2, clock=clock) as partners:
        worker = Worker(
            database, vault_keys, clock, acts, partners, InProcessSms(outside.citizens, clock),
            None, chain.Heads.open(tmp_path / "heads"), policies={"driving": POLICIES},  # type: ignore[arg-type]
        )  # fmt: skip
        with running(site) as url:
            found = Town(url, worker, outside, clock, database)
            found.run()
            yield found
            for visitor in found.opened:
                visitor.http.close()
        worker.close()


KEYS = {name: Ed25519PrivateKey.generate() for name in ("bank_a", "school_union", "egov_portal", "e_maket")}


def _apply(town: Town, visitor: Visitor, service: str = "FIRST") -> str:
    """Brings an application; its address after the language."""
    sent = visitor.post("/driving/applications", "/driving", service=service)
    assert sent.status_code == 303, sent.text
    town.run()
    return str(sent.headers["location"]).removeprefix(f"/{visitor.language}")


def _book(town: Town, visitor: Visitor, at: str) -> None:
    slots = re.findall(r'name="slot" value="(\d+)"', visitor.get(f"{at}/calendar").text)
    assert visitor.post(f"{at}/wish", f"{at}/calendar", slot=slots[0]).status_code == 303
    town.after(seconds=3)
    assert visitor.post(f"{at}/confirm", at).status_code == 303
    town.run()
    (starts,) = town.rows(
        "SELECT max(s.starts_at) FROM driving_places p JOIN driving_slots s ON s.id = p.slot WHERE p.state = 'c'"
    )[0]
    town.clock.set(starts + timedelta(minutes=20))
    town.after(seconds=10)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_from_sign_in_to_the_licence(town: Town, language: str) -> None:
    citizen = town.citizen(language=language)
    at = _apply(town, citizen)
    case = at.rpartition("/")[2]
    page = citizen.get(at).text
    assert page.count('data-state="done"') == 9, "steps 1 and 3 to 10 are seen to have passed"
    fields = {"category": "B", "centre": "ALA-1", "exam_language": language}
    assert citizen.post(f"{at}/form", at, **fields).status_code == 303
    town.run()
    assert f"DL-2026-{int(case):08d}" in citizen.get(at).text
    _book(town, citizen, at)
    _book(town, citizen, at)
    assert citizen.post(f"{at}/pay", at).status_code == 303
    psc = town.official("driving.psc", language=language)
    for what in ("photograph", "formalise"):
        town.run()
        assert psc.post(f"/driving/psc/{case}", "/driving/psc", what=what).status_code == 303
    town.run()
    police = town.official("driving.police", language=language)
    version = re.search(r'name="version" value="(\d+)"', police.get(f"/driving/police/{case}").text)
    assert version is not None
    sent = police.post(
        f"/driving/police/{case}", f"/driving/police/{case}", version=version[1], outcome="approve"
    )
    assert sent.status_code == 303
    town.run()
    printing = town.official("driving.printing", language=language)
    assert (
        printing.post(f"/driving/printing/{case}", "/driving/printing", licence="KZ 777").status_code == 303
    )
    town.run()
    assert psc.post(f"/driving/psc/{case}", "/driving/psc", what="hand_over").status_code == 303
    town.run()
    issued = {"kk": "Куәлік берілді", "ru": "Удостоверение выдано", "en": "Licence issued"}[language]
    page = citizen.get(at).text
    assert issued in page
    assert "KZ 777" in page
    assert page.count('data-state="done"') == 17
    overseer = town.official("driving.oversight", language=language)
    assert "75" in overseer.get("/driving/oversight").text


REFUSALS: dict[str, dict[str, Any]] = {
    "ended_access_not_granted": {"granted": False},
    "ended_licence_exists": {"licence": True},
    "ended_exam_restriction": {"parts": ["608.6"]},
    "ended_no_medical_certificate": {"medical": False},
    "ended_dispensary_record": {"on_record": True},
    "ended_no_school_certificate": {"school": False},
    "ended_no_attempts": {"left": 0},
}


def test_every_refusal_has_its_page_in_three_languages(town: Town) -> None:
    for number, (ending, answers) in enumerate(REFUSALS.items(), start=1):
        visitor = town.citizen(number, **answers)
        at = _apply(town, visitor)
        for language in ("kk", "ru", "en"):
            visitor.language = language
            page = visitor.get(at).text
            behind = BEHIND[ending]
            for said in (
                NOTICES["N-IMPOSSIBLE"][language],
                behind.found[language],
                behind.remedy[language],
                behind.source[language],
            ):
                assert said in page, (ending, language)
            assert 'data-state="failed"' in page
    for ending in ("ended_theory_failed", "ended_practice_failed", "refused"):
        with connect(town.database.engine_url) as connection:
            connection.execute("UPDATE cases SET step = %s WHERE id = %s", (ending, at.rpartition("/")[2]))
            connection.commit()
        for language in ("kk", "ru", "en"):
            visitor.language = language
            page, behind = visitor.get(at).text, BEHIND[ending]
            for said in (NOTICES[behind.notice][language], behind.found[language], behind.remedy[language]):
                assert said in page, (ending, language)


def test_a_replacement_is_online_and_skips_the_gates(town: Town) -> None:
    visitor = town.citizen(licence=True, licence_number="KZ 000001")
    at = _apply(town, visitor, "REPLACEMENT")
    page = visitor.get(at).text
    assert "not from the act" in page
    assert "Pay the duty" in page
    nobody = town.citizen(2)
    at = _apply(town, nobody, "REPLACEMENT")
    assert BEHIND["ended_no_licence"].found["en"] in nobody.get(at).text


def test_another_person_sees_nothing_and_roles_keep_to_their_pages(town: Town) -> None:
    at = _apply(town, town.citizen(1))
    other = town.citizen(2)
    assert other.get(at).status_code == 404
    assert other.post(f"{at}/pay", "/driving").status_code == 404
    for page in ("police", "exams", "psc", "printing", "oversight"):
        assert other.get(f"/driving/{page}").status_code == 403
    assert town.official("driving.police").get("/driving/psc").status_code == 403
    assert town.official("driving.psc").get("/driving/police").status_code == 403


def test_an_official_of_another_region_does_not_find_the_case(town: Town) -> None:
    citizen = town.citizen()
    at = _apply(town, citizen)
    case = at.rpartition("/")[2]
    citizen.post(f"{at}/form", at, category="B", centre="ALA-1", exam_language="kk")
    town.run()
    assert town.official("driving.police", "71").get(f"/driving/police/{case}").status_code == 404
    assert town.official("driving.police", "75").get(f"/driving/police/{case}").status_code == 200


def test_a_silent_registry_is_told_and_nothing_is_lost(town: Town) -> None:
    town.outside.faults.add(_silence("health_ministry_is"))
    citizen = town.citizen()
    at = _apply(town, citizen)
    town.after(seconds=20)
    page = citizen.get(at).text
    assert "does not answer yet" in page
    assert "Health Ministry IS" in page
    again = citizen.post("/driving/applications", "/driving", service="FIRST")
    assert again.headers["location"].endswith(at), "whoever comes back finds the same application"
    town.outside.faults.clear()
    town.after(minutes=6)
    assert "Fill in the application" in citizen.get(at).text


def _silence(system: str) -> Any:
    from qyzmet_twins.faults import Fault

    return Fault(kind="error", system=system, share=1.0)


def test_the_exam_operator_enters_results_of_the_right_person_and_withdraws(town: Town) -> None:
    town.systems.by_hand |= {"theory", "practice"}
    citizen = town.citizen()
    at = _apply(town, citizen)
    case = at.rpartition("/")[2]
    citizen.post(f"{at}/form", at, category="B", centre="ALA-1", exam_language="kk")
    town.run()
    _book(town, citizen, at)
    ((slot,),) = town.rows("SELECT slot FROM driving_places WHERE state = 'c'")
    operator, page = town.official("driving.exams"), f"/driving/exams/{slot}"
    assert f"/driving/exams/{slot}" in operator.get("/driving/exams").text
    wrong = operator.post(f"{page}/results", page, case=case, result="passed", iin=iin(9))
    assert wrong.status_code == 409
    assert "not the person" in wrong.text
    assert operator.post(f"{page}/results", page, case=case, result="passed", iin=iin(1)).status_code == 303
    assert (
        operator.post(f"{page}/results", page, case=case, result="passed", iin=iin(1)).status_code == 303
    ), "the same again"
    second = operator.post(f"{page}/results", page, case=case, result="failed", iin=iin(1))
    assert second.status_code == 409
    town.run()
    assert "a second result" in operator.get("/driving/exams").text
    slots = re.findall(r'name="slot" value="(\d+)"', citizen.get(f"{at}/calendar").text)
    citizen.post(f"{at}/wish", f"{at}/calendar", slot=slots[0])
    town.after(seconds=3)
    citizen.post(f"{at}/confirm", at)
    town.run()
    page = f"/driving/exams/{slots[0]}"
    assert operator.post(f"{page}/withdraw", page, why="the car broke down").status_code == 303
    town.run()
    assert "the car broke down" in citizen.get(at).text


def test_the_public_pages(town: Town) -> None:
    nobody = Visitor(town.url)
    town.opened.append(nobody)
    assert nobody.get("/driving").status_code == 200
    passport = nobody.get("/driving/passport").text
    assert passport.count("<li>") >= 18
    assert 'href="/en/driving"' in passport
    assert "Draws" in nobody.get("/driving/draws").text
    assert nobody.get("/driving/draws.json").json()["draws"] == []
    assert nobody.get("/driving/applications/1").status_code == 303


class Channel:
    """A bank, a school association, or the portal: signs its requests."""

    def __init__(self, town: Town, name: str) -> None:
        self.town, self.name = town, name
        self.http = httpx.Client(base_url=town.url, timeout=20, trust_env=False)
        town.opened.append(self)

    def post(self, path: str, key: str = "", **given: Any) -> httpx.Response:
        body = msgspec.json.encode(given)
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        headers = {
            "Content-Type": "application/json", "Content-Digest": f"sha-256=:{digest}:",
            "Idempotency-Key": key or str(uuid.uuid4()), "Accept-Language": "en",
        }  # fmt: skip
        covered = ("@method", "@path", "content-type", "content-digest", "idempotency-key")
        headers |= signed(
            "POST", f"/api/v1/driving{path}", headers, covered, self.name, self.town.clock.now()
        )
        return self.http.post(f"/api/v1/driving{path}", content=body, headers=headers)

    def get(self, path: str, query: str = "?") -> httpx.Response:
        covered = ("@method", "@path", "@query")
        headers = signed(
            "GET", f"/api/v1/driving{path}", {}, covered, self.name, self.town.clock.now(), query
        )
        return self.http.get(
            f"/api/v1/driving{path}{query if query != '?' else ''}",
            headers=headers | {"Accept-Language": "en"},
        )


def test_a_bank_brings_an_application_and_learns_only_the_notice(town: Town) -> None:
    bank, key = Channel(town, "bank_a"), str(uuid.uuid4())
    town.systems.put(iin(1), parts=["608.6"])
    brought = bank.post("/applications", key, iin=iin(1), authorised=True)
    assert brought.status_code == 200, brought.text
    assert bank.post("/applications", key, iin=iin(1), authorised=True).json() == brought.json()
    town.run()
    case = brought.json()["application"]
    notice = NOTICES["N-IMPOSSIBLE"]["en"]
    expected = {"application": case, "service": "FIRST", "step": None, "title": notice, "ended": True, "number": None,
                "notice": {"code": "N-IMPOSSIBLE", "text": notice}, "link": "", "ticket": ""}  # fmt: skip
    assert bank.get(f"/applications/{case}").json() == expected, "the notice and nothing more"
    for number, (ending, answers) in enumerate(REFUSALS.items(), start=20):
        town.systems.put(iin(number), **answers)
        other = bank.post("/applications", iin=iin(number), authorised=True).json()
        assert (other["step"], other["title"]) == (4, "Checks are being made"), "all gates look alike"
        town.run()
        other = bank.get(f"/applications/{other['application']}").json()
        assert other | {"application": case} == expected, ending
    assert Channel(town, "school_union").get(f"/applications/{case}").status_code == 404
    assert Channel(town, "e_maket").get(f"/applications/{case}").status_code == 409, "no channel of the pilot"


def test_the_portal_gives_a_link_by_which_the_person_goes_on(town: Town) -> None:
    portal = Channel(town, "egov_portal")
    brought = portal.post("/applications", iin=iin(3), authorised=True).json()
    town.run()
    assert portal.get(f"/applications/{brought['application']}").json()["step"] == 2
    other = town.citizen(4)
    assert other.http.get(brought["link"]).status_code == 404, "the link is the person's own"
    person = town.citizen(3)
    gone = person.http.get(brought["link"])
    assert gone.status_code == 303
    town.run()
    assert "Fill in the application" in person.get(gone.headers["location"].removeprefix("/en")).text


def test_a_school_association_goes_all_the_way_to_a_place(town: Town) -> None:
    school = Channel(town, "school_union")
    case = school.post("/applications", iin=iin(5), authorised=True).json()["application"]
    town.run()
    bad = school.post(f"/applications/{case}/form", category="Q", exam_language="kk", centre="ALA-1")
    assert bad.status_code == 422
    school.post(f"/applications/{case}/form", category="B", exam_language="kk", centre="ALA-1")
    town.run()
    assert school.post(f"/applications/{case}/pay").status_code == 409, "no payment before both examinations"
    slots = school.get("/slots", "?kind=theory&centre=ALA-1").json()["slots"]
    assert len(slots[0]["commitment"]) == 64
    asked = school.post(f"/applications/{case}/wish", slot=slots[0]["id"])
    assert len(asked.json()["ticket"]) == 16
    town.after(seconds=3)
    assert school.post(f"/applications/{case}/confirm").status_code == 200
    town.run()
    assert school.get(f"/applications/{case}").json()["number"].startswith("DL-2026-")


@pytest.mark.clause("driving:§7", "driving:order.3.2")
def test_there_is_no_route_for_branches(town: Town) -> None:
    bank = Channel(town, "bank_a")
    for service in ("FIRST", "REPLACEMENT"):
        refused = bank.post("/applications", iin=iin(6), service=service, channel="BRANCH")
        assert refused.status_code == 409
        assert "Branches" in refused.text
    foreign = bank.post("/applications", iin=iin(6), service="FOREIGN_EXCHANGE", channel="BRANCH")
    assert foreign.status_code == 409
    assert "at a branch" in foreign.text
    assert "BRANCH" not in CHANNELS
    assert (
        town.official("clerk").post("/driving/applications", "/driving", service="FIRST").status_code == 403
    )
    assert town.rows("SELECT count(*) FROM cases") == [(0,)]


@pytest.mark.clause("driving:order.6")
def test_after_the_pilot_the_answer_says_what_applies(town: Town) -> None:
    town.clock.set(datetime(2026, 9, 1, 9, tzinfo=KZ))
    sent = town.citizen().post("/driving/applications", "/driving", service="FIRST")
    assert sent.status_code == 409
    assert "2026-08-31" in sent.text
