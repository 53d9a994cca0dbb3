"""The synthetic country: people who do not exist, as many as wanted, alike to the published statistics."""

from .awards import AWARDS, HIGHER_RATE
from .banks import BANKS, Bank
from .calibration import Row, calibration, table_text
from .columns import NEVER, NOBODY, date_of, day_of
from .country import Country
from .events import AwardColumns, DeathColumns, Events, events
from .knobs import ANSWERS, BANK_CHOICES, Knobs
from .moments import instant
from .newborns import Births, children_counted_on
from .records import Account, Award, Member, Parents, PersonRecord, Temperament
from .regions import Region, regions

__all__ = [
    "ANSWERS",
    "AWARDS",
    "BANKS",
    "BANK_CHOICES",
    "HIGHER_RATE",
    "NEVER",
    "NOBODY",
    "Account",
    "Award",
    "AwardColumns",
    "Bank",
    "Births",
    "Country",
    "DeathColumns",
    "Events",
    "Knobs",
    "Member",
    "Parents",
    "PersonRecord",
    "Region",
    "Row",
    "Temperament",
    "calibration",
    "children_counted_on",
    "date_of",
    "day_of",
    "events",
    "instant",
    "regions",
    "table_text",
]
