"""The process that holds the keys: several children of it take questions from one Unix socket.

A worker that asks it never sees a key; let it run under a user of its own, who alone reads the keys.
Every signature leaves a line in `signing-audit.jsonl`: when, for which office, the document's SHA-256,
the certificate's number. It holds nothing personal.
"""

from __future__ import annotations

import hmac
import json
import logging
import os
import shutil
import signal
import socket
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import msgspec

from qyzmet.exchange.remote import Answered, Asked, receive, send
from qyzmet.exchange.signing import Signed, Signer, SigningWaits, ToSign
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.errors import PartnerAway, QyzmetError, Refused

log = logging.getLogger(__name__)

AUDIT = "signing-audit.jsonl"
#: A client that connects and says nothing holds one child no longer than this.
_PATIENCE_SECONDS = 5.0
_ASKED = msgspec.msgpack.Decoder(Asked)


class Served:
    """What one child does for each connection."""

    def __init__(self, signer: Signer, token: str, audit: Path, clock: Clock) -> None:
        self._signer, self._token, self._audit, self._clock = signer, token, audit, clock

    def answer(self, connection: socket.socket) -> None:
        """One question and its answer; a broken one is only noted."""
        connection.settimeout(_PATIENCE_SECONDS)
        try:
            asked = _ASKED.decode(receive(connection))
            send(connection, msgspec.msgpack.encode(self._answered(asked)))
        except (OSError, msgspec.MsgspecError) as error:
            log.warning("A question could not be read or answered (%s).", type(error).__name__)

    def _answered(self, asked: Asked) -> Answered:
        if not hmac.compare_digest(asked.token.encode(), self._token.encode()):
            log.warning("A question with a wrong token was refused.")
            return Answered(waits="The signer refused the token. Copy signer-token from the signer's side.")
        try:
            signed = self._signer.sign(asked.documents)
            self._note(asked.documents, signed)
        except SigningWaits as waits:
            return Answered(waits=str(waits))
        except PartnerAway as away:
            return Answered(away=str(away))
        except QyzmetError as error:
            return Answered(waits=str(error))
        except Exception as error:
            log.error("Signing failed (%s).", type(error).__name__)
            return Answered(away=f"The signer failed ({type(error).__name__}).")
        return Answered(signed=signed)

    def _note(self, documents: Sequence[ToSign], signed: Sequence[Signed]) -> None:
        """The audit lines, in one write, before any signature leaves."""
        at = self._clock.now().isoformat()
        lines = [
            json.dumps(
                {
                    "at": at,
                    "office": f"{item.authority}/{item.region}",
                    "document": sha256(item.document).hexdigest(),
                    "certificate": one.signer.rpartition(" ")[2],
                }
            )
            for item, one in zip(documents, signed, strict=True)
        ]
        written = os.open(self._audit, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(written, "".join(f"{line}\n" for line in lines).encode())
        finally:
            os.close(written)


def listening_at(path: Path, group: str = "") -> socket.socket:
    """The socket, for its owner only, or for a group too. Raises Refused where another signer listens."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
            other.connect(str(path))
        made.close()
        raise Refused(f"Another signer answers at {path} already.")
    except OSError:
        path.unlink(missing_ok=True)  # nobody is behind it
    before = os.umask(0o177)
    try:
        made.bind(str(path))
    except OSError as error:
        made.close()
        raise Refused(f"The signer cannot listen at {path}: {error.strerror}. Name a shorter path.") from None
    finally:
        os.umask(before)
    if group:
        try:
            shutil.chown(path, group=group)
            path.chmod(0o660)
        except (LookupError, OSError):
            made.close()
            raise Refused(f"The socket cannot be given to the group {group!r}.") from None
    made.listen(64)
    return made


def run(listening: socket.socket, processes: int, served: Callable[[], Served]) -> None:
    """Keeps so many children at work until SIGTERM or SIGINT. `served` is called in each child."""
    children: set[int] = set()
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True
        for child in children:
            os.kill(child, signal.SIGTERM)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    while not stopping or children:
        while not stopping and len(children) < processes:
            child = os.fork()
            if child == 0:
                _child(listening, served)
            children.add(child)
        try:
            gone, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            children.clear()
            continue
        children.discard(gone)
        if gone and not stopping:
            log.warning("A signing process ended (%s); another one is started.", status)
        time.sleep(0.05)


def _child(listening: socket.socket, served: Callable[[], Served]) -> None:
    """Answers until SIGTERM, which waits for the answer that is under way. Never returns."""
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent tells
    code, parent = 0, os.getppid()
    try:
        desk = served()
        listening.settimeout(0.5)
        while not stopping and os.getppid() == parent:
            try:
                connection, _ = listening.accept()
            except TimeoutError:
                continue
            with connection:
                desk.answer(connection)
    except BaseException as error:
        log.error("A signing process failed (%s).", type(error).__name__)
        code = 1
        time.sleep(1)
    finally:
        os._exit(code)
