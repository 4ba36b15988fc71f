"""The only door to placements: what a member may see, by role."""

from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Link, Membership
from accounts.roles import HOST, STAFF, Role
from employers.models import Employer
from employers.queries import at_work, may_answer
from placements.doors import Door
from placements.models import (
    Absence,
    Adjustment,
    Agreement,
    Appointment,
    Concern,
    Demonstration,
    HostRequest,
    Incident,
    Matching,
    MatchRun,
    Placement,
    Reflection,
    SafeguardingNote,
    Signature,
    WeekSheet,
    WorkEntry,
    WorkPhoto,
)
from placements.rules import ending
from schools.access import stands_behind

_LEADING = (Role.COORDINATOR, Role.HEAD)
STILLED = Q(state__in=ending.STILL, end_reason=Placement.EndReason.PERSONAL)
"""Paused or over for a personal reason: no host is asked for anything (placements/rules/ending.py)."""
PHOTO_ROLES = (Role.STUDENT, Role.TEACHER, Role.COORDINATOR, *HOST)
SHEET_ROLES = PHOTO_ROLES


def visible_to(viewer: Membership) -> QuerySet[Placement]:
    """Placements that the member may open; nothing for roles without a need."""
    return Placement.objects.filter(_reach(viewer)).distinct()


def _reach(viewer: Membership) -> Q:
    own = Q(school=viewer.organisation_id)
    person = Q(learner__user=viewer.user_id)
    guardian = Q(learner__students__guardians__person__user=viewer.user_id) & stands_behind(
        timezone.localdate(), "learner__students__guardians__"
    )
    reach = {
        Role.COORDINATOR: own,
        Role.HEAD: own,
        Role.SAFEGUARDING: own,
        Role.TEACHER: own & (Q(teacher__user=viewer.user_id) | Q(enrolment__teacher__user=viewer.user_id) | person),
        Role.STUDENT: own & person,
        Role.GUARDIAN: own & guardian,
        Role.SUPERVISOR: Q(segments__supervisor__person__user=viewer.user_id) & _still_guided() & ~_only_asked(),
        Role.OWNER: Q(employer__organisation=viewer.organisation_id) & ~_only_asked(),
    }
    return reach.get(Role(viewer.role), Q(pk__in=[]))


def _still_guided() -> Q:
    """Whoever has left a firm reaches its students no longer, unless the firm has closed."""
    return may_answer(timezone.localdate(), "segments__supervisor__")


def _only_asked() -> Q:
    """Planned placements that a host has not taken: it knows no more of the student than the request says."""
    asked = HostRequest.objects.filter(placement=OuterRef("pk")).order_by()
    sent = Signature.objects.filter(agreement__plan__placement=OuterRef("pk")).order_by()
    taken = Exists(asked.filter(state=HostRequest.State.ACCEPTED)) | Exists(sent)
    return Q(Exists(asked), state=Placement.State.PLANNED) & ~taken


def requests_visible_to(viewer: Membership) -> QuerySet[HostRequest]:
    """The office reads those of its school; at the host whoever was asked, and the owner of the firm."""
    reach = {
        Role.COORDINATOR: Q(placement__school=viewer.organisation_id),
        Role.SUPERVISOR: Q(person__user=viewer.user_id),
        Role.OWNER: Q(site__employer__organisation=viewer.organisation_id),
    }
    return HostRequest.objects.filter(reach.get(Role(viewer.role), Q(pk__in=[])))


def hosted_behind(door: Door) -> QuerySet[Placement]:
    """Placements that a host answers for: a link reaches one school and only what it was sent for."""
    if door.membership:
        reach = visible_to(door.membership)
    else:
        guided = Q(segments__supervisor__person=door.guide) & _still_guided()
        reach = Placement.objects.filter(guided, school=door.school).distinct()
        if door.purpose != Link.Purpose.CONFIRM:
            reach = reach.filter(pk=door.subject_id) if door.purpose == Link.Purpose.FEEDBACK else reach.none()
    return reach.exclude(state__in=Placement.NOT_BEGUN).exclude(STILLED)


def weekly_behind(door: Door) -> QuerySet[Placement]:
    """Placements whose weeks a host answers for: no link that was sent for something else opens them."""
    found = hosted_behind(door)
    return found.none() if door.link and door.purpose != Link.Purpose.CONFIRM else found


def expected_behind(door: Door) -> QuerySet[Placement]:
    """Placements that a host has or prepares for: those too that have not begun, once the host has taken them."""
    if door.membership:
        return visible_to(door.membership).exclude(state=Placement.State.CANCELLED)
    if door.purpose != Link.Purpose.CONFIRM:
        return Placement.objects.none()
    guided = Q(segments__supervisor__person=door.guide) & _still_guided() & ~_only_asked()
    found = Placement.objects.filter(guided, school=door.school).distinct()
    return found.exclude(state=Placement.State.CANCELLED)


def planned_behind(door: Door) -> QuerySet[Placement]:
    """Placements of which a host may read the plan: those of `expected_behind`, and what a link is to be signed for."""
    if door.purpose != Link.Purpose.SIGN:
        return expected_behind(door)
    place = Signature.objects.filter(pk=door.subject_id, party__in=(Signature.Party.HOST, Signature.Party.TUTOR))
    found = Placement.objects.filter(plan_versions__agreement__in=place.values("agreement")).exclude(STILLED)
    return found.exclude(state=Placement.State.CANCELLED).distinct()


def firms_behind(door: Door) -> QuerySet[Employer]:
    """Firms for which somebody may set limits and offer places: where they guide, or which they own.

    By link only where it was sent to confirm hours or to answer a request of that firm.
    """
    guides = Employer.objects.filter(
        at_work(timezone.localdate(), "sites__supervisors__"), sites__supervisors__person=door.guide
    ).distinct()
    if door.membership:
        is_owner = door.actor.role == Role.OWNER
        return Employer.objects.filter(organisation=door.membership.organisation_id) if is_owner else guides
    if door.purpose == Link.Purpose.REQUEST:
        return guides.filter(sites__requests=door.subject_id)
    return guides if door.purpose == Link.Purpose.CONFIRM else Employer.objects.none()


def absences_behind(door: Door) -> QuerySet[Absence]:
    return Absence.objects.filter(placement__in=weekly_behind(door))


def learned_by(viewer: Membership) -> QuerySet[Placement]:
    """Placements in which the member is the learner: a student's, or those of a teacher who goes to work again."""
    if viewer.role not in (Role.STUDENT, Role.TEACHER):
        return Placement.objects.none()
    is_teachers = Q(purpose=Placement.Purpose.TEACHER)
    kind = is_teachers if viewer.role == Role.TEACHER else ~is_teachers
    return visible_to(viewer).filter(kind, learner__user=viewer.user_id)


def followed_up_by(viewer: Membership) -> QuerySet[Placement]:
    """A student's own placements that have ended: what came after may be said."""
    return _followed_up(learned_by(viewer)) if viewer.role == Role.STUDENT else Placement.objects.none()


def followed_up_behind(door: Door) -> QuerySet[Placement]:
    """The placement for which a link was sent to ask its learner what came after."""
    if door.purpose != Link.Purpose.FOLLOW_UP:
        return Placement.objects.none()
    return _followed_up(Placement.objects.filter(pk=door.subject_id, learner=door.person, school=door.school))


def _followed_up(placements: QuerySet[Placement]) -> QuerySet[Placement]:
    return placements.filter(state=Placement.State.ENDED, purpose=Placement.Purpose.STUDENT).exclude(STILLED)


def is_learner(viewer: Membership, placement: Placement) -> bool:
    """Whether it is one of those of `learned_by`; the placement comes with its learner and is visible to the viewer."""
    role = Role.TEACHER if placement.purpose == Placement.Purpose.TEACHER else Role.STUDENT
    return viewer.role == role and placement.learner.user_id == viewer.user_id


def entries_behind(door: Door) -> QuerySet[WorkEntry]:
    """Days for which a host answers: of the one who guides, or of the whole firm for its owner."""
    days = WorkEntry.objects.filter(placement__in=weekly_behind(door))
    if door.actor.role == Role.OWNER:
        return days
    return days.filter(segment__supervisor__person=door.guide)


def entries_visible_to(viewer: Membership) -> QuerySet[WorkEntry]:
    return WorkEntry.objects.filter(placement__in=visible_to(viewer))


def photos_visible_to(viewer: Membership) -> QuerySet[WorkPhoto]:
    """Photos of work: for the learner, the host where it was taken, teacher and coordinator; for no guardian."""
    if viewer.role not in PHOTO_ROLES:
        return WorkPhoto.objects.none()
    return WorkPhoto.objects.filter(entry__placement__in=visible_to(viewer))


def earlier_visible_to(viewer: Membership) -> QuerySet[Placement]:
    """Earlier work and jobs of students, which are written down as a sum."""
    return _earlier(visible_to(viewer))


def earlier_behind(door: Door) -> QuerySet[Placement]:
    """Earlier work that somebody at a workplace confirms, in whatever state the placement is."""
    if door.membership:
        return earlier_visible_to(door.membership)
    if door.purpose != Link.Purpose.CONFIRM:
        return Placement.objects.none()
    guided = Q(segments__supervisor__person=door.guide) & _still_guided()
    return _earlier(Placement.objects.filter(guided, school=door.school).exclude(STILLED).distinct())


def _earlier(placements: QuerySet[Placement]) -> QuerySet[Placement]:
    purposes = (Placement.Purpose.PRIOR_WORK, Placement.Purpose.JOB)
    found = placements.filter(purpose__in=purposes, enrolment__isnull=False)
    return found.select_related("learner", "school", "employer", "enrolment")


def sheets_visible_to(viewer: Membership) -> QuerySet[WeekSheet]:
    """Week sheets on paper: for the learner, the host, teacher and coordinator; for no guardian."""
    if viewer.role not in SHEET_ROLES:
        return WeekSheet.objects.none()
    return _with_people(WeekSheet.objects.filter(placement__in=visible_to(viewer)))


def sheets_behind(door: Door) -> QuerySet[WeekSheet]:
    return _with_people(WeekSheet.objects.filter(placement__in=weekly_behind(door)))


def _with_people(sheets: QuerySet[WeekSheet]) -> QuerySet[WeekSheet]:
    return sheets.select_related("placement__learner", "placement__school", "placement__employer", "document")


def signatures_of(viewer: Membership) -> QuerySet[Signature]:
    """The places on agreements where this member signs in person."""
    return Signature.objects.filter(person__user=viewer.user_id, agreement__plan__placement__in=visible_to(viewer))


def agreements_visible_to(viewer: Membership) -> QuerySet[Agreement]:
    """The staff reads every version, others those that were sent for signing."""
    found = Agreement.objects.filter(plan__placement__in=visible_to(viewer))
    if viewer.role not in STAFF:
        found = found.exclude(signatures=None)
    return found.select_related("plan__placement__school", "plan__placement__learner", "plan__rule_set_version")


def signatures_recorded_by(viewer: Membership) -> QuerySet[Signature]:
    """Places of all parties, for the coordinator who writes down what was signed on paper."""
    if viewer.role != Role.COORDINATOR:
        return Signature.objects.none()
    return Signature.objects.filter(agreement__plan__placement__in=visible_to(viewer)).select_related(
        "person", "agreement__plan__placement__learner", "agreement__plan__placement__school", "carried_from",
        "recorded_by",
    )  # fmt: skip


def notes_visible_to(viewer: Membership) -> QuerySet[SafeguardingNote]:
    """Only the safeguarding lead of the school reads what students say in confidence."""
    if viewer.role != Role.SAFEGUARDING:
        return SafeguardingNote.objects.none()
    return SafeguardingNote.objects.filter(school=viewer.organisation_id)


def incidents_visible_to(viewer: Membership) -> QuerySet[Incident]:
    """Coordinator and head see all reports of the school; who reported one sees it on the page of reporting."""
    if viewer.role not in _LEADING:
        return Incident.objects.none()
    return Incident.objects.filter(placement__school=viewer.organisation_id)


def adjustments_visible_to(viewer: Membership) -> QuerySet[Adjustment]:
    """A student's own, with those that were taken back; others read by placement (placements.queries.adjustments)."""
    if viewer.role != Role.STUDENT:
        return Adjustment.objects.none()
    return Adjustment.objects.filter(student__school=viewer.organisation_id, student__person__user=viewer.user_id)


def appointments_visible_to(viewer: Membership) -> QuerySet[Appointment]:
    """Visits and talks that the school plans, for those who write contacts; others see theirs on their own pages."""
    if viewer.role not in STAFF:
        return Appointment.objects.none()
    return Appointment.objects.filter(placement__in=visible_to(viewer).values("pk"))


def concerns_visible_to(viewer: Membership) -> QuerySet[Concern]:
    """What hosts have asked for, for coordinator and head: never for the student or the teacher."""
    if viewer.role not in _LEADING:
        return Concern.objects.none()
    return Concern.objects.filter(placement__school=viewer.organisation_id)


def demonstrations_visible_to(viewer: Membership) -> QuerySet[Demonstration]:
    """What students of this member's placements have shown, at whichever workplace: for the school and the student."""
    if viewer.role not in (*STAFF, Role.STUDENT):
        return Demonstration.objects.none()
    return Demonstration.objects.filter(student__enrolments__placements__in=visible_to(viewer).values("pk")).distinct()


def reflections_visible_to(viewer: Membership) -> QuerySet[Reflection]:
    """A teacher's own questions to students whom this teacher still teaches, and a student's questions and answers.

    What was taken back is not there; an open question neither once its reader has left. Nobody else reads them.
    """
    rows = Reflection.objects.filter(placement__in=visible_to(viewer).values("pk"), withdrawn_at=None)
    if viewer.role == Role.TEACHER:
        return rows.filter(reader__user=viewer.user_id).exclude(placement__learner__user=viewer.user_id)
    if viewer.role == Role.STUDENT:
        return rows.filter(Q(answered_at__isnull=False) | still_read(timezone.localdate()))
    return Reflection.objects.none()


def still_read(today: date) -> Q:
    """Of reflections: the named reader teaches the student, and works at the school as a teacher today."""
    works = Membership.objects.filter(
        Q(starts_on=None) | Q(starts_on__lte=today), Q(ends_on=None) | Q(ends_on__gte=today),
        user=OuterRef("reader__user"), organisation=OuterRef("placement__school"), role=Role.TEACHER,
    ).order_by()  # fmt: skip
    teaches = Q(reader=F("placement__teacher")) | Q(reader=F("placement__enrolment__teacher"))
    return teaches & Q(Exists(works))


def matchings_visible_to(viewer: Membership) -> QuerySet[Matching]:
    """Batches of students who look for places: the coordinators of the school."""
    if viewer.role != Role.COORDINATOR:
        return Matching.objects.none()
    return Matching.objects.filter(school=viewer.organisation_id)


def match_runs_visible_to(viewer: Membership) -> QuerySet[MatchRun]:
    return MatchRun.objects.filter(matching__in=matchings_visible_to(viewer))
