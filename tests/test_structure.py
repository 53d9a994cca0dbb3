"""The shape of the whole: what newcomers rely on when they look for something."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qyzmet.cli import COMMANDS, act_commands

ROOT = Path(__file__).parent.parent
KERNEL = sorted((ROOT / "qyzmet" / "cases").glob("*.py"))
DOCS = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("file", KERNEL, ids=lambda file: file.name)
def test_a_file_of_the_kernel_is_read_in_one_sitting(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= 400, "split it by idea"


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.name)
def test_commands_named_in_the_docs_exist(page: Path) -> None:
    named = set(re.findall(r"(?:^|[`\s])qyzmet ([a-z]+)", page.read_text()))
    assert named <= {*COMMANDS, *act_commands(), "has"}, f"{page.name} names commands that do not exist"


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.name)
def test_links_in_the_docs_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_part_named_in_the_architecture_exists() -> None:
    table = re.findall(r"^\| (`.*?) \|", (ROOT / "ARCHITECTURE.md").read_text(), re.MULTILINE)
    parts = [part for row in table for part in re.findall(r"`([^`]+)`", row)]
    missing = [part for part in parts if not ((ROOT / "qyzmet" / part).exists() or (ROOT / part).exists())]
    assert parts
    assert missing == []
