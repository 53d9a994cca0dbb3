"""`qyzmet case`: what people see of a case, and what stays closed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from qyzmet.commands.audit import audit
from qyzmet.commands.case import case
from qyzmet.runtime.clock import FileClock
from tests.cases import toy
from tests.cases.conftest import Kernel
from tests.commands.conftest import PHONE, run, run_json


def lines_of(number: int, language: str = "en") -> list[dict[str, Any]]:
    found: Any = run_json(case, "explain", str(number), "--lang", language)["lines"]
    return list(found)


def test_explain_tells_everything_in_order(paid: int, kernel: Kernel) -> None:
    lines = lines_of(paid)
    assert [line["kind"] for line in lines if line["kind"] not in ("step", "learnt")] == [
        "opened", "sms", "deadline", "reply", "deadline", "task", "deadline", "event", "decision", "payment",
        "sms", "ended",
    ]  # fmt: skip
    by_kind = {line["kind"]: line for line in lines}
    assert "7#1 or 7#2?" in str(next(line["details"] for line in lines if line["kind"] == "sms"))
    assert by_kind["reply"]["said"] == "SMS reply: '7#1' (answers the open question)"
    assert by_kind["opened"]["local"] == "2024-02-12 09:00"
    assert by_kind["task"]["details"] == ["Until 2024-02-15 24:00"]
    assert by_kind["event"]["said"] == "officer ended the task: appoint"
    assert by_kind["decision"]["said"] == "Decision: appoint, 1\u00a0₸. Signed by head."
    assert by_kind["payment"]["said"].startswith("Placed for payment: 1\u00a0₸, key ")
    assert by_kind["payment"]["clause"] == "toy:§6"
    assert by_kind["ended"]["said"] == "The case ended: Paid."
    assert by_kind["ended"]["clause"] == "toy:§8"

    steps = [line for line in lines if line["kind"] == "step"]
    assert [step["clause"] for step in steps] == [f"toy:§{n}" for n in (1, 2, 3, 4, 5, 6, 7)]
    assert steps[4]["actor"] == "Office"
    assert steps[0]["said"] == "Look up: known → Big enough"

    details = "\n".join(detail for line in lines for detail in line["details"])
    assert "size: 4 (source: registry)" in steps[0]["details"]
    assert "Finding under §2: yes; it rests on: size" in steps[1]["details"]
    assert "3: 15 February 2024, Thursday: working day." in details
    assert "The deadline ends at the end of 15 February 2024, a Thursday." in details
    assert [line["clause"] for line in lines if line["kind"] == "deadline"] == ["toy:§3", "toy:§4", "toy:§5"]

    for language, words in _WORDS.items():
        said = run(case, "explain", str(paid), "--lang", language).output
        assert all(word in said for word in words)

    run(case, "show", str(paid))
    ((subject,),) = kernel.rows("SELECT subject FROM cases")
    looks = kernel.vault.looks(int(str(subject)))
    assert [look.purpose for look in looks[:2]] == ["show the case", "explain the case"]
    assert looks[0].who.endswith("at the command line")
    assert looks[0].clause == "toy:§8"


_WORDS = {
    "kk": ("Іс E1 оқиғасы бойынша ашылды", "Мерзім: Ask", "Іс аяқталды"),
    "ru": ("Дело открыто", "Срок: Ask", "Дело завершено"),
}


def test_an_erased_person_leaves_a_case_without_content(paid: int, kernel: Kernel) -> None:
    ((subject,),) = kernel.rows("SELECT subject FROM cases")
    kernel.vault.erase(int(str(subject)), "asked for by the person")
    said = run(case, "explain", str(paid)).output
    assert "What became known here was destroyed with the person's key." in said
    assert "the text is destroyed" in said
    assert "Омаров" not in said
    assert "Dear" not in said
    assert "size" not in said
    replayed = run(case, "replay", str(paid))
    assert replayed.exit_code == 1
    assert "its person was erased" in replayed.stderr


def test_list_shows_no_personal_data_and_filters(paid: int, kernel: Kernel) -> None:
    kernel.open(kernel.arrival(2))
    kernel.run()
    said = run(case, "list").output
    assert "TOY" in said
    assert "Омаров" not in said
    assert PHONE not in said
    assert [row["id"] for row in _cases("--status", "ended")] == [paid]
    assert [row["step"] for row in _cases("--status", "open")] == ["consent"]
    assert [row["id"] for row in _cases("--limit", "1")] == [paid + 1]
    assert _cases("--benefit", "OTHER") == []
    assert _cases("--step", "paid", "--benefit", "TOY")[0]["status"] == "ended"


def _cases(*words: str) -> list[dict[str, Any]]:
    found: Any = run_json(case, "list", *words)["cases"]
    return list(found)


def test_show_and_replay(paid: int, kernel: Kernel) -> None:
    found: Any = run_json(case, "show", str(paid))
    assert found["facts"]["size"] == {
        "value": 4, "source": "registry", "learnt": "2024-02-12T03:00:00+00:00", "on": None,
    }  # fmt: skip
    assert found["recipient"] == "Омаров Серік"
    assert "size = 4" in run(case, "show", str(paid)).output

    assert run_json(case, "replay", str(paid))["agrees"] is True
    with kernel.connection.transaction():
        kernel.connection.execute("UPDATE cases SET region = '10'")
    result = run(case, "replay", str(paid))
    assert result.exit_code == 1
    assert "region: the entries come to '75', the store has '10'" in result.output


def test_release_puts_a_case_back_and_only_one_that_was_set_aside(kernel: Kernel, installed: object) -> None:
    toy.PARTNER.broken = {1}
    (number,) = kernel.open(kernel.arrival(1))
    kernel.run()
    assert _cases("--status", "aside")[0]["trouble"]
    assert "set aside for people" in run(case, "explain", str(number)).output
    toy.PARTNER.broken = set()
    result = run(case, "release", str(number))
    assert "goes on at the next turn" in result.output
    kernel.run()
    assert kernel.step(number) == "consent"
    assert "put the case back to work" in run(case, "explain", str(number)).output
    again = run(case, "release", str(number))
    assert again.exit_code == 1
    assert "is not set aside" in again.stderr


def test_a_case_that_is_not_there(kernel: Kernel, installed: object) -> None:
    for word in ("show", "explain", "replay", "release"):
        result = run(case, word, "999")
        assert result.exit_code == 2
        assert "there is no case '999'" in result.stderr


def test_an_ended_case_is_archived_shown_where_it_lies_and_brought_back(
    paid: int, kernel: Kernel, installed: Path, tmp_path: Path
) -> None:
    before = lines_of(paid)
    FileClock(installed / "clock").set(kernel.clock.now() + timedelta(days=400))
    assert run_json(case, "archive", "--ended-before", "2024-06-01", "--to", str(tmp_path))["cases"] == 1
    refused = run(case, "show", str(paid))
    assert refused.exit_code == 1
    assert f"`qyzmet case restore {paid}` brings it back" in refused.stderr
    checked: Any = run_json(audit, "verify", "--archive")
    assert [fault for fault in checked["faults"] if "payload" in fault or "archive" in fault] == []
    assert checked["archived"] > 0
    assert run(case, "restore", str(paid)).exit_code == 0
    assert lines_of(paid) == before
