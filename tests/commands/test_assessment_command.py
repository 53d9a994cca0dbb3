"""`qyzmet assessment`: a made-up year from files to a published ranking."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from qyzmet.acts.assessment import events as e
from qyzmet.acts.assessment.life import open_period
from qyzmet.acts.assessment.report import Dataset, Report
from qyzmet.acts.assessment.store import Store
from qyzmet.commands.assessment import assessment
from qyzmet.runtime.clock import KZ, FileClock
from qyzmet.runtime.connection import connect
from qyzmet.runtime.database import Database
from qyzmet_twins.openness import Openness, openness
from qyzmet_twins.opennesssites import Sites, served
from tests.acts.assessment import material as m

TERM = ["--first", "2024-01-01", "--last", "2024-12-31"]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("year")
    world = openness(7, organisations=2)
    (folder / "bodies.json").write_text(json.dumps(world.bodies))
    for body in ("GPO", "ASTANA", "HEALTH"):
        (folder / f"{body}.json").write_text(json.dumps(world.reports[body]))
    return folder


def run(*words: str, code: int = 0) -> str:
    ran = CliRunner().invoke(assessment, list(words))
    assert ran.exit_code == code, ran.output
    return ran.output


def files(year: Path) -> list[str]:
    return [str(year / f"{body}.json") for body in ("GPO", "ASTANA", "HEALTH")]


def test_score_ranks_all_bodies_and_explains_itself(year: Path) -> None:
    words = ["score", *files(year), "--bodies", str(year / "bodies.json"), *TERM]
    ranked = json.loads(run(*words, "--json"))
    assert len(ranked) == 40
    assert [each["rank"] for each in ranked] == sorted(each["rank"] for each in ranked)
    assert {each["body"] for each in ranked[:3]} == {"GPO", "ASTANA", "HEALTH"}
    said = run(*words, "--lines", "--lang", "kk")
    assert "Астана қаласы әкімдігі" in said
    assert "50-ден көп керек" in said


def test_publish_writes_files_that_their_description_vouches_for(year: Path, tmp_path: Path) -> None:
    words = ["--bodies", str(year / "bodies.json"), *TERM, "--out", str(tmp_path / "out")]
    run("publish", *files(year), *words)
    described = json.loads((tmp_path / "out" / "dataset.jsonld").read_text())
    for part in described["dcat:distribution"]:
        content = (tmp_path / "out" / part["dct:title"]).read_bytes()
        assert sha256(content).hexdigest() == part["spdx:checksum"]["spdx:checksumValue"]
    with (tmp_path / "out" / "results.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    sheet = openpyxl.load_workbook(tmp_path / "out" / "results.xlsx")["kk"]
    assert [row[3].value for row in sheet.iter_rows(min_row=2)] == [float(row["result"]) for row in rows]


def test_check_lists_every_fault_and_says_no(year: Path, tmp_path: Path) -> None:
    assert "0 faults" in run("check", str(year / "GPO.json"), *TERM)
    report = json.loads((year / "GPO.json").read_text())
    report["posts"][0]["date"] = "2020-01-01"
    report["datasets"][0]["periodicity"] = ""
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(report))
    found = json.loads(run("check", str(wrong), *TERM, "--json", code=1))
    assert [fault["field"] for fault in found["faults"]] == ["datasets[1].periodicity", "posts[1].date"]


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (["--first", "2023-01-01", "--last", "2023-05-31"], "earlier tables are not loaded", 1),
        (["--first", "yesterday", "--last", "2023-05-31"], "is not a day", 2),
    ],
)
def test_wrong_use_is_told(year: Path, words: list[str], said: str, code: int) -> None:
    assert said in run("score", *files(year), "--bodies", str(year / "bodies.json"), *words, code=code)
    twice = [files(year)[0], files(year)[0]]
    assert "reports twice" in run("score", *twice, "--bodies", str(year / "bodies.json"), *TERM, code=2)


def test_evidence_of_a_period_is_read_by_a_command(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the register, the portals asked over HTTP; a second time only with --again."""
    at = datetime(2025, 1, 10, 9, tzinfo=KZ)
    FileClock.create(tmp_path / "clock", at)
    sites = Sites(Openness(m.YEAR.first, date(2024, 12, 31)), base="")
    with served(sites) as base, connect(database.engine_url) as connection:
        for name, value in {"QYZMET_HOME": tmp_path / "home", "QYZMET_CLOCK": f"file:{tmp_path / 'clock'}",
                            "QYZMET_DATABASE_URL": database.owner_url, "QYZMET_VAULT_URL": database.vault_url,
                            "QYZMET_PARTNERS": base}.items():  # fmt: skip
            monkeypatch.setenv(name, str(value))
        entry = e.BodyEntry("ONE", {"kk": "Бірінші"}, "CENTRAL")
        terms = (date(2025, 2, 1), date(2025, 4, 1))
        store = Store(connection)
        store.open("2024", open_period("2024", m.YEAR, *terms, [entry], m.policies(), at, "k"))
        report = Report(body="ONE", datasets=(Dataset(link=f"{base}/set", periodicity="monthly"),))
        store.do("2024", lambda life: life.submit(report, at, "b"))
        inside = ["--allow-inside", base.removeprefix("http://")]
        assert "Read the evidence of ONE" in run("evidence", "2024", *inside)
        assert "no new reports" in run("evidence", "2024", *inside)
        assert "Read the evidence of ONE" in run("evidence", "2024", "--again", *inside)
        (advice,) = store.period("2024").checks["ONE"].advice
        assert {finding.code for finding in advice.findings} == {"link_status", "dataset_unknown"}
