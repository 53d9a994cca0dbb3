"""Any case that is not erased replays from its ledger entries to the state it has."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from qyzmet.cases.aside import cases_aside, release
from qyzmet.cases.replay import replay
from qyzmet.runtime.errors import Refused, UnknownName
from tests.cases import toy
from tests.cases.conftest import Kernel, phone


def differences(kernel: Kernel, case: int) -> list[str]:
    return replay(kernel.connection, kernel.vault, kernel.catalogue, case).differences


def random_walk(kernel: Kernel, chance: random.Random, people: int) -> None:
    """Everything that can happen to a case, in any order."""
    partner = toy.PARTNER
    number = chance.randint(1, people)
    ways = {
        "reply": lambda: kernel.reply(phone(number), chance.choice(["7#1", "7#2", "7#boom", "hello"])),
        "found": lambda: partner.found.add(number),
        "broken": lambda: partner.broken.symmetric_difference_update({number}),
        "silent": lambda: partner.silent.symmetric_difference_update({number}),
        "away": lambda: setattr(partner, "away", not partner.away),
        "link": lambda: setattr(
            kernel.link, "state", chance.choice(["sent", "sent", "unknown", "failed", "unsent"])
        ),
        "decide": lambda: kernel.decide(chance.choice(["appoint", "refuse"])),
        "release": lambda: [
            release(kernel.connection, aside.case, "Aigul", kernel.clock)
            for aside in cases_aside(kernel.connection)
            if not kernel.rows("SELECT 1 FROM inbox WHERE case_id = %s AND kind = 'released'", aside.case)
        ],
        "wait": lambda: kernel.clock.advance(timedelta(hours=chance.choice([1, 6, 30]))),
        "open": lambda: kernel.open(kernel.arrival(chance.randint(1, people), explode=chance.random() < 0.1)),
    }
    ways[chance.choice(sorted(ways))]()
    chance.choice([kernel.run, kernel.engine.turn, kernel.sender.turn])()


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happened_every_case_replays_to_the_state_it_has(kernel: Kernel, seed: int) -> None:
    chance, people = random.Random(seed), 6
    for _ in range(60):
        random_walk(kernel, chance, people)
    cases = [int(str(number)) for (number,) in kernel.rows("SELECT id FROM cases")]
    assert cases
    assert [differences(kernel, case) for case in cases] == [[]] * len(cases)
    assert kernel.verify().faults == []


def test_the_state_comes_from_the_entries_alone(kernel: Kernel) -> None:
    (case,) = kernel.cases(1)
    kernel.reply(phone(1), "7#1")
    kernel.run()
    replayed = replay(kernel.connection, kernel.vault, kernel.catalogue, case)
    assert (replayed.state["step"], replayed.state["status"], replayed.state["event"]) == ("watch", "p", "E1")
    assert replayed.state["facts"]["reply"].value == "agree"
    assert [entry.header["to"] for entry in replayed.entries] == ["register", "consent", "consent", "watch"]
    assert replayed.entries[3].payload.events[0]["body"]["text"] == "7#1"


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ("step = 'decide'", "step: the entries come to 'consent', the store has 'decide'"),
        ("status = 'a'", "status: the entries come to 'w', the store has 'a'"),
        ("region = '11'", "region: the entries come to '75', the store has '11'"),
        ("recipient = 5", "recipient: the entries come to None, the store has 5"),
        ("trouble = 'none'", "trouble: the entries come to '', the store has 'none'"),
        ("event = 'E2'", "event: the entries come to 'E1', the store has 'E2'"),
        ("as_of = '2024-01-01'", "as_of: the entries come to datetime.date(2024, 2, 12)"),
        ("deadline_at = deadline_at + interval '1 day'", "deadline: the entries come to"),
        ("known = ''", "facts: entries and store differ in address, consent.deadline, consent.sent, size"),
        ("run = 2", "run: the entries come to 3, the store has 2"),
    ],
)
def test_a_row_that_was_changed_by_hand_is_found(kernel: Kernel, change: str, difference: str) -> None:
    (case,) = kernel.cases(1)
    with kernel.connection.transaction():
        kernel.connection.execute(f"UPDATE cases SET {change}")
    (said,) = differences(kernel, case)
    assert said.startswith(difference)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"known"', '"odd"', "run 2: takes odd at register, which the table does not allow at register"),
        ('"from":"register"', '"from":"big"', "run 2: begins at big, the case was at register"),
        ('"to":"consent"', '"to":"watch"', "run 2: comes to watch, its steps lead to consent"),
        ('"toy:§1"', '"toy:§9"', "run 2: register stands under another clause or actor than in the table"),
        (f'"{toy.PROCEDURE.hash}"', '"other"', "run 2: was made under another procedure"),
        ('"run":2', '"run":7', "run 2: is numbered 7"),
    ],
)
def test_an_entry_that_the_table_does_not_allow_is_found(
    kernel: Kernel, old: str, new: str, said: str
) -> None:
    (case,) = kernel.cases(1)
    with kernel.connection.transaction():
        kernel.connection.execute(
            "UPDATE ledger_entries SET header = replace(header, %s, %s) WHERE run = 2", (old, new)
        )
    assert said in differences(kernel, case)


def test_a_case_of_an_erased_person_is_refused_in_plain_words(kernel: Kernel) -> None:
    (case,) = kernel.cases(1)
    ((subject,),) = kernel.rows("SELECT subject FROM cases")
    kernel.vault.erase(int(str(subject)), "a test")
    with pytest.raises(Refused, match="Case 1 cannot be replayed: its person was erased"):
        differences(kernel, case)


def test_a_case_whose_payload_is_gone_or_changed_is_refused(kernel: Kernel) -> None:
    (case,) = kernel.cases(1)
    with kernel.connection.transaction():
        kernel.connection.execute("UPDATE ledger_payloads SET sealed = sealed || '\\x00' WHERE run = 2")
    with pytest.raises(Refused, match="run 2 does not open"):
        differences(kernel, case)
    with kernel.connection.transaction():
        kernel.connection.execute("DELETE FROM ledger_payloads WHERE run = 1")
    with pytest.raises(Refused, match="the payload of run 1 is gone"):
        differences(kernel, case)


def test_a_case_that_does_not_exist_is_named(kernel: Kernel) -> None:
    with pytest.raises(UnknownName, match="no case '5'"):
        differences(kernel, 5)
