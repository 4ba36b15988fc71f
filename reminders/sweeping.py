"""From moves to what is due, and from what is due to letters that wait. May run at any time, twice and in parallel.

The database is the truth: rows have unique keys and are claimed with locks that others pass by.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from accounts.models import Link
from core.models import Transition
from core.workflow import Actor, Refused
from credits.corrections import who_answers
from credits.models import Correction, Decision
from placements import workflow
from placements.models import Agreement, HostRequest, Placement, Signature, WorkEntry
from placements.workflow import requesting
from placements.workflow.links import placement_id
from reminders import facts
from reminders.asked import READER
from reminders.due import LATE, Calendar, Line, ToAnswer, Verdict
from reminders.models import Due, Handled, Kind, Outbox, Reader, Reason

BATCH = 500
_NAMESPACE = uuid.UUID("6d0ee1a8-6a0f-4b3c-9a55-0a4f6b1f2c11")
_ORDER = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True)
class Decided:
    """One due row and what the sweep did with it."""

    row: Due
    verdict: Verdict


def sweep(*, now: datetime) -> Iterator[Decided]:
    """Turn the day, follow what has happened since, then decide on everything that is due by now."""
    turn_the_day(now=now)
    while follow(now=now):
        pass
    while batch := claim(now=now):
        yield from batch


# ── A new day ────────────────────────────────────────────────────────────────────────────────────────────────────────


def turn_the_day(*, now: datetime) -> None:
    """Start the placements whose first day has come, end those whose last day is over, and let requests lapse."""
    tomorrow = now.date() + timedelta(days=1)
    agreed = Placement.objects.filter(
        state=Placement.State.PLANNED,
        starts_on__lte=tomorrow,
        plan_versions__agreement__state=Agreement.State.IN_FORCE,
    )
    for placement in agreed.order_by("pk"):
        if workflow.today_at(placement, now) >= placement.starts_on:
            _move(workflow.start, now, placement=placement)
    over = Placement.objects.filter(state=Placement.State.RUNNING, ends_on__lt=tomorrow)
    for placement in over.order_by("pk"):
        if workflow.today_at(placement, now) > placement.ends_on:
            _move(workflow.end, now, placement=placement)
    _let_lapse(now)


def _let_lapse(now: datetime) -> None:
    """Requests whose last day is over, and those of placements that are not planned any more."""
    over = Q(answer_by__lt=now.date() + timedelta(days=1)) | ~Q(placement__state=Placement.State.PLANNED)
    waiting = HostRequest.objects.filter(over, state=HostRequest.State.OPEN)
    for request in waiting.select_related("placement__school").order_by("pk"):
        _move(requesting.lapse, now, request=request)


def _move(verb: Callable, now: datetime, **what: Model) -> None:
    """Another sweep may have been faster, or the day not over yet where it counts: then there is nothing to do."""
    with suppress(Refused):
        verb(by=Actor.system(), at=now, **what)


# ── From moves to what is due ────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def follow(*, now: datetime) -> int:
    """Store what the next unhandled moves make due; the number of moves. Two at once store it once."""
    moves = list(_unhandled()[:BATCH])
    if not moves:
        return 0
    placements = {pk for move in moves if (pk := _placement_of(move))} | _to_decide_anew(moves)
    schools = facts.calendars(set(Placement.objects.filter(pk__in=placements).values_list("school_id", flat=True)))
    asked = facts.lines_of(placements, schools)
    _store([*asked, *_notices(moves)])
    _reschedule(asked, placements)
    _reopen(asked, placements, now)
    Handled.objects.bulk_create((Handled(transition_id=move.pk, at=now) for move in moves), ignore_conflicts=True)
    return len(moves)


def _unhandled() -> QuerySet[Transition]:
    handled = Handled.objects.filter(transition_id=OuterRef("pk"))
    return Transition.objects.filter(~Exists(handled)).order_by("pk")


def _placement_of(move: Transition) -> int | None:
    noun, _colon, pk = move.timeline.partition(":")
    return int(pk) if noun == "placement" else None


def _to_decide_anew(moves: list[Transition]) -> set[int]:
    """The placements of enrolments of which a decision was taken back."""
    decisions = {move.object_id for move in moves if move.noun == "decision" and move.verb == "correct"}
    rows = Placement.objects.filter(enrolment__decisions__in=decisions) if decisions else Placement.objects.none()
    return set(rows.values_list("pk", flat=True))


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
        .exclude(kind__in=facts.NOTICES)
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
        .filter(state=Due.State.SKIPPED, reason=Reason.DONE, about_placement_id__in=placements)
        .exclude(kind__in=facts.NOTICES)
    )
    again = [row for row in done if facts.key(row) in fresh]
    for row in again:
        row.state, row.reason, row.due_at = Due.State.WAITING, "", fresh[facts.key(row)]
    Due.objects.bulk_update(again, ["state", "reason", "due_at"])


def _notices(moves: list[Transition]) -> list[Line]:
    """What somebody is told once, because of the move itself."""
    return [
        *_new_links([move for move in moves if move.noun == "link" and move.verb in ("forward", "renew")]),
        *_changed_weeks([move for move in moves if move.noun == "week" and move.to_state == WorkEntry.State.DISPUTED]),
        *_decisions([move for move in moves if move.noun == "decision" and move.to_state in Decision.DECIDED]),
        *_requests([move for move in moves if move.noun == "correction" and move.verb == "ask"]),
        *_answers([move for move in moves if move.noun == "correction" and move.verb != "ask"]),
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
                    reader=READER[Signature.Party(signature.party)] if signature else Reader.HOST,
                    round=f"{move.at:%Y-%m-%d}",
                    due_at=move.at,
                    about=signature.agreement.plan.placement_id if signature else placement_id(link),
                )
            )
    return found


def _changed_weeks(moves: list[Transition]) -> list[Line]:
    placements = Placement.objects.in_bulk({pk for move in moves if (pk := _placement_of(move))})
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
        if (placement := placements.get(_placement_of(move) or 0)) and "week" in move.details
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


def _corrections(moves: list[Transition]) -> QuerySet[Correction]:
    return (
        Correction.objects.filter(pk__in={move.object_id for move in moves})
        .select_related("decision__enrolment__student", "decision__enrolment__teacher", "decision__decided_by")
        .prefetch_related("decision__enrolment__placements")
        .order_by("pk")
    )


# ── From what is due to letters ──────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def claim(*, now: datetime) -> list[Decided]:
    """Decide on the next rows that are due, from facts read now: into a letter, skipped, or later."""
    rows = list(
        Due.objects.select_for_update(skip_locked=True)
        .filter(state=Due.State.WAITING, due_at__lte=now)
        .order_by("school_id", "person_id", "due_at", "pk")[:BATCH]
    )
    schools = facts.calendars({row.school_id for row in rows})
    decided = [Decided(row, verdict) for row, verdict in facts.judged(rows, schools, now=now)]
    letters = _letters([one.row for one in decided if one.verdict.decision == "send"], schools, now=now)
    decided = [_settle(one, letters.get(one.row.pk), schools, now=now) for one in decided]
    Due.objects.bulk_update(rows, ["state", "reason", "due_at", "outbox"])
    return decided


def _settle(one: Decided, letter: Outbox | None, schools: dict[int, Calendar], *, now: datetime) -> Decided:
    """Write the verdict into the row; a letter that has gone today makes the row wait for the next morning."""
    row, verdict = one.row, one.verdict
    if verdict.decision == "send" and letter is None:
        verdict = Verdict("wait", Reason.ONE_A_DAY, schools[row.school_id].next_morning(now))
    row.reason = verdict.reason
    if verdict.decision == "send":
        row.state, row.outbox = Due.State.IN_LETTER, letter
    elif verdict.decision == "skip":
        row.state = Due.State.SKIPPED
    else:
        row.due_at = verdict.due_at or row.due_at
    return Decided(row, verdict)


def _letters(rows: list[Due], schools: dict[int, Calendar], *, now: datetime) -> dict[int, Outbox]:
    """A letter for each row by the row's key: one for each person and day of the school, links apart."""
    wanted: dict[str, list[Due]] = defaultdict(list)
    for row in rows:
        wanted[_message_id(row, schools[row.school_id].day_of(now))].append(row)
    days = {row.pk: schools[row.school_id].day_of(now) for row in rows}
    Outbox.objects.bulk_create(
        (_letter(name, group, days[group[0].pk], now) for name, group in wanted.items()), ignore_conflicts=True
    )
    found: dict[int, Outbox] = {}
    for letter in Outbox.objects.select_for_update().filter(message_id__in=wanted).order_by("pk"):
        if letter.state in (Outbox.State.WAITING, Outbox.State.DROPPED):
            _join(letter, wanted[letter.message_id], now)
            found |= {row.pk: letter for row in wanted[letter.message_id]}
    return found


def _letter(message_id: str, rows: list[Due], day: date, now: datetime) -> Outbox:
    first = _most_urgent(rows)
    return Outbox(
        person_id=first.person_id,
        school_id=first.school_id,
        day=day,
        letter=first.kind,
        reader=first.reader,
        message_id=message_id,
        next_attempt_at=now,
    )


def _join(letter: Outbox, rows: list[Due], now: datetime) -> None:
    """Put more into a letter that has not left; one that was no longer needed is needed again."""
    first = _most_urgent(rows)
    if letter.state == Outbox.State.DROPPED:
        letter.state, letter.next_attempt_at = Outbox.State.WAITING, now
        letter.letter, letter.reader = first.kind, first.reader
    elif _ORDER[Kind(first.kind)] < _ORDER[Kind(letter.letter)]:
        letter.letter, letter.reader = first.kind, first.reader
    letter.save(update_fields=["state", "next_attempt_at", "letter", "reader"])


def _most_urgent(rows: list[Due]) -> Due:
    return min(rows, key=lambda row: _ORDER[Kind(row.kind)])


def _message_id(row: Due, day: date) -> str:
    """The same for the same letter, wherever and however often it is made."""
    what = f"link {row.subject_id} {row.round}" if row.kind == Kind.LINK else "daily"
    name = f"{settings.SITE_URL} {row.school_id} {row.person_id} {day} {what}"
    domain = settings.SITE_URL.partition("://")[2].partition(":")[0].partition("/")[0]
    return f"<{uuid.uuid5(_NAMESPACE, name)}@{domain}>"
