"""`qyzmet signature verify`: the report in words and as JSON, and its exit codes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from qyzmet.cli import qyzmet
from qyzmet.exchange.stamping import StampingSigner, TimestampAuthority
from qyzmet.runtime.clock import FileClock
from tests.exchange.centre import DOCUMENT, START, Ground, ground, sign


class Case:
    """A decision with its stamped signature in files, and the command that judges it."""

    def __init__(self, place: Ground, directory: Path) -> None:
        self.place, self.directory = place, directory
        FileClock.create(directory / "clock", START)
        authority = TimestampAuthority(f"{place.url}/tsa", place.roots, place.clock)
        (directory / "decision").write_bytes(DOCUMENT)
        (directory / "signed").write_bytes(sign(StampingSigner(place.local(), authority)).signature)
        (directory / "bare").write_bytes(sign(place.local()).signature)
        authority.close()
        self.roots = str(place.directory / "root.crt")

    def verify(self, *more: str, signature: str = "signed", document: str = "decision") -> Result:
        words = [str(self.directory / document), str(self.directory / signature), *more]
        env = {"QYZMET_HOME": str(self.directory), "QYZMET_CLOCK": f"file:{self.directory / 'clock'}"}
        return CliRunner().invoke(qyzmet, ["signature", "verify", *words], env=env)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    with ground(tmp_path_factory.mktemp("heads")) as place:
        yield Case(place, tmp_path_factory.mktemp("signature"))


def test_a_signature_that_counts_in_every_respect(case: Case) -> None:
    heads = str(case.place.directory / "heads.json")
    words = ["--roots", case.roots, "--heads", heads, "--ocsp", f"{case.place.url}/ocsp", "--strict"]
    said = case.verify(*words, "--json")
    assert said.exit_code == 0, said.output
    found = json.loads(said.stdout)
    assert found["counts"] is True
    assert {check["answer"] for check in found["checks"]} == {"yes"}
    assert found["proven_at"] == "2024-02-12T03:00:00+00:00"
    assert "The signature counts." in case.verify(*words).stdout


def test_what_was_not_asked_is_said_and_counts_as_no_where_that_is_wanted(case: Case) -> None:
    said = case.verify("--roots", case.roots, signature="bare")
    assert said.exit_code == 0
    assert "not known: timestamp, revocation, office" in said.stdout
    assert case.verify("--roots", case.roots, "--strict", signature="bare").exit_code == 1


def test_no_is_said_with_its_reason(case: Case) -> None:
    (case.directory / "changed").write_bytes(DOCUMENT + b" ")
    said = case.verify("--roots", case.roots, document="changed")
    assert (said.exit_code, "The signature does NOT count." in said.stdout) == (1, True)
    assert "document    no       The signature does not hold: the document is not the one" in said.stdout
    heads = str(case.place.directory / "heads.json")
    other = case.verify("--roots", case.roots, "--heads", heads, "--office", "committee/10", "--json")
    assert other.exit_code == 1
    assert [check["name"] for check in json.loads(other.stdout)["checks"] if check["answer"] == "no"] == [
        "office"
    ]


def test_a_list_of_revoked_certificates_from_a_file(case: Case) -> None:
    (case.directory / "crl").write_bytes(httpx.get(f"{case.place.url}/crl").content)
    said = case.verify("--roots", case.roots, "--crl", str(case.directory / "crl"), "--json")
    checks = {check["name"]: check["answer"] for check in json.loads(said.stdout)["checks"]}
    assert checks["revocation"] == "yes"


def test_an_external_service_may_judge(case: Case) -> None:
    said = case.verify("--ncanode", case.place.url, signature="bare")
    assert (said.exit_code, "the signature counts" in said.stdout) == (0, True)
    (case.directory / "noise").write_bytes(b"noise")
    assert case.verify("--ncanode", case.place.url, signature="noise").exit_code == 1


def test_wrong_use_is_said(case: Case) -> None:
    assert case.verify("--roots", str(case.directory / "decision")).exit_code == 2
    assert case.verify().exit_code == 2  # no roots are installed here
    assert case.verify("--roots", case.roots, "--office", "committee").exit_code == 2
    assert case.verify("--roots", case.roots, signature="missing").exit_code == 2
