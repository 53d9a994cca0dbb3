"""Who may do which task: posts of officials, and substitutes for those who are absent.

A post is a role in an office, from a day to a day; the office may be of a kind (`committee/*`). Days are
legal dates of Kazakhstan, both ends included.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from qyzmet.cases import tasks
from qyzmet.cases.rows import Connection
from qyzmet.cases.tasks import Task
from qyzmet.runtime.clock import Clock, legal_date
from qyzmet.runtime.errors import BadValue, Refused, UnknownName


class Post(msgspec.Struct, frozen=True):
    """An official's post. `last_day` is None where no end is set."""

    id: int
    official: str
    role: str
    office: str
    first_day: date
    last_day: date | None

    def covers(self, task: Task) -> bool:
        return self.role == task.role and self.is_over(task.office)

    def is_over(self, office: str) -> bool:
        kind = self.office.removesuffix("*")
        return office.startswith(kind) if self.office.endswith("*") else office == self.office


class Substitution(msgspec.Struct, frozen=True):
    """From the first to the last day the substitute may do what the absent official may."""

    id: int
    absent: str
    substitute: str
    first_day: date
    last_day: date


class Officials:
    """Posts and substitutions on a connection in no transaction."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection, self._clock = connection, clock

    # --- who there is ---------------------------------------------------------------------------------

    def appoint(
        self, official: str, role: str, office: str, by: str, first: date, last: date | None = None
    ) -> int:
        """Gives an official a post; returns its number. Raises BadValue."""
        for field, value in (("official", official), ("role", role), ("office", office)):
            if not value.strip() or not value.isprintable() or len(value) > 200:
                raise BadValue(field, "is a text of 1 to 200 printable characters", "Write it so.")
        if last is not None and last < first:
            raise BadValue("last day", f"{last} lies before the first day {first}", "Set it later.")
        row = self._one(
            "INSERT INTO posts (official, role, office, first_day, last_day, entered_at, entered_by) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id",
            (official, role, office, first, last, self._clock.now(), by),
        )
        return int(str(row[0]))

    def end_post(self, post: int, last: date) -> None:
        """Ends a post with a day. Raises UnknownName."""
        if not self._rows(
            "UPDATE posts SET last_day = greatest(%s, first_day) WHERE id = %s RETURNING id", (last, post)
        ):
            raise UnknownName("post", str(post), "`qyzmet task posts` lists them")

    def posts(self, official: str | None = None) -> list[Post]:
        """All posts, or those of one official, also ended ones."""
        rows = self._rows(
            "SELECT id, official, role, office, first_day, last_day FROM posts "
            "WHERE %s::text IS NULL OR official = %s ORDER BY official, id",
            (official, official),
        )
        return [Post(*row) for row in rows]  # type: ignore[arg-type]

    def substitute(self, absent: str, substitute: str, first: date, last: date, by: str) -> int:
        """Enters who acts for whom; returns its number. Raises BadValue, UnknownName, Refused."""
        if last < first:
            raise BadValue("last day", f"{last} lies before the first day {first}", "Set it later.")
        if not self.posts(absent):
            raise UnknownName("official", absent, "`qyzmet task posts` lists them")
        if absent == substitute:
            raise Refused("Nobody substitutes for themselves.")
        row = self._one(
            "INSERT INTO substitutions (absent, substitute, first_day, last_day, entered_at, entered_by) "
            "VALUES (%s, %s, %s, %s, %s, %s) RETURNING id",
            (absent, substitute, first, last, self._clock.now(), by),
        )
        return int(str(row[0]))

    def substitutions(self, on: date) -> list[Substitution]:
        """Substitutions in force on a day."""
        rows = self._rows(
            "SELECT id, absent, substitute, first_day, last_day FROM substitutions "
            "WHERE %s BETWEEN first_day AND last_day ORDER BY id",
            (on,),
        )
        return [Substitution(*row) for row in rows]  # type: ignore[arg-type]

    # --- what they may do -----------------------------------------------------------------------------

    def acting_as(self, official: str, task: Task) -> str | None:
        """In whose right the official may do the task today: their own, or an absent one's."""
        today = legal_date(self._clock.now())
        for holder in self._holders(official):
            if any(_holds(post, today) and post.covers(task) for post in self.posts(holder)):
                return holder
        return None

    def holds(self, official: str, role: str, office: str) -> bool:
        """Whether the official has a post of the role over the office today, or acts for one who has."""
        today = legal_date(self._clock.now())
        return any(
            post.role == role and _holds(post, today) and post.is_over(office)
            for holder in self._holders(official)
            for post in self.posts(holder)
        )

    def _holders(self, official: str) -> list[str]:
        """The official and those for whom they substitute today."""
        today = legal_date(self._clock.now())
        return [official, *(e.absent for e in self.substitutions(today) if e.substitute == official)]

    def tasks_of(self, official: str, *, overdue: bool = False, limit: int = 1000) -> list[Task]:
        """What the official may do today, also for others, those whose deadline comes first first."""
        today = legal_date(self._clock.now())
        mine = [
            post for holder in self._holders(official) for post in self.posts(holder) if _holds(post, today)
        ]
        late = self._clock.now() if overdue else None
        return self._open(mine, late, limit)[:limit]

    def _open(self, posts: Iterable[Post], late: datetime | None, limit: int) -> list[Task]:
        """Open tasks that each of the posts covers; `limit` of each post's are enough for `limit` in all."""
        found = {
            task.id: task
            for role, office in sorted({(post.role, post.office) for post in posts})
            for task in tasks.open_tasks(
                self._connection, role=role, office=office, overdue_at=late, limit=limit
            )
        }
        return sorted(found.values(), key=lambda task: (task.deadline_at is None, task.deadline_at, task.id))

    def must_be_allowed(self, official: str, task: int) -> Task:
        """The open task, where the official may do it. Raises UnknownName, Refused."""
        found = tasks.open_task(self._connection, task)
        if self.acting_as(official, found) is None:
            raise Refused(
                f"{official} has no post as {found.role} in {found.office} today and substitutes for nobody "
                "who has. Give a post or a substitution first."
            )
        # What an absent official has claimed waits for nobody: the substitute goes on with it; nor does what
        # one has claimed who may do it no longer, such as a post that has ended.
        claimed = found.claimed_by
        if claimed not in (None, *self._holders(official)) and self.acting_as(str(claimed), found):
            raise Refused(f"Task {task} is claimed by another official, who gives it back first.")
        return found

    def _one(self, query: str, values: tuple[object, ...]) -> tuple[object, ...]:
        (row,) = self._rows(query, values)
        return row

    def _rows(self, query: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
        with self._connection.transaction():
            return self._connection.execute(query.encode(), values).fetchall()


def _holds(post: Post, on: date) -> bool:
    return post.first_day <= on and (post.last_day is None or on <= post.last_day)
