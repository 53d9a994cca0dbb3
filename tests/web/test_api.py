"""The API for people's programs: tokens, tasks, cases, the operator's desk; once, in turn, as documented."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest

from qyzmet.runtime.clock import HandClock
from tests.acts.proactive.conftest import LARGE
from tests.web.workplace import Program, Workplace


@pytest.fixture
def officer(workplace: Workplace) -> Program:
    return workplace.program("officer-75")


def test_a_case_is_decided_by_a_program(workplace: Workplace, officer: Program) -> None:
    pilot = workplace.pilot
    _, case = pilot.chosen(LARGE)
    assert officer.get("/me").json()["roles"] == ["officer"]
    (task,) = officer.get("/work/tasks", state="later", benefit=LARGE, language="ru").json()["tasks"]
    assert (task["case"], task["clause"], task["light"]) == (case, "proactive:§24", "green")
    path = f"/work/tasks/{task['id']}"
    assert officer.post(f"{path}/claim", version=task["version"]).json()["state"] == "open"
    stale = officer.post(f"{path}/end", version=task["version"], outcome="appoint")
    assert (stale.status_code, stale.headers["content-type"]) == (409, "application/problem+json")
    key = str(uuid.uuid4())
    done = [officer.post(f"{path}/end", key, version=task["version"] + 1, outcome="appoint") for _ in "12"]
    assert [answer.json()["state"] for answer in done] == ["ended", "ended"]
    assert done[1].headers["idempotency-replayed"] == "true"
    pilot.run()
    view = officer.get(f"/cases/{case}").json()
    assert view["outline"]["step"] == "appointed"
    assert view["decision"]["amount_tiyn"] == 5_918_300
    assert {"kind": "sms"}.items() <= next(e for e in view["timeline"] if e["kind"] == "sms").items()
    assert officer.get(f"/cases/{case}/decision.json").json()["case"] == case
    assert officer.get(f"/cases/{case}/procedure.svg").headers["content-type"] == "image/svg+xml"
    assert [c["case"] for c in officer.get("/cases", number=case).json()["cases"]] == [case]
    person = pilot.person_of(case)
    assert [c["case"] for c in officer.get("/cases", number=person).json()["cases"]] == [case]


def test_pages_of_tasks_by_cursor(workplace: Workplace, officer: Program) -> None:
    pilot = workplace.pilot
    cases = [pilot.chosen(LARGE)[1] for _ in range(5)]
    seen, after = [], ""
    for _ in range(3):
        page = officer.get("/work/tasks", limit=2, after=after).json()
        seen += [task["case"] for task in page["tasks"]]
        after = page["after"]
    assert (seen, after) == (cases, "")
    assert officer.get("/work/tasks", after="x").status_code == 422


def test_together_all_or_none(workplace: Workplace, officer: Program) -> None:
    pilot = workplace.pilot
    for _ in range(2):
        pilot.chosen(LARGE)
    tasks = officer.get("/work/tasks").json()["tasks"]
    chosen = [{"task": task["id"], "version": task["version"]} for task in tasks]
    refused = officer.post("/work/together", deed="end", outcome="appoint", tasks=chosen)
    assert (refused.status_code, "by itself" in refused.json()["detail"]) == (409, True)
    stale = [chosen[0], {**chosen[1], "version": 9}]
    assert officer.post("/work/together", deed="claim", tasks=stale).status_code == 409
    assert [t["claimed_by"] for t in officer.get("/work/tasks").json()["tasks"]] == [None, None]
    assert officer.post("/work/together", deed="claim", tasks=chosen).json() == {"count": 2}
    assert len(officer.get("/work/tasks", whose="mine").json()["tasks"]) == 2
    assert officer.get("/work/tasks", whose="free").json()["tasks"] == []


def test_the_operator_s_desk(workplace: Workplace) -> None:
    operator = workplace.program("administrator")
    made = operator.post("/desk/pauses", kind="partner", name="odk", reason="works").json()
    assert operator.get("/desk/pauses").json()["pauses"] == [made]
    assert operator.post("/desk/pauses", kind="partner", name="odk", reason="works").status_code == 409
    assert operator.post("/desk/pauses", kind="partner", name="nobody", reason="x").status_code == 404
    assert operator.post(f"/desk/pauses/{made['id']}/end", reason="done").json()["end_reason"] == "done"
    off = operator.post("/desk/signing", act="proactive", on=False, reason="letter").json()
    assert [each["on"] for each in off["signing"]] == [False]
    assert operator.get("/desk/late").json() == {"late": []}
    assert operator.get("/desk/aside").json() == {"cases": [], "after": ""}
    assert operator.post("/desk/aside/7/release").status_code == 404


def test_tokens_end(workplace: Workplace, wall: HandClock) -> None:
    officer = workplace.visitor("officer-75")
    program = workplace.program("officer-75")
    assert program.get("/me").status_code == 200
    page = officer.get("/tokens").text
    number = re.search(r"/tokens/(\d+)/end", page)
    assert number is not None
    assert workplace.visitor("auditor").post(f"/tokens/{number[1]}/end", "/tokens").status_code == 404
    assert officer.post(f"/tokens/{number[1]}/end", "/tokens").status_code == 303
    gone = program.get("/me")
    assert (gone.status_code, gone.headers["www-authenticate"]) == (401, "Bearer")
    later = workplace.program("officer-75")
    wall.advance(timedelta(days=1, minutes=1))
    assert later.get("/me").status_code == 401
    assert later.http.get("/me", headers={"Authorization": "Basic eA=="}).status_code == 401


def test_a_token_opens_no_page(workplace: Workplace) -> None:
    program = workplace.program("officer-75")
    assert program.http.get(f"{workplace.url}/en/tasks").status_code == 303


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400), (b"[]", 422), (b'{"version":"1"}', 422), (b'{"version":1,"more":1}', 422),
        (b'{"version":0}', 422), (b'{"version":1e99}', 422), (b"\xff", 400), (b"[" * 100_000, 400),
    ],
)  # fmt: skip
def test_bodies_that_are_none(workplace: Workplace, officer: Program, body: bytes, status: int) -> None:
    answer = officer.http.post(
        "/work/tasks/1/claim", content=body,
        headers={"Content-Type": "application/json", "Idempotency-Key": "12345678"},
    )  # fmt: skip
    assert answer.status_code == status
    assert answer.json()["status"] == status


@pytest.mark.parametrize(
    "query", ["state=x", "limit=0", "limit=x", "benefit=%00", "unheard=1", "after=AAAA", "language=de"]
)
def test_queries_that_are_none(officer: Program, query: str) -> None:
    answer = officer.http.get(f"/work/tasks?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_numbers_beyond_everything_are_not_found(officer: Program) -> None:
    for number in (2**63, 10**30):
        assert officer.get(f"/cases/{number}").status_code == 404
        assert officer.post(f"/work/tasks/{number}/claim", version=1).status_code == 404


def test_the_document_as_a_page(workplace: Workplace) -> None:
    for language in ("kk", "ru", "en"):
        page = workplace.visitor(language=language).get("/api")
        assert page.status_code == 200
        assert "/api/v1/work/tasks" in page.text
        assert "TaskView" in page.text
        assert len(page.content) < 200_000
