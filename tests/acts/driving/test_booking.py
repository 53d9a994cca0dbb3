"""Places for examinations: the rush, the draw that anybody can recompute, holds, moves, waiting lists, withdrawal."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from qyzmet.acts.driving import booking, draw
from qyzmet.commands.driving import driving
from qyzmet.runtime.connection import connect
from qyzmet.runtime.errors import Refused, UnknownName
from tests.acts.driving.conftest import MONDAY, MakeRoad, Road


def crowd(road: Road, many: int, places: int) -> int:
    """So many applications at step 13, put there in bulk, and a slot with so many places; returns the slot."""
    with road.store.transaction():
        road.store.execute(
            """INSERT INTO cases (id, procedure, status, step, subject, region, event, as_of, opened_at, entered_at,
                   fence, attempts, run, trouble, known)
               SELECT 1000000 + n, (SELECT id FROM procedures WHERE code = 'DRIVING_FIRST' LIMIT 1), 'w',
                   'theory_booking', 1000000 + n, '75', 'E' || n, %s, %s, %s, 1, 0, 1, '', ''
               FROM generate_series(1, %s) n""",
            (MONDAY.date(), MONDAY, MONDAY, many),
        )
        tip, commitment = draw.new_chain()
        row = road.store.execute(
            """INSERT INTO driving_slots (hall, centre, kind, starts_at, ends_at, opens_at, examiner, seats, commitment, tip)
               VALUES ('RUSH', 'ALA-1', 'theory', %s, %s, %s, 'RUSH', %s, %s, %s) RETURNING id""",
            (MONDAY + timedelta(days=5), MONDAY + timedelta(days=5, hours=1), MONDAY - timedelta(days=1), places,
             commitment, tip),
        ).fetchone()  # fmt: skip
        assert row is not None
        road.store.execute(
            "INSERT INTO driving_places (slot, place, kind) SELECT %s, n, 'theory' FROM generate_series(1, %s) n",
            (row[0], places),
        )
    return int(row[0])


def wish_all(road: Road, slot: int, cases: list[int], threads: int = 6, **more: Any) -> None:
    """Everybody asks at the same moment, over several connections."""
    policies, now = road.policies, road.clock.now()

    def some(part: list[int]) -> None:
        with connect(road.ground.database.engine_url) as connection:
            for case in part:
                booking.wish(connection, policies, case, slot, now, **more)

    random.Random(7).shuffle(cases)
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(some, [cases[n::threads] for n in range(threads)]))


def confirm_all(road: Road, slot: int, threads: int = 4) -> None:
    """Whoever has a place held confirms it, twice and over several connections."""
    held = [
        case
        for (case,) in road.rows("SELECT case_id FROM driving_places WHERE slot = %s AND state = 'h'", slot)
    ]
    now = road.clock.now()

    def some(part: list[int]) -> None:
        with connect(road.ground.database.engine_url) as connection:
            for case in part:
                booking.confirm(connection, case, "theory", now)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(some, [held[n::threads] for n in range(threads)] + [held[::7]]))


def confirmed(road: Road, slot: int) -> list[int]:
    return [
        c
        for (c,) in road.rows(
            "SELECT case_id FROM driving_places WHERE slot = %s AND state = 'c' ORDER BY 1", slot
        )
    ]


@pytest.mark.clause("driving:§3.13", "driving:§3.14")
def test_a_thousand_people_for_a_hundred_places(road: Road, tmp_path: Path) -> None:
    slot = crowd(road, 1000, 100)
    (commitment,) = road.rows("SELECT commitment FROM driving_slots WHERE id = %s", slot)[0]
    wish_all(road, slot, [1_000_000 + n for n in range(1, 1001)])
    assert confirmed(road, slot) == [], "nobody is first: the window is not over"
    road.clock.set(road.clock.now() + timedelta(seconds=61))
    assert booking.draw_due(road.store, road.policies, road.clock.now()) == 1
    assert booking.draw_due(road.store, road.policies, road.clock.now()) == 0
    confirm_all(road, slot)
    winners = confirmed(road, slot)
    assert len(winners) == len(set(winners)) == 100
    told = road.rows("SELECT case_id FROM inbox WHERE kind = 'booked' ORDER BY 1")
    assert [case for (case,) in told] == winners, "each case is told once"
    # An outsider needs the published log alone.
    log = draw.published(road.store)
    (entry,) = [msgspec.json.decode(each.entry, type=draw.Entry) for each in log.draws]
    assert len(entry.tickets) == 1000
    secret = bytes.fromhex(entry.seed)
    assert sha256(secret).digest() == bytes(commitment), "fixed before the first wish"
    everybody = sha256("\n".join(sorted(entry.tickets)).encode()).digest()
    order = sorted(entry.tickets, key=lambda t: sha256(secret + everybody + t.encode()).digest())
    holders = dict(road.rows("SELECT ticket, case_id FROM driving_wishes"))
    assert sorted(holders[ticket] for ticket in order[:100]) == winners
    file = tmp_path / "draws.json"
    file.write_bytes(msgspec.json.encode(log))
    said = CliRunner().invoke(driving, ["verify", str(file), "--ticket", order[0]])
    assert said.exit_code == 0
    assert "rank 1 of 1000" in said.output
    # Anything changed afterwards is found.
    for change in (lambda e: e | {"order": e["order"][::-1]}, lambda e: e | {"seed": "00" * 32}):
        forged = json.loads(file.read_text())
        text = json.dumps(change(json.loads(forged["draws"][0]["entry"])))
        forged["draws"][0] = {"entry": text, "digest": sha256(text.encode()).hexdigest()}
        (tmp_path / "forged.json").write_text(json.dumps(forged))
        assert CliRunner().invoke(driving, ["verify", str(tmp_path / "forged.json")]).exit_code == 1


_CHILD = """
import sys
from datetime import datetime
from qyzmet.acts.driving import booking
from qyzmet.acts.driving.policies import POLICIES
from qyzmet.law.policies import Policies
from qyzmet.runtime.connection import connect
url, slot, now = sys.argv[1], int(sys.argv[2]), datetime.fromisoformat(sys.argv[3])
with connect(url) as connection:
    booking.draw_due(connection, Policies(POLICIES), now)
    print("drawn", flush=True)
    with connection.transaction():
        held = connection.execute("SELECT case_id FROM driving_places WHERE slot = %s AND state = 'h'", (slot,)).fetchall()
    for (case,) in held:
        booking.confirm(connection, case, "theory", now)
    print("confirmed", flush=True)
"""


def test_nothing_is_lost_or_twice_when_the_program_is_killed(road: Road) -> None:
    slot = crowd(road, 400, 100)
    wish_all(road, slot, [1_000_000 + n for n in range(1, 401)], waits=True)
    road.clock.set(road.clock.now() + timedelta(seconds=61))
    moment = road.clock.now().isoformat()
    deaths = 0
    for attempt in range(12):
        child = subprocess.Popen(
            [sys.executable, "-c", _CHILD, road.ground.database.engine_url, str(slot), moment],
            stdout=subprocess.PIPE, env=dict(os.environ),
        )  # fmt: skip
        assert child.stdout is not None
        if attempt < 4:
            if attempt:
                child.stdout.readline()
                time.sleep(0.01 * attempt)
            else:
                time.sleep(0.4)
            child.send_signal(signal.SIGKILL)
            deaths += child.wait() == -signal.SIGKILL
        else:
            assert child.wait(60) == 0
        child.stdout.close()
        if attempt >= 4:
            break
    assert deaths >= 2
    winners = confirmed(road, slot)
    assert len(winners) == len(set(winners)) == 100
    assert [c for (c,) in road.rows("SELECT case_id FROM inbox WHERE kind = 'booked' ORDER BY 1")] == winners
    states = dict(road.rows("SELECT state::text, count(*) FROM driving_wishes GROUP BY 1"))
    assert states == {"w": 100, "a": 300}, "no wish is lost"
    assert draw.published(road.store).faults() == []


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.text("0123456789abcdef", min_size=16, max_size=16), unique=True, max_size=40),
    st.binary(min_size=32, max_size=32),
)
def test_the_draw_does_not_depend_on_who_came_first(tickets: list[str], secret: bytes) -> None:
    order = draw.ranked(secret, tickets)
    assert sorted(order) == sorted(tickets)
    assert draw.ranked(secret, tickets[::-1]) == order


def test_the_draw_favours_nobody() -> None:
    """First and last in 2,000 draws of ten: about one in ten each."""
    tickets = [f"{n:016x}" for n in range(10)]
    wins = [draw.ranked(sha256(str(n).encode()).digest(), tickets)[0] for n in range(2000)]
    for ticket in (tickets[0], tickets[-1]):
        assert 150 < wins.count(ticket) < 250


def test_one_wish_one_hold_one_place_and_nothing_passed_on(road: Road) -> None:
    case, slot = road.numbered(), road.slot("theory")
    with pytest.raises(UnknownName):
        road.wish(case, 10**9)
    later = road.rows("SELECT starts_at FROM driving_slots WHERE id = %s", slot)[0][0]
    with pytest.raises(Refused, match="begun"):
        booking.wish(road.store, road.policies, case, slot, later)
    road.wish(case, slot)
    with pytest.raises(Refused, match="already"):
        road.wish(case, road.slot("theory", 1))
    road.draw()
    with pytest.raises(Refused, match="held for you already"):
        road.wish(case, road.slot("theory", 1))
    other = road.numbered()
    with pytest.raises(Refused, match="No place is held"):
        booking.confirm(road.store, other, "theory", road.clock.now())
    place = booking.confirm(road.store, case, "theory", road.clock.now())
    assert booking.confirm(road.store, case, "theory", road.clock.now()) == place, "again changes nothing"


def test_a_hold_ends_and_the_next_in_the_order_of_the_draw_gets_it(road: Road) -> None:
    slot = crowd(road, 3, 1)
    cases = [1_000_001, 1_000_002, 1_000_003]
    for case in cases:
        road.wish(case, slot, waits=True)
    road.draw()
    rank = [case for (case,) in road.rows("SELECT case_id FROM driving_wishes ORDER BY rank")]

    def holder() -> int:
        ((case,),) = road.rows("SELECT case_id FROM driving_places WHERE slot = %s AND state = 'h'", slot)
        return int(case)

    assert holder() == rank[0]
    road.after(minutes=16)
    assert holder() == rank[1], "the hold is over"
    assert booking.cancel(road.store, road.policies, rank[1], "theory", road.clock.now())
    assert holder() == rank[2], "given back: to the waiting list, not to somebody of one's choice"
    booking.confirm(road.store, rank[2], "theory", road.clock.now())
    with pytest.raises(Refused, match="No place is held"):
        booking.confirm(road.store, rank[0], "theory", road.clock.now())


def test_who_gives_back_again_and_again_asks_tomorrow(make_road: MakeRoad) -> None:
    road = make_road(P_GIVEN_BACK=2)
    case = road.numbered()
    for _ in range(2):
        road.wish(case, road.slot("theory"))
        road.draw()
        booking.cancel(road.store, road.policies, case, "theory", road.clock.now())
    with pytest.raises(Refused, match="tomorrow"):
        road.wish(case, road.slot("theory"))
    road.after(days=1, minutes=5)
    road.wish(case, road.slot("theory"))


def test_a_move_keeps_the_old_place_until_the_new_one_is_confirmed(road: Road) -> None:
    case = road.numbered()
    first = road.book(case, "theory")
    assert road.step(case) == "theory_exam"
    road.wish(case, road.slot("theory", 3))
    road.draw()
    place = booking.place_of(road.store, case, "theory", "c")
    assert place is not None
    assert place.slot == first.slot
    second = booking.confirm(road.store, case, "theory", road.clock.now())
    road.run()
    assert second.slot != first.slot
    assert road.rows("SELECT count(*) FROM driving_places WHERE case_id = %s", case) == [(1,)]
    assert road.step(case) == "theory_exam"


def test_a_place_given_back_leads_to_booking_again(road: Road) -> None:
    case = road.numbered()
    road.book(case, "theory")
    assert booking.cancel(road.store, road.policies, case, "theory", road.clock.now())
    road.run()
    assert road.step(case) == "theory_booking"
    road.book(case, "theory")
    assert road.step(case) == "theory_exam"


def test_places_follow_hours_calendar_and_examiners(road: Road) -> None:
    road.after(days=5)
    rows = road.rows("SELECT starts_at AT TIME ZONE 'Asia/Almaty', examiner, hall FROM driving_slots")
    assert rows
    assert all(9 <= at.hour < 18 for at, _, _ in rows)
    assert all(at.weekday() < 5 for at, _, _ in rows), "no weekend"
    assert not any((at.month, at.day) in ((3, 8), (3, 9)) for at, _, _ in rows), (
        "International Women's Day, moved"
    )
    assert len({(at, examiner) for at, examiner, _ in rows}) == len(rows), "an examiner is in one place"
    seats = road.rows(
        "SELECT s.seats, count(*) FROM driving_places p JOIN driving_slots s ON s.id = p.slot GROUP BY s.id, s.seats"
    )
    assert all(many == row for many, row in seats)
