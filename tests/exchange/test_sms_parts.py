"""Texts as parts, and PDUs as bytes; checked against an independent SMPP library."""

from __future__ import annotations

import contextlib

import pytest
import smpp34
from hypothesis import given
from hypothesis import strategies as st

from qyzmet.exchange.pdu import (
    BadPdu,
    Bind,
    Command,
    Pdu,
    ShortMessage,
    Status,
    Tag,
    message_id,
    message_id_body,
    split_off,
)
from qyzmet.exchange.smstext import (
    GSM7,
    HAS_HEADER,
    UCS2,
    Joiner,
    from_gsm7,
    in_gsm7,
    in_parts,
    read_part,
    text_of,
)

ANNEX_3 = (
    "Құрметті Серікқызы Айгүл Маратқызы!\n"
    "Белгіленген соманы банктік шотыңызға аудару үшін төмендегі тізімнен банкті таңдаңыз:\n"
    "- 1414 нөміріне мәтіні бар SMS жіберіңіз 41#3#1 таңдау үшін Бірлік Банкі;\n"
    "- 1414 нөміріне мәтіні бар SMS жіберіңіз 41#3#2 таңдау үшін Дала Банкі.\n"
    "Басқа банкті таңдау үшін 1414 нөміріне мәтіні бар SMS жіберіңіз 41#3#0.\n"
    "Сіздің жауабыңызды 3 жұмыс күні ішінде күтеміз.\n"
    "Барлық сұрақтар бойынша 1414 нөмірі бойынша Call-орталыққа хабарласа аласыз. Қоңырау шалу тегін.\n"
)


def message(payload: bytes, parts: int = 2, **other: int) -> ShortMessage:
    return ShortMessage("1414", "+77010000001", payload, HAS_HEADER if parts > 1 else 0, UCS2, **other)


def joined(text: str, reference: int = 7) -> str | None:
    parts = in_parts(text, reference)
    joiner, whole = Joiner(), None
    for part in reversed(parts):
        assert whole is None
        assert len(part) <= 140
        whole = joiner.add(message(part, len(parts)))
    return whole


@pytest.mark.parametrize(
    ("letters", "parts"), [(0, 1), (70, 1), (71, 2), (134, 2), (135, 3), (67 * 9, 9), (67 * 255, 255)]
)
def test_a_text_of_so_many_letters_has_so_many_parts(letters: int, parts: int) -> None:
    text = ("Қ" * letters)[:letters]
    assert len(in_parts(text, 1)) == parts
    assert joined(text) == text


def test_an_annex_of_the_act_is_split_and_joined_exactly() -> None:
    assert 6 <= len(in_parts(ANNEX_3, 300)) <= 9
    assert joined(ANNEX_3, 300) == ANNEX_3


def test_more_than_255_parts_are_refused_without_the_text() -> None:
    with pytest.raises(ValueError, match="a text of 17086 letters has more than 255 parts"):
        in_parts("Қ" * (67 * 255 + 1), 1)


@given(st.text(st.characters(codec="utf-8"), max_size=600))
def test_any_text_is_joined_as_it_was_and_no_letter_is_torn(text: str) -> None:
    parts = in_parts(text, 9)
    for part in parts:
        payload = read_part(message(part, len(parts)))[1]
        payload.decode("utf-16-be")
    assert joined(text) == text


@given(st.text("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./059:;<=>?¡AZÄÖÑÜ§¿azäöñüà^{}\\[~]|€\f"))
def test_the_gsm_alphabet_comes_back(text: str) -> None:
    data = in_gsm7(text)
    assert data is not None
    assert from_gsm7(data) == text


def test_a_kazakh_letter_is_not_in_the_gsm_alphabet_and_broken_bytes_still_read() -> None:
    assert in_gsm7("7#1") == b"7#1"
    assert in_gsm7("Иә") is None
    assert text_of(b"\x04\x1a\x04", UCS2) == "К\ufffd"
    assert text_of(b"\xff\x1b\x1b", GSM7)


def test_parts_of_two_phones_with_one_reference_do_not_mix_and_old_ones_are_forgotten() -> None:
    one, two = in_parts("Қ" * 100, 5), in_parts("Ө" * 100, 5)
    joiner = Joiner(most=2)
    other = ShortMessage("1414", "+77010000002", two[0], HAS_HEADER, UCS2)
    assert joiner.add(message(one[0])) is None
    assert joiner.add(other) is None
    assert joiner.add(message(one[1])) == "Қ" * 100
    for reference in range(3):
        joiner.add(message(in_parts("Қ" * 100, reference)[0]))
    assert joiner.add(other._replace(payload=two[1])) is None


def test_a_header_with_a_wide_reference_and_a_strange_one_are_read() -> None:
    wide = message(bytes((6, 8, 4, 1, 2, 3, 1)) + "Қ".encode("utf-16-be"))
    assert read_part(wide) == ((0x102, 3, 1), "Қ".encode("utf-16-be"))
    strange = message(bytes((4, 1, 2, 0, 0)) + b"\x00A")
    assert read_part(strange) == ((0, 1, 1), b"\x00A")
    assert read_part(message(b"\x28\x00")) == ((0, 1, 1), b"")


# --- PDUs -----------------------------------------------------------------------------------------


def submit(**other: object) -> ShortMessage:
    plain = ShortMessage("1414", "+77010000001", b"\x04\x1a", 0, UCS2, 1, {Tag.SENT_AT: b"2024"})
    return plain._replace(**other)


def test_a_short_message_is_read_alike_by_another_library() -> None:
    ours = submit()
    theirs = smpp34.decode(Pdu(Command.SUBMIT_SM, Status.OK, 5, ours.encode()).encode())
    assert isinstance(theirs, smpp34.SubmitSm)
    assert (theirs.source_addr, theirs.destination_addr) == ("1414", "77010000001")
    assert (theirs.dest_addr_ton, theirs.source_addr_ton) == (1, 0)
    assert (theirs.data_coding, theirs.registered_delivery, theirs.sequence_number) == (UCS2, 1, 5)
    assert theirs.short_message == b"\x04\x1a"
    assert [(tlv.tag, tlv.value) for tlv in theirs.tlvs] == [(Tag.SENT_AT, b"2024")]
    back = bytearray(theirs.encode())
    assert ShortMessage.decode(next(split_off(back)).body) == ours


def test_a_long_payload_travels_as_an_optional_parameter() -> None:
    long = submit(payload=b"x" * 300)
    read = ShortMessage.decode(long.encode())
    assert read.payload == long.payload


def test_pdus_are_split_off_as_they_arrive() -> None:
    pdus = [Pdu(Command.ENQUIRE_LINK, 0, n, b"x" * n) for n in range(5)]
    stream, buffer, found = b"".join(pdu.encode() for pdu in pdus), bytearray(), []
    for start in range(0, len(stream), 7):
        buffer += stream[start : start + 7]
        found += list(split_off(buffer))
    assert found == pdus
    assert not buffer


def test_a_pdu_that_is_not_asked_for_stays_in_the_buffer() -> None:
    pdus = [Pdu(Command.ENQUIRE_LINK, 0, n) for n in range(3)]
    buffer = bytearray(b"".join(pdu.encode() for pdu in pdus))
    assert next(split_off(buffer)) == pdus[0]
    assert list(split_off(buffer)) == pdus[1:]


@pytest.mark.parametrize("length", [0, 15, 1 << 18, 0xFFFFFFFF])
def test_bytes_that_are_no_smpp_are_refused(length: int) -> None:
    with pytest.raises(BadPdu):
        list(split_off(bytearray(length.to_bytes(4, "big") + bytes(12))))


def test_a_body_cut_anywhere_is_refused_or_shorter_but_never_an_accident() -> None:
    body = submit().encode()
    for end in range(len(body)):
        with contextlib.suppress(BadPdu):
            assert ShortMessage.decode(body[:end]) != submit()


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for read in (ShortMessage.decode, Bind.decode):
        with contextlib.suppress(BadPdu):
            read(body)


def test_binds_and_message_ids_come_back() -> None:
    bind = Bind("qyzmet", "secret")
    assert Bind.decode(bind.encode()) == bind
    assert message_id(message_id_body("00A1")) == "00A1"
    assert message_id(b"") == ""
