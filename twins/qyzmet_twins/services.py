"""Every operation of the contract, answered over a world: a list of items in, a list of answers out.

The same functions answer over HTTP (`http.py`) and in one process (`partners.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from threading import Lock
from typing import Any

from qyzmet.exchange import systems as s
from qyzmet.exchange.contract import MOST_ITEMS, Operation
from qyzmet.runtime.clock import Clock
from qyzmet_twins.drivingsystems import DrivingSystems
from qyzmet_twins.feeds import coming, page
from qyzmet_twins.ictregisters import IctRegisters
from qyzmet_twins.miningservices import MiningServices
from qyzmet_twins.payments import Payments
from qyzmet_twins.seeded import chance, pick
from qyzmet_twins.socialservices import Handler, SocialServices
from qyzmet_twins.state import BadQuestion, Effects, Opened
from qyzmet_twins.world import World

REASONS = ("registry data differ", "record is being corrected", "document was annulled")


@dataclass(frozen=True, slots=True)
class Knobs:
    """How often the registries say something unwelcome; shares of persons, drawn by the seed."""

    unconfirmed: float = 0.02  #: state bodies do not confirm the data (§8)
    unidentified: float = 0.003  #: the MLSP IS cannot identify the person
    pending: float = 0.01  #: the MLSP IS has a pending application
    appointed: float = 0.005  #: the MLSP IS has an appointment that E-Maket and ODK do not show


class Services:
    """The registries, banks and payers of one world. Safe for threads; `answer` is the one way in."""

    def __init__(self, world: World, clock: Clock, *, seed: int = 0, knobs: Knobs | None = None) -> None:
        self.world, self.clock, self.seed = world, clock, seed
        self.knobs = knobs or Knobs()
        self.placements: Effects[s.Placement] = Effects("odk", "ODK-")
        self.requests: Effects[s.ConsentRequest] = Effects("pdac", "PDAC-")
        self.consents: Effects[s.ConsentAnswer] = Effects("pdac", "CONSENT-")
        self.opened = Opened()
        self._placed: set[tuple[str, str]] = set()
        self._lock = Lock()
        self.driving = DrivingSystems(clock, seed=seed)
        self.mining = MiningServices(clock, seed)
        self.payments = Payments(clock, seed)
        self._handlers: dict[str, Handler] = {
            s.BIRTHS.path: self._births,
            s.PERSONS.path: self._persons,
            s.PARENTS.path: self._parents,
            s.FAMILY.path: self._family,
            s.AWARDS.path: self._awards,
            s.CONFIRM.path: self._confirm,
            s.E_MAKET_SEARCH.path: self._search,
            s.ODK_SEARCH.path: self._search,
            s.ODK_PLACE.path: self._place,
            s.ODK_PAYMENTS.path: self.payments.messages,
            s.MLSP_DATA.path: self._mlsp_data,
            s.NUMBERS.path: self._numbers,
            s.CONSENT_REQUEST.path: self._request_consent,
            s.CONSENT_ANSWER.path: self._record_consent,
            **SocialServices(world, clock, self._placed).handlers,
            **IctRegisters().handlers,
            **self.driving.handlers,
            **self.mining.handlers,
        }
        for bank, operation in s.BANK_ACCOUNTS.items():
            self._handlers[operation.path] = partial(self._accounts, bank)

    def answer(self, operation: Operation[Any, Any], items: Sequence[Any]) -> list[Any]:
        """One answer per item. Raises BadQuestion, having done nothing."""
        if len(items) > MOST_ITEMS:
            raise BadQuestion(f"{operation.path}: {len(items)} items; at most {MOST_ITEMS} are taken")
        if len({item.ref for item in items}) < len(items):
            raise BadQuestion(f"{operation.path}: every item needs a ref of its own")
        return self._handlers[operation.path](items)

    def next_event(self) -> datetime | None:
        """The moment of the next registry event that is still to come."""
        world = self.world
        families = world.births(), world.awards()
        social = world.deaths(), world.disabilities(), world.registered_unemployed()
        return coming((*families, *social), self.clock.now())

    def _births(self, items: Sequence[s.FeedPage]) -> list[s.Births]:
        now, births = self.clock.now(), self.world.births()
        pages = (page(births, item, now) for item in items)
        return [s.Births(ref=ref, events=events, cursor=cursor) for ref, events, cursor in pages]

    def _awards(self, items: Sequence[s.FeedPage]) -> list[s.Awards]:
        now, awards = self.clock.now(), self.world.awards()
        pages = (page(awards, item, now) for item in items)
        return [s.Awards(ref=ref, events=events, cursor=cursor) for ref, events, cursor in pages]

    def _persons(self, items: Sequence[s.ByIin]) -> list[s.Person]:
        now = self.clock.now()
        return [self._person(item, now) for item in items]

    def _person(self, item: s.ByIin, now: datetime) -> s.Person:
        found = self.world.person_at(item.iin, now)
        if found is None:
            return s.Person(ref=item.ref, known=False)
        return s.Person(
            ref=item.ref,
            known=True,
            alive=found.alive,
            surname=found.surname,
            given=found.given,
            patronymic=found.patronymic,
            birth_day=found.birth_day,
            region=found.region,
            language=found.language,
        )

    def _parents(self, items: Sequence[s.ByIin]) -> list[s.Relatives]:
        now, world = self.clock.now(), self.world
        return [s.Relatives(ref=item.ref, relatives=list(world.relatives(item.iin, now))) for item in items]

    def _family(self, items: Sequence[s.ByIin]) -> list[s.Family]:
        now, world = self.clock.now(), self.world
        return [s.Family(ref=item.ref, children=list(world.family(item.iin, now))) for item in items]

    def _confirm(self, items: Sequence[s.ForService]) -> list[s.Confirmation]:
        return [self._confirmation(item) for item in items]

    def _confirmation(self, item: s.ForService) -> s.Confirmation:
        if chance(self.seed, "unconfirmed", item.iin, item.service) >= self.knobs.unconfirmed:
            return s.Confirmation(ref=item.ref, confirmed=True)
        reason = pick(REASONS, self.seed, "reason", item.iin)
        return s.Confirmation(ref=item.ref, confirmed=False, reason=reason)

    def _search(self, items: Sequence[s.ForService]) -> list[s.Existing]:
        return [self._existing(item) for item in items]

    def _existing(self, item: s.ForService) -> s.Existing:
        """What there was before, and whatever was placed in this run."""
        if (item.iin, item.service) in self._placed:
            return s.Existing(ref=item.ref, application=True, case_file=True)
        application, case_file = self.world.existing(item.iin, item.service)
        return s.Existing(ref=item.ref, application=application, case_file=case_file)

    def _place(self, items: Sequence[s.Placement]) -> list[s.Placed]:
        if any(item.amount_tiyn <= 0 for item in items):
            raise BadQuestion("an amount placed for payment is more than nothing")
        for item in items:
            self.payments.must_agree(item)
        done = self.placements.carry_out(items, self.clock.now())
        seen = set[str]()
        for item, (one, again) in zip(items, done, strict=True):
            if item.order and not again and item.key not in seen:
                seen.add(item.key)
                self.payments.take(item, one.at)
        with self._lock:
            self._placed.update((item.iin, item.service) for item in items)
        return [
            s.Placed(ref=item.ref, receipt=one.receipt, repeated=again)
            for item, (one, again) in zip(items, done, strict=True)
        ]

    def _mlsp_data(self, items: Sequence[s.ForService]) -> list[s.MlspData]:
        now = self.clock.now()
        return [self._known_to_mlsp(item, now) for item in items]

    def _known_to_mlsp(self, item: s.ForService, now: datetime) -> s.MlspData:
        found, knobs = self.world.person_at(item.iin, now), self.knobs
        words = (item.iin, item.service)
        return s.MlspData(
            ref=item.ref,
            identified=found is not None and chance(self.seed, "mlsp", item.iin) >= knobs.unidentified,
            alive=found is not None and found.alive,
            appointed=words in self._placed or chance(self.seed, "appointed", *words) < knobs.appointed,
            pending=chance(self.seed, "pending", *words) < knobs.pending,
        )

    def _numbers(self, items: Sequence[s.ByIin]) -> list[s.Number]:
        now, world = self.clock.now(), self.world
        found = ((item, world.person_at(item.iin, now)) for item in items)
        return [
            s.Number(ref=item.ref, phone=None)
            if person is None
            else s.Number(ref=item.ref, phone=world.phone(item.iin), language=person.language)
            for item, person in found
        ]

    def _request_consent(self, items: Sequence[s.ConsentRequest]) -> list[s.ConsentRequested]:
        done = self.requests.carry_out(items, self.clock.now())
        return [
            s.ConsentRequested(ref=item.ref, request=one.receipt, repeated=again)
            for item, (one, again) in zip(items, done, strict=True)
        ]

    def _record_consent(self, items: Sequence[s.ConsentAnswer]) -> list[s.ConsentRecorded]:
        for item in items:
            if item.request not in self.requests.receipts:
                raise BadQuestion(f"pdac: item {item.ref!r} answers a request that was never made")
        done = self.consents.carry_out(items, self.clock.now())
        return [
            s.ConsentRecorded(ref=item.ref, record=one.receipt, repeated=again)
            for item, (one, again) in zip(items, done, strict=True)
        ]

    def _accounts(self, bank: str, items: Sequence[s.ByIin]) -> list[s.Accounts]:
        now, world, opened = self.clock.now(), self.world, self.opened
        return [
            s.Accounts(
                ref=item.ref, ibans=[*world.accounts(item.iin, bank), *opened.ibans(item.iin, bank, now)]
            )
            for item in items
        ]
