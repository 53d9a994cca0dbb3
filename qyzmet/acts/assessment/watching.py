"""Reads the evidence of new reports: advice to the assessor, copies kept (`qyzmet assessment evidence`).

It is no duty of a worker: thousands of links, one after another on each site, take their time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from qyzmet.acts.assessment.crawler import Crawler
from qyzmet.acts.assessment.evidence import advise
from qyzmet.acts.assessment.life import Life
from qyzmet.acts.assessment.store import Store
from qyzmet.runtime.clock import Clock


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
    say: Callable[[str, int, int], None] = lambda _body, _done, _of: None,
    *,
    inside: Collection[str] = (),
) -> list[str]:
    """Reads the links of every new report of the period; returns the bodies. `say` is told the progress."""
    bodies = waiting(store.period(code))
    for body in bodies:
        _read(store, code, body, clock, say, inside)
    return bodies


def _read(
    store: Store,
    code: str,
    body: str,
    clock: Clock,
    say: Callable[[str, int, int], None],
    inside: Collection[str],
) -> None:
    life = store.period(code)
    report = life.report(body)
    assert report is not None
    crawler = Crawler(clock, allowed_inside=inside)
    try:
        links = (link for _, item in report.items() for link in item.links())
        copies = crawler.read(links, lambda done, of: say(body, done, of))
    finally:
        crawler.close()
    advice, at = advise(report, life.period, copies), clock.now()
    store.keep(copies.values())
    store.do(code, lambda present: present.check(body, copies, advice, at))
