"""Reads the evidence of new reports: advice to the assessor, copies kept (`qyzmet assessment evidence`).

It is no duty of a worker: thousands of links, one after another on each site, take their time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from qyzmet.acts.assessment.crawler import Crawler
from qyzmet.acts.assessment.evidence import advise, ask_portals
from qyzmet.acts.assessment.life import Life
from qyzmet.acts.assessment.report import DOCUMENT, Report
from qyzmet.acts.assessment.store import Store
from qyzmet.exchange.contract import Partners
from qyzmet.runtime.clock import Clock

Say = Callable[[str, int, int], None]


def waiting(life: Life) -> list[str]:
    """Bodies whose latest report nobody has read yet; none once results are there."""
    if life.results:
        return []
    return [
        body
        for body, sent in life.reports.items()
        if body not in life.checks or life.checks[body].version < len(sent)
    ]


def read_evidence(
    store: Store,
    code: str,
    clock: Clock,
    say: Say = lambda _body, _done, _of: None,
    *,
    inside: Collection[str] = (),
    partners: Partners | None = None,
    again: bool = False,
) -> list[str]:
    """Reads the links of every new report of the period; returns the bodies. `say` is told the progress.

    `partners` are the portals of data and blogs, where they can be asked. `again` reads all reports once
    more: what a link serves now is compared with what it served first.
    """
    life = store.period(code)
    bodies = sorted(life.reports) if again and not life.results else waiting(life)
    for body in bodies:
        _read(store, code, body, clock, say, inside, partners)
    return bodies


def _read(
    store: Store,
    code: str,
    body: str,
    clock: Clock,
    say: Say,
    inside: Collection[str],
    partners: Partners | None,
) -> None:
    life = store.period(code)
    report = life.report(body)
    assert report is not None
    crawler = Crawler(clock, allowed_inside=inside)
    try:
        links = (link for _, item in report.items() for link in item.links())
        copies = crawler.read(
            (link for link in links if not link.startswith(DOCUMENT)), lambda done, of: say(body, done, of)
        )
    finally:
        crawler.close()
    advice = advise(
        report, life.period, copies, before=life.first_seen.get(body), **_portals(partners, report)
    )
    at = clock.now()
    store.keep(copies.values())
    store.do(code, lambda present: present.check(body, copies, advice, at))


def _portals(partners: Partners | None, report: Report) -> Mapping[str, Any]:
    if partners is None:
        return {}
    datasets, questions = ask_portals(partners, report)
    return {"datasets": datasets, "questions": questions}
