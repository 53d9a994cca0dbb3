"""The vault: the only place that knows who a subject is. Every look into it leaves a record.

Everything works in bulk. Each call is one transaction of its own, or part of the caller's where
one is open on the connection. A lost connection raises DatabaseAway.
"""

from __future__ import annotations

import contextlib
import secrets
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from struct import Struct
from typing import TypeVar

import msgspec
import psycopg
from psycopg.rows import TupleRow

from qyzmet.people import vault_rotation
from qyzmet.people.identity import FIELDS, Identity, Look, chosen
from qyzmet.people.sealing import Sealing, payload_key
from qyzmet.people.vault_keys import KEY_BYTES, KINDS, VaultKeys
from qyzmet.runtime import packed
from qyzmet.runtime.clock import Clock
from qyzmet.runtime.connection import database_errors
from qyzmet.runtime.errors import BadValue, Refused, UnknownName

__all__ = ["FIELDS", "Identity", "Look", "Vault", "VaultKeys"]

#: Keys of this many persons are remembered by a process: about 30 MB.
REMEMBERED_KEYS = 100_000
#: And the IINs of so many that were looked up by them, about 5 MB: registries are asked about them next.
REMEMBERED_IINS = 20_000

_ROWS = (
    "SELECT id, key_version, wrapped_key, identity FROM subject "
    "WHERE id = ANY(%t::bigint[]) AND erased_at IS NULL ORDER BY id"
)
_LOCKED_ROWS = _ROWS + " FOR UPDATE"
#: How a row of the log begins: six fields; moment and subject after their lengths.
_LOOK = Struct(">hiqiq").pack

Cursor = psycopg.Cursor[TupleRow]
Kept = TypeVar("Kept")


class Vault:
    """Identities behind random numbers. `connection` is the vault role's, not in autocommit mode.

    Raises Refused where the key file is not this vault's.
    """

    def __init__(self, connection: psycopg.Connection[TupleRow], keys: VaultKeys, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self.keys = keys
        self._sealing = Sealing(keys)
        self._remembered: OrderedDict[int, bytes] = OrderedDict()
        self._iins: OrderedDict[int, str] = OrderedDict()
        self._erasures = -1
        with self._work() as cursor:
            _check_keys(cursor, keys)

    def subjects_for(self, iins: Sequence[str]) -> list[int]:
        """The subject of each IIN, in the same order; who is new is entered.

        The same IIN always gives the same subject, also in processes at the same time. Raises
        BadValue where one is not twelve digits; then nobody is entered.
        """
        with self._work() as cursor:
            self._heed_erasures(cursor)  # before it is looked who is there
            versions = _versions_in_use(cursor)
            current = max(versions["index"])
            index_of = {iin: self._sealing.iin_index(iin, current) for iin in dict.fromkeys(iins)}
            found = self._known(cursor, index_of, versions["index"])
            missing = [iin for iin in index_of if iin not in found]
            if missing:
                keys = self._enter(cursor, missing, index_of, current, max(versions["master"]))
                found |= self._known(cursor, {iin: index_of[iin] for iin in missing}, [current])
                entered = keys.keys() & found.values()  # without those whom another entered meanwhile
                own = ((subject, payload_key(keys[subject])) for subject in entered)
                _remember(self._remembered, own, REMEMBERED_KEYS)
        _remember(self._iins, ((subject, iin) for iin, subject in found.items()), REMEMBERED_IINS)
        return [found[iin] for iin in iins]

    def learn(self, updates: Mapping[int, Identity], *, forget: Collection[str] = ()) -> None:
        """Merges what is now known of each subject: fields that are not None replace the old ones.

        The fields named in `forget` are emptied first. Subjects that are erased are passed over.
        Raises UnknownName for a number that is no subject, BadValue where an IIN would change.
        """
        emptied: dict[str, object] = dict.fromkeys(chosen(forget)) if forget else {}
        if "iin" in emptied:
            raise BadValue("forget", "cannot name the IIN", "Use erase to forget a person.")
        with self._work() as cursor:
            phone_version = max(_versions_in_use(cursor)["phone"])
            ids, sealed, phones = [], [], []
            for subject, version, wrapped, old in self._rows(cursor, updates, lock=True):
                key = self._sealing.unwrap(subject, wrapped, version)
                before = self._sealing.open(subject, key, old)
                if updates[subject].iin not in (None, before.iin):
                    raise BadValue(f"subject {subject}", "keeps its IIN", "Another IIN is another subject.")
                after = msgspec.structs.replace(before, **(emptied | updates[subject].known()))
                if after == before:
                    continue
                ids.append(subject)
                sealed.append(self._sealing.seal(subject, key, after))
                phones.append(after.phone and self._sealing.phone_index(after.phone, phone_version))
            if not ids:
                return
            cursor.execute(
                "UPDATE subject SET identity = new.identity, phone_index = new.phone_index "
                "FROM unnest(%t::bigint[], %b::bytea[], %b::bytea[]) AS new (id, identity, phone_index) "
                "WHERE subject.id = new.id",
                (packed.numbers(ids), sealed, phones),
            )

    def reveal(
        self, subjects: Iterable[int], *, who: str, purpose: str, clause: str, fields: Collection[str]
    ) -> dict[int, Identity]:
        """The named fields of each subject, and nothing else of them; each look is logged with it.

        `who` is the acting system or official, `clause` the id of the clause that allows it. Erased
        subjects are not in the answer. Raises UnknownName for a number that is no subject or a field
        that does not exist, BadValue where who, purpose or clause is empty.
        """
        for name, value in (("who", who), ("purpose", purpose), ("clause", clause)):
            if not value.strip():
                raise BadValue(name, "is never empty", "Nobody looks at personal data without a reason.")
        asked = chosen(fields)
        wanted = dict.fromkeys(subjects)
        at = self._clock.now()
        found: dict[int, Identity] = {}
        with self._work() as cursor:
            if asked == ("iin",):
                self._heed_erasures(cursor)
                found = {each: Identity(iin=self._iins[each]) for each in wanted if each in self._iins}
            missing = [subject for subject in wanted if subject not in found]
            for subject, version, wrapped, sealed in self._rows(cursor, missing) if missing else ():
                key = self._sealing.unwrap(subject, wrapped, version)
                whole = self._sealing.open(subject, key, sealed)
                found[subject] = Identity(**{name: getattr(whole, name) for name in asked})
            # One reason for all of them: only the subject differs from row to row.
            reason = packed.text(who) + packed.text(purpose) + packed.text(clause) + packed.texts(asked)
            packed.copy_packed(
                cursor,
                "look (at, subject, who, purpose, clause, fields)",
                [_LOOK(6, 8, packed.moment(at), 8, subject) + reason for subject in found],
            )
        return found

    def by_phones(self, phones: Iterable[str]) -> dict[str, list[int]]:
        """The subjects of each of these phone numbers; several share a phone in some families.

        Numbers that nobody has are not in the answer. Raises BadValue for what is no phone number.
        """
        wanted = list(dict.fromkeys(phones))
        if not wanted:
            return {}
        with self._work() as cursor:
            version = max(_versions_in_use(cursor)["phone"])
            indexes = [self._sealing.phone_index(phone, version) for phone in wanted]
            cursor.execute(
                "SELECT phone_index, id FROM subject WHERE phone_index = ANY(%b::bytea[]) ORDER BY id",
                (list(set(indexes)),),
            )
            subjects: dict[bytes, list[int]] = {}
            for index, subject in cursor:
                subjects.setdefault(index, []).append(subject)
        return {p: subjects[index] for p, index in zip(wanted, indexes, strict=True) if index in subjects}

    def with_another_number(self, pairs: Iterable[tuple[int, str]]) -> set[tuple[int, str]]:
        """Those pairs of subject and phone whose subject is known with another number than this one.

        Raises BadValue for what is no phone number.
        """
        wanted = list(dict.fromkeys(pairs))
        if not wanted:
            return set()
        with self._work() as cursor:
            version = max(_versions_in_use(cursor)["phone"])
            indexes = [self._sealing.phone_index(phone, version) for _, phone in wanted]
            cursor.execute(
                "SELECT id, phone_index FROM subject "
                "WHERE id = ANY(%t::bigint[]) AND phone_index IS NOT NULL",
                (packed.numbers(subject for subject, _ in wanted),),
            )
            known = dict(cursor.fetchall())
        return {
            pair for pair, index in zip(wanted, indexes, strict=True) if known.get(pair[0], index) != index
        }

    def phone_index(self, phone: str) -> bytes:
        """A pseudonym of a phone number, 32 bytes: the address by which others remember a dialogue."""
        return self._sealing.phone_index(phone, self._sealing.keys.latest("phone"))

    def person_keys(self, subjects: Iterable[int]) -> dict[int, bytes]:
        """For each subject a key of 32 bytes for records kept outside the vault; not for erased ones.

        Keys are remembered in the process until somebody is erased anywhere.
        """
        wanted = list(dict.fromkeys(subjects))
        with self._work() as cursor:
            self._heed_erasures(cursor)
            missing = [subject for subject in wanted if subject not in self._remembered]
            for subject, version, wrapped, _ in self._rows(cursor, missing) if missing else ():
                self._remembered[subject] = payload_key(self._sealing.unwrap(subject, wrapped, version))
        keys = {subject: self._remembered[subject] for subject in wanted if subject in self._remembered}
        _remember(self._remembered, keys.items(), REMEMBERED_KEYS)
        return keys

    def erase(self, subject: int, reason: str) -> bool:
        """Destroys the person's key and identity for good; the number and the log of looks stay.

        False where that was done before. The old row leaves the disk with the next vacuum, and
        backups when they expire. Raises UnknownName for a number that is no subject.
        """
        if not reason.strip():
            raise BadValue("reason", "is never empty", "Name the request or the rule that orders it.")
        with self._work() as cursor:
            cursor.execute(
                "UPDATE subject SET iin_index = NULL, phone_index = NULL, wrapped_key = NULL, "
                "identity = NULL, erased_at = %b, erased_because = %b WHERE id = %b AND erased_at IS NULL",
                (self._clock.now(), reason, subject),
            )
            if cursor.rowcount:
                cursor.execute("UPDATE vault_state SET erasures = erasures + 1")
                self._remembered.pop(subject, None)
                self._iins.pop(subject, None)
                return True
            _must_exist(cursor, [subject])
        return False

    def looks(self, subject: int, *, limit: int = 1000) -> list[Look]:
        """Who looked at this person's data, latest first."""
        with self._work() as cursor:
            cursor.execute(
                "SELECT at, who, purpose, clause, fields FROM look "
                "WHERE subject = %b ORDER BY id DESC LIMIT %b",
                (subject, limit),
            )
            return [Look(at, who, purpose, clause, tuple(f)) for at, who, purpose, clause, f in cursor]

    def rotate_index_key(self) -> int:
        """Hashes all IINs anew under a new key, or ends such work begun before; returns how many."""
        with database_errors():
            return vault_rotation.rotate_index_key(self._connection, self._sealing)

    def rotate_master_key(self) -> int:
        """Wraps all persons' keys anew under a new master key; the keys themselves stay."""
        with database_errors():
            return vault_rotation.rotate_master_key(self._connection, self._sealing)

    @contextlib.contextmanager
    def _work(self) -> Iterator[Cursor]:
        with (
            database_errors(),
            self._connection.transaction(),
            self._connection.cursor(binary=True) as cursor,
        ):
            yield cursor

    def _heed_erasures(self, cursor: Cursor) -> None:
        """Forgets what this process remembers where somebody was erased meanwhile, in whatever process."""
        (erasures,) = _one(cursor.execute("SELECT erasures FROM vault_state"))
        if erasures != self._erasures:
            self._remembered.clear()
            self._iins.clear()
            self._erasures = erasures

    def _known(self, cursor: Cursor, index_of: Mapping[str, bytes], versions: list[int]) -> dict[str, int]:
        """Subjects by IIN. While the index key is being rotated, both versions are looked up."""
        current = max(versions)
        iin_of = {index: iin for iin, index in index_of.items()}
        for version in versions:
            if version != current:
                iin_of |= {self._sealing.iin_index(iin, version): iin for iin in index_of}
        cursor.execute("SELECT iin_index, id FROM subject WHERE iin_index = ANY(%b)", (list(iin_of),))
        return {iin_of[index]: subject for index, subject in cursor}

    def _enter(
        self, cursor: Cursor, iins: list[str], index_of: Mapping[str, bytes], index: int, master: int
    ) -> dict[int, bytes]:
        """The new subjects with their keys, also of those whom another process enters first."""
        rows, keys = [], {}
        # In one order everywhere, so that two processes entering the same people do not block each other.
        for iin in sorted(iins, key=index_of.__getitem__):
            subject, key = secrets.randbits(63) or 1, secrets.token_bytes(KEY_BYTES)
            sealed = self._sealing.seal(subject, key, Identity(iin=iin))
            keys[subject] = key
            rows.append((subject, index_of[iin], self._sealing.wrap(subject, key, master), sealed))
        ids, *columns = [list(column) for column in zip(*rows, strict=True)]
        cursor.execute(
            "INSERT INTO subject (id, iin_index, index_version, key_version, wrapped_key, identity) "
            "SELECT id, iin_index, %b, %b, wrapped_key, identity "
            "FROM unnest(%t::bigint[], %b::bytea[], %b::bytea[], %b::bytea[]) "
            "AS new (id, iin_index, wrapped_key, identity) ON CONFLICT (iin_index) DO NOTHING",
            (index, master, packed.numbers(ids), *columns),
        )
        return keys

    def _rows(
        self, cursor: Cursor, subjects: Collection[int], *, lock: bool = False
    ) -> list[tuple[int, int, bytes, bytes]]:
        """(subject, key version, wrapped key, sealed identity) of those not erased."""
        cursor.execute(_LOCKED_ROWS if lock else _ROWS, (packed.numbers(subjects),))
        rows = cursor.fetchall()
        if len(rows) < len(subjects):
            found = {row[0] for row in rows}
            _must_exist(cursor, [subject for subject in subjects if subject not in found])
        return rows


def _remember(memory: OrderedDict[int, Kept], known: Iterable[tuple[int, Kept]], most: int) -> None:
    """Keeps these as the latest, and forgets the oldest beyond so many."""
    for subject, value in known:
        memory[subject] = value
        memory.move_to_end(subject)
    while len(memory) > most:
        memory.popitem(last=False)


def _must_exist(cursor: Cursor, subjects: Sequence[int]) -> None:
    cursor.execute("SELECT id FROM subject WHERE id = ANY(%t::bigint[])", (packed.numbers(subjects),))
    missing = set(subjects) - {subject for (subject,) in cursor}
    if missing:
        raise UnknownName("subject", str(min(missing)), "numbers of subjects come from subjects_for")


def _versions_in_use(cursor: Cursor) -> dict[str, list[int]]:
    """Key versions by kind; none is added while the transaction lasts."""
    cursor.execute("SELECT pg_advisory_xact_lock_shared(%b)", (vault_rotation.LOCK,))
    cursor.execute("SELECT kind, version FROM vault_key ORDER BY kind, version")
    versions: dict[str, list[int]] = {kind: [] for kind in KINDS}
    for kind, version in cursor:
        versions[kind].append(version)
    return versions


def _check_keys(cursor: Cursor, keys: VaultKeys) -> None:
    """Enters the keys of a new vault; compares those of an old one."""
    cursor.execute("SELECT pg_advisory_xact_lock(%b)", (vault_rotation.LOCK,))
    known = cursor.execute("SELECT kind, version, fingerprint FROM vault_key").fetchall()
    for kind, version, fingerprint in known:
        if keys.fingerprint(kind, version) != fingerprint:
            raise Refused(
                f"The key file {keys.path} belongs to another vault: its {kind} key {version} is not the one "
                "this vault was written with. Restore the right file from the backup (QYZMET_VAULT_KEYS)."
            )
    for kind in set(KINDS) - {kind for kind, _, _ in known}:
        vault_rotation.enter_key(cursor, keys, kind, keys.latest(kind))


def _one(cursor: Cursor) -> TupleRow:
    row = cursor.fetchone()
    if row is None:
        raise Refused("The vault has lost its state row. Restore the vault from the backup.")
    return row
