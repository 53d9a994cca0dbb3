"""The twenty regions of Kazakhstan, by the first two digits of the classifier of territories."""

from __future__ import annotations

from collections.abc import Mapping

REGIONS: Mapping[str, Mapping[str, str]] = {
    code: {"kk": kk, "ru": ru, "en": en}
    for code, kk, ru, en in (
        ("10", "Абай облысы", "область Абай", "Abai Region"),
        ("11", "Ақмола облысы", "Акмолинская область", "Akmola Region"),
        ("15", "Ақтөбе облысы", "Актюбинская область", "Aktobe Region"),
        ("19", "Алматы облысы", "Алматинская область", "Almaty Region"),
        ("23", "Атырау облысы", "Атырауская область", "Atyrau Region"),
        ("27", "Батыс Қазақстан облысы", "Западно-Казахстанская область", "West Kazakhstan Region"),
        ("31", "Жамбыл облысы", "Жамбылская область", "Zhambyl Region"),
        ("33", "Жетісу облысы", "область Жетісу", "Zhetisu Region"),
        ("35", "Қарағанды облысы", "Карагандинская область", "Karaganda Region"),
        ("39", "Қостанай облысы", "Костанайская область", "Kostanay Region"),
        ("43", "Қызылорда облысы", "Кызылординская область", "Kyzylorda Region"),
        ("47", "Маңғыстау облысы", "Мангистауская область", "Mangystau Region"),
        ("55", "Павлодар облысы", "Павлодарская область", "Pavlodar Region"),
        ("59", "Солтүстік Қазақстан облысы", "Северо-Казахстанская область", "North Kazakhstan Region"),
        ("61", "Түркістан облысы", "Туркестанская область", "Turkistan Region"),
        ("62", "Ұлытау облысы", "область Ұлытау", "Ulytau Region"),
        ("63", "Шығыс Қазақстан облысы", "Восточно-Казахстанская область", "East Kazakhstan Region"),
        ("71", "Астана қаласы", "город Астана", "Astana city"),
        ("75", "Алматы қаласы", "город Алматы", "Almaty city"),
        ("79", "Шымкент қаласы", "город Шымкент", "Shymkent city"),
    )
}
