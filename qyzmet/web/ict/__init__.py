"""Pages and API of the act `ict`: search, interview, register, a company's page, the tax officer's view."""

from __future__ import annotations

from qyzmet.web.ict.site import site

__all__ = ["site"]
