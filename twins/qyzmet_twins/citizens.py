"""Citizens on their phones: who got which SMS, who answers what and when, who opens an account.

Everything a person does follows from the seed, the person's temperament and how many SMS came
before, so a run repeats exactly. What is planned lies on a heap by its moment; `due` hands it out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from heapq import heappop, heappush
from threading import Lock
from typing import Literal

import msgspec

from qyzmet.exchange.systems import BANKS
from qyzmet.runtime.clock import KZ, Clock
from qyzmet_twins.identifiers import opened_iban
from qyzmet_twins.reading import ChooseBank, Consent, OpenAccount, meaning_of
from qyzmet_twins.seeded import chance, pick
from qyzmet_twins.state import Opened
from qyzmet_twins.temperament import Answers, BankChoice, Temperament, drawn, log_normal
from qyzmet_twins.world import World

GARBAGE = ("Рахмет", "Бұл кім?", "ok", "7", "7#", "7#3", "Не түсінбедім", "Спасибо", "#1", "да?", "🙏")
_ODD = ("{0} # {1}", "{0}#{1}.", " {0}#{1} ", "{0} #{1}", "{0}#{1}!", "«{0}#{1}»", "{0}#{1}\n")

#: Of those who opened an account, this share does not answer the SMS about it (ours; nothing is published).
FORGET_NEW_ACCOUNT = 0.15
#: Shares of replies that the operator delivers hours late, and twice.
LATE_DELIVERIES = 0.01
DOUBLE_DELIVERIES = 0.01


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An SMS from a citizen; `at` is when it was sent: the operator's time."""

    id: str
    phone: str
    text: str
    at: datetime


class OnPhone(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a phone's history."""

    at: datetime
    direction: Literal["received", "sent"]
    text: str


class LastOnPhone(OnPhone, frozen=True, kw_only=True):
    """The last line of a phone."""

    place: int
    phone: str


class Citizens:
    """All phones of a world. Safe for threads."""

    def __init__(self, world: World, clock: Clock, opened: Opened, *, seed: int = 0) -> None:
        self._world, self._clock, self._opened, self._seed = world, clock, opened, seed
        self._phones: dict[str, list[OnPhone]] = {}
        self._planned: list[tuple[datetime, int, Reply]] = []
        self._openings: list[datetime] = []
        self._wanted_other: set[tuple[str, str]] = set()
        self._offered: set[str] = set()  #: phones that were once told to open an account
        self._counts: Counter[tuple[str, str]] = Counter()
        self._plans = 0
        self.received_count = 0
        self._lock = Lock()

    # --- what comes in ---------------------------------------------------------------------------

    def receive(self, phone: str, text: str) -> None:
        """A whole SMS arrived now; its owner may plan an answer."""
        now = self._clock.now()
        with self._lock:
            history = self._phones.setdefault(phone, [])
            history.append(OnPhone(at=now, direction="received", text=text))
            self.received_count += 1
            number = self._number("received", phone)
            owner = self._reader(phone, text, now)
            if owner is None:
                return
            temperament = self._world.temperament(owner) or drawn(self._seed, owner)
            match meaning_of(text):
                case Consent():
                    self._answer_consent(phone, number, temperament, now)
                case ChooseBank() as question:
                    self._answer_bank(phone, number, temperament, question, now)
                case OpenAccount() as offer:
                    self._open_account(phone, number, owner, temperament, offer, now)

    def _reader(self, phone: str, text: str, now: datetime) -> str | None:
        """Whom the SMS means: the one it names, or the first of those who share the number."""
        owners = self._world.owners(phone)
        if len(owners) > 1:
            for iin in owners:
                person = self._world.person_at(iin, now)
                if person and f"{person.surname} {person.given}" in text:
                    return iin
        return owners[0] if owners else None

    # --- what they decide ------------------------------------------------------------------------

    def _answer_consent(self, phone: str, number: str, temperament: Temperament, now: datetime) -> None:
        answers = temperament.answers
        if answers is Answers.SILENT:
            return
        text = "7#2" if answers is Answers.REFUSES else "7#1"
        self._plan_answer(phone, number, temperament, text, now)

    def _answer_bank(
        self, phone: str, number: str, temperament: Temperament, question: ChooseBank, now: datetime
    ) -> None:
        """Who wants another bank says so once; asked again about the new account, most take it."""
        if temperament.answers in (Answers.SILENT, Answers.REFUSES) or temperament.bank is BankChoice.NEVER:
            return
        if (
            phone in self._offered
            and chance(self._seed, "forgets the new account", phone) < FORGET_NEW_ACCOUNT
        ):
            return
        text = question.listed[0] if question.listed else question.other
        if temperament.bank is BankChoice.OTHER_BANK and (phone, question.other) not in self._wanted_other:
            self._wanted_other.add((phone, question.other))
            text = question.other
        self._plan_answer(phone, number, temperament, text, now)

    def _plan_answer(
        self, phone: str, number: str, temperament: Temperament, text: str, now: datetime
    ) -> None:
        words = (phone, number)
        minutes = log_normal(temperament.minutes, 0.5, chance(self._seed, "delay", *words))
        delay = timedelta(minutes=min(max(minutes, 1.0), 2 * 24 * 60))
        if temperament.answers is Answers.LATE:
            delay = timedelta(days=5 + 3 * chance(self._seed, "late", *words))
        if temperament.answers is Answers.GARBAGE:
            text = pick(GARBAGE, self._seed, "garbage", *words)
        if temperament.answers is Answers.ODD_SPELLING:
            head, _, tail = text.partition("#")
            text = pick(_ODD, self._seed, "odd", *words).format(head, tail)
        at = self._waking(now + delay, *words)
        self._plan(phone, text, at)
        if temperament.answers is Answers.DOUBLE:
            self._plan(phone, text, at + timedelta(seconds=5 + 90 * chance(self._seed, "again", *words)))

    def _open_account(
        self, phone: str, number: str, iin: str, temperament: Temperament, offer: OpenAccount, now: datetime
    ) -> None:
        self._offered.add(phone)
        if not temperament.opens_account:
            return
        words = (phone, number)
        offered = [n - 1 for n in offer.banks if 1 <= n <= len(BANKS)] or list(range(len(BANKS)))
        new = [bank for bank in offered if not self._world.accounts(iin, BANKS[bank])]
        bank = pick(new or offered, self._seed, "new bank", *words)
        hours = min(log_normal(20, 0.9, chance(self._seed, "opening", *words)), 24 * 10)
        at = self._waking(now + timedelta(hours=hours), *words)
        self._opened.add(iin, BANKS[bank], opened_iban(bank, iin, self._number("opened", iin)), at)
        heappush(self._openings, at)

    def _waking(self, at: datetime, *words: str) -> datetime:
        """At night most people wait until the morning."""
        local = at.astimezone(KZ)
        if 8 <= local.hour < 22 or chance(self._seed, "night owl", *words) < 0.1:
            return at
        morning = local.replace(hour=8, minute=0) + timedelta(days=int(local.hour >= 22))
        later = morning + timedelta(minutes=120 * chance(self._seed, "morning", *words))
        return later.astimezone(at.tzinfo)

    def _plan(self, phone: str, text: str, at: datetime) -> None:
        reply = self._reply(phone, text, at)
        odds = chance(self._seed, "delivery", phone, reply.id)
        hours = 1 + 20 * chance(self._seed, "lateness", phone, reply.id)
        deliver_at = at + timedelta(hours=hours) if odds < LATE_DELIVERIES else at
        self._push(deliver_at, reply)
        if odds > 1 - DOUBLE_DELIVERIES:
            self._push(deliver_at + timedelta(minutes=3), reply)

    def _reply(self, phone: str, text: str, at: datetime) -> Reply:
        """Its id says nothing about the phone and does not depend on what others do."""
        words = (str(self._seed), phone, self._number("sent", phone))
        return Reply(
            id=blake2b("/".join(words).encode(), digest_size=10).hexdigest(), phone=phone, text=text, at=at
        )

    def _number(self, what: str, whose: str) -> str:
        self._counts[what, whose] += 1
        return str(self._counts[what, whose])

    def _push(self, deliver_at: datetime, reply: Reply) -> None:
        self._plans += 1
        heappush(self._planned, (deliver_at, self._plans, reply))

    # --- what goes out ---------------------------------------------------------------------------

    def reply(self, phone: str, text: str) -> Reply:
        """A person answers by hand, now."""
        now = self._clock.now()
        with self._lock:
            reply = self._reply(phone, text, now)
            self._push(now, reply)
        return reply

    def due(self) -> list[Reply]:
        """The replies whose time has come, in order; each is handed out once."""
        now, found = self._clock.now(), []
        with self._lock:
            while self._planned and self._planned[0][0] <= now:
                reply = heappop(self._planned)[2]
                line = OnPhone(at=reply.at, direction="sent", text=reply.text)
                self._phones.setdefault(reply.phone, []).append(line)
                found.append(reply)
        return found

    def next_moment(self) -> datetime | None:
        """When the next reply is delivered or the next account opened."""
        now = self._clock.now()
        with self._lock:
            while self._openings and self._openings[0] <= now:
                heappop(self._openings)
            coming = [*self._openings[:1], *(moment for moment, _, _ in self._planned[:1])]
        return min(coming, default=None)

    def overdue(self) -> bool:
        """Whether a reply is due that nobody has fetched."""
        with self._lock:
            return bool(self._planned) and self._planned[0][0] <= self._clock.now()

    # --- what anyone may look at -----------------------------------------------------------------

    def history(self, phone: str) -> Sequence[OnPhone]:
        with self._lock:
            return list(self._phones.get(phone, ()))

    def latest(self, limit: int) -> list[LastOnPhone]:
        """What lies on top of each phone, latest first; `place` is the phone's in `phones`."""
        with self._lock:
            tops = [
                LastOnPhone(place=place, phone=phone, at=lines[-1].at, direction=lines[-1].direction,
                            text=lines[-1].text)
                for place, (phone, lines) in enumerate(self._phones.items())
            ]  # fmt: skip
        return sorted(tops, key=lambda each: (each.at, each.place), reverse=True)[: max(limit, 0)]

    def phones(self) -> list[str]:
        with self._lock:
            return list(self._phones)
