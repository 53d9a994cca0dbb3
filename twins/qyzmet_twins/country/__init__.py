"""The synthetic country: people who do not exist, as many as wanted, alike to the published statistics."""

from .awards import AWARDS, HIGHER_RATE
from .banks import BANKS, Bank
from .calibration import calibration
from .columns import NEVER, NOBODY, date_of, day_of
from .country import ADULT, Country
from .disability import WITHOUT_GROUP, DisabilityColumns, cause_names
from .events import AwardColumns, DeathColumns, Events, events
from .kinship import Dependant, dependants, relation, representatives
from .knobs import ANSWERS, BANK_CHOICES, CAUSES, Knobs
from .moments import instant
from .newborns import Births, children_counted_on
from .pensions import PENSIONS, SHOWN_BY_E_MAKET, SHOWN_BY_ODK, SOCIAL_CASES
from .records import Account, Award, Member, Parents, PersonRecord, Temperament
from .regions import Region, regions
from .rows import Row, table_text
from .work import UnemployedColumns, insured_income_tiyn

__all__ = [
    "ADULT",
    "ANSWERS",
    "AWARDS",
    "BANKS",
    "BANK_CHOICES",
    "CAUSES",
    "HIGHER_RATE",
    "NEVER",
    "NOBODY",
    "PENSIONS",
    "SHOWN_BY_E_MAKET",
    "SHOWN_BY_ODK",
    "SOCIAL_CASES",
    "WITHOUT_GROUP",
    "Account",
    "Award",
    "AwardColumns",
    "Bank",
    "Births",
    "Country",
    "DeathColumns",
    "Dependant",
    "DisabilityColumns",
    "Events",
    "Knobs",
    "Member",
    "Parents",
    "PersonRecord",
    "Region",
    "Row",
    "Temperament",
    "UnemployedColumns",
    "calibration",
    "cause_names",
    "children_counted_on",
    "date_of",
    "day_of",
    "dependants",
    "events",
    "instant",
    "insured_income_tiyn",
    "regions",
    "relation",
    "representatives",
    "table_text",
]
