"""The procedures of the installed acts, drawn and run by SpiffWorkflow: as their tables say."""

from __future__ import annotations

from functools import partial

import pytest

from qyzmet.acts.proactive import procedures
from qyzmet.cases.drawing.bpmn import to_bpmn
from qyzmet.cases.procedure import Procedure
from tests.cases.drawing.test_bpmn import check
from tests.cases.drawing.test_running_the_bpmn import Ways, both, by_chance, towards


@pytest.mark.parametrize("procedure", procedures().values(), ids=list(procedures()))
def test_random_cases_and_every_arrow(procedure: Procedure) -> None:
    check(procedure)
    bpmn, gone = to_bpmn(procedure), Ways()
    for step, outcome, _ in procedure.arrows():
        both(procedure, bpmn, partial(towards, procedure, (step.name, outcome)), gone)
    for seed in range(500):
        both(procedure, bpmn, partial(by_chance, procedure, seed), gone)
