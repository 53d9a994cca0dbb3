"""Officials: posts, substitutes, two pairs of eyes, what a task takes, what is overdue."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from qyzmet.cases import tasks
from qyzmet.cases.case import Case, Law, TaskOrder
from qyzmet.cases.file import read_file
from qyzmet.cases.handover import hand_over
from qyzmet.cases.officials import Officials
from qyzmet.cases.tasks import Task
from qyzmet.people.vault import Vault
from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.database import Database
from qyzmet.runtime.errors import BadValue, Refused, UnknownName
from tests.cases import toy
from tests.cases.conftest import Kernel
from tests.cases.test_engine import at_task

TODAY = date(2024, 2, 12)
TAKES = {"appoint": {"amount": "tiyn", "amount.source": "text"}}
AMOUNT = {"amount": 4_000_000, "amount.source": "order No 5"}


@pytest.fixture
def officials(kernel: Kernel) -> Officials:
    found = Officials(kernel.connection, kernel.clock)
    found.appoint("Aigul", "officer", "office/75", "head", TODAY)
    return found


def the_task(kernel: Kernel, **changed: Any) -> Task:
    """The open task of a case, with what it takes and how many eyes it needs set as a step would."""
    at_task(kernel)
    for name, value in changed.items():
        kernel.connection.execute(f"UPDATE tasks SET {name} = %s", (value,))
    kernel.connection.commit()
    (found,) = tasks.open_tasks(kernel.connection)
    return found


def test_only_who_has_the_post_today_may_do_it(kernel: Kernel, officials: Officials) -> None:
    task = the_task(kernel)
    assert officials.acting_as("Aigul", task) == "Aigul"
    assert officials.must_be_allowed("Aigul", task.id) == task
    for stranger in ("Bolat", ""):
        with pytest.raises(Refused, match="has no post"):
            officials.must_be_allowed(stranger, task.id)
    with pytest.raises(UnknownName):
        officials.must_be_allowed("Aigul", task.id + 1)


@pytest.mark.parametrize(
    ("office", "first", "last", "may"),
    [
        ("toy office", TODAY, None, True),
        ("toy office", TODAY, TODAY, True),
        ("toy office", TODAY + timedelta(1), None, False),
        ("toy office", TODAY - timedelta(9), TODAY - timedelta(1), False),
        ("toy *", TODAY, None, True),
        ("other *", TODAY, None, False),
        ("toy", TODAY, None, False),
    ],
)
def test_posts_have_days_and_offices_of_a_kind(
    kernel: Kernel, office: str, first: date, last: date | None, may: bool
) -> None:
    task = the_task(kernel, office="toy office")
    found = Officials(kernel.connection, kernel.clock)
    found.appoint("Bolat", "officer", office, "head", first, last)
    found.appoint("Clerk", "another role", "toy office", "head", first, last)
    assert (found.acting_as("Bolat", task) is not None) is may
    assert found.acting_as("Clerk", task) is None


def test_a_substitute_acts_for_the_absent_within_the_days(kernel: Kernel, officials: Officials) -> None:
    task = the_task(kernel)
    officials.substitute("Aigul", "Bolat", TODAY + timedelta(1), TODAY + timedelta(2), "head")
    seen = []
    for _ in range(4):
        seen.append(officials.acting_as("Bolat", task))
        kernel.clock.advance(timedelta(days=1))
    assert seen == [None, "Aigul", "Aigul", None]
    for absent, substitute, error in (("Nobody", "Bolat", UnknownName), ("Aigul", "Aigul", Refused)):
        with pytest.raises(error):
            officials.substitute(absent, substitute, TODAY, TODAY, "head")
    with pytest.raises(BadValue, match="before the first day"):
        officials.substitute("Aigul", "Bolat", TODAY, TODAY - timedelta(1), "head")


@pytest.mark.parametrize("own_post", [False, True])
def test_a_substitute_goes_on_with_what_the_absent_one_claimed(
    kernel: Kernel, officials: Officials, own_post: bool
) -> None:
    task = the_task(kernel)
    tasks.claim(kernel.connection, task.id, task.version, "Aigul")
    if own_post:
        officials.appoint("Bolat", "officer", "office/75", "head", TODAY)
    with pytest.raises(Refused):
        officials.must_be_allowed("Bolat", task.id)
    officials.substitute("Aigul", "Bolat", TODAY, TODAY, "head")
    assert officials.must_be_allowed("Bolat", task.id).claimed_by == "Aigul"


def test_an_ended_post_gives_no_right(kernel: Kernel, officials: Officials) -> None:
    task = the_task(kernel)
    (post,) = officials.posts("Aigul")
    officials.end_post(post.id, TODAY)
    assert officials.acting_as("Aigul", task) == "Aigul"
    kernel.clock.advance(timedelta(days=1))
    assert officials.acting_as("Aigul", task) is None
    with pytest.raises(UnknownName):
        officials.end_post(post.id + 1, TODAY)


def test_what_one_claimed_whose_post_has_ended_waits_for_nobody(kernel: Kernel, officials: Officials) -> None:
    task = the_task(kernel)
    tasks.claim(kernel.connection, task.id, task.version, "Aigul")
    officials.appoint("Bolat", "officer", "office/*", "head", TODAY)
    with pytest.raises(Refused, match="claimed by another"):
        officials.must_be_allowed("Bolat", task.id)
    officials.end_post(officials.posts("Aigul")[0].id, TODAY)
    kernel.clock.advance(timedelta(days=1))
    assert officials.must_be_allowed("Bolat", task.id).claimed_by == "Aigul"
    assert [each.id for each in officials.tasks_of("Bolat")] == [task.id]
    assert officials.tasks_of("Aigul") == []


def test_a_head_takes_back_what_is_claimed_and_gives_it_on(kernel: Kernel, officials: Officials) -> None:
    task = the_task(kernel)
    version = tasks.claim(kernel.connection, task.id, task.version, "Aigul")
    officials.end_post(officials.posts("Aigul")[0].id, TODAY)
    officials.appoint("Bolat", "officer", "office/75", "head", TODAY)
    officials.appoint("Dana", "head", "office/*", "ministry", TODAY)
    officials.appoint("Erlan", "head", "office/71", "ministry", TODAY)
    kernel.clock.advance(timedelta(days=1))
    give = partial(hand_over, kernel.connection, task.id, clock=kernel.clock)
    for head, to, said in (("Bolat", None, "no post as head"), ("Erlan", None, "no post as head"),
                           ("Dana", "Aigul", "Aigul has no post as officer"),
                           ("Dana", "Dana", "Dana has no post as officer")):  # fmt: skip
        with pytest.raises(Refused, match=said):
            give(version=version, head=head, to=to)
    with pytest.raises(Refused, match="changed or ended"):
        give(version=task.version, head="Dana", to="Bolat")
    after = give(version=version, head="Dana", to="Bolat")
    assert officials.must_be_allowed("Bolat", task.id).claimed_by == "Bolat"
    assert give(version=after, head="Dana", to=None) == after + 1
    assert tasks.open_task(kernel.connection, task.id).claimed_by is None
    with pytest.raises(Refused, match="claimed by nobody"):
        give(version=after + 1, head="Dana", to=None)
    kernel.run()
    assert kernel.step(task.case) == "decide"
    file = read_file(
        kernel.connection, kernel.vault, kernel.catalogue, task.case, who="a test", purpose="to test"
    )
    heard = [
        (event["body"]["official"], event["body"]["from"], event["body"]["to"])
        for entry in file.entries
        for event in (entry.payload.events if entry.payload else ())
        if event["kind"] == "handed_over"
    ]
    assert heard == [("Dana", "Aigul", "Bolat"), ("Dana", "Bolat", "")]
    assert tasks.complete(kernel.connection, task.id, after + 1, "Bolat", "refuse", kernel.clock)


def test_lists_show_what_an_official_may_do_and_what_is_late(kernel: Kernel, officials: Officials) -> None:
    task = the_task(kernel)
    assert [each.id for each in officials.tasks_of("Aigul")] == [task.id]
    assert officials.tasks_of("Bolat") == officials.tasks_of("Aigul", overdue=True) == []
    assert tasks.open_tasks(kernel.connection, region="nowhere") == []
    assert task.deadline_at is not None
    kernel.clock.set(task.deadline_at)
    assert [each.overdue(kernel.clock.now()) for each in officials.tasks_of("Aigul", overdue=True)] == [True]
    officials.substitute("Aigul", "Bolat", TODAY, date(2024, 12, 31), "head")
    assert [each.id for each in officials.tasks_of("Bolat")] == [task.id]


def test_a_claimed_task_is_left_alone_until_it_is_given_back(kernel: Kernel, officials: Officials) -> None:
    officials.appoint("Bolat", "officer", "office/75", "head", TODAY)
    task = the_task(kernel)
    version = tasks.claim(kernel.connection, task.id, task.version, "Bolat")
    with pytest.raises(Refused, match="claimed by another"):
        officials.must_be_allowed("Aigul", task.id)
    assert officials.must_be_allowed("Bolat", task.id).claimed_by == "Bolat"
    assert len(tasks.open_tasks(kernel.connection, claimed_by="Bolat")) == 1
    with pytest.raises(Refused, match="changed or ended"):
        tasks.give_back(kernel.connection, task.id, task.version)
    tasks.give_back(kernel.connection, task.id, version)
    assert officials.must_be_allowed("Aigul", task.id).claimed_by is None


@pytest.mark.parametrize(
    ("outcome", "facts", "said"),
    [
        ("appoint", AMOUNT, ""),
        ("refuse", {}, ""),
        ("appoint", {"amount": 4_000_000}, "fact amount.source: is needed"),
        ("appoint", AMOUNT | {"size": 9}, "fact size: is not asked for"),
        ("refuse", {"consent": True}, "refuse takes no facts"),
        ("appoint", AMOUNT | {"amount": 0}, "whole number of tiyn"),
        ("appoint", AMOUNT | {"amount": "4000000"}, "whole number of tiyn"),
        ("appoint", AMOUNT | {"amount": True}, "whole number of tiyn"),
        ("appoint", AMOUNT | {"amount.source": " "}, "1 to 2000 printable"),
        ("appoint", AMOUNT | {"amount.source": "a\x00b"}, "1 to 2000 printable"),
    ],
)
def test_an_official_enters_what_is_asked_for_and_nothing_else(
    kernel: Kernel, outcome: str, facts: dict[str, Any], said: str
) -> None:
    task = the_task(kernel, takes='{"appoint": {"amount": "tiyn", "amount.source": "text"}}')
    if said:
        with pytest.raises(BadValue, match=said):
            tasks.complete(kernel.connection, task.id, task.version, "Aigul", outcome, kernel.clock, facts)
        assert tasks.open_task(kernel.connection, task.id) == task
    else:
        assert tasks.complete(kernel.connection, task.id, task.version, "Aigul", outcome, kernel.clock, facts)


def test_two_pairs_of_eyes(kernel: Kernel) -> None:
    task = the_task(kernel, eyes=2)

    def end(official: str, outcome: str = "appoint") -> bool:
        (now,) = tasks.open_tasks(kernel.connection)
        return tasks.complete(kernel.connection, now.id, now.version, official, outcome, kernel.clock)

    assert not end("Aigul")
    kernel.run()
    assert kernel.step(task.case) == "decide"
    (proposed,) = tasks.open_tasks(kernel.connection)
    assert proposed.proposal is not None
    assert (proposed.proposal.official, proposed.proposal.outcome) == ("Aigul", "appoint")
    with pytest.raises(Refused, match="needs a second official"):
        end("Aigul")
    with pytest.raises(Refused, match="Reject the proposal first"):
        end("Bolat", "refuse")
    with pytest.raises(Refused, match="no proposal of another"):
        tasks.reject(kernel.connection, proposed.id, proposed.version, "Aigul")
    tasks.reject(kernel.connection, proposed.id, proposed.version, "Bolat")
    assert not end("Bolat", "refuse")
    assert end("Aigul", "refuse")
    kernel.run()
    assert kernel.step(task.case) != "decide"
    ((by, confirmed),) = kernel.rows(
        "SELECT cases.facts->'decide.by'->>0, cases.facts->'decide.confirmed_by'->>0 FROM cases"
    )
    assert (by, confirmed) == ("Bolat", "Aigul")
    assert kernel.rows("SELECT done_by FROM tasks WHERE step = 'decide'") == [("Bolat",)]
    assert kernel.verify().faults == []


def test_a_step_says_what_its_task_takes(
    database: Database, vault: Vault, clock: HandClock, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def consider(case: Case, law: Law) -> TaskOrder:
        return replace_order(order(case, law))

    def replace_order(given: TaskOrder) -> TaskOrder:
        import msgspec

        return msgspec.structs.replace(given, takes=TAKES, eyes=2)

    step = toy.package().procedures["TOY"].steps["decide"]
    order = step.act
    assert order is not None
    kernel = Kernel(database, vault, clock, tmp_path)
    procedure = kernel.catalogue.by_number[kernel.catalogue.number("TOY")]
    monkeypatch.setitem(procedure.steps, "decide", replace(step, act=consider))  # type: ignore[arg-type]
    at_task(kernel)
    (task,) = tasks.open_tasks(kernel.connection)
    kernel.close()
    assert (task.takes, task.eyes) == (TAKES, 2)
