"""The twins' operator, used by an SMPP client of another maker."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import smpplib.client
import smpplib.consts
import smpplib.exceptions
import smpplib.gsm

from qyzmet.runtime.clock import HandClock
from qyzmet_twins.outside import Outside
from qyzmet_twins.serving import Served
from qyzmet_twins.tiny import TinyWorld

START = datetime(2024, 2, 12, 3, tzinfo=UTC)
PHONE = "77010000001"
LONG = "Құрметті Азамат! Сіздің жәрдемақы алуға құқығыңыз бар. " * 8


@pytest.fixture
def outside() -> Outside:
    world = TinyWorld()
    world.person(phone=f"+{PHONE}", temperament=None)
    return Outside(world, HandClock(START))


@pytest.fixture
def client(outside: Outside) -> Iterator[Any]:
    with Served(outside) as served:
        client = smpplib.client.Client(
            "127.0.0.1", served.ports.smpp, timeout=2, allow_unknown_opt_params=True
        )
        client.logger.setLevel(logging.CRITICAL)
        client.connect()
        yield client
        client.disconnect()


def bind(client: Any, password: str = "password") -> None:
    client.bind_transceiver(system_id="qyzmet", password=password)


def submit(client: Any, text: str, **options: object) -> list[Any]:
    """Sends the text and returns the answers, one per part."""
    answers: list[Any] = []
    client.set_message_sent_handler(lambda pdu: answers.append(pdu))
    parts, coding, esm_class = smpplib.gsm.make_parts(text, smpplib.consts.SMPP_ENCODING_ISO10646)
    for part in parts:
        client.send_message(
            source_addr="1414", dest_addr_ton=1, destination_addr=PHONE, short_message=part,
            data_coding=coding, esm_class=esm_class, **options,
        )  # fmt: skip
    while len(answers) < len(parts):
        client.read_once()
    return answers


def test_another_client_binds_sends_long_texts_and_unbinds(client: Any, outside: Outside) -> None:
    bind(client)
    answers = submit(client, LONG)
    assert len({answer.message_id for answer in answers}) == len(answers) > 5
    assert [line.text for line in outside.citizens.history(f"+{PHONE}")] == [LONG]
    assert client.unbind().status == 0


def test_another_client_gets_replies_with_id_and_time_and_receipts_in_the_usual_form(
    client: Any, outside: Outside
) -> None:
    bind(client)
    got: list[Any] = []
    client.set_message_received_handler(lambda pdu: got.append(pdu))
    submit(client, "қысқа", registered_delivery=1)
    while not got:
        client.read_once()
    assert got[0].esm_class & 0x04
    assert b"stat:DELIVRD" in got[0].short_message
    reply = outside.citizens.reply(f"+{PHONE}", "7#1")
    while len(got) < 2:
        client.read_once()
    assert (got[1].source_addr, got[1].destination_addr) == (PHONE.encode(), b"1414")
    assert got[1].short_message == b"7#1"
    assert got[1].receipted_message_id == reply.id.encode()


def test_a_wrong_password_is_refused_and_so_is_sending_without_a_bind(client: Any) -> None:
    with pytest.raises(smpplib.exceptions.PDUError, match="Invalid Password"):
        bind(client, "guess")


def test_sending_without_a_bind_is_refused(client: Any) -> None:
    client.state = smpplib.consts.SMPP_CLIENT_STATE_BOUND_TRX
    client.set_error_pdu_handler(lambda pdu: refused.append(pdu.status))
    refused: list[int] = []
    submit(client, "қысқа")
    assert refused == [smpplib.consts.SMPP_ESME_RINVBNDSTS]


def test_an_enquiry_is_answered_and_an_unknown_command_is_not_understood(client: Any) -> None:
    bind(client)
    raw: socket.socket = client._socket
    raw.sendall(bytes.fromhex("00000010000000150000000000000007"))
    assert client.read_pdu().command == "enquire_link_resp"
    raw.sendall(bytes.fromhex("00000010000001030000000000000008"))
    assert client.read_pdu().command == "generic_nack"


def test_bytes_that_are_no_smpp_end_the_connection(client: Any) -> None:
    raw: socket.socket = client._socket
    raw.sendall(b"GET / HTTP/1.1\r\n\r\n")
    with pytest.raises((smpplib.exceptions.ConnectionError, TimeoutError)):
        client.read_pdu()
