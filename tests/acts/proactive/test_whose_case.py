"""Whose case it is: the child's it is about until the recipient is known, then the recipient's."""

from __future__ import annotations

from qyzmet.cases import worklists
from tests.acts.proactive.conftest import LARGE, Pilot


def test_a_case_is_found_by_its_recipient_and_by_whom_it_is_about(pilot: Pilot) -> None:
    mother, case = pilot.chosen(LARGE)
    ((about,),) = pilot.rows("SELECT subject FROM cases WHERE id = %s", case)
    (recipient,) = pilot.vault.subjects_for([mother])
    assert about != recipient
    store = pilot.ground.store
    assert [each.id for each in worklists.of_person(store, recipient)] == [case]
    assert worklists.of_person(store, about) == []  # the child's case is the mother's
    for number in (case, about, recipient):
        assert [each.id for each in worklists.search(store, number, ["75", "71"])] == [case]
    assert worklists.search(store, recipient, ["10"]) == []


def test_until_the_recipient_is_known_the_case_is_of_whom_it_is_about(pilot: Pilot) -> None:
    case = pilot.birth(None)
    ((about, recipient),) = pilot.rows("SELECT subject, recipient FROM cases WHERE id = %s", case)
    assert recipient is None
    assert [each.id for each in worklists.of_person(pilot.ground.store, about)] == [case]
