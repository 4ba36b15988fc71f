"""What a person of the school should look at: broken limits, patterns worth a question, hours with one source only."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.roles import Role
from core.models import Transition
from placements.access import visible_to
from placements.models import Placement
from placements.queries.alerts import answers_for, breaches_for
from placements.queries.patterns import notes_for, with_one_source

LATELY = timedelta(days=28)


class Show(TextChoices):
    """One kind at a time: each is a reading of its own."""

    WORKING_TIME = "working_time", _("Working time")
    QUESTIONS = "questions", _("Worth a question")
    SOURCES = "sources", _("Second source")


@dataclass(frozen=True)
class Item:
    """One thing to look at; `answer` is the row of what was done about it. What is `usual` calls nobody."""

    placement: Placement
    key: str
    text: str
    since: date
    question: str = ""
    usual: bool = False
    answer: Transition | None = None

    @property
    def is_open(self) -> bool:
        return self.answer is None and not self.usual


def looked_after(viewer: Membership, today: date, *, all_of_school: bool) -> QuerySet[Placement]:
    """Placements that run or have ended lately: for the coordinator the own ones, or all of the school."""
    lately = Q(state__in=Placement.BEGUN) | Q(state__in=Placement.OVER, ends_on__gte=today - LATELY)
    found = visible_to(viewer).filter(lately).select_related("learner", "employer")
    if viewer.role == Role.COORDINATOR and not all_of_school:
        found = found.filter(coordinator__user=viewer.user_id)
    return found.order_by("pk")


def items_for(placements: Iterable[Placement], show: Show, role: str) -> list[Item]:
    """All items of one kind for these placements, the oldest first; with what was done about each."""
    by_pk = {placement.pk: placement for placement in placements}
    answers = answers_for(by_pk)
    found = [
        Item(by_pk[pk], key, text, since, question, usual, answers.get((pk, key)))
        for pk, key, text, since, question, usual in _READ[show](by_pk, role)
    ]
    return sorted(found, key=lambda item: (item.since, item.placement.pk))


type _Rows = Iterator[tuple[int, str, str, date, str, bool]]
"""Placement, key, text, since when, question, and whether it is usual: as `Item` has them."""


def _working_time(by_pk: dict[int, Placement], role: str) -> _Rows:
    for pk, alerts in breaches_for(by_pk).items():
        for alert in alerts:
            yield pk, alert.key, alert.text, alert.day, "", False


def _questions(by_pk: dict[int, Placement], role: str) -> _Rows:
    for pk, notes in notes_for(by_pk, role).items():
        for note in notes:
            yield pk, note.key, note.text, note.last, str(note.question), note.as_planned


def _sources(by_pk: dict[int, Placement], role: str) -> _Rows:
    for pk, source in with_one_source(by_pk).items():
        yield pk, source.key, source.text, source.days[0], "", False


_READ = {Show.WORKING_TIME: _working_time, Show.QUESTIONS: _questions, Show.SOURCES: _sources}
