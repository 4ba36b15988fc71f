"""Which firms of a round, and which students of a batch, have said nothing yet."""

from collections.abc import Collection
from datetime import date

from django.db.models import Exists, OuterRef, Q

from employers.models import RoundFirm, Supervisor
from employers.queries import at_work
from placements.models import MatchingStudent
from placements.queries.matching import has_place
from placements.queries.rounds import silent
from reminders.due.finding import ToOffer, ToTell


def to_offer(asked_ids: Collection[int], today: date) -> list[ToOffer]:
    """Firms of rounds that go on, to which students may go; for who was asked there, as long as they work there."""
    rows = RoundFirm.objects.filter(
        pk__in=asked_ids, person__isnull=False, round__closed_at=None, round__starts_on__gt=today
    )
    here = Supervisor.objects.filter(at_work(today), site__employer=OuterRef("employer"), person=OuterRef("person"))
    waiting = silent(rows.filter(Exists(here)))
    return [
        ToOffer(
            person=row.person_id or 0,
            school=row.round.school_id,
            placement=0,
            asked=row.pk,
            starts_on=row.round.starts_on,
            opened_at=row.round.at,
        )
        for row in waiting.select_related("round").order_by("pk")
    ]


def to_tell(row_ids: Collection[int], today: date) -> list[ToTell]:
    """Students with an account who look for a place of which nobody has said what they wish."""
    rows = MatchingStudent.objects.filter(
        ~has_place(), pk__in=row_ids, matching__starts_on__gt=today, enrolment__wish=None,
        enrolment__student__person__user__isnull=False,
    )  # fmt: skip
    stay = Q(enrolment__ends_on=None) | Q(enrolment__ends_on__gte=today)
    return [
        ToTell(
            person=row.enrolment.student.person_id,
            school=row.matching.school_id,
            placement=0,
            row=row.pk,
            starts_on=row.matching.starts_on,
            joined_at=row.matching.at,
        )
        for row in rows.filter(stay).select_related("matching", "enrolment__student").order_by("pk")
    ]
