"""Pages and API of the act `proactive` beside those of all acts: payments, and the review of decisions."""

from __future__ import annotations

from qyzmet.web.proactive.site import site

__all__ = ["site"]
