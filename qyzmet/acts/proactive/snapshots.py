"""The tables of a snapshot that screening reads: what each registry hands over, under pseudonyms.

People are pseudonyms (`person`, 64-bit) that the registries' gateway gives; no name, IIN or phone is in
any table (order cl. 3, §4).
"""

from __future__ import annotations

from qyzmet.acts.proactive.benefits import BENEFITS
from qyzmet.screening.schema import DAY, INT16, INT64, TEXT, YES_OR_NO, Column, Table

#: What a payment or case file is for, by the number in `payments.kind`.
KINDS = {code: number for number, code in enumerate(BENEFITS, start=1)} | {
    "basic_pension": 11,
    "age_pension": 12,
    "special_allowance": 13,
}

_PERSON = Column("person", INT64, "the person's pseudonym")
_EVENT = Column("event", TEXT, "the registry's number of the event")
_NEWS = Column("registered", DAY, "the day on which the news came: its law applies")

TABLES = (
    Table(
        "persons", "everyone the population registry knows",
        (_PERSON,
         Column("birth_day", DAY, "the day of birth"),
         Column("region", INT16, "the region, two digits of the classifier of territories"),
         Column("death_known", DAY, "the day on which the registry learnt of the death", True)),
        ("person",),
    ),
    Table(
        "kin", "for each child the relatives the kinship service names",
        (Column("child", INT64, "the child's pseudonym"),
         Column("child_birth_day", DAY, "the child's day of birth"),
         Column("relative", INT64, "the relative's pseudonym"),
         Column("relation", TEXT, "mother, father, adoptive_parent or guardian"),
         Column("lives_together", YES_OR_NO, "whether the child lives with this relative"),
         Column("student", YES_OR_NO, "whether the child is a full-time student")),
        ("child", "relative"),
    ),
    Table(
        "payments", "applications and case files of E-Maket and ODK",
        (Column("person", INT64, "under whose name it is"),
         Column("kind", INT16, "what it is for: " + ", ".join(f"{n} {code}" for code, n in KINDS.items())),
         Column("since", DAY, "its first day"),
         Column("until", DAY, "its last day; empty while it goes on", True)),
    ),
    Table(
        "contributions", "participation in mandatory social insurance",
        (_PERSON,
         Column("months", INT16, "months of participation before the month of the snapshot"),
         Column("income_24_months_tiyn", INT64, "income of the last 24 months, tiyn")),
        ("person",),
    ),
    Table("orphanages", "children who live in an orphanage",
          (Column("child", INT64, "the child's pseudonym"),), ("child",)),
    Table(
        "births", "births in the time of the snapshot",
        (_EVENT, _NEWS, Column("child", INT64, "the child's pseudonym"),
         Column("order", INT16, "the mother's how many-th child"),
         Column("region", INT16, "the region of the registration")),
        ("event",),
    ),
    Table(
        "awards", "state awards of mothers",
        (_EVENT, _NEWS, _PERSON, Column("award", TEXT, "the award")),
        ("event",),
    ),
    Table(
        "deaths", "deaths in the time of the snapshot",
        (_EVENT, _NEWS, _PERSON,
         Column("death_day", DAY, "the day of the death"),
         Column("applicant", INT64, "who applied to register it (Civil Registry)", True),
         Column("applicant_kin", YES_OR_NO, "whether that person is kin of the deceased", True),
         Column("body_taker", INT64, "who took the body (Attached Population Register)", True),
         Column("body_taker_kin", YES_OR_NO, "whether that person is kin of the deceased", True)),
        ("event",),
    ),
    Table(
        "survivors", "dependants of the deceased, from the kinship service",
        (_EVENT, Column("survivor", INT64, "the dependant's pseudonym"),
         Column("birth_day", DAY, "the dependant's day of birth"),
         Column("full_orphan", YES_OR_NO, "whether no parent is left")),
        ("event", "survivor"),
    ),
    Table(
        "disabilities", "disabilities established (MODB)",
        (_EVENT, _NEWS, _PERSON,
         Column("birth_day", DAY, "the person's day of birth"),
         Column("established", DAY, "the day from which it is established"),
         Column("group", INT16, "1 to 3; empty for a child under 7", True),
         Column("cause", TEXT, "the cause; empty where there are several or none", True),
         Column("loss_degree", INT16, "loss of ability to work in percent", True)),
        ("event",),
    ),
    Table("unemployed", "registrations as unemployed (Labour Market)", (_EVENT, _NEWS, _PERSON), ("event",)),
    Table(
        "cases", "proactive cases that are open or ended in an appointment",
        (_EVENT, Column("benefit", TEXT, "the benefit's code"),
         Column("person", INT64, "a person for whom the case holds the benefit"),
         Column("matter", INT64, "the deceased of chapter 8; empty elsewhere", True)),
        (), True,
    ),
)  # fmt: skip

BY_NAME = {table.name: table for table in TABLES}
EVENTS = ("births", "awards", "deaths", "disabilities", "unemployed")
