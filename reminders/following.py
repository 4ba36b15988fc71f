"""From moves to what is due. May run at any time, twice and in parallel: rows have unique keys."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from core.models import Transition
from placements.models import Placement, Reflection
from reminders import facts
from reminders.due.lines import LATE, Line
from reminders.kinds import NOTICES
from reminders.models import Due, Handled, Reason
from reminders.notices import notices, placement_of

BATCH = 500


@transaction.atomic
def follow(*, now: datetime) -> int:
    """Store what the next unhandled moves make due; the number of moves. Two at once store it once."""
    moves = list(_unhandled()[:BATCH])
    if not moves:
        return 0
    about = {pk for move in moves if (pk := placement_of(move))}
    placements = about | _to_decide_anew(moves) | _questioned(moves) | _with_other_days(moves)
    schools = facts.calendars(set(Placement.objects.filter(pk__in=placements).values_list("school_id", flat=True)))
    asked = facts.lines_of(placements, schools, now=now)
    _store([*asked, *notices(moves)])
    _reschedule(asked, placements)
    _reopen(asked, placements, now)
    Handled.objects.bulk_create((Handled(transition_id=move.pk, at=now) for move in moves), ignore_conflicts=True)
    return len(moves)


def _unhandled() -> QuerySet[Transition]:
    handled = Handled.objects.filter(transition_id=OuterRef("pk"))
    return Transition.objects.filter(~Exists(handled)).order_by("pk")


def _to_decide_anew(moves: list[Transition]) -> set[int]:
    """The placements of enrolments of which a decision was taken back."""
    decisions = {move.object_id for move in moves if move.noun == "decision" and move.verb == "correct"}
    rows = Placement.objects.filter(enrolment__decisions__in=decisions) if decisions else Placement.objects.none()
    return set(rows.values_list("pk", flat=True))


def _questioned(moves: list[Transition]) -> set[int]:
    """The placements of questions to students, which stand on nobody's timeline."""
    asked = {move.object_id for move in moves if move.noun == "reflection"}
    rows = Reflection.objects.filter(pk__in=asked) if asked else Reflection.objects.none()
    return set(rows.values_list("placement", flat=True))


def _with_other_days(moves: list[Transition]) -> set[int]:
    """The placements of programmes whose days were changed: those under way, and those of which something waits."""
    programmes = {move.object_id for move in moves if move.noun == "programme" and move.verb == "deadlines"}
    waits = Exists(Due.objects.filter(about_placement_id=OuterRef("pk"), state=Due.State.WAITING))
    rows = Placement.objects.filter(enrolment__cohort__version__programme__in=programmes)
    return set(rows.filter(Q(state__in=Placement.LIVE) | waits).values_list("pk", flat=True)) if programmes else set()


def _store(lines: Collection[Line]) -> None:
    Due.objects.bulk_create(
        (
            Due(
                kind=line.kind,
                subject_id=line.subject,
                series=line.series,
                round=line.round,
                person_id=line.person,
                school_id=line.school,
                reader=line.reader,
                about_placement_id=line.about,
                field=line.field,
                due_at=line.due_at,
            )
            for line in sorted(lines, key=lambda line: line.key)
        ),
        ignore_conflicts=True,
    )


def _reschedule(lines: Collection[Line], placements: set[int]) -> None:
    """Move the waiting rows whose day has changed, such as after a new start date."""
    moments = {line.key: line.due_at for line in lines}
    waiting = (
        Due.objects.select_for_update(skip_locked=True)
        .filter(state=Due.State.WAITING, about_placement_id__in=placements, reason="")
        .exclude(kind__in=NOTICES)
    )
    moved = []
    for row in waiting:
        due_at = moments.get(facts.key(row), row.due_at)
        if due_at != row.due_at:
            row.due_at = due_at
            moved.append(row)
    Due.objects.bulk_update(moved, ["due_at"])


def _reopen(lines: Collection[Line], placements: set[int], now: datetime) -> None:
    """What was done is asked for again, such as after a pause or an answer that was taken back."""
    fresh = {line.key: line.due_at for line in lines if now - line.due_at <= LATE}
    done = (
        Due.objects.select_for_update(skip_locked=True)
        .filter(state=Due.State.SKIPPED, reason__in=(Reason.DONE, Reason.OVER), about_placement_id__in=placements)
        .exclude(kind__in=NOTICES)
    )
    again = [row for row in done if facts.key(row) in fresh]
    for row in again:
        row.state, row.reason, row.due_at = Due.State.WAITING, "", fresh[facts.key(row)]
    Due.objects.bulk_update(again, ["state", "reason", "due_at"])
