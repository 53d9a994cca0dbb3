"""Act 3: the monthly report of a digital mining pool on what it distributed among miners (form ЦМПМ 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qyzmet.acts.mining.clauses import ACT

if TYPE_CHECKING:
    from qyzmet.cases.package import ActPackage

__all__ = ["ACT", "package"]


def package() -> ActPackage:
    """What the kernel needs. The act orders no procedure for cases of persons: it has none."""
    from qyzmet.acts.mining.duties import DUTIES
    from qyzmet.acts.mining.policies import POLICIES
    from qyzmet.cases.package import ActPackage

    return ActPackage(ACT, {}, POLICIES, duties=DUTIES)
