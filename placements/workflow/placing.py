"""Verbs of a new placement: a student's in every kind, or a teacher's own."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, Person
from core.workflow import Actor, Refused
from employers.models import Employer, Offer, SchoolEmployer, Site, Supervisor
from employers.rules import Stop, stop_of
from placements.models import Activity, Placement, Segment
from placements.models.placements import Realism, Setting
from placements.workflow.room import must_have_room
from placements.workflow.tables import PLACEMENT, State
from schools.models import Enrolment, Unit

Purpose = Placement.Purpose


@dataclass(frozen=True)
class Kind:
    """What tells placements apart; left out, it is a student's placement that the school has found."""

    purpose: str = Purpose.STUDENT
    source: str = Placement.Source.SCHOOL
    lead_employer: Employer | None = None
    signatory: Person | None = None
    contract_reference: str = ""
    conflict_of_interest: str = ""
    predecessor: Placement | None = None

    @property
    def activity(self) -> str:
        """What the hours are called in a rule set, unless a segment says otherwise."""
        return {Purpose.JOB: Activity.JOB, Purpose.PRIOR_WORK: Activity.PRIOR_LEARNING}.get(
            Purpose(self.purpose), Activity.PLACEMENT
        )


@dataclass(frozen=True)
class Work:
    """What kind of work a segment is; the setting left out is told by the site."""

    setting: str = ""
    realism: str = Realism.REAL
    remote: bool = False
    activity: str = ""
    unit: Unit | None = None


STUDENT = Kind()
USUAL = Work()


@transaction.atomic
def create_placement(
    *,
    enrolment: Enrolment,
    site: Site,
    supervisor: Supervisor | None,
    teacher: Person | None,
    coordinator: Person,
    starts_on: date,
    ends_on: date,
    by: Actor,
    at: datetime,
    offer: Offer | None = None,
    kind: Kind = STUDENT,
    work: Work = USUAL,
    public_id: UUID | None = None,
) -> Placement:
    """A planned placement of a student, with one segment at the site. The same `public_id` again gives the same one.

    Raises `Refused` for dates in the wrong order, a supervisor of another site, an offer without a free place, or a
    host that takes no students now, or no more than it has.
    """
    PLACEMENT.must_allow("create", by)
    if again := _already(public_id, enrolment.student.person):
        return again
    _must_fit(site, supervisor, starts_on, ends_on)
    _must_be_enrolled(enrolment, kind, starts_on, ends_on, at)
    if kind.purpose != Purpose.PRIOR_WORK:
        must_take_students(enrolment.student.school, site)
    if kind.purpose == Purpose.STUDENT:
        must_have_room(site, enrolment.student.person_id, starts_on, ends_on)
    if offer:
        must_be_free(offer, site)
    placement = Placement(
        school=enrolment.student.school,
        learner=enrolment.student.person,
        enrolment=enrolment,
        employer=site.employer,
        offer=offer,
        coordinator=coordinator,
        teacher=teacher,
        starts_on=starts_on,
        ends_on=ends_on,
        **vars(kind),
    )
    return _store(placement, public_id, site, supervisor, kind, work, by=by, at=at)


@transaction.atomic
def create_teacher_placement(
    *,
    school: Organisation,
    learner: Person,
    site: Site,
    supervisor: Supervisor | None,
    coordinator: Person,
    starts_on: date,
    ends_on: date,
    by: Actor,
    at: datetime,
    public_id: UUID | None = None,
) -> Placement:
    """A teacher goes to a workplace to learn what is done there now: no enrolment, no credit, the head approves.

    Raises `Refused` as `create_placement` does.
    """
    PLACEMENT.must_allow("create", by)
    if again := _already(public_id, learner):
        return again
    _must_fit(site, supervisor, starts_on, ends_on)
    kind = Kind(purpose=Purpose.TEACHER)
    placement = Placement(
        school=school,
        learner=learner,
        employer=site.employer,
        coordinator=coordinator,
        starts_on=starts_on,
        ends_on=ends_on,
        purpose=kind.purpose,
    )
    return _store(placement, public_id, site, supervisor, kind, USUAL, by=by, at=at)


def _already(public_id: UUID | None, learner: Person) -> Placement | None:
    if public_id is None:
        return None
    found = Placement.objects.filter(public_id=public_id).first()
    if found and found.learner_id != learner.pk:
        raise Refused(_("This form was sent already, for somebody else. Please open a new one."))
    return found


def _store(
    placement: Placement,
    public_id: UUID | None,
    site: Site,
    supervisor: Supervisor | None,
    kind: Kind,
    work: Work,
    *,
    by: Actor,
    at: datetime,
) -> Placement:
    if public_id:
        placement.public_id = public_id
    placement.save()
    new_segment(placement, site, supervisor, placement.starts_on, placement.ends_on, work)
    PLACEMENT.log(placement, "create", by=by, at=at, after=State.PLANNED, details={"purpose": str(kind.purpose)})
    return placement


def new_segment(
    placement: Placement, site: Site, supervisor: Supervisor | None, starts_on: date, ends_on: date, work: Work
) -> Segment:
    return Segment.objects.create(
        placement=placement,
        site=site,
        supervisor=supervisor,
        starts_on=starts_on,
        ends_on=ends_on,
        setting=work.setting or setting_at(site),
        realism=work.realism,
        remote=work.remote,
        activity=work.activity or Kind(purpose=placement.purpose).activity,
        unit=work.unit,
    )


def setting_at(site: Site) -> Setting:
    return Setting.COMPANY if site.employer_id else Setting.WORKSHOP


def _must_fit(site: Site, supervisor: Supervisor | None, starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise Refused(_("The last day is before the first day."))
    must_guide_there(supervisor, site)


def must_guide_there(supervisor: Supervisor | None, site: Site) -> None:
    if supervisor and supervisor.site_id != site.pk:
        raise Refused(_("This supervisor works at another place."))


def _must_be_enrolled(enrolment: Enrolment, kind: Kind, starts_on: date, ends_on: date, at: datetime) -> None:
    if enrolment.ends_on and enrolment.ends_on < starts_on:
        raise Refused(_("The student has left the programme before the first day."))
    today = at.astimezone(ZoneInfo(enrolment.student.school.time_zone)).date()
    if kind.purpose == Purpose.PRIOR_WORK and ends_on >= today:
        raise Refused(_("Earlier work is over. For work that goes on, plan a placement."))


_STOPPED = {
    Stop.CLOSED: gettext_lazy("This firm has closed."),
    Stop.NOT_APPROVED: gettext_lazy("Your school no longer approves this firm."),
    Stop.SUSPENDED: gettext_lazy(
        "There are no new placements at this host for now. Please call the safeguarding lead."
    ),
}


def must_take_students(school: Organisation, site: Site) -> None:
    """Raises `Refused` for a firm that has closed, or where the school sends nobody now (employers/rules.py).

    Why a host is suspended, nobody is told here (product 6, E13).
    """
    if site.employer is None:
        return
    relation = SchoolEmployer.objects.filter(school=school, employer=site.employer).first()
    known = (relation.not_approved_since, relation.suspended_at) if relation else (None, None)
    if stop := stop_of(site.employer.closed_on, *known):
        raise Refused(str(_STOPPED[stop]))


def must_be_free(offer: Offer, site: Site) -> None:
    locked = Offer.objects.select_for_update().get(pk=offer.pk)
    if locked.site_id != site.pk:
        raise Refused(_("This offer is for another workplace."))
    if locked.withdrawn_at:
        raise Refused(_("The host has taken this offer back."))
    if locked.placements.exclude(state=State.CANCELLED).count() >= locked.places:
        raise Refused(_("All places of this offer are taken."))
