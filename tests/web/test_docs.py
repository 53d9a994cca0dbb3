"""docs/api.md is true: its example runs as it stands, and its tables name what there is."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import get_args

import pytest
from cryptography.hazmat.primitives import serialization

from qyzmet.web.rows import Row
from tests.web.conftest import BIRTHS, KEYS, Api

DOCUMENT = Path(__file__).parents[2] / "docs" / "api.md"


def _block(kind: str) -> str:
    (found,) = re.findall(rf"```{kind}\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    return str(found)


@pytest.mark.skipif(
    not all(map(shutil.which, ("sh", "openssl", "curl", "base64"))), reason="needs openssl and curl"
)
def test_the_example_runs_and_gets_the_answer_shown(api: Api, tmp_path: Path) -> None:
    key = tmp_path / "sender.key"
    key.write_bytes(
        KEYS[BIRTHS].private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    given = {"URL": api.url, "KEY": str(key), "NOW": str(int(api.clock.now().timestamp()))}
    done = subprocess.run(
        ["sh", "-eu", "-c", _block("sh")],
        cwd=tmp_path,
        env=os.environ | given,
        capture_output=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == json.loads(_block("json"))
    assert api.count("cases") == 1


def test_the_tables_name_every_path_and_every_result(api: Api) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for path in api.http.get("/api/v1/openapi.json").json()["paths"]:
        general = path.replace(BIRTHS, "{source}").replace("state_bodies/awards", "{source}")
        assert general in text, f"docs/api.md does not name {path}"
    for result in get_args(Row.__annotations__["result"]) or re.findall(
        r'"(\w+)"', str(Row.__annotations__["result"])
    ):
        assert f"| `{result}` |" in text
