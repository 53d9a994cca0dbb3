"""Facts are called by names that people know, in every language."""

from __future__ import annotations

import re
from pathlib import Path

from qyzmet.acts import proactive
from qyzmet.acts.proactive.fact_words import FACT_TITLES
from qyzmet.law.act import LANGUAGES

#: A pseudonym is never shown, so it needs no name.
_NEVER_SHOWN = {"phone"}


def test_every_fact_that_a_step_learns_has_a_name_in_every_language() -> None:
    folder = Path(str(proactive.__file__)).parent
    source = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))
    learnt = set(re.findall(r'"([a-z_.]+)": (?:desk\.)?law\.fact\(', source)) - _NEVER_SHOWN
    assert learnt >= {"amount", "consent", "children"}
    assert learnt - FACT_TITLES.keys() == set()
    for titles in FACT_TITLES.values():
        assert set(titles) == set(LANGUAGES)
        assert all(titles.values())
