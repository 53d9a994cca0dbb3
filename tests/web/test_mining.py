"""Pools' reports over the API and on the pages; officers' pages; the sandbox; who may see what."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import httpx
import msgspec
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from defusedxml.ElementTree import fromstring
from jsonschema import Draft202012Validator
from python_calamine import CalamineWorkbook

from qyzmet.acts.mining.client import PoolClient
from qyzmet.acts.mining.filing import Filing
from qyzmet.acts.mining.policies import POLICIES
from qyzmet.acts.mining.pools import Pool, Pools
from qyzmet.acts.mining.receipts import Receipts
from qyzmet.commands.mining import mining
from qyzmet.law.policies import Policies
from qyzmet.people.vault import VaultKeys
from qyzmet.runtime.clock import KZ, HandClock
from qyzmet.runtime.database import Database, connect
from qyzmet.runtime.errors import Refused
from tests.acts.mining.reports import PROFILE, row, rows, text
from tests.cases.conftest import iin
from tests.web.conftest import Api
from tests.web.pages import Visitor

Key = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey
REPORTS = "/api/v1/mining/reports"


@pytest.fixture
def clock() -> HandClock:
    return HandClock(datetime(2026, 6, 10, 9, 0, tzinfo=KZ))


@pytest.fixture
def enter(database: Database) -> Iterator[Callable[..., tuple[Pool, Key]]]:
    with connect(database.engine_url) as connection:

        def entered(number: int, *, test: bool = False, key: Key | None = None) -> tuple[Pool, Key]:
            key = key or ed25519.Ed25519PrivateKey.generate()
            pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
            return Pools(connection).add(iin(number), PROFILE, date(2026, 5, 1), test=test, keys=pem), key

        yield entered


def client(api: Api, pool: Pool, key: Key) -> PoolClient:
    return PoolClient(key, pool.code, api.http, lambda: api.clock.now().timestamp())


def sent(sender: PoolClient, content: bytes, **about: object) -> dict[str, object]:
    draft = sender.post(REPORTS, msgspec.json.encode({"month": "2026-05", **about}))["report"]
    for number, start in enumerate(range(0, len(content), 1000), start=1):
        sender.post(
            f"{REPORTS}/{draft}/pieces/{number}", content[start : start + 1000], "application/octet-stream"
        )
    return sender.post(f"{REPORTS}/{draft}/submit", b"{}")


@pytest.mark.clause("mining:annex§1.part1", "mining:annex§1.part2")
@pytest.mark.parametrize(
    "make", [ed25519.Ed25519PrivateKey.generate, lambda: ec.generate_private_key(ec.SECP256R1())]
)
def test_a_pool_files_by_signed_requests_and_gets_receipts(
    api: Api, enter: Callable[..., tuple[Pool, Key]], vault_keys: VaultKeys, make: Callable[[], Key]
) -> None:
    pool, key = enter(1, key=make())
    told = sent(client(api, pool, key), text(rows(40)).encode())
    assert (told["state"], told["rows"], told["late"], told["test"]) == ("accepted", 40, False, False)
    receipts = Receipts(vault_keys)
    assert receipts.read(str(told["receipt"]))["submission"] == told["report"]  # type: ignore[index]
    assert api.http.get("/api/v1/mining/keys.json").json() == receipts.public()
    again = sent(client(api, pool, key), text(rows(40)).encode())
    assert again == told, "the same file changes nothing"


def test_the_command_sends_a_file_to_the_api(
    api: Api, enter: Callable[..., tuple[Pool, Key]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool, key = enter(1)
    monkeypatch.setattr("time.time", lambda: api.clock.now().timestamp())
    monkeypatch.setattr("qyzmet.acts.mining.client.PIECE", 1000)
    file, pem = tmp_path / "r.csv", tmp_path / "pool.pem"
    file.write_text(text(rows(40)), encoding="utf-8")
    pem.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    words = (
        "submit",
        str(file),
        "--month",
        "2026-05",
        "--pool",
        pool.code,
        "--to",
        api.url,
        "--key",
        str(pem),
        "--json",
    )
    done = CliRunner().invoke(mining, words)
    told = json.loads(done.stdout)
    assert (told["state"], told["rows"], done.exit_code) == ("accepted", 40, 0)
    file.write_text(text([row(1, c3="")]), encoding="utf-8")
    assert CliRunner().invoke(mining, words).exit_code == 1


def test_findings_come_in_pages_and_bad_rows_are_mended(
    api: Api, enter: Callable[..., tuple[Pool, Key]]
) -> None:
    pool, key = enter(1)
    sender = client(api, pool, key)
    told = sent(sender, text([row(n, c3="") if n % 2 else row(n) for n in range(1, 2401)]).encode())
    assert (told["state"], told["bad"], told["errors"]) == ("refused", 1200, 1200)
    path = f"{REPORTS}/{told['report']}/findings"
    first = sender.get(path, "language=kk")
    second = sender.get(path, f"language=kk&after={first['next']}")
    assert (len(first["findings"]), len(second["findings"]), second["next"]) == (1000, 200, None)
    assert first["findings"][0]["rule"] == "баған толтырылмаған"
    headers = sender.signed(
        "GET", f"{REPORTS}/{told['report']}/returned.csv", {"@query": "?"}, ("@method", "@path", "@query")
    )
    given = api.http.get(f"{REPORTS}/{told['report']}/returned.csv", headers=headers).text
    lines = [",".join(cells) for cells in ([line.split(",") for line in given.splitlines()])]
    mended = "\n".join([lines[0], *(line.replace(",,KZ0", ",«Кен»,KZ0", 1) for line in lines[1:])])
    fixed = sent(sender, mended.encode(), mends=told["report"])
    assert (fixed["state"], fixed["rows"], fixed["good"]) == ("accepted", 2400, 2400)


def test_rows_as_json_are_a_report_too(api: Api, enter: Callable[..., tuple[Pool, Key]]) -> None:
    sender = client(api, *enter(1))
    schema = api.http.get("/api/v1/mining/schema.json").json()["row"]
    names = list(schema["properties"])
    given = [{name: cell for name, cell in zip(names, line, strict=True) if cell} for line in rows(6)]
    for each in given:
        Draft202012Validator(schema).validate(each)
    draft = sender.post(REPORTS, b'{"month":"2026-05","control":{"rows":6}}')["report"]
    sender.post(f"{REPORTS}/{draft}/rows/1", msgspec.json.encode({"rows": given[:3]}))
    sender.post(f"{REPORTS}/{draft}/rows/2", msgspec.json.encode({"rows": given[3:]}))
    assert sender.post(f"{REPORTS}/{draft}/submit", b"{}")["state"] == "accepted"
    other = sender.post(REPORTS, b'{"month":"2026-05"}')["report"]
    with pytest.raises(Refused, match="no field of the form"):
        sender.post(f"{REPORTS}/{other}/rows/1", b'{"rows":[{"total":"1"}]}')


def test_who_does_not_sign_with_its_key_is_nobody(api: Api, enter: Callable[..., tuple[Pool, Key]]) -> None:
    pool, key = enter(1)
    other, other_key = enter(2)
    assert api.http.get(REPORTS).status_code == 401
    with pytest.raises(Refused, match="not shown"):
        client(api, pool, other_key).get(REPORTS)
    told = sent(client(api, pool, key), text(rows(2)).encode())
    with pytest.raises(Refused, match="there is no report"):
        client(api, other, other_key).get(f"{REPORTS}/{told['report']}")
    assert client(api, other, other_key).get(REPORTS) == {"reports": []}


def test_the_sandbox_is_the_same_code_and_counts_nowhere(
    api: Api, enter: Callable[..., tuple[Pool, Key]]
) -> None:
    real, _ = enter(1)
    pool, key = enter(1, test=True)
    told = sent(client(api, pool, key), text(rows(3)).encode())
    assert (told["state"], told["test"]) == ("accepted", True)
    assert real.code != pool.code
    with connect(api.database.engine_url) as connection:
        from qyzmet.acts.mining.totals import Totals

        assert Totals(connection).by(["pool"]) == []


@pytest.mark.clause("mining:order.2", "mining:form.7")
def test_obligations_months_of_the_former_order_and_nil_reports(
    api: Api, enter: Callable[..., tuple[Pool, Key]]
) -> None:
    sender = client(api, *enter(1))
    assert [each["state"] for each in sender.get("/api/v1/mining/obligations")["obligations"]] == [
        "running",
        "due",
    ]
    with pytest.raises(Refused, match="No 709"):
        sender.post(REPORTS, b'{"month":"2026-03"}')
    draft = sender.post(REPORTS, b'{"month":"2026-05","nil":true}')["report"]
    assert sender.post(f"{REPORTS}/{draft}/submit", b"{}")["state"] == "accepted"
    assert sender.get("/api/v1/mining/obligations")["obligations"][1]["state"] == "met"


@pytest.mark.clause("mining:form.11", "mining:form.12", "mining:form.13")
def test_the_profile_is_read_and_changed(api: Api, enter: Callable[..., tuple[Pool, Key]]) -> None:
    sender = client(api, *enter(1))
    changed = {**sender.get("/api/v1/mining/profile"), "phone": "+7 701 111 11 11"}
    assert sender.post("/api/v1/mining/profile", msgspec.json.encode(changed))["phone"] == "+7 701 111 11 11"
    with pytest.raises(Refused, match="e-mail"):
        sender.post("/api/v1/mining/profile", msgspec.json.encode({**changed, "email": "x"}))


def test_a_large_file_waits_for_a_worker(
    api: Api, enter: Callable[..., tuple[Pool, Key]], vault_keys: VaultKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qyzmet.acts.mining.filing.AT_ONCE", 100)
    sender = client(api, *enter(1))
    told = sent(sender, text(rows(5)).encode())
    assert (told["state"], told["done"]) == ("submitted", 0)
    assert told["receipt"]
    with connect(api.database.engine_url) as connection:
        filing = Filing(connection, Policies(POLICIES), Receipts(vault_keys), api.clock)
        for waiting in filing.waiting():
            filing.decide(waiting)
    assert sender.get(f"{REPORTS}/{told['report']}")["state"] == "accepted"


def test_what_anybody_may_read(api: Api) -> None:
    found = api.http.get(
        "/api/v1/mining/wallet", params={"coin": "BTC", "address": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"}
    )
    assert found.json()["state"] == "valid"
    book = CalamineWorkbook.from_filelike(io.BytesIO(api.http.get("/api/v1/mining/form.xlsx").content))
    assert book.sheet_names[0] == "ЦМПМ 1"


# --- pages


@pytest.fixture
def visit(pages: str) -> Iterator[Callable[..., Visitor]]:
    opened: list[Visitor] = []

    def visitor(role: str = "", bin: str = "", language: str = "en") -> Visitor:
        new = Visitor(pages, language)
        opened.append(new)
        if role:
            new.sign_in("", sub=f"{role}-{bin}", roles=role, bin=bin)
        return new

    yield visitor
    for each in opened:
        each.http.close()


def upload(visitor: Visitor, content: bytes, path: str = "/mining/reports", **fields: str) -> httpx.Response:
    data = {"_csrf": visitor.token("/mining/reports"), "month": "2026-05", **fields}
    files = {"file": ("report.csv", content)} if content else {}
    answer = visitor.http.post(f"/{visitor.language}{path}", data=data, files=files)
    return visitor.http.get(answer.headers["location"]) if answer.status_code == 303 else answer


def test_a_pool_sends_a_report_on_the_page_and_mends_it(
    visit: Callable[..., Visitor], enter: Callable[..., tuple[Pool, Key]]
) -> None:
    enter(1)
    visitor = visit("mining.pool", iin(1))
    assert "Due" in visitor.get("/mining/reports").text
    refused = upload(visitor, text([row(1), row(2, c9="0,5")]).encode())
    assert "decimal comma" in refused.text
    assert "accepted whole" in refused.text
    path = str(refused.url).rpartition("/en")[2]
    given = visitor.get(f"{path}/returned.csv").text
    fixed = upload(visitor, given.replace('"0,5"', "0.5").encode(), mends=path.rpartition("/")[2])
    assert "Accepted" in fixed.text
    for language, said in (("kk", "Қабылданды"), ("ru", "Принят")):
        assert said in visit("mining.pool", iin(1), language).get("/mining/reports").text
    assert upload(visitor, b"").status_code == 422
    assert upload(visitor, b"", nil="1").status_code == 200
    assert visitor.get("/mining/form.xlsx").headers["content-disposition"].endswith('"cmpm-1.xlsx"')


def test_a_pool_keeps_its_profile_and_sees_nobody_elses(
    visit: Callable[..., Visitor], enter: Callable[..., tuple[Pool, Key]]
) -> None:
    enter(1)
    enter(2)
    one, other = visit("mining.pool", iin(1)), visit("mining.pool", iin(2))
    fields = {f"executor.{n}": v for n, v in PROFILE["executor"].items()} | {
        f"head.{n}": v for n, v in PROFILE["head"].items()
    }  # type: ignore[attr-defined]
    plain = {name: str(PROFILE[name]) for name in ("name", "address", "phone", "email")}
    assert (
        one.post("/mining/profile", "/mining/profile", **{**fields, **plain, "address": "Астана"}).status_code
        == 303
    )
    assert "Астана" in one.get("/mining/profile").text
    assert (
        one.post("/mining/profile", "/mining/profile", **{**fields, **plain, "email": "x"}).status_code == 422
    )
    report = str(upload(one, text(rows(2)).encode()).url).rpartition("/en")[2]
    assert other.get(report).status_code == 404
    assert other.get(f"{report}/returned.csv").status_code == 404
    assert one.get("/mining/overview").status_code == 403
    assert visit("mining.pool", iin(3)).get("/mining/reports").status_code == 404
    assert visit().get("/mining/reports").status_code == 303


def test_an_officer_sees_sums_signs_rows_and_who_has_not_filed(
    visit: Callable[..., Visitor], enter: Callable[..., tuple[Pool, Key]]
) -> None:
    enter(1)
    enter(2)
    upload(visit("mining.pool", iin(1)), text([row(1, c9="1.5", c10="2"), row(2, c2=iin(8))]).encode())
    officer = visit("mining.officer")
    page = officer.get("/mining/overview?by=miner")
    assert "1.5" in page.text
    assert "<svg" in page.text
    for name in ("miners", "wallets", "licences", "commissions", "changes"):
        assert officer.get(f"/mining/signs/{name}").status_code == 200, name
    assert iin(8) in officer.get("/mining/signs/wallets").text
    assert officer.get("/mining/signs/other").status_code == 404
    rows_page = officer.get("/mining/rows?coin=BTC")
    assert "/mining/rows?of=" in rows_page.text
    of = rows_page.text.split("/mining/rows?of=")[1].split('"')[0]
    one = officer.get(f"/mining/rows?of={of}").text
    assert (one.count("<details"), iin(8) in one) == (1, False)
    assert officer.get("/mining/rows?of=9.9").status_code == 404
    assert officer.get("/mining/rows?of=x").status_code == 422
    owed = officer.get("/mining/obligations?month=2026-05").text
    assert (owed.count(">Met<"), owed.count(">Due<")) == (1, 1)
    for kind in ("totals.csv", "totals.xlsx", "wallets.csv", "rows.csv"):
        assert officer.get(f"/mining/export/{kind}?by=miner").status_code == 200, kind
    assert officer.get("/mining/export/totals.pdf").status_code == 404
    assert visit("auditor").get("/mining/overview").status_code == 200
    assert visit("auditor").get("/mining/export/totals.csv").status_code == 403
    for language in ("kk", "ru"):
        assert visit("mining.officer", language=language).get("/mining/overview").status_code == 200


def test_the_view_in_the_vocabulary_of_carf(
    visit: Callable[..., Visitor], enter: Callable[..., tuple[Pool, Key]]
) -> None:
    pool, _ = enter(1)
    upload(visit("mining.pool", iin(1)), text([row(1, c9="1.5", c10="2"), row(2, c2=iin(8))]).encode())
    root = fromstring(visit("mining.officer").get("/mining/export/carf.xml?first=2026-05").content)
    name = {"c": "urn:oecd:ties:carf:v1"}
    assert root.findtext("c:MessageSpec/c:ReportingPeriod", namespaces=name) == "2026-05-31"
    assert root.findtext(".//c:RCASP/c:Entity/c:TIN", namespaces=name) == pool.number
    units = [Decimal(each.text) for each in root.findall(".//c:NumberOfUnits", name)]
    assert sorted(units) == [Decimal("0.000000002"), Decimal("1.5")]


def test_fifty_pools_file_by_api_within_seconds(api: Api, enter: Callable[..., tuple[Pool, Key]]) -> None:
    from concurrent.futures import ThreadPoolExecutor

    pools = [enter(number) for number in range(1, 51)]
    content = text(rows(10)).encode()
    began = time.monotonic()
    with ThreadPoolExecutor(8) as workers:
        told = list(workers.map(lambda each: sent(client(api, *each), content), pools))
    assert {each["state"] for each in told} == {"accepted"}
    assert len({each["receipt"] for each in told}) == 50
    assert time.monotonic() - began < 120
