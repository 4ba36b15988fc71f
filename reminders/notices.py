"""Letters that follow from a move: new links, changed hours, decisions and requests to look at them again, what became
of a feedback, and what is asked for before there is a placement."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Link
from core.models import Transition
from credits.corrections import who_answers
from credits.models import Correction, Decision
from employers.models import RoundFirm
from placements.models import FeedbackUse, MatchingStudent, Placement, Signature, WorkEntry
from placements.workflow.links import placement_id
from reminders import facts
from reminders.appointments import invited
from reminders.asked.agreements import READER
from reminders.asked.classes import to_read
from reminders.asked.finding import to_offer, to_tell
from reminders.asked.renewing import to_renew
from reminders.due.credit import ToAnswer
from reminders.due.lines import Fact, Line
from reminders.models import Kind, Reader
from reminders.urgent import urgent


def notices(moves: list[Transition]) -> list[Line]:
    """What somebody is told once, because of the move itself."""
    return [
        *_new_links([move for move in moves if move.noun == "link" and move.verb in ("forward", "renew")]),
        *_changed_weeks([move for move in moves if move.noun == "week" and move.to_state == WorkEntry.State.DISPUTED]),
        *_decisions([move for move in moves if move.noun == "decision" and move.to_state in Decision.DECIDED]),
        *_requests([move for move in moves if move.noun == "correction" and move.verb == "ask"]),
        *_answers([move for move in moves if move.noun == "correction" and move.verb != "ask"]),
        *urgent(moves),
        *_renewals([move for move in moves if move.noun == "relation"]),
        *_rounds([move for move in moves if move.noun == "round" and move.verb == "open"]),
        *_batches([move for move in moves if move.noun == "matching" and move.verb == "make"]),
        *_class_weeks([move for move in moves if move.noun == "hours" and move.verb in ("log", "add")]),
        *_invitations([move for move in moves if move.noun == "appointment"]),
        *_uses([move for move in moves if move.noun == "feedback" and move.verb == "use"]),
    ]


def _new_links(moves: list[Transition]) -> list[Line]:
    """At most one letter a day for each old link and person, however often a button is pressed."""
    links = Link.objects.in_bulk({move.object_id for move in moves})
    signatures = Signature.objects.filter(
        pk__in={link.subject_id for link in links.values() if link.purpose == Link.Purpose.SIGN}
    ).select_related("agreement__plan")
    signing = {signature.pk: signature for signature in signatures}
    found = []
    for move in moves:
        if link := links.get(move.object_id):
            signature = signing.get(link.subject_id) if link.purpose == Link.Purpose.SIGN else None
            found.append(
                Line(
                    kind=Kind.LINK,
                    subject=link.pk,
                    person=move.details.get("person") or link.person_id,
                    school=link.school_id,
                    reader=READER[Signature.Party(signature.party)] if signature else _reader_of(link),
                    round=f"{move.at:%Y-%m-%d}",
                    due_at=move.at,
                    about=signature.agreement.plan.placement_id if signature else placement_id(link),
                )
            )
    return found


def _reader_of(link: Link) -> Reader:
    return Reader.STUDENT if link.purpose == Link.Purpose.FOLLOW_UP else Reader.HOST


def _changed_weeks(moves: list[Transition]) -> list[Line]:
    placements = Placement.objects.in_bulk({pk for move in moves if (pk := placement_of(move))})
    return [
        Line(
            kind=Kind.HOURS_CHANGED,
            subject=placement.pk,
            person=placement.learner_id,
            school=placement.school_id,
            reader=Reader.STUDENT,
            round=str(move.pk),
            due_at=move.at,
            about=placement.pk,
            series=move.details["week"],
        )
        for move in moves
        if (placement := placements.get(placement_of(move) or 0)) and "week" in move.details
    ]


def _decisions(moves: list[Transition]) -> list[Line]:
    decisions = (
        Decision.objects.filter(pk__in={move.object_id for move in moves})
        .select_related("enrolment__student")
        .prefetch_related("enrolment__placements")
    )
    known = {decision.pk: decision for decision in decisions}
    found = []
    for move in moves:
        if decision := known.get(move.object_id):
            student = decision.enrolment.student
            found.append(
                Line(
                    kind=Kind.CREDITED,
                    subject=decision.pk,
                    person=student.person_id,
                    school=student.school_id,
                    reader=Reader.STUDENT,
                    round="told",
                    due_at=move.at,
                    about=_first_placement(decision),
                )
            )
    return found


def _first_placement(decision: Decision) -> int | None:
    return next((placement.pk for placement in decision.enrolment.placements.all()), None)


def _requests(moves: list[Transition]) -> list[Line]:
    """Who decided is asked to look at it again, and once more while it is open."""
    found: list[Line] = []
    for correction in _corrections(moves):
        decision, school = correction.decision, correction.decision.enrolment.student.school_id
        if answerer := who_answers(decision):
            fact = ToAnswer(
                person=answerer.pk,
                school=school,
                placement=_first_placement(decision) or 0,
                correction=correction.pk,
                asked_at=correction.asked_at,
                answer_by=correction.answer_by,
            )
            found += fact.lines(facts.calendars({school})[school])
    return found


def _invitations(moves: list[Transition]) -> list[Line]:
    return invited(moves, facts.calendars({move.school_id for move in moves if move.school_id}))


def _answers(moves: list[Transition]) -> list[Line]:
    return [
        Line(
            kind=Kind.ANSWERED,
            subject=correction.pk,
            person=correction.decision.enrolment.student.person_id,
            school=correction.decision.enrolment.student.school_id,
            reader=Reader.STUDENT,
            round="told",
            due_at=correction.answered_at,
            about=_first_placement(correction.decision),
        )
        for correction in _corrections(moves)
        if correction.answered_at
    ]


def _uses(moves: list[Transition]) -> list[Line]:
    """Whoever gave a feedback is told what the school did with it."""
    uses = FeedbackUse.objects.filter(feedback__in={move.object_id for move in moves})
    moments = {(move.object_id, move.at) for move in moves}
    return [
        Line(
            kind=Kind.USED,
            subject=use.pk,
            person=use.feedback.person_id,
            school=use.feedback.placement.school_id,
            reader=Reader.HOST,
            round="told",
            due_at=use.at,
            about=use.feedback.placement_id,
        )
        for use in uses.select_related("feedback__placement").order_by("pk")
        if (use.feedback_id, use.at) in moments
    ]


def _corrections(moves: list[Transition]) -> QuerySet[Correction]:
    return (
        Correction.objects.filter(pk__in={move.object_id for move in moves})
        .select_related("decision__enrolment__student", "decision__enrolment__teacher", "decision__decided_by")
        .prefetch_related("decision__enrolment__placements")
        .order_by("pk")
    )


def _renewals(moves: list[Transition]) -> list[Line]:
    """The rounds before the last day of an approval, which a move may have set anew; what has gone by is left out."""
    if not moves:
        return []
    last = max(move.at for move in moves)
    return _to_come(to_renew({move.object_id for move in moves}, timezone.localdate(last)), last)


def _rounds(moves: list[Transition]) -> list[Line]:
    """The firms of a round, each three times until it answers."""
    if not moves:
        return []
    asked = RoundFirm.objects.filter(round__in={move.object_id for move in moves}).values_list("pk", flat=True)
    return _to_come(to_offer(set(asked), timezone.localdate(moves[0].at)), moves[0].at)


def _batches(moves: list[Transition]) -> list[Line]:
    """The students of a batch of whom nothing is known, before the school begins to look; what has gone by is left
    out."""
    if not moves:
        return []
    rows = MatchingStudent.objects.filter(matching__in={move.object_id for move in moves}).values_list("pk", flat=True)
    return _to_come(to_tell(set(rows), timezone.localdate(moves[0].at)), moves[0].at)


def _class_weeks(moves: list[Transition]) -> list[Line]:
    """The weeks of which something was written down, for the teachers of these students: one letter for each week."""
    if not moves:
        return []
    last = max(move.at for move in moves)
    taught = Placement.objects.filter(pk__in={pk for move in moves if (pk := placement_of(move))})
    teachers = {one for pair in taught.values_list("teacher", "enrolment__teacher") for one in pair if one}
    return _to_come(to_read(teachers, timezone.localdate(last)), last)


def _to_come(found: Sequence[Fact], since: datetime) -> list[Line]:
    schools = facts.calendars({fact.school for fact in found})
    return [line for fact in found for line in fact.lines(schools[fact.school]) if line.due_at >= since]


def placement_of(move: Transition) -> int | None:
    noun, _colon, pk = move.timeline.partition(":")
    return int(pk) if noun == "placement" else None
