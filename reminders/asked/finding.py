"""Which firms of a round, and which students of a batch, have said nothing yet."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.db.models import Q

from employers.models import Round, RoundFirm, SchoolEmployer, Supervisor
from employers.queries import at_work
from placements.models import MatchingStudent
from placements.queries.matching import has_place
from placements.queries.rounds import SILENT, answers_to
from reminders.due.finding import ToOffer, ToTell


def to_offer(asked_ids: Collection[int], today: date) -> list[ToOffer]:
    """Firms of rounds that go on, to which students may go; for who was asked there, as long as they work there."""
    rows = RoundFirm.objects.filter(
        pk__in=asked_ids, round__closed_at=None, round__starts_on__gt=today, employer__closed_on=None,
        employer__merged_into=None,
    )  # fmt: skip
    by_round: dict[Round, list[RoundFirm]] = defaultdict(list)
    for row in rows.select_related("round__school").order_by("pk"):
        by_round[row.round].append(row)
    return [
        ToOffer(
            person=row.person_id,
            school=round.school_id,
            placement=0,
            asked=row.pk,
            starts_on=round.starts_on,
            opened_at=round.at,
        )
        for round, asked in by_round.items()
        for row in _silent(round, asked, today)
    ]


def _silent(round: Round, asked: list[RoundFirm], today: date) -> list[RoundFirm]:
    firms = [row.employer_id for row in asked]
    stops = Q(suspended_at__isnull=False) | Q(not_approved_since__isnull=False)
    stopped = set(
        SchoolEmployer.objects.filter(stops, school=round.school_id, employer__in=firms).values_list(
            "employer", flat=True
        )
    )
    here = set(
        Supervisor.objects.filter(at_work(today), site__employer__in=firms).values_list("site__employer", "person")
    )
    return [
        answer.asked
        for answer in answers_to(round, asked)
        if answer.name == SILENT
        and answer.asked.employer_id not in stopped
        and (answer.asked.employer_id, answer.asked.person_id) in here
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
        )
        for row in rows.filter(stay).select_related("matching", "enrolment__student").order_by("pk")
    ]
