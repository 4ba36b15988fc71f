"""The kernel of every table of moves: who may do what from which state, and the row each move leaves.

A move changes the state and writes its `Transition` in one transaction. It never sends anything.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from core.models import Transition
from core.templatetags.ui import day

SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Who moves: a user, a person by link, or the system. `role` is one of accounts.Role, or `SYSTEM`."""

    kind: str
    id: int | None
    role: str

    @classmethod
    def system(cls) -> "Actor":
        return cls(kind=SYSTEM, id=None, role=SYSTEM)


class Refused(Exception):
    """A move that the table or a check does not allow; the text is meant for the person who tried."""


Check = Callable[[Any, Actor, datetime], str | None]


@dataclass(frozen=True)
class Move:
    """One line of a table; the state stays as it is when `target` is None."""

    verb: str
    label: Any
    sources: tuple[str, ...]
    target: str | None
    roles: frozenset[str]
    needs_reason: bool = False
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True)
class Workflow:
    """All moves of one noun. `timeline` gives the file on which a row of this noun is shown."""

    noun: str
    moves: tuple[Move, ...]
    school_id: Callable[[Any], int | None]
    timeline: Callable[[Any], str] = field(default=lambda obj: "")

    def move(self, verb: str) -> Move:
        return next(move for move in self.moves if move.verb == verb)

    def open_moves(self, state: str, role: str) -> list[Move]:
        """The moves this role may make now, in the order of the table: what buttons are drawn from."""
        return [move for move in self.moves if role in move.roles and state in move.sources]

    def must_allow(self, verb: str, by: Actor) -> None:
        """The guard of a move without states, which is only logged. Raises `Refused` for a role not in the table."""
        if by.role not in self.move(verb).roles:
            raise Refused(_("You may not do this."))

    def last(self, obj: Any) -> Transition | None:
        return Transition.objects.filter(noun=self.noun, object_id=obj.pk).order_by("-at", "-pk").first()

    def seen(self, obj: Any) -> int:
        """What a form says of what was on its page; see `must_have_seen`."""
        last = self.last(obj)
        return last.pk if last else 0

    def with_seen(self, rows: models.QuerySet) -> models.QuerySet[Any]:
        """Rows of this noun, each with what `seen` says of it as `seen`, within their own query."""
        moves = Transition.objects.filter(noun=self.noun, object_id=models.OuterRef("pk")).order_by("-at", "-pk")
        return rows.annotate(seen=Coalesce(models.Subquery(moves.values("pk")[:1]), 0))

    def was_last(self, obj: Any, by: Actor) -> bool:
        """Whether nobody else has moved since this actor did: a second press is then the first one."""
        last = self.last(obj)
        return last is not None and (last.actor_kind, last.actor_id) == (by.kind, by.id)

    def told(self, problem: str, obj: Any, by: Actor, seen: int | None = None) -> str:
        """The problem, and who came first: of two who act on one thing the second reads who did what, and when.

        Of a thing that also goes on by itself, only `seen` tells that somebody came between (see `must_have_seen`).
        """
        last = self.last(obj)
        if last is None:
            return problem
        came_between = seen is not None and last.pk != seen
        if not came_between and last.to_state not in ("", getattr(obj, "state", last.to_state)):
            return problem
        name = import_string(settings.MOVED_BY)(last, by)
        if not name:
            return problem
        step = next((str(move.label) for move in self.moves if move.verb == last.verb), last.verb)
        words = {"name": name, "day": day(last.at), "time": f"{timezone.localtime(last.at):%H:%M}", "step": step}
        first = _("%(name)s was first, on %(day)s at %(time)s: “%(step)s”.") % words
        return f"{problem} {first}"

    def must_have_seen(self, obj: Any, seen: int | None, by: Actor) -> None:
        """`seen` is the key of the last row when the page was drawn, and None where there was no page. One's own rows
        do not stand in the way.

        Raises `Refused` when somebody else has moved since.
        """
        last = self.last(obj)
        if last and seen is not None and last.pk != seen and not self.was_last(obj, by):
            problem = _("This has changed in the meantime. Look again, then press once more.")
            raise Refused(self.told(problem, obj, by, seen))

    def apply(
        self,
        obj: Any,
        verb: str,
        *,
        by: Actor,
        at: datetime,
        reason: str = "",
        details: dict | None = None,
        seen: int | None = None,
        **changes,
    ) -> Transition:
        """Make the move on a locked row and log it. `changes` are further fields to store with the state.

        Raises `Refused` when the state, the role, a missing reason or a check forbids it, and where `seen` is given and
        somebody else has moved since (see `must_have_seen`).
        """
        move = self.move(verb)
        with transaction.atomic():
            locked = _lock(obj)
            before = locked.state
            self._must_allow(move, locked, by, at, reason, seen)
            self.must_have_seen(locked, seen, by)
            after = before if move.target is None else move.target
            _store(obj, locked, {"state": after, **changes})
            return self.log(obj, verb, by=by, at=at, before=before, after=after, reason=reason, details=details)

    def log(
        self,
        obj: Any,
        verb: str,
        *,
        by: Actor,
        at: datetime,
        before: str = "",
        after: str = "",
        reason: str = "",
        details: dict | None = None,
    ) -> Transition:
        """Write the row of something that happened without a change of state, such as a creation."""
        return Transition.objects.create(
            noun=self.noun,
            object_id=obj.pk,
            school_id=self.school_id(obj),
            timeline=self.timeline(obj),
            verb=verb,
            from_state=before,
            to_state=after,
            actor_kind=by.kind,
            actor_id=by.id,
            role=by.role,
            reason=reason,
            details=details or {},
            at=at,
        )

    def _must_allow(self, move: Move, obj: Any, by: Actor, at: datetime, reason: str, seen: int | None) -> None:
        if obj.state not in move.sources:
            gone = _("This is no longer possible: it has changed in the meantime.")
            raise Refused(self.told(gone, obj, by, seen))
        if by.role not in move.roles:
            raise Refused(_("You may not do this."))
        if move.needs_reason and not reason.strip():
            raise Refused(_("Please give a reason."))
        for check in move.checks:
            if problem := check(obj, by, at):
                raise Refused(problem)


def _lock(obj: models.Model) -> Any:
    return type(obj)._default_manager.select_for_update(of=("self",)).get(pk=obj.pk)


def _store(obj: Any, locked: Any, values: dict) -> None:
    for name, value in values.items():
        setattr(locked, name, value)
        setattr(obj, name, value)
    locked.save(update_fields=list(values))
