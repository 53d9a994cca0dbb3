"""Act 1: nine social benefits offered without an application, through Smart Data Ukimet and E-Maket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qyzmet.acts.proactive.clauses import ACT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qyzmet.cases.package import ActPackage
    from qyzmet.cases.procedure import Procedure

__all__ = ["ACT", "package", "procedures"]


def procedures() -> Mapping[str, Procedure]:
    """The procedure of each benefit, by its code, and what may come after a decision."""
    from qyzmet.acts.proactive.afterwards import AFTERWARDS
    from qyzmet.acts.proactive.procedure import PROCEDURES

    return {**PROCEDURES, **AFTERWARDS}


def package() -> ActPackage:
    """Everything the kernel needs to carry the act out."""
    from qyzmet.acts.proactive.actors import ACTORS
    from qyzmet.acts.proactive.again import AGAIN
    from qyzmet.acts.proactive.deeds import DEEDS, TOGETHER
    from qyzmet.acts.proactive.dialogue import DIALOGUE
    from qyzmet.acts.proactive.events import FEEDS
    from qyzmet.acts.proactive.fact_words import FACT_TITLES
    from qyzmet.acts.proactive.life_events import LIFE_FEEDS
    from qyzmet.acts.proactive.messages import TEMPLATES
    from qyzmet.acts.proactive.payments import DUTIES
    from qyzmet.acts.proactive.policies import POLICIES
    from qyzmet.acts.proactive.replies import prefix_of
    from qyzmet.acts.proactive.sentences import SENTENCES
    from qyzmet.cases.package import ActPackage
    from qyzmet.exchange.systems import OPERATIONS

    return ActPackage(
        ACT, procedures(), POLICIES, (*FEEDS, *LIFE_FEEDS), TEMPLATES, FACT_TITLES, prefix_of=prefix_of,
        deeds=DEEDS, together=TOGETHER, partners=tuple(dict.fromkeys(each.system for each in OPERATIONS)),
        signing="G-25", duties=DUTIES, dialogue=DIALOGUE, actors=ACTORS, again=AGAIN, sentences=SENTENCES,
    )  # fmt: skip
