"""Items of one host that one call settles stand together: the host is called once, not once for each student. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.ui import day
from reports.handled import Task
from reports.item import Kind

ONE_CALL = frozenset({Kind.HOURS, Kind.FEEDBACK, Kind.NOT_ASKED, Kind.DOUBT})


@dataclass(frozen=True)
class Cluster:
    """One thing to do with all it is about, what has waited longest first."""

    tasks: tuple[Task, ...]

    @property
    def first(self) -> Task:
        return self.tasks[0]

    @property
    def title(self) -> str:
        item, count = self.first.item, len(self.tasks)
        if count == 1:
            return item.title
        host = item.placement.employer
        words = {"count": count, "host": host.name if host else ""}
        return ngettext("%(count)d student at %(host)s", "%(count)d students at %(host)s", count) % words

    @property
    def seen(self) -> str:
        """Which students were on the page with which version: what a form about them sends back."""
        return " ".join(f"{task.item.placement.public_id}:{task.version}" for task in self.tasks)

    @property
    def why(self) -> str:
        return told(self.first)


def seen_of(text: str) -> dict[UUID, int]:
    """What a form says was on its page; nothing where it cannot be read."""
    pairs = [part.split(":") for part in text.split()]
    try:
        return {UUID(key): int(version) for key, version in pairs}
    except ValueError:
        return {}


def told(task: Task) -> str:
    """Why, since when where the reason does not say it, and the note. Of a call to the safeguarding lead never when."""
    item, since = task.item, day(task.item.since)
    parts = [item.why]
    if since not in item.why and item.kind != Kind.SAFEGUARDING:
        parts.append(_("Since %(day)s.") % {"day": since})
    if task.note:
        parts.append(_("Note: %(note)s") % {"note": task.note})
    return " ".join(parts)


def clusters(tasks: Iterable[Task]) -> list[Cluster]:
    """In the order of the tasks; those that one call settles join the first of them."""
    found: dict[tuple, list[Task]] = {}
    for row in tasks:
        item = row.item
        together = item.kind in ONE_CALL and item.placement.employer_id
        parts = (item.placement.employer_id, item.label, item.step.label) if together else (item.placement.pk,)
        found.setdefault((item.kind, item.urgency, *parts), []).append(row)
    return [Cluster(tuple(rows)) for rows in found.values()]
