"""The act and its clauses: the order's own, the 19 items of the list, the criterion, the repealed orders."""

from __future__ import annotations

from datetime import date

from qyzmet.law.act import LegalAct, Period

IN_FORCE = date(2026, 1, 1)

ACT = LegalAct(
    code="ict",
    titles={
        "kk": "Ақпараттық-коммуникациялық технологиялар саласындағы басым қызмет түрлерінің тізбесін және "
        "меншікті өндірістің өлшемшарттарын бекіту туралы",
        "ru": "Об утверждении перечня приоритетных видов деятельности в области "
        "информационно-коммуникационных технологий и критериев собственного производства",
        "en": "On approval of the list of priority types of activity in the field of information and "
        "communication technologies and of the criteria of own production",
    },
    source="Order of the Minister of Artificial Intelligence and Digital Development of 20 October 2025 "
    "No 521/НҚ",
    in_force=Period(IN_FORCE),
    about="Priority ICT activities: does an activity count",
)

for _place, _title, _reason in (
    ("order.1", "The list and the criteria are approved", "its two parts are below"),
    ("order.1.1", "The list of priority activities (Annex 1)", None),
    ("order.1.2", "The criteria of own production (Annex 2)", None),
    ("order.2", "Some orders lose force (Annex 3)", None),
    ("order.3", "What the Committee shall do", "addressed to a Committee of the Ministry"),
    ("order.3.1", "Registration with the Ministry of Justice", "addressed to a Committee of the Ministry"),
    ("order.3.2", "Placing on the internet resource", "addressed to a Committee of the Ministry"),
    ("order.3.3", "Information within ten working days", "addressed to a Committee of the Ministry"),
    ("order.4", "Control of execution", "addressed to a vice-minister"),
    ("order.5", "In force from 1 January 2026", None),
    *(
        (f"annex1.item{number}", title, None)
        for number, title in enumerate(
            (
                "Software", "Information systems, but those of state bodies", "Data processing",
                "Research and development", "Micro-, opto- and nanoelectronics", "Robotics",
                "Radio technologies", "ICT, telecommunications, biometrics",
                "Protected data processing and information security", "Cloud computing", "Blockchain",
                "Driverless transport, navigation, emergency call", "Artificial intelligence",
                "Trading platform", "Internet of things", "Games", "ICT training",
                "Virtual and extended reality", "Computing infrastructure, but for digital miners",
            ),
            start=1,
        )
    ),
    *((f"annex1.item17.{number}", f"Direction {number} of training", None) for number in range(1, 15)),
    ("annex2.item1", "An extract from the register of Kazakhstan goods producers", None),
    ("annex3.item1", "Order of 11 April 2019 No 37/НҚ", None),
    ("annex3.item2", "Order of 19 April 2022 No 130/НҚ", None),
    ("annex3.item3", "Order of 20 September 2023 No 413/НҚ", None),
):  # fmt: skip
    ACT.clause(_place, _title, no_code_because=_reason)
