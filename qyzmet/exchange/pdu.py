"""SMPP 3.4 on the wire: the few PDUs that a transceiver needs, as bytes and back (specification, ch. 4)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple


class Command(IntEnum):
    GENERIC_NACK = 0x80000000
    BIND_RECEIVER = 0x00000001
    BIND_TRANSMITTER = 0x00000002
    SUBMIT_SM = 0x00000004
    SUBMIT_SM_RESP = 0x80000004
    DELIVER_SM = 0x00000005
    DELIVER_SM_RESP = 0x80000005
    UNBIND = 0x00000006
    UNBIND_RESP = 0x80000006
    BIND_TRANSCEIVER = 0x00000009
    BIND_TRANSCEIVER_RESP = 0x80000009
    ENQUIRE_LINK = 0x00000015
    ENQUIRE_LINK_RESP = 0x80000015


RESPONSE = 0x80000000


class Status(IntEnum):
    OK = 0x00
    WRONG_COMMAND = 0x03
    NOT_BOUND = 0x04
    ALREADY_BOUND = 0x05
    SYSTEM_ERROR = 0x08
    BIND_FAILED = 0x0D
    WRONG_PASSWORD = 0x0E
    QUEUE_FULL = 0x14
    SUBMIT_FAILED = 0x45
    THROTTLED = 0x58
    TEMPORARY_ERROR = 0x64


class Tag(IntEnum):
    """Optional parameters; the last is the twins' operator's own."""

    MESSAGE_ID = 0x001E  #: receipted_message_id: the operator's id of the message
    MESSAGE_PAYLOAD = 0x0424
    MESSAGE_STATE = 0x0427
    SENT_AT = 0x1501  #: when the operator got the message: 2024-02-12T09:00:00.123+00:00 in ASCII


HEADER = struct.Struct(">LLLL")

#: No PDU of ours comes near it; what is larger is not SMPP.
MOST_BYTES = 1 << 17

_AFTER_DESTINATION = struct.Struct(">BBB")
_BEFORE_TEXT = struct.Struct(">BBBBB")
_TLV = struct.Struct(">HH")
_NO_TLVS: Mapping[int, bytes] = MappingProxyType({})


class BadPdu(ValueError):
    """Bytes that are not SMPP 3.4. The link that brought them is closed."""


class Pdu(NamedTuple):
    command: int
    status: int
    sequence: int
    body: bytes = b""

    def encode(self) -> bytes:
        return HEADER.pack(16 + len(self.body), self.command, self.status, self.sequence) + self.body

    def answer(self, status: int = Status.OK, body: bytes = b"") -> Pdu:
        return Pdu(self.command | RESPONSE, status, self.sequence, body)


def split_off(buffer: bytearray) -> Iterator[Pdu]:
    """Takes whole PDUs off the front of the buffer, and no more of them than are asked for. Raises BadPdu."""
    start, size = 0, len(buffer)
    try:
        while size - start >= 16:
            length, command, status, sequence = HEADER.unpack_from(buffer, start)
            if not 16 <= length <= MOST_BYTES:
                raise BadPdu(f"a PDU says it has {length} bytes")
            if size - start < length:
                break
            body = bytes(buffer[start + 16 : start + length])
            start += length
            yield Pdu(command, status, sequence, body)
    finally:
        del buffer[:start]


class Bind(NamedTuple):
    """The body of a bind."""

    system_id: str
    password: str
    system_type: str = ""

    def encode(self) -> bytes:
        words = b"".join(_c_octets(word) for word in (self.system_id, self.password, self.system_type))
        return words + b"\x34\x00\x00\x00"  # version 3.4, any type of number, no address range

    @classmethod
    def decode(cls, body: bytes) -> Bind:
        system_id, at = _read_c_octets(body, 0)
        password, at = _read_c_octets(body, at)
        return cls(system_id, password, _read_c_octets(body, at)[0])


class ShortMessage(NamedTuple):
    """The body of submit_sm and deliver_sm. A number that begins with + travels as international."""

    source: str
    destination: str
    payload: bytes
    esm_class: int = 0
    coding: int = 0
    receipt: int = 0
    tlvs: Mapping[int, bytes] = _NO_TLVS

    def encode(self) -> bytes:
        long = len(self.payload) > 254
        tlvs = {**self.tlvs, Tag.MESSAGE_PAYLOAD: self.payload} if long else self.tlvs
        payload = b"" if long else self.payload
        return b"".join(
            (
                b"\x00",  # service type: the operator's own
                _address(self.source),
                _address(self.destination),
                _AFTER_DESTINATION.pack(self.esm_class, 0, 0),
                b"\x00\x00",  # at once, the operator's own validity
                _BEFORE_TEXT.pack(self.receipt, 0, self.coding, 0, len(payload)),
                payload,
                *(_TLV.pack(tag, len(value)) + value for tag, value in tlvs.items()),
            )
        )

    @classmethod
    def decode(cls, body: bytes) -> ShortMessage:
        try:
            return cls._decode(body)
        except (struct.error, IndexError):
            raise BadPdu("a short message ends in the middle") from None

    @classmethod
    def _decode(cls, body: bytes) -> ShortMessage:
        _, at = _read_c_octets(body, 0)
        source, at = _read_address(body, at)
        destination, at = _read_address(body, at)
        esm_class = body[at]
        _, at = _read_c_octets(body, at + 3)
        _, at = _read_c_octets(body, at)
        receipt, _, coding, _, length = _BEFORE_TEXT.unpack_from(body, at)
        at += _BEFORE_TEXT.size
        payload = body[at : at + length]
        if len(payload) < length:
            raise BadPdu("a short message ends in the middle")
        tlvs = read_tlvs(body, at + length)
        payload = payload or tlvs.get(Tag.MESSAGE_PAYLOAD, b"")
        return cls(source, destination, payload, esm_class, coding, receipt, tlvs)


def read_tlvs(body: bytes, at: int) -> Mapping[int, bytes]:
    """The optional parameters from here to the end."""
    if at == len(body):
        return _NO_TLVS
    tlvs = {}
    while at < len(body):
        tag, length = _TLV.unpack_from(body, at)
        tlvs[tag] = body[at + 4 : at + 4 + length]
        at += 4 + length
    if at > len(body):
        raise BadPdu("an optional parameter ends after its PDU")
    return tlvs


def message_id(body: bytes) -> str:
    """The body of a submit_sm_resp, which may be empty where the message was refused."""
    return _read_c_octets(body, 0)[0] if body else ""


def message_id_body(identifier: str) -> bytes:
    return _c_octets(identifier)


def _address(number: str) -> bytes:
    """Type of number and plan: international ISDN for +…, else left open."""
    if number.startswith("+"):
        return b"\x01\x01" + _c_octets(number[1:])
    return b"\x00\x01" + _c_octets(number)


def _read_address(body: bytes, at: int) -> tuple[str, int]:
    number, end = _read_c_octets(body, at + 2)
    return ("+" + number if body[at] == 1 else number), end


def _c_octets(word: str) -> bytes:
    return word.encode("latin-1") + b"\x00"


def _read_c_octets(body: bytes, at: int) -> tuple[str, int]:
    end = body.find(0, at)
    if end < 0:
        raise BadPdu("a string in a PDU has no end")
    return body[at:end].decode("latin-1"), end + 1
