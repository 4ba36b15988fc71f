"""Verbs of finding places for many: a batch is made, people settle what they know, runs look for the best way.

Nothing is sent by itself: a match becomes a planned placement when a coordinator says so, and its host is asked there.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, Person
from core.workflow import SYSTEM, Actor, Move, Refused, Workflow
from employers.models import Offer
from placements.matching.stored import as_json
from placements.models import Matching, MatchingStudent, MatchRun, Pin, Placement, Wish
from placements.queries.matching import problem_of
from placements.workflow.placing import create_placement
from placements.workflow.tables import OFFICE
from placements.workflow.wishing import Wishes, keep_wishes
from schools.models import Enrolment

State = MatchRun.State
WORKER = frozenset({SYSTEM})
SILENT = timedelta(minutes=2)
"""A run that has said nothing for so long has lost its worker, and is taken by another one."""

MATCHING = Workflow(
    noun="matching",
    moves=(
        Move("make", gettext_lazy("Make a batch"), (), None, OFFICE),
        Move("wish", gettext_lazy("Write down wishes"), (), None, OFFICE),
        Move("pin", gettext_lazy("Settle a place"), (), None, OFFICE),
        Move("unpin", gettext_lazy("Leave it open again"), (), None, OFFICE),
        Move("plan", gettext_lazy("Plan placements"), (), None, OFFICE),
    ),
    school_id=lambda matching: matching.school_id,
)
RUNS = Workflow(
    noun="match_run",
    moves=(
        Move("start", gettext_lazy("Find places"), (), State.WAITING, OFFICE),
        Move("begin", gettext_lazy("Begin"), MatchRun.OPEN, State.RUNNING, WORKER),
        Move("finish", gettext_lazy("Finish"), (State.RUNNING,), State.DONE, WORKER),
        Move("fail", gettext_lazy("Fail"), (State.RUNNING,), State.FAILED, WORKER),
        Move("cancel", gettext_lazy("Stop"), MatchRun.OPEN, State.CANCELLED, OFFICE),
    ),
    school_id=lambda run: run.matching.school_id,
)


@transaction.atomic
def make_matching(
    *,
    school: Organisation,
    name: str,
    starts_on: date,
    ends_on: date,
    enrolments: Collection[Enrolment],
    person: Person,
    by: Actor,
    at: datetime,
) -> Matching:
    """A batch of students who look for places from a day to a day. Raises `Refused` without any or for wrong dates."""
    MATCHING.must_allow("make", by)
    if ends_on < starts_on:
        raise Refused(_("The last day is before the first day."))
    if not enrolments:
        raise Refused(_("Choose at least one student."))
    matching = Matching.objects.create(
        school=school, name=name, starts_on=starts_on, ends_on=ends_on, person=person, at=at
    )
    MatchingStudent.objects.bulk_create(MatchingStudent(matching=matching, enrolment=one) for one in enrolments)
    MATCHING.log(matching, "make", by=by, at=at, details={"students": len(enrolments)})
    return matching


@transaction.atomic
def say_wish(*, row: MatchingStudent, wishes: Wishes, priority: bool, by: Actor, at: datetime) -> Wish:
    """What a student wishes and needs, in place of what was known. A position is kept to about a kilometre."""
    MATCHING.must_allow("wish", by)
    until = row.matching.ends_on + timedelta(days=365)
    wish = keep_wishes(row.enrolment, wishes, at=at, retain_until=until)
    row.priority = priority
    row.save(update_fields=["priority"])
    MATCHING.log(row.matching, "wish", by=by, at=at, details={"enrolment": row.enrolment_id})
    return wish


@transaction.atomic
def pin(
    *,
    matching: Matching,
    enrolment: Enrolment,
    offer: Offer,
    verdict: str,
    reason: str = "",
    person: Person,
    by: Actor,
    at: datetime,
) -> None:
    """Settle that a student goes to this offer, or never there; the next run keeps to it.

    Saying it again changes nothing. Raises `Refused` for somebody who is not in the batch and for an offer of another
    school.
    """  # fmt: skip
    MATCHING.must_allow("pin", by)
    if offer.school_id != matching.school_id or not matching.students.filter(enrolment=enrolment).exists():
        raise Refused(_("This student and this place are not in this batch."))
    if verdict == Pin.Verdict.KEEP:
        matching.pins.filter(enrolment=enrolment, verdict=Pin.Verdict.KEEP).exclude(offer=offer).delete()
    values = {"verdict": verdict, "reason": reason.strip(), "person": person, "at": at}
    Pin.objects.update_or_create(matching=matching, enrolment=enrolment, offer=offer, defaults=values)
    MATCHING.log(matching, "pin", by=by, at=at, details={"enrolment": enrolment.pk, "offer": offer.pk, "as": verdict})


@transaction.atomic
def unpin(*, matching: Matching, enrolment: Enrolment, by: Actor, at: datetime) -> None:
    """Leave everything open again that was settled of a student."""
    MATCHING.must_allow("unpin", by)
    if matching.pins.filter(enrolment=enrolment).delete()[0]:
        MATCHING.log(matching, "unpin", by=by, at=at, details={"enrolment": enrolment.pk})


@transaction.atomic
def start_run(*, matching: Matching, person: Person, by: Actor, at: datetime) -> MatchRun:
    """A new run on what is known now. While one is open it is that one."""
    RUNS.must_allow("start", by)
    locked = Matching.objects.select_for_update(of=("self",)).get(pk=matching.pk)
    if open_one := locked.runs.filter(state__in=MatchRun.OPEN).first():
        return open_one
    last = locked.runs.order_by("-number").first()
    run = MatchRun.objects.create(
        matching=locked,
        number=last.number + 1 if last else 1,
        problem=as_json(problem_of(locked)),
        person=person,
        at=at,
    )
    RUNS.log(run, "start", by=by, at=at, after=run.state)
    return run


def cancel_run(*, run: MatchRun, by: Actor, at: datetime) -> None:
    """Stop it; whoever works on it notices at its next step. Raises `Refused` once it is over."""
    RUNS.apply(run, "cancel", by=by, at=at, finished_at=at)


@dataclass(frozen=True)
class Planned:
    """What became of the matches that were to be planned: placements, and why not, by the key of the enrolment."""

    placements: Mapping[int, Placement]
    refused: Mapping[int, str]


@transaction.atomic
def plan_matches(
    *, run: MatchRun, enrolments: Collection[int], coordinator: Person, by: Actor, at: datetime
) -> Planned:
    """Make a planned placement of each of these matches; one that is refused does not stop the others.

    Whoever has a placement on the same offer for these days already gets no second one.
    """
    MATCHING.must_allow("plan", by)
    matching = run.matching
    wanted = {
        row["seeker"]: row["place"] for row in (run.result or {}).get("matches", ()) if row["seeker"] in enrolments
    }
    offers = Offer.objects.select_related("site__employer").in_bulk(set(wanted.values()))
    people = Enrolment.objects.select_related("student__school", "student__person").in_bulk(list(wanted))
    made: dict[int, Placement] = {}
    refused: dict[int, str] = {}
    for key, offer_key in sorted(wanted.items()):
        try:
            with transaction.atomic():
                made[key] = _plan(matching, people[key], offers[offer_key], coordinator, by=by, at=at)
        except Refused as refusal:
            refused[key] = str(refusal)
    MATCHING.log(matching, "plan", by=by, at=at, details={"planned": len(made), "refused": len(refused)})
    return Planned(made, refused)


def _plan(
    matching: Matching, enrolment: Enrolment, offer: Offer, coordinator: Person, *, by: Actor, at: datetime
) -> Placement:
    there = Placement.objects.filter(
        enrolment=enrolment, offer=offer, starts_on=matching.starts_on, ends_on=matching.ends_on
    ).exclude(state=Placement.State.CANCELLED)
    if known := there.first():
        return known
    return create_placement(
        enrolment=enrolment,
        site=offer.site,
        supervisor=offer.site.supervisors.filter(person=offer.offered_by).first(),
        teacher=enrolment.teacher,
        coordinator=coordinator,
        starts_on=matching.starts_on,
        ends_on=matching.ends_on,
        offer=offer,
        by=by,
        at=at,
    )
