"""When registry offices enter an event: a day and a minute in the civil time of Kazakhstan."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from .columns import Ints, date_of

CIVIL_TIME = ZoneInfo("Asia/Almaty")
_OFFICE_OPENS, _OFFICE_CLOSES = 9 * 60, 18 * 60


def instant(day: int, minute: int) -> datetime:
    return datetime.combine(date_of(day), time(), CIVIL_TIME) + timedelta(minutes=int(minute))


def office_minutes(rng: np.random.Generator, count: int) -> Ints:
    return rng.integers(_OFFICE_OPENS, _OFFICE_CLOSES, count).astype(np.int16)
