"""Roles, databases and migrations."""

from __future__ import annotations

import pytest

from qyzmet.runtime.connection import connect
from qyzmet.runtime.database import Database
from qyzmet.runtime.errors import DatabaseAway


def test_each_role_enters_its_own_database_only(database: Database) -> None:
    for url in (database.engine_url, database.web_url, database.owner_url, database.vault_url):
        connect(url).close()
    vault = database.vault_url.split("@")[1]
    for url in (database.engine_url, database.web_url, database.owner_url):
        with pytest.raises(DatabaseAway, match="permission denied"):
            connect(f"{url.split('@')[0]}@{vault}")
    store = database.engine_url.split("@")[1]
    with pytest.raises(DatabaseAway, match="permission denied"):
        connect(f"{database.vault_url.split('@')[0]}@{store}")
