"""Signing by a process of its own that holds the keys: what is said to it, and the signer that asks it.

One question per connection over a Unix socket: a frame with documents goes in, a frame with their
signatures or a refusal comes out. Long batches go out in pieces, so that all of the other side's
processes sign at once. The token, from a file that only its owner reads, says who may ask.
"""

from __future__ import annotations

import secrets
import socket
import stat
import struct
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from qyzmet.exchange.signing import Signed, SigningWaits, ToSign
from qyzmet.runtime.errors import PartnerAway, Refused

#: Documents in one frame: about 30 ms of signing.
PIECE = 50
MOST_BYTES = 64 << 20
_ANSWER_SECONDS = 60.0
_LENGTH = struct.Struct(">I")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    token: str
    documents: list[ToSign]


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """Signatures in the order of the documents, or why there are none: `waits` until people mend it."""

    signed: list[Signed] = msgspec.field(default_factory=list)
    waits: str = ""
    away: str = ""


_ANSWERED = msgspec.msgpack.Decoder(Answered)


def token_in(path: Path, *, make: bool = False) -> str:
    """The token in a file. Raises Refused where others may read it too, or where there is none."""
    if make and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(0o600)
        path.write_text(secrets.token_urlsafe(32), encoding="ascii")
    try:
        mode, token = path.stat().st_mode, path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise Refused(f"The signer's token {path} cannot be read. Copy it from the signer's side.") from None
    if stat.S_IMODE(mode) & 0o077 or not token:
        raise Refused(f"The signer's token {path} can be read by others or is empty. Run: chmod 600 {path}")
    return token


def send(connection: socket.socket, frame: bytes) -> None:
    connection.sendall(_LENGTH.pack(len(frame)) + frame)


def receive(connection: socket.socket) -> bytes:
    """One frame. Raises OSError where it is cut off or too long."""
    (size,) = _LENGTH.unpack(_exactly(connection, _LENGTH.size))
    if size > MOST_BYTES:
        raise OSError("a frame too long")
    return _exactly(connection, size)


def _exactly(connection: socket.socket, size: int) -> bytes:
    found = bytearray()
    while len(found) < size:
        piece = connection.recv(min(size - len(found), 1 << 20))
        if not piece:
            raise OSError("cut off")
        found += piece
    return bytes(found)


class RemoteSigner:
    """`signing.Signer` over the socket. Knows no key."""

    def __init__(self, path: Path, token: Path, *, at_once: int = 4) -> None:
        self._path, self._token = path, token
        self._asking = ThreadPoolExecutor(at_once, thread_name_prefix="signer")

    def sign(self, documents: Sequence[ToSign]) -> list[Signed]:
        """All of the documents or none. Raises SigningWaits or another PartnerAway."""
        try:
            token = token_in(self._token)
        except Refused as refused:
            raise SigningWaits(str(refused)) from None
        # Documents of one office together: what their signatures share is then made once.
        order = sorted(range(len(documents)), key=lambda at: (documents[at].authority, documents[at].region))
        pieces = [
            [documents[at] for at in order[start : start + PIECE]] for start in range(0, len(order), PIECE)
        ]
        asked = self._asking.map(lambda piece: self._ask(Asked(token=token, documents=piece)), pieces)
        signed = dict(zip(order, (one for answered in asked for one in answered), strict=True))
        return [signed[at] for at in range(len(documents))]

    def close(self) -> None:
        self._asking.shutdown(cancel_futures=True)

    def _ask(self, asked: Asked) -> list[Signed]:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(_ANSWER_SECONDS)
                connection.connect(str(self._path))
                send(connection, msgspec.msgpack.encode(asked))
                answered = _ANSWERED.decode(receive(connection))
        except (OSError, msgspec.MsgspecError) as error:
            raise PartnerAway(
                f"The signer at {self._path} did not answer ({type(error).__name__}). "
                "Start `qyzmet signer run`."
            ) from None
        if answered.waits:
            raise SigningWaits(answered.waits)
        if answered.away or len(answered.signed) != len(asked.documents):
            raise PartnerAway(answered.away or "The signer answered another number of documents.")
        return answered.signed
