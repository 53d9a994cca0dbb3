"""The typed Python client is generated from the document and does an official's work with it."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

import qyzmet.web
from qyzmet.web.document import installed
from tests.acts.proactive.conftest import LARGE
from tests.web.workplace import Workplace

CONFIG = Path(qyzmet.web.__file__).parent / "client.yml"


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Generated into a directory on the path."""
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(installed()))
    tool = Path(sys.executable).parent / "openapi-python-client"
    done = subprocess.run(
        [tool, "generate", "--path", document, "--meta", "none", "--config", CONFIG,
         "--output-path", tmp_path / "qyzmet_client"],
        capture_output=True, text=True, timeout=120, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "WARNING parsing" not in done.stdout + done.stderr
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_the_document_is_the_server_s(workplace: Workplace) -> None:
    served = workplace.visitor().http.get("/api/v1/openapi.json").json()
    assert served == json.loads(json.dumps(installed()))


def test_a_case_is_decided_with_the_client(workplace: Workplace, client: Path) -> None:
    pilot = workplace.pilot
    _, case = pilot.chosen(LARGE)

    def module(name: str) -> Any:
        return importlib.import_module(f"qyzmet_client.{name}")

    token = workplace.program("officer-75").token
    with module("client").AuthenticatedClient(base_url=workplace.url, token=token) as http:
        (task,) = module("api.work.list_own_tasks").sync(client=http).tasks
        assert (task.case, task.light) == (case, "green")
        end = module("models").End(version=task.version, outcome="appoint")
        done = module("api.work.end_own_task").sync(
            task.id, client=http, body=end, idempotency_key=str(uuid.uuid4())
        )
        assert done.state == "ended"
        pilot.run()
        found = module("api.cases.read_case").sync(case, client=http)
        assert found.decision.amount_tiyn == 5_918_300
        gone = module("api.cases.read_case").sync(case + 1000, client=http)
        assert (type(gone).__name__, gone.status) == ("Problem", 404)
    for name in [name for name in sys.modules if name.startswith("qyzmet_client")]:
        del sys.modules[name]
