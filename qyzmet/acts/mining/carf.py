"""An extra view: a month's reports as XML in the vocabulary of the OECD's Crypto-Asset Reporting Framework.

The act does not order it and the framework's annual scheme asks for more than the form has, so the view says
what it is (`Warning`) and carries only what was reported: message head, reporting provider, users (miners),
and per crypto-asset the transfers in of kind mining (CARF601 is "airdrop", CARF602 "staking income", CARF603
"mining income" of the user guide's code list for transfers in). Amounts are those of column 9.
Source: OECD (2024), Crypto-Asset Reporting Framework XML Schema: User Guide.
"""

from __future__ import annotations

from datetime import date, datetime

from lxml import etree

from qyzmet.acts.mining.deadlines import last_day
from qyzmet.acts.mining.pools import Pools
from qyzmet.acts.mining.totals import Asked, Totals
from qyzmet.cases.rows import Connection

CARF = "urn:oecd:ties:carf:v1"
MINING = "CARF603"


def carf(connection: Connection, month: date, now: datetime) -> bytes:
    """The document, UTF-8; a pool that reported nothing is left out."""
    root = etree.Element(_tag("CARF_OECD"), nsmap={None: CARF}, version="1.0")
    head = etree.SubElement(root, _tag("MessageSpec"))
    for name, value in (
        ("TransmittingCountry", "KZ"), ("ReceivingCountry", "KZ"), ("MessageType", "CARF"),
        ("Warning", "An extra view of form CMPM 1; not a CARF message between authorities."),
        ("MessageRefId", f"KZ{month:%Y%m}-{now:%Y%m%dT%H%M%S}"), ("MessageTypeIndic", "CARF701"),
        ("ReportingPeriod", last_day(month).isoformat()), ("Timestamp", now.strftime("%Y-%m-%dT%H:%M:%S")),
    ):  # fmt: skip
        etree.SubElement(head, _tag(name)).text = value
    for pool in Pools(connection).all():
        asked = Asked(first=month, last=month, pool=pool.code)
        rows = Totals(connection).by(["miner"], asked, most=10_000_000)
        if not rows:
            continue
        body = etree.SubElement(root, _tag("CarfBody"))
        provider = etree.SubElement(etree.SubElement(body, _tag("ReportingGroup")), _tag("RCASP"))
        _entity(provider, pool.number, pool.name)
        group = provider.getparent()
        assert group is not None
        users: dict[str, etree._Element] = {}
        for row in rows:
            user = users.get(row["miner"])
            if user is None:
                user = users[row["miner"]] = etree.SubElement(group, _tag("CryptoUser"))
                _entity(user, row["miner"], row["name"])
            asset = etree.SubElement(user, _tag("RelevantTransactions"))
            etree.SubElement(asset, _tag("CryptoAsset")).text = row["coin"]
            transfer = etree.SubElement(asset, _tag("CryptoTransferIn"))
            etree.SubElement(transfer, _tag("TransferType")).text = MINING
            etree.SubElement(transfer, _tag("NumberOfTransactions")).text = str(row["rows"])
            etree.SubElement(transfer, _tag("NumberOfUnits")).text = row["amount"]
            if row["tenge"] is not None and row["tenge_whole"]:
                etree.SubElement(transfer, _tag("Amount"), currCode="KZT").text = row["tenge"]
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))


def _entity(parent: etree._Element, number: str, name: str) -> None:
    entity = etree.SubElement(parent, _tag("Entity"))
    etree.SubElement(entity, _tag("ResCountryCode")).text = "KZ"
    etree.SubElement(entity, _tag("TIN"), issuedBy="KZ").text = number
    etree.SubElement(entity, _tag("Name")).text = name


def _tag(name: str) -> str:
    return f"{{{CARF}}}{name}"
