"""The process that holds the keys, as a worker sees it; and its switch on the command line."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from qyzmet.cli import qyzmet
from qyzmet.exchange.cms import LocalSigner
from qyzmet.exchange.development import Office, development_authority, roots_in
from qyzmet.exchange.remote import PIECE, RemoteSigner
from qyzmet.exchange.signing import SigningWaits, ToSign
from qyzmet.exchange.verification import verify
from qyzmet.runtime.clock import FileClock
from qyzmet.runtime.errors import PartnerAway
from tests.exchange.centre import COMMITTEE, DOCUMENT, OTHER, START, sign

RUN = "import sys; from qyzmet.cli import main; main(sys.argv[1:])"


class Home:
    """An installation whose signer is a process; the path of a socket may not be long."""

    def __init__(self, place: Path) -> None:
        self.place, self.directory = place, place / "signing"
        self.clock = FileClock.create(place / "clock", START)
        development_authority(self.directory, self.clock, [Office(*COMMITTEE), Office(*OTHER)])
        self.env = {key: value for key, value in os.environ.items() if not key.startswith("QYZMET_")}
        self.env |= {"QYZMET_HOME": str(place), "QYZMET_CLOCK": f"file:{place / 'clock'}"}
        self.socket, self.token = self.directory / "signer.sock", self.directory / "signer-token"

    def qyzmet(self, *words: str) -> Result:
        return CliRunner().invoke(qyzmet, words, env=self.env)

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        with (self.place / "log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", RUN, "signer", "run"], env=self.env, stdout=log, stderr=log
            )
        try:
            until = time.monotonic() + 20
            while not self.socket.exists():
                assert process.poll() is None, (self.place / "log").read_text()
                assert time.monotonic() < until
                time.sleep(0.02)
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
        assert not self.socket.exists()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("s"))


@pytest.fixture(scope="module")
def process(home: Home) -> Iterator[subprocess.Popen[bytes]]:
    with home.running() as process:
        yield process


@pytest.fixture
def remote(home: Home, process: subprocess.Popen[bytes]) -> Iterator[RemoteSigner]:
    signer = RemoteSigner(home.socket, home.token)
    yield signer
    signer.close()


def test_a_long_batch_comes_back_in_order_from_several_processes(home: Home, remote: RemoteSigner) -> None:
    documents = [
        ToSign(document=b"%d" % number, authority="committee", region=("75", "10")[number % 2])
        for number in range(3 * PIECE + 1)
    ]
    for item, one in zip(documents, remote.sign(documents), strict=True):
        verify(item.document, one.signature, roots_in(home.directory), home.clock.now())
    assert remote.sign([]) == []


def test_every_signature_leaves_a_line_that_names_nobody(home: Home, remote: RemoteSigner) -> None:
    document = b'{"authority":"committee/75","recipient":"somebody"}'
    one = sign(remote, document)
    lines = (home.directory / "signing-audit.jsonl").read_text().splitlines()
    (line,) = [found for found in map(json.loads, lines) if found["document"] == sha256(document).hexdigest()]
    assert line["office"] == "committee/75"
    assert line["certificate"] in one.signer
    assert set(line) == {"at", "office", "document", "certificate"}
    assert (home.directory / "signing-audit.jsonl").stat().st_mode & 0o077 == 0


def test_a_document_that_names_another_office_is_refused(remote: RemoteSigner) -> None:
    with pytest.raises(SigningWaits, match="names another office"):
        sign(remote, DOCUMENT, OTHER)


@pytest.mark.clause("proactive:§46.4")
def test_signing_is_switched_off_and_on_by_command(home: Home, remote: RemoteSigner) -> None:
    assert home.qyzmet("signer", "status").exit_code == 0
    assert home.qyzmet("signer", "off", "the head is away until Monday").exit_code == 0
    try:
        with pytest.raises(SigningWaits, match="switched off: the head is away until Monday"):
            sign(remote)
        said = home.qyzmet("signer", "status", "--json")
        assert (said.exit_code, json.loads(said.stdout)["reason"]) == (1, "the head is away until Monday")
    finally:
        home.qyzmet("signer", "on")
    assert sign(remote).signature


def test_a_wrong_or_loose_token_signs_nothing(
    home: Home, process: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    other = tmp_path / "token"
    for text, mode, said in (
        ("wrong", 0o600, "refused the token"),
        ("wrong", 0o644, "can be read by others"),
        ("", 0o600, "is empty"),
    ):
        other.write_text(text)
        other.chmod(mode)
        signer = RemoteSigner(home.socket, other)
        with pytest.raises(SigningWaits, match=said):
            sign(signer)
        signer.close()
    assert home.token.stat().st_mode & 0o077 == 0
    assert home.socket.stat().st_mode & 0o077 == 0


def test_noise_on_the_socket_disturbs_nobody(home: Home, remote: RemoteSigner) -> None:
    for noise in (b"", b"\xff\xff\xff\xff", b"\0\0\0\x04nois", b"GET / HTTP/1.1\r\n\r\n"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.connect(str(home.socket))
            connection.sendall(noise)
    assert sign(remote).signature


def test_a_signing_process_that_dies_is_replaced(
    home: Home, process: subprocess.Popen[bytes], remote: RemoteSigner
) -> None:
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not listed.exists():
        pytest.skip("children are listed on Linux only")
    before = set(listed.read_text().split())
    for child in before:
        os.kill(int(child), signal.SIGKILL)
    until = time.monotonic() + 10
    while len(set(listed.read_text().split()) - before) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    assert sign(remote).signature


def test_a_second_signer_at_the_same_place_is_refused(home: Home, process: subprocess.Popen[bytes]) -> None:
    said = home.qyzmet("signer", "run")
    assert (said.exit_code, "Another signer answers" in said.stderr) == (1, True)


def test_without_the_process_decisions_wait(tmp_path: Path, home: Home) -> None:
    token = tmp_path / "token"
    token.write_text("x")
    token.chmod(0o600)
    signer = RemoteSigner(tmp_path / "nobody.sock", token)
    with pytest.raises(PartnerAway, match=r"did not answer .*Start `qyzmet signer run`"):
        sign(signer)
    signer.close()


def test_a_renewed_key_counts_at_once(home: Home, remote: RemoteSigner) -> None:
    before = sign(remote).signer
    listed = json.loads((home.directory / "heads.json").read_text())
    (row,) = [row for row in listed if row["region"] == "75"]
    kept = home.place / "kept.pem"
    shutil.copy(home.directory / row["file"], kept)
    (home.directory / row["file"]).unlink()
    development_authority(home.directory, home.clock, [Office(*COMMITTEE)])
    after = sign(remote).signer
    assert after != before
    assert sign(LocalSigner(home.directory, home.clock)).signer == after
