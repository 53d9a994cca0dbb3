"""S1, which differs by chapter: how SDU finds the recipient and what it checks before the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from qyzmet.acts.proactive import burial, disability, identification, insurance, survivors
from qyzmet.acts.proactive.table import END, QUERY, RULE, SDU, Table
from qyzmet.cases.procedure import Step

Steps = tuple[Step, ...]

INDIVIDUALS = "State Database Individuals"


def _existing(t: Table, then: str = "confirm") -> Step:
    return t.step("existing", QUERY, "existing", SDU, "E-Maket and ODK", identification.existing,
                  {"nothing": then, "found": "left_out"})  # fmt: skip


def large_family(t: Table) -> Steps:
    """§6: kinship service, family composition, existing case."""
    return (
        t.step("identify_birth", QUERY, "identify", SDU, "kinship service", identification.identify_birth,
               {"identified": "composition", "nobody": "left_out"}),
        t.step("composition", QUERY, "identify", SDU, "kinship service", identification.composition,
               {"large": "existing", "not_large": "left_out"}),
        _existing(t),
    )  # fmt: skip


def awarded_mother(t: Table) -> Steps:
    """§29: the awarded mother herself, existing case."""
    return (
        t.step("identify_award", QUERY, "identify", SDU, INDIVIDUALS, identification.identify_award,
               {"identified": "existing", "nobody": "left_out"}),
        _existing(t),
    )  # fmt: skip


def burial_payment(t: Table) -> Steps:
    """§48 to §53: pension or allowance in time, АХАЖ, else БХТ, kinship, existing case."""
    return (
        t.step("pensions", QUERY, "identify", SDU, "E-Maket and ODK", burial.pensions,
               {"known": "burial_right"}),
        t.step("burial_right", RULE, "right", SDU, None, burial.right,
               {"given": "civil_registry", "no_pension": "no_pension", "too_late": "too_late"}),
        t.step("civil_registry", QUERY, "applicant", SDU, "Civil Registry IS", burial.civil_registry,
               {"known": "burial_kinship", "no_information": "attached_population_register"}),
        t.step("attached_population_register", QUERY, "body", SDU, "Attached Population Register",
               burial.attached_population_register, {"known": "burial_kinship", "nobody": "left_out"}),
        t.step("burial_kinship", QUERY, "kinship", SDU, INDIVIDUALS, burial.kinship,
               {"kin": "existing", "not_kin": "not_kin"}),
        _existing(t),
        t.step("no_pension", END, "right", SDU),
        t.step("too_late", END, "right", SDU),
        t.step("not_kin", END, "kinship", SDU, part=".part2"),
    )  # fmt: skip


def disability_allowance(t: Table) -> Steps:
    """§72: the person with disability, existing case."""
    return (
        t.step("identify_self", QUERY, "identify", SDU, INDIVIDUALS, disability.identify_self,
               {"identified": "existing", "nobody": "left_out"}),
        _existing(t),
    )  # fmt: skip


def insured(t: Table) -> Steps:
    """§93, §162: the person, contributions and participation, existing case."""
    return (
        t.step("identify_self", QUERY, "identify", SDU, INDIVIDUALS, disability.identify_self,
               {"identified": "contributions", "nobody": "left_out"}),
        t.step("contributions", QUERY, "identify", SDU, "MSI", insurance.contributions,
               {"known": "participation"}),
        t.step("participation", RULE, "identify", SDU, None, insurance.participation,
               {"met": "existing", "not_met": "left_out"}),
        _existing(t),
    )  # fmt: skip


def child_carer(t: Table) -> Steps:
    """§116: who raises the child, existing case, orphanage."""
    return (
        t.step("identify_carer", QUERY, "identify", SDU, "kinship service", disability.identify_carer,
               {"identified": "existing", "nobody": "left_out"}),
        _existing(t, "orphanage"),
        t.step("orphanage", QUERY, "identify", SDU, "National Education Database", disability.orphanage,
               {"at_home": "confirm", "in_orphanage": "left_out"}),
    )  # fmt: skip


def survivor_allowance(t: Table) -> Steps:
    """§137: the recipient found by kinship; contributions gate only the payment (G-37)."""
    return (
        t.step("identify_self", QUERY, "identify", SDU, INDIVIDUALS, disability.identify_self,
               {"identified": "contributions", "nobody": "left_out"}),
        t.step("contributions", QUERY, "identify", SDU, "MSI", insurance.contributions,
               {"known": "participation"}),
        t.step("participation", RULE, "identify", SDU, None, survivors.participation,
               {"met": "existing", "not_met": "left_out"}),
        t.step("existing", QUERY, "existing", SDU, "E-Maket and ODK", survivors.existing,
               {"nothing": "confirm", "found": "left_out"}),
    )  # fmt: skip


BEGINNINGS: Mapping[str, Callable[[Table], Steps]] = {
    "LARGE_FAMILY_ALLOWANCE": large_family,
    "AWARDED_MOTHER_ALLOWANCE": awarded_mother,
    "BURIAL_PAYMENT": burial_payment,
    "DISABILITY_ALLOWANCE": disability_allowance,
    "WORK_CAPACITY_LOSS_PAYMENT": insured,
    "DISABLED_CHILD_CARER_ALLOWANCE": child_carer,
    "SURVIVOR_ALLOWANCE": survivor_allowance,
    "SURVIVOR_PAYMENT": survivor_allowance,
    "JOB_LOSS_PAYMENT": insured,
}
