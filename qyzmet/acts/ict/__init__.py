"""Act 5: the list of priority ICT activities and the criterion of own production behind a tax preference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qyzmet.acts.ict.clauses import ACT

if TYPE_CHECKING:
    from qyzmet.cases.package import ActPackage
    from qyzmet.law.policies import Policies
    from qyzmet.runtime.config import Config

__all__ = ["ACT", "package", "policies_now"]


def package() -> ActPackage:
    """What the kernel needs. The act orders no procedure for cases of persons: it has none."""
    from datetime import timedelta

    from qyzmet.acts.ict.policies import POLICIES
    from qyzmet.acts.ict.registers import confirm
    from qyzmet.acts.ict.signing import put_on_paper
    from qyzmet.cases.package import ActPackage, Duty

    confirming = Duty("registers", timedelta(minutes=1), confirm)
    papers = Duty("papers", timedelta(seconds=10), put_on_paper)
    return ActPackage(ACT, {}, POLICIES, duties=(confirming, papers))


def policies_now(config: Config) -> Policies:
    """The act's policies as this installation has chosen them."""
    from qyzmet.acts.ict.policies import POLICIES
    from qyzmet.law.policies import Policies

    return Policies(POLICIES, config.policies.get("ict"))
