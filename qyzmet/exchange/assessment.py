"""The portals that the assessment of openness asks: open data, open dialogue, the blog platform.

Contracts are in bulk like all others; the links of a report are read by the crawler instead.
"""

from __future__ import annotations

from datetime import date

from qyzmet.exchange.contract import Item, Operation


class ByLink(Item, frozen=True, kw_only=True):
    link: str


class DatasetState(Item, frozen=True, kw_only=True):
    """A data set as the portal knows it; `automated` says that it is placed through the API."""

    known: bool
    periodicity: str = ""
    updated: date | None = None
    automated: bool = False


class ByRegistration(Item, frozen=True, kw_only=True):
    registration_number: str


class QuestionState(Item, frozen=True, kw_only=True):
    """A question on the blog platform; it names an organisation, never who asked."""

    known: bool
    organisation: str = ""
    language: str = ""
    answered: bool = False


DATASETS = Operation("open_data_portal", "datasets", ByLink, DatasetState)
QUESTIONS = Operation("blog_platform", "questions", ByRegistration, QuestionState)
OPERATIONS = (DATASETS, QUESTIONS)
