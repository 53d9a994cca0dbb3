"""What officials do in tasks, in words, and what they may do in many cases at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping


def _in(kk: str, ru: str, en: str) -> Mapping[str, str]:
    return {"kk": kk, "ru": ru, "en": en}


DEEDS: Mapping[str, Mapping[str, str]] = {
    "appoint": _in("Тағайындау", "Назначить", "Appoint"),
    "refuse": _in("Бас тарту", "Отказать", "Refuse"),
    "return": _in("Толықтыруға қайтару", "Вернуть на дооформление", "Return for completion"),
    "entered": _in("Мөлшерді енгізу", "Внести размер", "Enter the amount"),
    "formed": _in("Іс макеті жасалды", "Макет дела сформирован", "The case file is formed"),
    "brought": _in("Құжаттар әкелінді", "Документы принесены", "The documents were brought"),
    "supplemented": _in("Іс макеті толықтырылды", "Макет дела дополнен", "The case file is supplemented"),
}

#: Forming the case file (§89, §133, §154) is the same for every case. Decisions are not here: each case is
#: considered by itself (§24, §90, §111, §134, §155, §180).
TOGETHER: Mapping[str, Collection[str]] = {"form_file": ("formed",)}
