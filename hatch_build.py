"""Before a wheel is built, the pages' styles, script and fonts are; in a checkout `make setup` does it."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Build(BuildHookInterface[Any]):
    """Runs our own builder with the interpreter that builds the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        del build_data
        if version == "standard":
            subprocess.run([sys.executable, "-m", "qyzmet.web.assets"], cwd=self.root, check=True)
