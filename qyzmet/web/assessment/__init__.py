"""Pages and API of the act `assessment`: body, assessor, appeals board, keeper of the period, public."""

from __future__ import annotations

from qyzmet.web.assessment.site import site

__all__ = ["site"]
