"""Pages and API of the act `driving`: applicant, police, exam centre, PSC, printing, oversight, channels."""

from __future__ import annotations

from qyzmet.web.driving.site import site

__all__ = ["site"]
