"""Every role against every route: allowed, or refused; and never another region's record.

What the kernel's routes allow is written down here once more, apart from the program's own table. A route
that is not written down here is held to the program's table.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from qyzmet.cases.package import packages
from qyzmet.web.app import litestar
from qyzmet.web.documents import PAPERS
from qyzmet.web.permissions import PUBLIC, SIGNED_IN, Permissions
from qyzmet.web.site import ActSite, installed_sites
from tests.acts.proactive.conftest import LARGE
from tests.cases.conftest import iin
from tests.web.pages import Visitor
from tests.web.workplace import Workplace

WORKERS = {"officer", "head", "clerk"}
LOOK = WORKERS | {"auditor", "administrator"}
EVERYONE = {
    "nobody", "citizen", "analyst", "officer", "head", "clerk", "auditor", "administrator",
}  # fmt: skip
SIGNED = EVERYONE - {"nobody"}
FIGURES = {"analyst", "head", "auditor", "administrator"}
OWN = (
    ("GET", "/mine"), ("GET", "/mine/{case:int}"), ("GET", "/mine/{case:int}/{document:str}"),
    ("POST", "/mine/{case:int}/answer"), ("GET", "/looks"), ("GET", "api/own/cases"),
    ("GET", "api/own/cases/{case:int}"), ("GET", "api/own/cases/{case:int}/decision.json"),
    ("GET", "api/own/cases/{case:int}/decision.p7s"), ("POST", "api/own/cases/{case:int}/answer"),
    ("GET", "api/own/looks"),
    *(("GET", f"api/own/cases/{{case:int}}/{name}") for name in ("receipt.json", *PAPERS)),
)  # fmt: skip
#: (method, route): who may. Pages stand without their language, the API without its version.
TABLE: Mapping[tuple[str, str], set[str]] = {
    ("GET", "/"): EVERYONE, ("GET", "/sign-in"): EVERYONE, ("GET", "/api"): EVERYONE,
    ("POST", "/sign-out"): SIGNED, ("GET", "/kept"): SIGNED,
    ("GET", "/tokens"): SIGNED, ("POST", "/tokens"): SIGNED, ("POST", "/tokens/{number:int}/end"): SIGNED,
    ("GET", "/tasks"): LOOK, ("POST", "/tasks/together"): WORKERS,
    ("POST", "/tasks/{task:int}/{deed:str}"): WORKERS,
    ("GET", "/cases"): LOOK, ("POST", "/cases"): LOOK, ("GET", "/cases/{case:int}"): LOOK,
    ("GET", "/cases/{case:int}/procedure.svg"): LOOK,
    ("GET", "/cases/{case:int}/{document:str}"): WORKERS | {"auditor"},
    ("GET", "/desk"): {"administrator", "auditor"}, ("POST", "/desk/pause"): {"administrator"},
    ("POST", "/desk/pauses/{number:int}/end"): {"administrator"},
    ("POST", "/desk/signing"): {"administrator"},
    ("POST", "/desk/aside/{case:int}/release"): {"administrator"},
    ("GET", "api/me"): SIGNED, ("GET", "api/benefits"): SIGNED,
    ("GET", "api/work/tasks"): LOOK, ("POST", "api/work/together"): WORKERS,
    ("POST", "api/work/tasks/{task:int}/claim"): WORKERS,
    ("POST", "api/work/tasks/{task:int}/give-back"): WORKERS,
    ("POST", "api/work/tasks/{task:int}/end"): WORKERS,
    ("POST", "api/work/tasks/{task:int}/sign"): {"head"},
    ("POST", "api/work/tasks/{task:int}/reject"): {"head"},
    ("GET", "api/cases"): LOOK, ("GET", "api/cases/{case:int}"): LOOK,
    ("GET", "api/cases/{case:int}/procedure.svg"): LOOK,
    ("GET", "api/cases/{case:int}/decision.json"): WORKERS | {"auditor"},
    ("GET", "api/cases/{case:int}/decision.p7s"): WORKERS | {"auditor"},
    ("GET", "api/cases/{case:int}/receipt.json"): WORKERS | {"auditor"},
    **{("GET", f"api/cases/{{case:int}}/{name}"): WORKERS | {"auditor"} for name in PAPERS},
    ("GET", "/verify/{digest:str}"): EVERYONE,
    ("GET", "api/desk/pauses"): {"administrator", "auditor"}, ("POST", "api/desk/pauses"): {"administrator"},
    ("POST", "api/desk/pauses/{number:int}/end"): {"administrator"},
    ("GET", "api/desk/signing"): {"administrator", "auditor"},
    ("POST", "api/desk/signing"): {"administrator"},
    ("GET", "api/desk/late"): {"administrator", "auditor"},
    ("GET", "api/desk/aside"): {"administrator", "auditor"},
    ("POST", "api/desk/aside/{case:int}/release"): {"administrator"},
    ("POST", "api/work/tasks/{task:int}/take-back"): {"head"},
    **{("GET", where): FIGURES for where in (
        "/figures", "/figures/{name:str}", "api/figures/funnel", "api/figures/endings",
        "api/figures/deadlines", "api/figures/months", "api/figures/regions")},
    ("GET", "/law"): EVERYONE, ("GET", "api/law"): EVERYONE,
    ("GET", "/law/{code:str}"): EVERYONE, ("GET", "/law/{code:str}/policies/{mark:str}"): EVERYONE,
    ("GET", "/law/{code:str}/procedures/{name:str}"): EVERYONE,
    ("GET", "/law/{code:str}/procedures/{name:str}/picture.svg"): EVERYONE,
    ("GET", "api/law/{act:str}"): EVERYONE, ("GET", "api/law/{act:str}/policies/{mark:str}"): EVERYONE,
    ("GET", "api/law/{act:str}/procedures/{procedure:str}"): EVERYONE,
    ("GET", "api/law/{act:str}/procedures/{procedure:str}/picture.svg"): EVERYONE,
    **{(method, where): {"administrator"} for method, where in (
        ("GET", "/phones"), ("GET", "/phones/{place:int}"), ("POST", "/phones/{place:int}"),
        ("GET", "api/phones"), ("GET", "api/phones/{place:int}"), ("POST", "api/phones/{place:int}"))},
    **{(method, where): {"citizen"} for method, where in OWN},
}  # fmt: skip
#: What the API takes, so that a request that is allowed gets past the reading of its body.
BODIES: Mapping[str, dict[str, Any]] = {
    "end": {"version": 99, "outcome": "appoint"}, "claim": {"version": 99}, "give-back": {"version": 99},
    "sign": {"version": 99}, "reject": {"version": 99}, "take-back": {"version": 99},
    "release": {}, "answer": {"code": "7#1"}, "0": {"text": "7#1"},
}  # fmt: skip


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    permission: str

    @property
    def known_as(self) -> tuple[str, str]:
        if self.path.startswith("/api/v1"):
            return self.method, "api" + self.path.removeprefix("/api/v1")
        return self.method, self.path.removeprefix("/{lang:str}") or "/"

    def address(self, values: Mapping[str, str]) -> str:
        parts = []
        for part in self.path.split("/"):
            name, _, kind = part.strip("{}").partition(":")
            parts.append(values.get(name, "1" if kind == "int" else "x") if part.startswith("{") else part)
        return "/".join(parts)


@pytest.fixture
def routes(workplace: Workplace) -> list[Route]:
    """Every route but what lies outside of pages and API, and what is signed by partners."""
    found = []
    for route in litestar(workplace.site).routes:
        for handler in getattr(route, "route_handlers", ()):
            permission = handler.opt.get("permission")
            if permission and not route.path.startswith(("/static", "/health", "/signed-in")):
                methods = handler.http_methods & {"GET", "POST"}
                found += [Route(method, route.path, permission) for method in methods]
    return sorted(found, key=lambda each: (each.path, each.method))


@pytest.fixture
def permissions() -> Permissions:
    """The whole table, of the acts' roles too."""
    context: Any = None
    sites = [make(context) for make in installed_sites(packages()).values()]
    return _permissions(sites)


def _permissions(sites: list[ActSite]) -> Permissions:
    return Permissions(
        (each.permissions for each in sites), (each.roles for each in sites),
        (each.works_as for each in sites),
    )  # fmt: skip


def people(workplace: Workplace, roles: set[str], regions: str = "75") -> Iterator[tuple[str, Visitor]]:
    yield "nobody", workplace.visitor()
    for role in sorted(roles - {"nobody"}):
        if role == "citizen":
            yield role, workplace.visitor(iin=iin(7))
        else:
            yield role, workplace.visitor(sub=f"one-{role}", roles=role, regions=regions)


def ask(visitor: Visitor, route: Route, address: str, token: str, case: str = "1") -> httpx.Response:
    if route.method == "GET":
        return visitor.http.get(address)
    if not route.path.startswith("/api/"):
        fields = {
            "_csrf": token,
            "_case": case,
            "_version": "99",
            "reason": "x",
            "code": "7#1",
        }
        return visitor.http.post(address, data=fields)
    body = BODIES.get(address.rpartition("/")[2], {})
    headers = {"Idempotency-Key": str(uuid.uuid4()), "X-CSRF-Token": token}
    return visitor.http.post(address, json=body, headers=headers)


def refused(answer: httpx.Response, role: str) -> bool:
    """Whether the permission was missing; other reasons not to do it say so otherwise."""
    if role == "nobody":
        return "signed-out" in answer.text or "/sign-in?then=" in answer.headers.get("location", "")
    return answer.status_code == 403 and "none of your roles has" in answer.text


def test_every_role_against_every_route(
    workplace: Workplace, routes: list[Route], permissions: Permissions
) -> None:
    _, case = workplace.pilot.chosen(LARGE)
    values = {"lang": "en", "case": str(case), "task": str(workplace.pilot.open_task(case).id),
              "deed": "claim", "document": "decision.json", "place": "0"}  # fmt: skip
    wrong, tried = [], 0
    for role, visitor in people(workplace, set(permissions.roles)):
        token = visitor.token("/api")
        for route in routes:
            if route.known_as == ("POST", "/sign-out"):
                continue  # ends the session; test_signin has it
            answer = ask(visitor, route, route.address(values), token, str(case))
            tried += 1
            may = _may(route, role, permissions)
            if refused(answer, role) == may or answer.status_code >= 500:
                wrong.append(f"{role} {route.method} {route.path}: {answer.status_code}, may: {may}")
    assert not wrong, "\n".join(wrong)
    assert tried > 500


def _may(route: Route, role: str, permissions: Permissions) -> bool:
    if route.known_as in TABLE and role in EVERYONE:
        return role in TABLE[route.known_as]
    if route.permission in (PUBLIC, SIGNED_IN):
        return route.permission == PUBLIC or role != "nobody"
    return role in permissions.table[route.permission]


def test_what_is_written_here_is_there(routes: list[Route]) -> None:
    assert TABLE.keys() - {route.known_as for route in routes} == set()


def test_a_record_of_another_region_is_not_there(workplace: Workplace, routes: list[Route]) -> None:
    """For everyone who may use the route: 404 with a case of another region, something else with theirs."""
    pilot = workplace.pilot
    _, case = pilot.chosen(LARGE)
    values = {"lang": "en", "case": str(case), "task": str(pilot.open_task(case).id), "deed": "claim",
              "document": "decision.json"}  # fmt: skip
    wrong = []
    elsewhere, here = (
        {role: (visitor, visitor.token("/api")) for role, visitor in people(workplace, LOOK, regions=regions)}
        for regions in ("71", "75")
    )
    for route in routes:
        if route.known_as not in TABLE or not {"{case:int}", "{task:int}"} & set(route.path.split("/")):
            continue
        for role in sorted(TABLE[route.known_as] & LOOK):
            there, own = (
                ask(visitor, route, route.address(values), token, str(case))
                for visitor, token in (elsewhere[role], here[role])
            )
            if there.status_code != 404:
                wrong.append(f"{role} {route.method} {route.path} elsewhere: {there.status_code}")
            undecided = any(what in route.address(values) for what in ("decision", "dossier", "receipt"))
            if own.status_code == 404 and not undecided:
                wrong.append(f"{role} {route.method} {route.path} of one's own: 404")
    assert not wrong, "\n".join(wrong)


def test_a_case_of_somebody_else_is_not_there(workplace: Workplace, routes: list[Route]) -> None:
    """The person whose case it is comes past the search for it; another citizen does not."""
    mother, case = workplace.pilot.chosen(LARGE)
    owner, other = workplace.visitor(iin=mother), workplace.visitor(iin=iin(8))
    values = {"lang": "en", "case": str(case), "document": "decision.json"}
    for route in (each for each in routes if each.known_as in OWN and "{case:int}" in each.path):
        address = route.address(values)
        assert ask(other, route, address, other.token("/api")).status_code == 404, route
        own = ask(owner, route, address, owner.token("/api"))
        assert own.status_code != 404 or "decision" in own.text, route
    assert f'/mine/{case}"' not in other.http.get("/en/mine").text
    assert other.http.get("/api/v1/own/cases").json() == {"cases": []}
    assert [each["case"] for each in owner.http.get("/api/v1/own/cases").json()["cases"]] == [case]
    whole = owner.http.get(f"/api/v1/own/cases/{case}").json()
    assert (whole["withdraw"], whole["answers"], whole["question"]) == ("7#2", False, None)
    looks = owner.http.get("/api/v1/own/looks").json()["looks"]
    assert len([look for look in looks if look["purpose"] == "a person sees their own case"]) == 3


def test_lists_hold_nothing_of_other_regions(workplace: Workplace) -> None:
    _, case = workplace.pilot.chosen(LARGE)
    person = workplace.pilot.person_of(case)
    for role in sorted(LOOK):
        program = workplace.program(sub=f"other-{role}", roles=role, regions="71")
        assert program.get("/work/tasks").json()["tasks"] == []
        assert program.get("/cases", number=case).json() == {"cases": []}
        assert program.get("/cases", number=person).json() == {"cases": []}
