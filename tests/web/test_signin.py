"""Signing in by OpenID Connect, sessions, forms of an ended session, and the permission table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from litestar import Request, Response, get, post

from qyzmet.runtime.clock import HandClock
from qyzmet.web import sessions
from qyzmet.web.app import Site, litestar
from qyzmet.web.assets import Assets
from qyzmet.web.openid import Provider
from qyzmet.web.permissions import PermissionMistake, needs
from qyzmet.web.site import ActSite, Context, CurrentUser, SentForm
from tests.cases.conftest import iin
from tests.web.conftest import running
from tests.web.pages import Visitor


def notes(context: Context) -> ActSite:
    """An act's part with a page, a form and an API."""
    written: list[str] = []

    @get("/all", opt=needs("proactive.notes.see"), sync_to_thread=False)
    def see(request: Request[Any, Any, Any], user: CurrentUser) -> Response[bytes]:
        return context.page(request, "home.html", acts=[])

    @post("/all", opt=needs("proactive.notes.write"), sync_to_thread=False)
    def write(request: Request[Any, Any, Any], user: CurrentUser, form: SentForm) -> Response[bytes]:
        written.append(f"{user.id} {form.text('note', required=True, most=50)}")
        return Response("\n".join(written).encode(), media_type="text/plain")

    @get("/notes", opt=needs("proactive.notes.see"), sync_to_thread=False)
    def listed() -> list[str]:
        return written

    return ActSite(
        api=[listed], pages=[see, write],
        roles={"proactive.scribe": {"kk": "Жазушы", "ru": "Писарь", "en": "Scribe"}},
        permissions={
            "proactive.notes.see": ("proactive.scribe", "auditor"),
            "proactive.notes.write": ("proactive.scribe",),
        },
    )  # fmt: skip


@pytest.fixture
def pages(site: Site, assets: Assets, sign_in_service: str, wall: HandClock) -> Iterator[str]:
    provider = Provider(sign_in_service, "qyzmet", "")
    with running(
        replace(site, assets=assets, provider=provider, wall=wall, sites={"proactive": notes})
    ) as url:
        yield url


@pytest.fixture
def visitor(pages: str) -> Iterator[Visitor]:
    visitor = Visitor(pages)
    yield visitor
    visitor.http.close()


def test_first_page_is_kazakh_and_each_language_has_its_address(visitor: Visitor) -> None:
    assert visitor.http.get("/").headers["location"] == "/kk"
    for language in ("kk", "ru", "en"):
        page = visitor.http.get(f"/{language}")
        assert page.status_code == 200
        assert f'<html lang="{language}"' in page.text
    assert visitor.http.get("/de").status_code == 404


def test_pages_are_light_and_strict(visitor: Visitor, assets: Assets) -> None:
    page = visitor.http.get("/kk")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    sent = int(page.headers["content-length"]) + sum(
        len(asset.packed or asset.content) for asset in assets.files.values()
    )
    assert sent < 100_000
    assert "http://" not in page.text
    assert "https://" not in page.text


def test_signing_in_and_out(visitor: Visitor) -> None:
    assert visitor.get("/proactive/all").headers["location"] == "/en/sign-in?then=/en/proactive/all"
    assert visitor.sign_in("auditor").headers["location"] == "/en"
    assert visitor.get("/proactive/all").status_code == 200
    assert visitor.post("/proactive/all", note="x").status_code == 403
    assert visitor.post("/sign-out").status_code == 303
    assert visitor.get("/proactive/all").status_code == 303


def test_roles_of_an_act(visitor: Visitor) -> None:
    visitor.sign_in(sub="kim", roles="proactive.scribe unheard.of")
    assert visitor.post("/proactive/all", note="қызмет").text == "kim қызмет"
    assert visitor.http.get("/api/v1/proactive/notes").json() == ["kim қызмет"]


def test_who_has_no_role_does_not_come_in(visitor: Visitor) -> None:
    assert visitor.sign_in(sub="kim", roles="unheard.of").status_code == 403


def test_a_sign_in_ends_where_it_began_and_once(visitor: Visitor, pages: str) -> None:
    begun = visitor.http.get("/en/sign-in/begin")
    state = httpx.URL(begun.headers["location"]).params["state"]
    elsewhere = httpx.get(f"{pages}/signed-in", params={"state": state, "code": "x"}, trust_env=False)
    assert elsewhere.status_code == 400
    assert visitor.http.get("/signed-in", params={"state": state, "code": "x"}).status_code == 400


def test_nobody_is_sent_elsewhere(visitor: Visitor) -> None:
    page = visitor.get("/sign-in?then=//evil.example/x")
    assert 'href="/en/sign-in/begin?then=/en"' in page.text


def test_the_api_says_401_and_403_as_problems(visitor: Visitor) -> None:
    assert visitor.http.get("/api/v1/proactive/notes").json()["type"] == "urn:qyzmet:problem:signed-out"
    visitor.sign_in("officer-75")
    refused = visitor.http.get("/api/v1/proactive/notes")
    assert refused.status_code == 403
    assert refused.headers["content-type"] == "application/problem+json"


def test_a_form_without_its_token_changes_nothing(visitor: Visitor) -> None:
    visitor.sign_in(sub="kim", roles="proactive.scribe")
    for data in ({"note": "x"}, {"note": "x", "_csrf": "AAAA"}, {"note": "x", "_csrf": "ж"}):
        answer = visitor.http.post("/en/proactive/all", data=data)
        assert answer.status_code == 403
        assert 'name="note"' in answer.text  # what was typed is still there
    assert visitor.http.get("/api/v1/proactive/notes").json() == []


@pytest.mark.parametrize("text", ["a\x00b", "x" * 51, "\u202egnirts", ""])
def test_what_is_no_text_is_refused_and_kept_on_the_page(visitor: Visitor, text: str) -> None:
    visitor.sign_in(sub="kim", roles="proactive.scribe")
    answer = visitor.post("/proactive/all", note=text)
    assert answer.status_code == 422
    assert 'name="note"' in answer.text


def test_hostile_text_is_shown_as_text(visitor: Visitor) -> None:
    visitor.sign_in(sub="kim", roles="proactive.scribe")
    answer = visitor.post("/proactive/all", note="</textarea><script>alert(1)</script>" + "x" * 50)
    assert "<script>alert" not in answer.text


def test_what_was_typed_survives_the_end_of_the_session(visitor: Visitor, wall: HandClock) -> None:
    visitor.sign_in(sub="kim", roles="proactive.scribe")
    token = visitor.token()
    wall.advance(sessions.IDLE)
    sent = visitor.http.post("/en/proactive/all", data={"_csrf": token, "note": "a long text"})
    assert sent.headers["location"].startswith("/en/sign-in")
    assert "kept" in visitor.get("/sign-in").text
    assert visitor.sign_in(sub="kim", roles="proactive.scribe").headers["location"] == "/en/kept"
    assert "a long text" in visitor.get("/kept").text
    assert visitor.post("/proactive/all", note="a long text", _kept="1").text == "kim a long text"
    assert visitor.get("/kept").status_code == 303


def test_what_one_typed_another_does_not_see(visitor: Visitor, wall: HandClock) -> None:
    visitor.sign_in(sub="kim", roles="proactive.scribe")
    token = visitor.token()
    wall.advance(sessions.IDLE)
    visitor.http.post("/en/proactive/all", data={"_csrf": token, "note": "a secret"})
    assert visitor.sign_in(sub="lee", roles="proactive.scribe").headers["location"] == "/en"
    assert visitor.get("/kept").status_code == 303


def test_a_session_ends_by_idling_and_after_a_working_day(visitor: Visitor, wall: HandClock) -> None:
    visitor.sign_in("auditor")
    for _ in range(int(sessions.WHOLE / timedelta(minutes=20)) - 1):
        wall.advance(timedelta(minutes=20))
        assert visitor.get("/proactive/all").status_code == 200
    wall.advance(timedelta(minutes=20))
    assert visitor.get("/proactive/all").status_code == 303


def test_a_citizen_is_a_number_of_the_vault(visitor: Visitor, site: Site) -> None:
    from qyzmet.runtime.connection import connect

    assert visitor.sign_in(iin=iin(7)).status_code == 303
    with connect(site.database.engine_url) as connection:
        ((person,),) = connection.execute("SELECT person::text FROM web_sessions").fetchall()
    assert iin(7) not in person
    assert '"citizen"' in person


def test_a_route_without_a_permission_stops_the_start(site: Site) -> None:
    def careless(context: Context) -> ActSite:
        @get("/x", sync_to_thread=False)
        def x() -> None:
            return None

        return ActSite(api=[x])

    with pytest.raises(PermissionMistake, match="needs"):
        litestar(replace(site, sites={"proactive": careless}))


def test_permissions_name_roles_that_exist(site: Site) -> None:
    with pytest.raises(PermissionMistake, match="nobody brings"):
        litestar(replace(site, sites={"proactive": lambda _: ActSite(permissions={"x": ("ghost",)})}))
