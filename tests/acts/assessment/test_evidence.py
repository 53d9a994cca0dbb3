"""Evidence over real HTTP: what the crawler reads and refuses, what the machine advises."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
import pytest

from qyzmet.acts.assessment import network
from qyzmet.acts.assessment.crawler import Copy, Crawler, changed
from qyzmet.acts.assessment.evidence import Advice, advise, ask_portals, language_of
from qyzmet.acts.assessment.report import Report, read_report
from qyzmet.exchange.client import HttpPartners
from qyzmet.law.act import Period
from qyzmet.runtime.clock import HandClock
from qyzmet_twins.openness import Openness, Page, openness
from qyzmet_twins.opennesssites import Sites, served
from tests.acts.assessment import material as m

DAY = date(2024, 5, 5)


@pytest.fixture(scope="module")
def sites() -> Iterator[Sites]:
    """One body's year and some pages of our own, served on loopback."""
    found = Sites(Openness(m.YEAR.first, date(2024, 12, 31)), base="")
    with served(found):
        found.world.pages |= {
            f"/{name}": Page(f"/{name}", language, "title", day, recording, wrong)
            for name, language, day, recording, wrong in (
                ("good", "kk", DAY, False, ""),
                ("good-ru", "ru", DAY, False, ""),
                ("down", "kk", DAY, False, "down"),
                ("other-language", "kk", DAY, False, "other_language"),
                ("other-day", "kk", DAY, False, "other_day"),
                ("next-day", "kk", date(2024, 5, 9), False, ""),
                ("recording", "kk", DAY, True, ""),
                ("no-recording", "kk", DAY, True, "no_recording"),
                ("loop", "kk", DAY, False, "loop"),
                ("outside", "kk", DAY, False, "outside"),
            )
        }
        yield found


def crawler(sites: Sites, clock: HandClock, **more: Any) -> Crawler:
    allowed = {sites.base.removeprefix("http://")}
    return Crawler(clock, **{"allowed_inside": allowed, "gap": 0.0, "connect_seconds": 2.0} | more)


def read(sites: Sites, clock: HandClock, *paths: str, **more: Any) -> dict[str, Copy]:
    reading = crawler(sites, clock, **more)
    try:
        copies = reading.read([f"{sites.base}{path}" for path in paths])
    finally:
        reading.close()
    return {link.removeprefix(sites.base): copy for link, copy in copies.items()}


def test_what_links_come_to(sites: Sites, clock: HandClock) -> None:
    paths = {
        "/good": "", "/missing": "status", "/down": "status", "/loop": "loop", "/outside": "outside",
        "/hostile/ping": "loop", "/hostile/inside": "outside",
    }  # fmt: skip
    copies = read(sites, clock, *paths)
    assert {path: copy.trouble for path, copy in copies.items()} == paths
    good = copies["/good"]
    assert (good.status, good.media_type, len(good.digest)) == (200, "text/html", 64)
    assert (good.at, len(good.content)) == (clock.now(), good.size)


def test_what_serves_gigabytes_or_drips_is_left(sites: Sites, clock: HandClock) -> None:
    copies = read(sites, clock, "/hostile/endless", most_bytes=1 << 20)
    assert copies["/hostile/endless"].trouble == "too_large"
    assert copies["/hostile/endless"].content == b""
    copies = read(sites, clock, "/hostile/slow", whole_seconds=0.5)
    assert copies["/hostile/slow"].trouble == "timeout"


def test_nothing_inside_our_own_network_is_asked(sites: Sites, clock: HandClock) -> None:
    before = dict(sites.asked)
    reading = Crawler(clock, gap=0.0)  # without the list that lets tests in
    port = sites.base.rpartition(":")[2]
    links = [
        f"http://127.0.0.1:{port}/good", f"http://localhost:{port}/good", f"http://[::1]:{port}/good",
        f"http://[::ffff:127.0.0.1]:{port}/good", f"http://2130706433:{port}/good", "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/", "http://192.168.1.1/", "http://0.0.0.0/",
    ]  # fmt: skip
    copies = reading.read(links)
    reading.close()
    assert {copy.trouble for copy in copies.values()} == {"inside"}
    assert sites.asked == before


def test_a_name_that_resolves_inside_is_refused(monkeypatch: pytest.MonkeyPatch, clock: HandClock) -> None:
    def two(host: str, port: int, **_: Any) -> list[Any]:
        return [(0, 0, 0, "", ("93.184.216.34", port)), (0, 0, 0, "", ("127.0.0.1", port))]

    monkeypatch.setattr(network.socket, "getaddrinfo", two)
    reading = Crawler(clock)
    (copy,) = reading.read(["http://ministry.example/"]).values()
    reading.close()
    assert copy.trouble == "inside"


def test_a_host_is_asked_one_thing_at_a_time_and_each_link_once(sites: Sites, clock: HandClock) -> None:
    before = sites.asked.get("/good", 0)
    reading = crawler(sites, clock, gap=0.01)
    link = f"{sites.base}/good"
    done: list[tuple[int, int]] = []
    copies = reading.read([link, link, f"{sites.base}/good-ru"], lambda n, of: done.append((n, of)))
    reading.close()
    assert len(copies) == 2
    assert done == [(2, 2)]
    assert sites.asked["/good"] == before + 1


def test_a_page_that_changed_after_the_submission_is_found(sites: Sites, clock: HandClock) -> None:
    before = read(sites, clock, "/good", "/good-ru")
    sites.changed.add("/good")
    sites.down.add("/good-ru")
    after = read(sites, clock, "/good", "/good-ru")
    sites.changed.clear()
    sites.down.clear()
    assert changed(before, after) == ["/good"]  # one that is down today is not judged


def advice(sites: Sites, clock: HandClock, report: Report, period: Period = m.YEAR) -> list[Advice]:
    reading = crawler(sites, clock)
    copies = reading.read(link for _, item in report.items() for link in item.links())
    reading.close()
    return advise(report, period, copies)


@pytest.mark.clause("assessment:annex9.table5.row3")
@pytest.mark.parametrize(
    ("path", "level", "code"),
    [
        ("/good", "good", "link_answers"),
        ("/down", "doubt", "link_status"),  # looked at again another day
        ("/missing", "bad", "link_status"),
        ("/other-language", "bad", "language"),
        ("/other-day", "bad", "outside_period"),
        ("/next-day", "doubt", "other_day"),
        ("/loop", "bad", "link_loop"),
        ("/outside", "bad", "link_outside"),
    ],
)
def test_advice_on_a_post(sites: Sites, clock: HandClock, path: str, level: str, code: str) -> None:
    (post,) = m.posts("kk", [DAY])
    report = Report(body="X", posts=(msgspec.structs.replace(post, link=f"{sites.base}{path}"),))
    (found,) = advice(sites, clock, report)
    assert found.level == level
    assert code in {finding.code for finding in found.findings}


@pytest.mark.clause("assessment:annex9.table5.row2")
@pytest.mark.parametrize(("path", "level"), [("/recording", "good"), ("/no-recording", "doubt")])
def test_advice_on_a_broadcast(sites: Sites, clock: HandClock, path: str, level: str) -> None:
    (session,) = m.sessions("kk")
    session = msgspec.structs.replace(
        session, recording_link=f"{sites.base}{path}", announcement_links=(f"{sites.base}/good",)
    )
    (found,) = advice(sites, clock, Report(body="X", sessions=(session,)))
    assert found.level == level


def test_the_same_post_twice_is_pointed_out(sites: Sites, clock: HandClock) -> None:
    (post,) = m.posts("kk", [DAY])
    one = msgspec.structs.replace(post, link=f"{sites.base}/good")
    other = msgspec.structs.replace(post, link=f"{sites.base}/good#again")
    first, second = advice(sites, clock, Report(body="X", posts=(one, other)))
    assert (first.level, second.level) == ("good", "bad")


@pytest.mark.clause("assessment:annex9.table1.row1", "assessment:annex9.table6.row3")
def test_the_portals_are_asked_in_bulk(clock: HandClock) -> None:
    world = openness(4, organisations=2, wrong=0.0)
    with served(Sites(world, base="")) as base, HttpPartners(base) as partners:
        given = next(r for r in world.reports.values() if r["questions"] and len(r["datasets"]) > 2)
        report = read_report(msgspec.json.encode(given))
        report = msgspec.structs.replace(
            report,
            questions=(
                msgspec.structs.replace(report.questions[0], answered=not report.questions[0].answered),
                msgspec.structs.replace(report.questions[0], registration_number="nobody-asked"),
                *report.questions[1:],
            ),
        )
        datasets, questions = ask_portals(partners, report)
        found = {
            finding.code
            for each in advise(report, m.YEAR, {}, datasets=datasets, questions=questions)
            for finding in each.findings
        }
    assert {"question_differs", "question_unknown", "question_agrees"} <= found
    assert found & {"dataset_fresh", "dataset_stale"}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Министр тұрғындармен кездесіп, аймақтағы жолдарды жөндеу мәселелерін талқылады.", "kk"),
        ("Министр провёл встречу с населением и обсудил вопросы ремонта дорог в регионе.", "ru"),
        ("The minister met the residents and discussed the repair of the region's roads.", "en"),
        ("12.05.2024", None),
    ],
)
def test_languages_are_told_apart(text: str, language: str | None) -> None:
    assert language_of(text) == language
