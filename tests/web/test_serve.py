"""`qyzmet serve` as a process: what it says, and how it stops."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx

QYZMET = (sys.executable, "-c", "from qyzmet.cli import main; main()")


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QYZMET_")}
    return kept | {"QYZMET_HOME": str(home)}


def _said(home: Path, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        [*QYZMET, "serve", *words], env=_environment(home), capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stderr


def test_without_partners_it_says_what_to_set_and_what_to_try(home: Path) -> None:
    code, said = _said(home)
    assert code == 2
    assert "QYZMET_PARTNERS" in said
    assert "qyzmet serve --twins" in said


def test_a_port_that_is_taken_is_said(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, said = _said(home, "--workers", "0", "--port", str(taken.getsockname()[1]))
    assert code == 2
    assert "Choose another" in said


def test_a_sender_of_nothing_is_said(home: Path) -> None:
    home.mkdir()
    (home / "qyzmet.toml").write_text('[senders]\n"nobody/nothing" = "a.pem"\n')
    code, said = _said(home, "--workers", "0", "--port", "0")
    assert code == 2
    assert "individuals_db/births" in said


def test_it_serves_with_a_worker_and_ends_with_it_on_sigterm(home: Path) -> None:
    environment = _environment(home) | {"QYZMET_PARTNERS": "http://127.0.0.1:9"}
    process = subprocess.Popen(
        [*QYZMET, "serve", "--port", "0"], env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        address = None
        for line in process.stderr:
            if found := re.search(r"Serving (http://\S+) with 1 worker", line):
                address = found[1]
                break
        assert address is not None
        assert httpx.get(f"{address}/health/ready", trust_env=False).json()["status"] == "ready"
        process.send_signal(signal.SIGTERM)
        rest = process.stderr.read()
        assert process.wait(30) == 0
        assert "Traceback" not in rest
    finally:
        process.kill()
        process.wait()
        if process.stderr:
            process.stderr.close()
