"""Pages and API of the act `mining`: pools file and follow their reports, officers see what was reported."""

from __future__ import annotations

from qyzmet.web.mining.site import site

__all__ = ["site"]
