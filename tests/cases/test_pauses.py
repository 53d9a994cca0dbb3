"""What the operator stops rests, goes on where it stood, and is an event of the ledger."""

from __future__ import annotations

import json

import pytest

from qyzmet.cases.pauses import Paused, PausingPartners, pause, pauses, resume
from qyzmet.exchange.systems import NUMBERS, ODK_SEARCH, ByIin
from qyzmet.runtime.errors import BadValue, PartnerAway, Refused, UnknownName
from tests.cases import toy
from tests.cases.conftest import Kernel


def test_a_paused_procedure_asks_and_sends_nothing_until_it_is_resumed(kernel: Kernel) -> None:
    (waiting,) = kernel.cases(1)
    kernel.after(minutes=1)
    found = pause(kernel.connection, "procedure", "TOY", by="operator", reason="letter 5", clock=kernel.clock)
    kernel.after(seconds=6)  # workers look now and then
    asked, sent = len(toy.PARTNER.asked), len(kernel.link.sent)
    (fresh,) = kernel.cases(1)
    kernel.reply(f"+7701000{1:04d}", "7#1")
    kernel.after(hours=5)
    assert (len(toy.PARTNER.asked), len(kernel.link.sent)) == (asked, sent)
    assert (kernel.step(fresh), kernel.step(waiting)) == ("register", "watch")
    resume(kernel.connection, found.id, by="operator", reason="letter 6", clock=kernel.clock)
    kernel.after(minutes=2)
    kernel.after(minutes=2)
    assert kernel.step(fresh) == "consent"
    assert len(kernel.link.sent) == sent + 1


def test_a_message_made_before_the_pause_waits(kernel: Kernel) -> None:
    kernel.open(kernel.arrival(1))
    kernel.engine.turn()
    pause(kernel.connection, "procedure", "TOY", by="operator", reason="x", clock=kernel.clock)
    kernel.after(seconds=6)
    assert kernel.link.sent == []
    resume(kernel.connection, pauses(kernel.connection)[0].id, by="o", reason="x", clock=kernel.clock)
    kernel.after(seconds=6)
    assert len(kernel.link.sent) == 1


def test_the_gateway_is_a_partner_too(kernel: Kernel) -> None:
    pause(kernel.connection, "partner", "sms", by="operator", reason="works", clock=kernel.clock)
    kernel.after(seconds=6)
    kernel.cases(1)
    assert kernel.link.sent == []


def test_a_paused_partner_counts_as_away(kernel: Kernel) -> None:
    class Answers:
        def ask(self, operation: object, items: object, *, purpose: str, clause: str) -> dict[str, object]:
            return {"1": operation}

    paused = Paused(kernel.connection)
    partners = PausingPartners(Answers(), paused)  # type: ignore[arg-type]
    pause(kernel.connection, "partner", "odk", by="operator", reason="works", clock=kernel.clock)
    paused.refresh()
    item = ByIin(ref="1", iin="900101400000")
    assert partners.ask(NUMBERS, [item], purpose="p", clause="c")
    with pytest.raises(PartnerAway, match="paused by the operator"):
        partners.ask(ODK_SEARCH, [], purpose="p", clause="c")


def test_each_beginning_and_end_is_in_the_ledger(kernel: Kernel) -> None:
    found = pause(kernel.connection, "procedure", "TOY", by="operator", reason="r", clock=kernel.clock)
    ended = resume(kernel.connection, found.id, by="head", reason="s", clock=kernel.clock)
    assert (ended.begun_by, ended.ended_by, ended.end_reason) == ("operator", "head", "s")
    rows = kernel.rows("SELECT header FROM ledger_entries WHERE case_id < 0 ORDER BY run")
    headers = [json.loads(str(header)) for (header,) in rows]
    assert [(each["event"], each["kind"], each["name"]) for each in headers] == [
        ("paused", "procedure", "TOY"), ("resumed", "procedure", "TOY"),
    ]  # fmt: skip
    assert kernel.verify().faults == []


def test_what_is_refused(kernel: Kernel) -> None:
    with pytest.raises(BadValue, match="reason"):
        pause(kernel.connection, "partner", "odk", by="o", reason=" ", clock=kernel.clock)
    found = pause(kernel.connection, "partner", "odk", by="o", reason="r", clock=kernel.clock)
    with pytest.raises(Refused, match="paused already"):
        pause(kernel.connection, "partner", "odk", by="o", reason="r", clock=kernel.clock)
    resume(kernel.connection, found.id, by="o", reason="r", clock=kernel.clock)
    with pytest.raises(Refused, match="has ended"):
        resume(kernel.connection, found.id, by="o", reason="r", clock=kernel.clock)
    with pytest.raises(UnknownName):
        resume(kernel.connection, 99, by="o", reason="r", clock=kernel.clock)
    assert len(kernel.rows("SELECT id FROM pauses")) == 1
