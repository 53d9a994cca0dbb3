"""A made-up tenth benefit: what a new service takes, and that the kernel needs no change for it.

The Heating Aid Act is invented. Its five paragraphs point at those of chapter 3, as only the steps count.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from qyzmet.acts.proactive import beginnings, benefits, decisions, events, package, policies, procedure
from qyzmet.acts.proactive.amounts import amount
from qyzmet.acts.proactive.benefits import AWARDED_MOTHER_ALLOWANCE, Benefit
from qyzmet.acts.proactive.table import Table
from qyzmet.cases.procedure import Step
from tests.acts.proactive import conftest
from tests.acts.proactive.conftest import MakePilot

HEATING_AID: Benefit = replace(
    AWARDED_MOTHER_ALLOWANCE,
    code="HEATING_AID",
    names={"kk": "жылыту көмегі", "ru": "помощь на отопление", "en": "heating aid"},
)


def heating_aid(t: Table) -> tuple[Step, ...]:
    """How recipients are found: here as in chapter 3."""
    return beginnings.awarded_mother(t)


@pytest.mark.clause("proactive:§1")
def test_a_tenth_benefit_is_a_declaration_and_a_beginning(
    make_pilot: MakePilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = HEATING_AID.code
    monkeypatch.setitem(benefits.BENEFITS, code, HEATING_AID)  # type: ignore[arg-type]
    monkeypatch.setitem(beginnings.BEGINNINGS, code, heating_aid)  # type: ignore[arg-type]
    monkeypatch.setitem(policies.SERVICE_CODES, code, "50")
    monkeypatch.setitem(procedure.PROCEDURES, code, procedure.build(HEATING_AID))  # type: ignore[arg-type]
    monkeypatch.setattr(events, "AWARDED_MOTHER_ALLOWANCE", HEATING_AID)  # its event, for want of a feed
    own = amount("AWARDED_MOTHER_ALLOWANCE", conftest.MONDAY.date(), {"award": "KUMIS_ALQA"})
    monkeypatch.setattr(decisions, "amount", lambda *asked, **more: own)
    assert code in package().procedures

    pilot = make_pilot()
    mother = pilot.mother("bank_a")
    case = pilot.award(mother)
    pilot.agree(mother)
    pilot.reply(mother, "50#3#1")
    assert pilot.ending(case) == "appointed"
    assert [(placed.iin, placed.service) for placed in pilot.placed()] == [(mother, "HEATING_AID")]
    assert all("жылыту көмегі" in text for text in pilot.texts(mother))
