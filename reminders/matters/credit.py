"""What there is to decide, and what was decided."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from credits.models import Correction, Decision
from placements.models import Placement
from reminders.letters.parts import Matter
from reminders.matters.placements import matter_of, still_to_come
from reminders.models import Due
from reminders.ways import Ways


def to_assess(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    page = ways.page(reverse("credits:to_decide"))
    return [matter_of(placements[row.subject_id], ways, url=page) for row in rows]


def decided(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    decisions = Decision.objects.select_related("enrolment__cohort", "enrolment__student__school").in_bulk(
        {row.subject_id for row in rows}
    )
    return [
        Matter(
            student=ways.person.full_name,
            workplace=decision.enrolment.cohort.name,
            starts_on=decision.enrolment.starts_on,
            ends_on=timezone.localdate(decision.decided_at),
            own=True,
            minutes=decision.credited_minutes,
            what=decision.get_state_display(),
            url=ways.page("/"),
        )
        for decision in decisions.values()
    ]


def to_answer(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    return [
        _matter_of_request(
            correction,
            by=still_to_come(correction.answer_by, ways.now),
            url=ways.page(reverse("credits:correction", args=[correction.public_id])),
        )
        for correction in _corrections(rows)
    ]


def answered(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    return [
        _matter_of_request(
            correction,
            own=True,
            what=correction.get_state_display(),
            url=ways.page(reverse("credits:ask", args=[correction.decision.public_id])),
        )
        for correction in _corrections(rows)
    ]


def _corrections(rows: list[Due]) -> QuerySet[Correction]:
    found = Correction.objects.filter(pk__in={row.subject_id for row in rows})
    return found.select_related("decision__enrolment__cohort", "decision__enrolment__student__person").order_by("pk")


def _matter_of_request(correction: Correction, **more) -> Matter:
    """What was written stays out of letters."""
    enrolment = correction.decision.enrolment
    return Matter(
        student=enrolment.student.person.full_name,
        workplace=enrolment.cohort.name,
        starts_on=enrolment.starts_on,
        ends_on=timezone.localdate(correction.decision.decided_at),
        **more,
    )
