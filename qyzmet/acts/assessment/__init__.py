"""Act 4: the operational assessment of how state bodies interact with people: openness of the state body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qyzmet.acts.assessment.clauses import ACT

if TYPE_CHECKING:
    from qyzmet.cases.package import ActPackage

__all__ = ["ACT", "package"]


def package() -> ActPackage:
    """What the kernel needs. The act orders no procedure for cases of persons: it has none."""
    from qyzmet.acts.assessment.policies import POLICIES
    from qyzmet.cases.package import ActPackage

    return ActPackage(ACT, {}, POLICIES)
