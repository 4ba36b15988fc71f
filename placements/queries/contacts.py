"""Reads of the contact log: what each side may read, what the school learned at work, and whom a host may call."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import ContactPoint, Person
from accounts.roles import Role
from placements.models import Contact, HourClaim, Placement, PlannedOutcome, PlanVersion
from placements.queries.limits import standing_plans
from placements.rules import contacts as rules
from placements.rules.contacts import Mood
from schools.models import Enrolment

Kind = Contact.Kind
Side = HourClaim.Side

LEARNS_SHOWN = 6


@dataclass(frozen=True)
class Entry:
    """A contact as one side may read it; what is not for that side is empty.

    `moods` are the side that was asked and the answer, 1 to 5.
    """

    public_id: UUID
    kind: Contact.Kind
    on: date
    author_id: int
    at: datetime
    method: str = ""
    by: str = ""
    people: tuple[str, ...] = ()
    seen: str = ""
    learned: str = ""
    agreed: str = ""
    moods: tuple[tuple[str, Mood], ...] = ()

    @property
    def is_substitute(self) -> bool:
        return self.kind in rules.SUBSTITUTES


def contacts_of(placement: Placement, side: HourClaim.Side, kind: str = "") -> list[Entry]:
    """The log of a placement, newest first, as far as it concerns the side.

    A host reads kind, day and what was agreed; a learner also how and by whom, and the own mood; only the school reads
    what was seen, what was learned and how the other side felt.
    """
    rows = Contact.objects.filter(placement=placement).select_related("person")
    if side == Side.HOST:
        rows = rows.filter(Q(with_host=True) | Q(side=Side.HOST))
    if side == Side.STUDENT:
        rows = rows.filter(Q(with_student=True) | Q(side=Side.STUDENT))
    if kind in Kind.values:
        rows = rows.filter(kind=kind)
    return [_READ[side](row) for row in rows]


def _core(row: Contact) -> dict[str, Any]:
    """What every reader may know; the key of the author is for the program only."""
    kind = Kind(row.kind)
    return {"public_id": row.public_id, "kind": kind, "on": row.on, "author_id": row.person_id, "at": row.at}


def _for_host(row: Contact) -> Entry:
    return Entry(**_core(row), agreed=row.agreed)


def _for_student(row: Contact) -> Entry:
    return Entry(
        **_core(row),
        method=row.get_method_display(),
        by=row.person.full_name,
        agreed=row.agreed,
        moods=_moods((Side.STUDENT, row.mood_student)),
    )


def _for_school(row: Contact) -> Entry:
    with_whom = ((Side.STUDENT, row.with_student), (Side.HOST, row.with_host))
    return Entry(
        **_core(row),
        method=row.get_method_display(),
        by=row.person.full_name,
        people=tuple(str(side.label) for side, there in with_whom if there),
        seen=row.seen,
        learned=row.learned,
        agreed=row.agreed,
        moods=_moods((Side.STUDENT, row.mood_student), (Side.HOST, row.mood_host)),
    )


_READ = {Side.HOST: _for_host, Side.STUDENT: _for_student, Side.SCHOOL: _for_school}


def _moods(*answers: tuple[HourClaim.Side, int | None]) -> tuple[tuple[str, Mood], ...]:
    return tuple((str(side.label), Mood(mood)) for side, mood in answers if mood)


def substitutes_of(enrolment: Enrolment) -> QuerySet[Contact]:
    """What stands in for hosts that did not answer, of all placements of an enrolment (product 6, E10)."""
    rows = Contact.objects.filter(placement__enrolment=enrolment, kind__in=rules.SUBSTITUTES)
    return rows.select_related("person", "placement").order_by("on", "pk")


def learned_at(school_id: int, q: str) -> QuerySet[Contact]:
    """What teachers of a school learned at work, newest first; `q` is part of the words or of the firm's name."""
    found = Contact.objects.filter(school=school_id).exclude(learned="")
    if q:
        found = found.filter(Q(learned__icontains=q) | Q(employer__name__icontains=q))
    people = ("person", "employer", "placement__enrolment__cohort__version__programme")
    return found.select_related(*people).order_by("-on", "-pk")


@dataclass(frozen=True)
class Caller:
    """Somebody of the school whom a workplace may call; an address that is not known is empty."""

    name: str
    role: str
    phone: str
    email: str


@dataclass(frozen=True)
class Briefing:
    """What a supervisor should know before a student comes: what to let them do, how to confirm, whom to call."""

    programme: str
    learns: list[str]
    rhythm: PlanVersion.Rhythm
    callers: list[Caller]


def briefing_of(placement: Placement) -> Briefing:
    """The briefing from the plan that holds; `placement` comes with its programme."""
    plan = standing_plans(Placement.objects.filter(pk=placement.pk)).first()
    learns = PlannedOutcome.objects.filter(plan=plan).order_by("pk").values_list("outcome__text", flat=True)
    enrolment = placement.enrolment
    return Briefing(
        programme=enrolment.cohort.version.programme.name if enrolment else "",
        learns=list(dict.fromkeys(learns))[:LEARNS_SHOWN],
        rhythm=PlanVersion.Rhythm(plan.rhythm) if plan else PlanVersion.Rhythm.WEEKLY,
        callers=callers_of(placement),
    )


def callers_of(placement: Placement) -> list[Caller]:
    """Coordinator and teacher, the coordinator first."""
    roles = {placement.teacher_id: Role.TEACHER, placement.coordinator_id: Role.COORDINATOR}
    phones = ContactPoint.objects.filter(person=OuterRef("pk"), channel=ContactPoint.Channel.PHONE).order_by("pk")
    people = Person.objects.filter(pk__in=[pk for pk in roles if pk]).annotate(
        phone=Coalesce(Subquery(phones.values("address")[:1]), Value("")), email=Coalesce("user__email", Value(""))
    )
    found = sorted(people.order_by("pk"), key=lambda one: one.pk != placement.coordinator_id)
    return [Caller(one.full_name, str(roles[one.pk].label), one.phone, one.email) for one in found]
