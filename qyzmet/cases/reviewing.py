"""Opens the reviews of decisions that a correction touches, by order of an official: tasks for people."""

from __future__ import annotations

from qyzmet.cases.affected import Affected, Touched
from qyzmet.cases.catalogue import Catalogue
from qyzmet.cases.intake import Intake
from qyzmet.cases.package import ActPackage, Again
from qyzmet.people.vault import Vault
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import QyzmetError


def open_reviews(
    intake: Intake, vault: Vault, clock: Clock, found: Affected, *, by: str, order: str
) -> tuple[dict[int, int], dict[int, str]]:
    """By case the case that reviews it, and why some are not reviewed. One that is reviewed since is left.

    Whoever repeats it opens nothing twice. A decision is not changed before two officials have decided anew.
    """
    connection = intake.store.connection
    opened: dict[int, int] = {}
    refused: dict[int, str] = {}
    for each in found.decisions:
        if each.review is not None:
            continue
        package, again = _again(intake.catalogue, each.benefit)
        try:
            arrival = again.review(
                connection, vault, each.case, _because(found, each, order), by, clock.now()
            )
        except QyzmetError as error:
            refused[each.case] = str(error)
            continue
        verdicts, _ = intake.receive(package, again.review_source, [arrival])
        if verdicts[0].case is None:
            refused[each.case] = verdicts[0].because
        else:
            opened[each.case] = verdicts[0].case
    return opened, refused


def _again(catalogue: Catalogue, code: str) -> tuple[ActPackage, Again]:
    package = catalogue.act_of(catalogue.number(code))
    assert package.again is not None
    return package, package.again


def _because(found: Affected, each: Touched, order: str) -> str:
    """The reason as it stands in the review: the order, what was learnt, what it comes to."""
    sum_ = "" if each.after is None else f": {_kzt(each.before)} becomes {_kzt(each.after)} KZT"
    return f"{order}. A correction of the {found.what}, learnt since {found.since}{sum_}"


def _kzt(tiyn: int) -> str:
    return f"{tiyn // 100}.{tiyn % 100:02}"
