"""The registers behind the act on ICT activities, with made-up companies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from qyzmet.exchange import ict as contract
from qyzmet_twins.socialservices import Handler


@dataclass(frozen=True, slots=True)
class Company:
    """A company; `extracts` by number with their days."""

    name: str
    oked: str
    activity: str
    member_from: date | None
    member_to: date | None = None
    extracts: tuple[tuple[str, date], ...] = ()


#: By BIN. One left the hub in the middle of 2026, one never was in it, one says different things elsewhere.
COMPANIES = {
    "180540000101": Company(
        "«Алтын Код» ЖШС", "62011", "Мобильді қосымшалар әзірлеу", date(2020, 3, 1), None,
        (("KZ-T-001287", date(2025, 4, 11)),),
    ),
    "191140003403": Company(
        "ТОО «Степь Аналитика»", "62021", "Машинное обучение для банков", date(2021, 6, 15), None,
        (("KZ-T-002210", date(2026, 1, 20)),),
    ),
    "210340012700": Company(
        "«Жел Ойын» ЖШС", "58210", "Видеоойындар әзірлеу", date(2022, 1, 10), date(2026, 6, 30)
    ),
    "220940034507": Company("ТОО «Ала-Дата»", "63111", "Сдача в аренду серверов", date(2023, 2, 1)),
    "230140077800": Company("ТОО «Береке Сауда»", "47190", "Розничная торговля", None),
    "240640011907": Company("«Самғау» ЖШС", "41201", "Құрылыс жұмыстары", date(2024, 7, 1)),
}  # fmt: skip


class IctRegisters:
    """Answers of both registers; what is not in COMPANIES is unknown to them."""

    def __init__(self) -> None:
        self.handlers: dict[str, Handler] = {
            contract.PARTICIPANTS.path: self._participants,
            contract.EXTRACTS.path: self._extracts,
        }

    @staticmethod
    def _participants(items: Sequence[contract.ByBin]) -> list[contract.Membership]:
        answers = []
        for item in items:
            found = COMPANIES.get(item.bin)
            answers.append(
                contract.Membership(ref=item.ref, known=False)
                if found is None
                else contract.Membership(
                    ref=item.ref, known=True, name=found.name, oked=found.oked, activity=found.activity,
                    member_from=found.member_from, member_to=found.member_to,
                )
            )  # fmt: skip
        return answers

    @staticmethod
    def _extracts(items: Sequence[contract.ByExtract]) -> list[contract.ExtractState]:
        answers = []
        for item in items:
            days = dict(COMPANIES[item.bin].extracts) if item.bin in COMPANIES else {}
            answers.append(
                contract.ExtractState(ref=item.ref, known=item.number in days, day=days.get(item.number))
            )
        return answers
