"""`qyzmet audit`: whatever is changed in the ledger is found, here and in an exported file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qyzmet.cases import chain
from qyzmet.commands.audit import audit
from tests.cases.conftest import Kernel
from tests.commands.conftest import run, run_json

Rows = list[dict[str, Any]]


@pytest.fixture
def sealed(kernel: Kernel, installed: Path) -> Kernel:
    """Two cases, sealed in several batches, with heads where the commands look for them."""
    kernel.heads = chain.Heads.open(installed / "ledger")
    for number in (1, 2):
        kernel.open(kernel.arrival(number))
        kernel.run()
        kernel.verify()
    return kernel


def test_verify_says_what_is_wrong(sealed: Kernel, installed: Path) -> None:
    result = run(audit, "verify")
    assert (result.exit_code, "all is as it was written" in result.output) == (0, True)
    with sealed.connection.transaction():
        sealed.connection.execute(
            "UPDATE ledger_entries SET header = replace(header, 'known', 'other') WHERE case_id = 1"
        )
    found: Any = run_json(audit, "verify")
    assert found["ok"] is False
    assert "its entries are not those its root was made of" in found["faults"][0]
    assert run(audit, "verify").exit_code == 1
    (installed / "ledger" / "ledger-heads.jsonl").unlink()
    assert "No head is kept outside the database" in run(audit, "verify").output


def test_an_exported_ledger_is_checked_without_the_database(sealed: Kernel, tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    said = run(audit, "export", str(file))
    assert said.exit_code == 0, said.output
    text = file.read_text()
    assert "Омаров" not in text
    assert f"{sealed.count('ledger_entries')} entries" in said.output
    assert run_json(audit, "check", str(file))["ok"] is True
    heads = sealed.heads.path
    assert run(audit, "check", str(file), "--heads", str(heads)).exit_code == 0

    for change, sentence in CHANGES.items():
        rows = [json.loads(line) for line in text.splitlines()]
        change(rows)
        (tmp_path / "changed").write_text("".join(json.dumps(row) + "\n" for row in rows))
        result = run(audit, "check", str(tmp_path / "changed"), "--heads", str(heads))
        assert result.exit_code == 1, sentence
        assert sentence in result.output


def _of(rows: Rows, kind: str) -> Rows:
    return [row for row in rows if row["kind"] == kind]


def _drop(rows: Rows, row: dict[str, Any]) -> None:
    rows.remove(row)


CHANGES: dict[Callable[[Rows], None], str] = {
    lambda rows: _of(rows, "entry")[0].update(header="{}"): "stands under another number",
    lambda rows: _of(rows, "entry")[0].update(payload_hash="00" * 32): "not those its root was made of",
    lambda rows: _drop(rows, _of(rows, "entry")[-1]): "not those its root was made of",
    lambda rows: _of(rows, "batch")[0].update(root="00" * 32): "is gone or is not what was sealed",
    lambda rows: _drop(rows, _of(rows, "seal")[-1]): "was cut off or rewritten",
    lambda rows: _of(rows, "seal")[0].update(head="00" * 32): "does not follow from the one before",
    lambda rows: _of(rows, "head")[0].update(line="{}"): "bears a false signature",
}


def test_what_is_no_export_is_refused(tmp_path: Path, sealed: Kernel) -> None:
    file = tmp_path / "other"
    for text in ("", "not json\n", '{"kind":"entry"}\n', '{"kind":"ledger","format":9,"key":""}\n'):
        file.write_text(text)
        result = run(audit, "check", str(file))
        assert result.exit_code == 2
        assert "exported ledger" in result.stderr
    file.write_bytes(b"\xff\xfe")
    assert "is not text" in run(audit, "check", str(file)).stderr
    assert run(audit, "export", str(tmp_path / "no" / "such")).exit_code == 2
