"""The vault: who a subject is, who looked, and that nothing of it can be had any other way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from rich.pretty import pretty_repr

from qyzmet.people.vault import Identity, Vault, VaultKeys
from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.connection import connect
from qyzmet.runtime.database import Database
from qyzmet.runtime.errors import BadValue, DatabaseAway, Refused, UnknownName

IIN, OTHER = "880214400123", "910305300456"
PERSON = Identity(
    iin=IIN, surname="Ахметова", given="Әлия", birth_day=date(1988, 2, 14), phone="+77011234567", region="75"
)


def reveal(vault: Vault, *subjects: int, fields: tuple[str, ...] = ("iin", "surname")) -> dict[int, Identity]:
    return vault.reveal(subjects, who="sdu", purpose="a check", clause="proactive:§24", fields=fields)


def test_the_same_iin_gives_the_same_random_subject(vault: Vault) -> None:
    first, second, again = vault.subjects_for([IIN, OTHER, IIN])
    assert first == again != second
    assert 0 < first < 2**63
    assert vault.subjects_for([OTHER, IIN]) == [second, first]
    assert vault.subjects_for([]) == []


@pytest.mark.parametrize("wrong", ["", "88021440012", "8802144001234", "88021440012x", "٨٨٠٢١٤٤٠٠١٢٣"])
def test_a_wrong_iin_is_refused_without_naming_it_and_nobody_is_entered(vault: Vault, wrong: str) -> None:
    with pytest.raises(BadValue, match="twelve digits") as refused:
        vault.subjects_for([OTHER, wrong])
    assert not wrong or wrong not in str(refused.value)
    assert vault._connection.execute("SELECT count(*) FROM subject").fetchone() == (0,)


def test_only_the_named_fields_come_back_and_each_look_is_logged(vault: Vault, clock: HandClock) -> None:
    (subject,) = vault.subjects_for([IIN])
    vault.learn({subject: PERSON})
    clock.advance(timedelta(hours=1))
    seen = reveal(vault, subject, fields=("surname", "phone"))[subject]
    assert seen == Identity(surname="Ахметова", phone="+77011234567")
    (look,) = vault.looks(subject)
    assert (look.at, look.who, look.clause) == (clock.now(), "sdu", "proactive:§24")
    assert look.fields == ("surname", "phone")


def test_an_iin_asked_for_again_is_the_same_and_is_logged_again(
    database: Database, vault: Vault, vault_keys: VaultKeys, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    (subject,) = vault.subjects_for([IIN])
    vault.learn({subject: PERSON})
    with connect(database.vault_url) as connection:
        for one in (vault, vault, Vault(connection, vault_keys, clock)):
            assert reveal(one, subject, fields=("iin",)) == {subject: Identity(iin=IIN)}
    assert len(vault.looks(subject)) == 3
    monkeypatch.setattr("qyzmet.people.vault.REMEMBERED_IINS", 1)
    both = [subject, *vault.subjects_for([OTHER])]
    for _ in range(2):
        assert {each.iin for each in reveal(vault, *both, fields=("iin",)).values()} == {IIN, OTHER}
    with pytest.raises(UnknownName):
        reveal(vault, 7, fields=("iin",))


def test_learning_merges_and_forgets(vault: Vault) -> None:
    (subject,) = vault.subjects_for([IIN])
    vault.learn({subject: PERSON})
    vault.learn({subject: Identity(region="71", accounts=("KZ00",))})
    vault.learn({subject: Identity(given="Алия")}, forget=["phone"])
    everything = reveal(vault, subject, fields=tuple(Identity.__struct_fields__))[subject]
    assert everything.known() == {
        "iin": IIN,
        "surname": "Ахметова",
        "given": "Алия",
        "birth_day": date(1988, 2, 14),
        "region": "71",
        "accounts": ("KZ00",),
    }
    assert vault.by_phones(["+77011234567"]) == {}


def test_bad_questions_are_refused(vault: Vault) -> None:
    (subject,) = vault.subjects_for([IIN])
    with pytest.raises(BadValue, match="keeps its IIN"):
        vault.learn({subject: Identity(iin=OTHER)})
    with pytest.raises(UnknownName, match="no subject '7'"):
        reveal(vault, subject, 7)
    with pytest.raises(UnknownName, match="no field of a person 'salary'"):
        reveal(vault, subject, fields=("salary",))
    with pytest.raises(BadValue, match="at least one field"):
        reveal(vault, subject, fields=())
    with pytest.raises(BadValue, match="purpose: is never empty"):
        vault.reveal([subject], who="sdu", purpose=" ", clause="x:§1", fields=["iin"])
    assert vault.looks(subject) == []


def test_a_person_is_found_by_phone_in_every_way_of_writing_it(vault: Vault) -> None:
    mother, child = sorted(vault.subjects_for([IIN, OTHER]))
    vault.learn({mother: Identity(phone="+77011234567"), child: Identity(phone="8 701 123 45 67")})
    found = vault.by_phones(["77011234567", "+77010000000"])
    assert found == {"77011234567": [mother, child]}
    assert vault.phone_index("+77011234567") == vault.phone_index("87011234567")
    other = [(mother, "+77010000000"), (mother, "+77011234567"), (child, "77010000000")]
    assert vault.with_another_number(other) == {other[0], other[2]}
    with pytest.raises(BadValue, match="phone"):
        vault.by_phones(["12"])


def test_an_erased_person_is_gone_for_every_process_and_the_row_stays(
    database: Database, vault: Vault, vault_keys: VaultKeys, clock: HandClock
) -> None:
    erased, kept = vault.subjects_for([IIN, OTHER])
    vault.learn({erased: PERSON})
    reveal(vault, erased)
    with connect(database.vault_url) as connection:
        elsewhere = Vault(connection, vault_keys, clock)
        assert elsewhere.person_keys([erased, kept]) == vault.person_keys([erased, kept])
        assert reveal(elsewhere, erased, kept, fields=("iin",)).keys() == {erased, kept}
        assert vault.erase(erased, "request 12 of the person")
        assert reveal(elsewhere, erased, kept, fields=("iin",)).keys() == {kept}
        assert set(elsewhere.person_keys([erased, kept])) == {kept}
    assert reveal(vault, erased, kept, fields=("iin",)).keys() == {kept}
    assert not vault.erase(erased, "request 12 of the person")
    assert reveal(vault, erased, kept).keys() == {kept}
    assert vault.by_phones(["+77011234567"]) == {}
    assert len(vault.looks(erased)) == 2
    assert vault.subjects_for([IIN]) != [erased]
    with pytest.raises(UnknownName):
        vault.erase(7, "a mistake")


def test_person_keys_are_stable_different_and_not_those_that_open_the_vault(vault: Vault) -> None:
    one, two = vault.subjects_for([IIN, OTHER])
    keys = vault.person_keys([one, two])
    assert keys == vault.person_keys([two, one])
    assert keys[one] != keys[two]
    assert {len(key) for key in keys.values()} == {32}
    row = vault._connection.execute("SELECT identity FROM subject WHERE id = %s", (one,)).fetchone()
    assert row is not None
    with pytest.raises(Refused, match="does not open"):
        vault._sealing.open(one, keys[one], row[0])


def test_a_record_put_under_another_person_does_not_open(vault: Vault) -> None:
    one, two = vault.subjects_for([IIN, OTHER])
    vault._connection.execute(
        "UPDATE subject SET wrapped_key = s.wrapped_key, identity = s.identity FROM subject s "
        "WHERE subject.id = %s AND s.id = %s",
        (one, two),
    )
    with pytest.raises(Refused, match=f"subject {one} does not open"):
        reveal(vault, one)


def test_keys_rotate_and_nothing_else_changes(vault: Vault, database: Database, clock: HandClock) -> None:
    subjects = vault.subjects_for([IIN, OTHER])
    vault.learn({subjects[0]: PERSON})
    keys, phone = vault.person_keys(subjects), vault.phone_index("+77011234567")
    with connect(database.vault_url) as connection:
        # Another process that read the key file before the rotation.
        other = Vault(connection, VaultKeys.load_or_create(vault._sealing.keys.path), clock)
        assert vault.rotate_index_key() == 2
        assert vault.rotate_master_key() == 2
        for each in (vault, other):
            each._remembered.clear()
            assert each.subjects_for([IIN, OTHER]) == subjects
            assert each.person_keys(subjects) == keys
            assert each.phone_index("+77011234567") == phone
            assert each.by_phones(["+77011234567"]) == {"+77011234567": subjects[:1]}
    assert reveal(vault, subjects[0])[subjects[0]].surname == "Ахметова"
    assert vault._connection.execute("SELECT kind, version FROM vault_key ORDER BY 1").fetchall() == [
        ("index", 2),
        ("master", 2),
        ("phone", 1),
    ]


def test_a_rotation_cut_off_is_taken_up_and_meanwhile_people_are_found(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qyzmet.people import vault_rotation

    iins = [f"{number:012}" for number in range(7)]
    subjects = vault.subjects_for(iins)
    monkeypatch.setattr(vault_rotation, "BATCH", 3)
    real, calls = vault._sealing.iin_index, []

    def failing(iin: str, version: int) -> bytes:
        calls.append(iin)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return real(iin, version)

    monkeypatch.setattr(vault._sealing, "iin_index", failing)
    with pytest.raises(KeyboardInterrupt):
        vault.rotate_index_key()
    monkeypatch.setattr(vault._sealing, "iin_index", real)
    assert vault.subjects_for(iins) == subjects
    assert vault.rotate_index_key() == 4
    assert vault.subjects_for(iins) == subjects


def test_many_processes_enter_the_same_people_once(
    database: Database, vault_keys: VaultKeys, clock: HandClock
) -> None:
    iins = [f"{number:012}" for number in range(500)]

    def enter(turn: int) -> list[int]:
        with connect(database.vault_url) as connection:
            asked = iins if turn % 2 else iins[::-1]
            found = Vault(connection, vault_keys, clock).subjects_for(asked)
            return found if turn % 2 else found[::-1]

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(enter, range(4)))
    assert all(answer == answers[0] for answer in answers)
    assert len(set(answers[0])) == 500


def test_ten_thousand_people_at_once(vault: Vault) -> None:
    iins = [f"{number:012}" for number in range(10_000)]
    subjects = vault.subjects_for(iins)
    revealed = reveal(vault, *subjects)
    assert [revealed[subject].iin for subject in subjects] == iins


def test_the_log_of_looks_is_only_added_to(vault: Vault) -> None:
    reveal(vault, *vault.subjects_for([IIN]))
    for statement in ("DELETE FROM look", "UPDATE look SET who = ''", "TRUNCATE look"):
        with pytest.raises(psycopg.errors.RaiseException, match="only added to"):
            vault._connection.execute(statement.encode())
        vault._connection.rollback()


def test_nothing_personal_shows(vault: Vault, vault_keys: VaultKeys) -> None:
    assert repr(PERSON) == str(PERSON) == f"{PERSON}" == "Identity(…)"
    assert "Ахметова" not in pretty_repr(PERSON)
    assert vault_keys.path.name in repr(vault_keys)
    (subject,) = vault.subjects_for([IIN])
    vault.learn({subject: PERSON})
    stored = str(vault._connection.execute("SELECT * FROM subject").fetchall())
    assert not any(word in stored for word in (IIN, "Ахметова", "7011234567"))


def test_a_key_file_of_another_vault_is_refused(
    database: Database, vault: Vault, tmp_path: Path, clock: HandClock
) -> None:
    vault.subjects_for([IIN])
    with connect(database.vault_url) as connection, pytest.raises(Refused, match="belongs to another vault"):
        Vault(connection, VaultKeys.load_or_create(tmp_path / "others.json"), clock)


def test_the_key_file_is_private_and_made_once(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "keys.json"
    with ThreadPoolExecutor(4) as threads:
        prints = {keys.fingerprint("master", 1) for keys in threads.map(VaultKeys.load_or_create, [path] * 8)}
    assert len(prints) == 1
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["keys.json"]
    path.chmod(0o644)
    with pytest.raises(BadValue, match="readable by others"):
        VaultKeys.load_or_create(path)
    path.chmod(0o600)
    path.write_text("{}")
    with pytest.raises(BadValue, match="not a key file"):
        VaultKeys.load_or_create(path)


def test_a_vault_that_goes_away_says_so(database: Database, vault: Vault) -> None:
    (subject,) = vault.subjects_for([IIN])
    with connect(database.vault_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (vault._connection.info.backend_pid,))
    with pytest.raises(DatabaseAway, match="went away in the middle"):
        reveal(vault, subject)
