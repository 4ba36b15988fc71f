"""The life of a placement and of its agreement: two tables of moves, and the verbs that make them.

A change of an agreed plan makes a new version. What is agreed stays in force until the new version is agreed; what was
still being signed lapses at once. Verbs raise `core.workflow.Refused` with a text for the person who tried:

    create_placement(*, enrolment, site, supervisor, teacher, coordinator, starts_on, ends_on, by, at, offer=None)
    set_plan(*, placement, shifts, outcomes, purpose_text, rhythm, by, at) -> PlanVersion
    propose(*, agreement, sign_by, by, at) -> list of Signature
    sign(*, signature, name_typed, ip, by, at, person=None) -> Signature
    refuse(*, signature, reason, by, at)
    start, pause, resume, end, cancel, break_early(*, placement, by, at, ...)
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import Role
from core.workflow import Actor, Move, Refused, Workflow
from employers.models import Offer, Site, Supervisor
from placements.models import Agreement, Placement, PlannedOutcome, PlannedShift, PlanVersion, Segment, Signature
from placements.models.placements import Setting
from placements.plan_text import write_text
from placements.queries import plans
from placements.rules import plan as plan_rules
from placements.rules import signing
from schools.models import Enrolment, Outcome

SYSTEM = "system"
State = Placement.State
Agreed = Agreement.State


@dataclass(frozen=True)
class Pattern:
    """Work on one weekday (Monday is 0), every week of the placement; over midnight when end <= start."""

    weekday: int
    starts_at: time
    ends_at: time
    break_minutes: int = 0


def _today(placement: Placement, at: datetime) -> date:
    return at.astimezone(ZoneInfo(plans.zone_of(placement))).date()


def _is_agreed(placement: Placement, by: Actor, at: datetime) -> str | None:
    return None if plans.agreement_in_force(placement) else _("Not everybody has signed the agreement yet.")


def _first_day_has_come(placement: Placement, by: Actor, at: datetime) -> str | None:
    return None if _today(placement, at) >= placement.starts_on else _("The first day has not come yet.")


def _last_day_is_over(placement: Placement, by: Actor, at: datetime) -> str | None:
    return None if _today(placement, at) > placement.ends_on else _("The last day is not over yet.")


_OFFICE = frozenset({Role.COORDINATOR})
_OFFICE_OR_SYSTEM = frozenset({Role.COORDINATOR, SYSTEM})

PLACEMENT = Workflow(
    noun="placement",
    moves=(
        Move("plan", gettext_lazy("Change the plan"), Placement.LIVE, None, _OFFICE),
        Move(
            "start",
            gettext_lazy("Start"),
            (State.PLANNED,),
            State.RUNNING,
            _OFFICE_OR_SYSTEM,
            checks=(_is_agreed, _first_day_has_come),
        ),
        Move("pause", gettext_lazy("Pause"), (State.RUNNING,), State.PAUSED, _OFFICE, needs_reason=True),
        Move("resume", gettext_lazy("Go on"), (State.PAUSED,), State.RUNNING, _OFFICE),
        Move(
            "end",
            gettext_lazy("End"),
            (State.RUNNING, State.PAUSED),
            State.ENDED,
            _OFFICE_OR_SYSTEM,
            checks=(_last_day_is_over,),
        ),
        Move("cancel", gettext_lazy("Cancel"), (State.PLANNED,), State.CANCELLED, _OFFICE, needs_reason=True),
        Move(
            "break", gettext_lazy("End early"), (State.RUNNING, State.PAUSED), State.BROKEN, _OFFICE, needs_reason=True
        ),
    ),
    school_id=lambda placement: placement.school_id,
    timeline=lambda placement: f"placement:{placement.pk}",
)

_SIGNERS = frozenset(role for roles in signing.ROLES_OF.values() for role in roles)

AGREEMENT = Workflow(
    noun="agreement",
    moves=(
        Move("propose", gettext_lazy("Send for signing"), (Agreed.DRAFT,), Agreed.PROPOSED, _OFFICE),
        Move("sign", gettext_lazy("Sign"), Agreement.SIGNING, Agreed.PARTLY_SIGNED, _SIGNERS),
        Move("agree", gettext_lazy("Agree"), (Agreed.PARTLY_SIGNED,), Agreed.IN_FORCE, _SIGNERS),
        Move("refuse", gettext_lazy("Refuse"), Agreement.SIGNING, Agreed.REFUSED, _SIGNERS, needs_reason=True),
        Move("supersede", gettext_lazy("Replace"), (Agreed.IN_FORCE,), Agreed.SUPERSEDED, _SIGNERS),
        Move(
            "lapse",
            gettext_lazy("Withdraw"),
            (Agreed.DRAFT, *Agreement.SIGNING),
            Agreed.LAPSED,
            _OFFICE_OR_SYSTEM,
        ),
    ),
    school_id=lambda agreement: agreement.plan.placement.school_id,
    timeline=lambda agreement: f"placement:{agreement.plan.placement_id}",
)


# ── The plan ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def create_placement(
    *,
    enrolment: Enrolment,
    site: Site,
    supervisor: Supervisor,
    teacher: Person | None,
    coordinator: Person,
    starts_on: date,
    ends_on: date,
    by: Actor,
    at: datetime,
    offer: Offer | None = None,
) -> Placement:
    """A planned placement with one segment at the site.

    Raises `Refused` for dates in the wrong order, a supervisor of another site, or an offer without a free place.
    """
    _must_fit(enrolment, site, supervisor, starts_on, ends_on, by)
    if offer:
        _must_be_free(offer, site)
    placement = Placement.objects.create(
        school=enrolment.student.school,
        learner=enrolment.student.person,
        enrolment=enrolment,
        employer=site.employer,
        offer=offer,
        coordinator=coordinator,
        teacher=teacher,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    setting = Setting.COMPANY if site.employer_id else Setting.WORKSHOP
    Segment.objects.create(
        placement=placement, site=site, setting=setting, supervisor=supervisor, starts_on=starts_on, ends_on=ends_on
    )
    PLACEMENT.log(placement, "create", by=by, at=at, after=State.PLANNED)
    return placement


def _must_fit(
    enrolment: Enrolment, site: Site, supervisor: Supervisor, starts_on: date, ends_on: date, by: Actor
) -> None:
    if by.role not in _OFFICE:
        raise Refused(_("You may not do this."))
    if ends_on < starts_on:
        raise Refused(_("The last day is before the first day."))
    if supervisor.site_id != site.pk:
        raise Refused(_("This supervisor works at another place."))
    if enrolment.ends_on and enrolment.ends_on < starts_on:
        raise Refused(_("The student has left the programme before the first day."))


def _must_be_free(offer: Offer, site: Site) -> None:
    locked = Offer.objects.select_for_update().get(pk=offer.pk)
    if locked.site_id != site.pk:
        raise Refused(_("This offer is for another workplace."))
    if locked.placements.exclude(state=State.CANCELLED).count() >= locked.places:
        raise Refused(_("All places of this offer are taken."))


@transaction.atomic
def set_plan(
    *,
    placement: Placement,
    shifts: Sequence[Pattern],
    outcomes: Collection[Outcome],
    purpose_text: str,
    rhythm: str,
    by: Actor,
    at: datetime,
) -> PlanVersion:
    """Write the draft, or a new version when the newest one has been sent already; its agreement is a draft.

    Each pattern holds for all segments. Raises `Refused` for shifts that cannot be worked and for outcomes of another
    programme.
    """
    locked = Placement.objects.select_for_update(of=("self",)).get(pk=placement.pk)
    segments = plans.segments_of(locked)
    rows = [_shift(segment, pattern) for segment in segments for pattern in shifts]
    _must_be_workable(locked, rows, outcomes)
    plan = _open_version(locked, by=by, at=at)
    plan.purpose_text, plan.rhythm = purpose_text, rhythm
    _write_shifts(plan, segments, rows)
    _write_outcomes(plan, segments[0], outcomes)
    _write_text(locked, plan)
    PLACEMENT.apply(placement, "plan", by=by, at=at, details={"version": plan.number, "minutes": plan.planned_minutes})
    return plan


def _shift(segment: Segment, pattern: Pattern) -> plan_rules.Shift:
    return plan_rules.Shift(
        weekday=pattern.weekday,
        starts_at=pattern.starts_at,
        ends_at=pattern.ends_at,
        break_minutes=pattern.break_minutes,
        starts_on=segment.starts_on,
        ends_on=segment.ends_on,
        zone=segment.site.time_zone,
    )


def _must_be_workable(placement: Placement, rows: list[plan_rules.Shift], outcomes: Collection[Outcome]) -> None:
    if not plan_rules.work_days(rows, plans.closed_days(placement)):
        raise Refused(_("The plan has no day of work. Choose at least one weekday."))
    if problems := plan_rules.problems(rows):
        raise Refused(str(problems[0]))
    wanted = {outcome.pk for outcome in outcomes}
    version = placement.enrolment.cohort.version_id if placement.enrolment else None
    if Outcome.objects.filter(pk__in=wanted, unit__version=version).count() != len(wanted):
        raise Refused(_("One of the outcomes belongs to another programme."))


def _open_version(placement: Placement, *, by: Actor, at: datetime) -> PlanVersion:
    """The draft, or the next version; what was being signed lapses."""
    newest = (
        Agreement.objects.select_for_update(of=("self",))
        .filter(plan__placement=placement)
        .order_by("-plan__number")
        .first()
    )
    if newest and newest.state == Agreed.DRAFT:
        return newest.plan
    if newest and newest.state in Agreement.SIGNING:
        AGREEMENT.apply(newest, "lapse", by=by, at=at, details={"version": newest.plan.number})
    plan = PlanVersion.objects.create(placement=placement, number=newest.plan.number + 1 if newest else 1)
    Agreement.objects.create(plan=plan)
    return plan


def _write_shifts(plan: PlanVersion, segments: list[Segment], rows: list[plan_rules.Shift]) -> None:
    per_segment = len(rows) // len(segments)
    plan.shifts.all().delete()
    PlannedShift.objects.bulk_create(
        PlannedShift(
            plan=plan,
            segment=segments[place // per_segment],
            weekday=row.weekday,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            break_minutes=row.break_minutes,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
        )
        for place, row in enumerate(rows)
    )


def _write_outcomes(plan: PlanVersion, segment: Segment, outcomes: Collection[Outcome]) -> None:
    plan.outcomes.all().delete()
    PlannedOutcome.objects.bulk_create(
        PlannedOutcome(plan=plan, outcome=outcome, setting=segment.setting) for outcome in outcomes
    )


def _write_text(placement: Placement, plan: PlanVersion) -> None:
    days = plan_rules.work_days(plans.shifts_of(plan), plans.closed_days(placement))
    plan.planned_minutes = plan_rules.total_minutes(days)
    plan.text = write_text(placement, plan, days)
    plan.text_hash = signing.digest(plan.text)
    plan.save()


# ── The agreement ────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def propose(*, agreement: Agreement, sign_by: date, by: Actor, at: datetime) -> list[Signature]:
    """Ask all parties to sign until that day; letters follow from the row of this move.

    Raises `Refused` when somebody is missing: a guardian of a minor, the supervisor, the coordinator.
    """
    locked = _locked(agreement)
    placement = locked.plan.placement
    if placement.state not in Placement.LIVE:
        raise Refused(_("This placement is over."))
    if sign_by < _today(placement, at):
        raise Refused(_("The last day for signing is in the past."))
    places = _places(placement)
    AGREEMENT.apply(
        agreement, "propose", by=by, at=at, details={"version": locked.plan.number, "parties": len(places)},
        sign_by=sign_by,
    )  # fmt: skip
    return Signature.objects.bulk_create(
        Signature(
            agreement=locked,
            party=place.party,
            person_id=place.person_id,
            order=place.order,
            text_hash=locked.plan.text_hash,
        )
        for place in places
    )


def _places(placement: Placement) -> list[signing.Place]:
    guardian = plans.current_guardian(placement)
    birth_date = plans.birth_date_of(placement)
    host = placement.segments.exclude(supervisor=None).select_related("supervisor").order_by("starts_on", "pk").first()
    if host is None or host.supervisor is None:
        raise Refused(_("Choose a supervisor at the workplace first."))
    if placement.coordinator_id is None:
        raise Refused(_("Choose a coordinator first."))
    if guardian is None and signing.is_minor(birth_date, placement.starts_on):
        raise Refused(_("The student is under 18 on the first day. Add a parent or guardian first."))
    return signing.parties(
        student_id=placement.learner_id,
        guardian_id=guardian.person_id if guardian else None,
        host_id=host.supervisor.person_id,
        school_id=placement.coordinator_id,
        birth_date=birth_date,
        starts_on=placement.starts_on,
    )


@transaction.atomic
def sign(
    *, signature: Signature, name_typed: str, ip: str | None, by: Actor, at: datetime, person: Person | None = None
) -> Signature:
    """Sign one place; the last one brings the agreement in force. Signing twice keeps the first.

    `person` is a colleague of the host to whom the link was forwarded: the place becomes theirs. Who may hold this
    signature in hand is the door's matter (access.signatures_of, doors.by_link). Raises `Refused` when the text is no
    longer the one that was sent, for a role of another party, and when the agreement is not open for signing.
    """
    agreement = _locked(signature.agreement)
    place = Signature.objects.select_for_update().get(pk=signature.pk)
    if place.signed_at:
        return place
    _must_sign(place, agreement.plan, name_typed, by, person)
    place.person = person or place.person
    place.name_typed, place.signed_at, place.ip = name_typed.strip()[:200], at, ip
    place.save()
    AGREEMENT.apply(agreement, "sign", by=by, at=at, details={"party": place.party, "version": agreement.plan.number})
    if not agreement.signatures.filter(signed_at=None).exists():
        _bring_in_force(agreement, by=by, at=at)
    return place


def _must_sign(place: Signature, plan: PlanVersion, name_typed: str, by: Actor, person: Person | None) -> None:
    _must_be_of_party(place, by)
    if person and person.pk != place.person_id and place.party != Signature.Party.HOST:
        raise Refused(_("Only the workplace may let a colleague sign."))
    if not signing.is_a_name(name_typed):
        raise Refused(_("Type your name to sign."))
    if place.text_hash != plan.text_hash or signing.digest(plan.text) != plan.text_hash:
        raise Refused(_("The text has changed since it was sent to you. The school has to send it again."))


def _must_be_of_party(place: Signature, by: Actor) -> None:
    if by.role not in signing.ROLES_OF[Signature.Party(place.party)]:
        raise Refused(_("You may not do this."))


def _bring_in_force(agreement: Agreement, *, by: Actor, at: datetime) -> None:
    placement_id = agreement.plan.placement_id
    for old in Agreement.objects.filter(plan__placement=placement_id, state=Agreed.IN_FORCE).order_by("pk"):
        AGREEMENT.apply(old, "supersede", by=by, at=at, details={"version": old.plan.number})
    AGREEMENT.apply(agreement, "agree", by=by, at=at, details={"version": agreement.plan.number}, in_force_at=at)


@transaction.atomic
def refuse(*, signature: Signature, reason: str, by: Actor, at: datetime) -> None:
    """One party says no, with a reason: nobody can sign this version any more. Not after having signed it."""
    agreement = _locked(signature.agreement)
    place = Signature.objects.get(pk=signature.pk)
    _must_be_of_party(place, by)
    if place.signed_at:
        raise Refused(_("You have signed already. Call the school if you want to take that back."))
    details = {"party": place.party, "version": agreement.plan.number}
    AGREEMENT.apply(agreement, "refuse", by=by, at=at, reason=reason, details=details)


@transaction.atomic
def withdraw(*, agreement: Agreement, by: Actor, at: datetime) -> None:
    """Stop the signing of a version without a new one."""
    AGREEMENT.apply(agreement, "lapse", by=by, at=at, details={"version": agreement.plan.number})


def _locked(agreement: Agreement) -> Agreement:
    """Everybody who signs waits for this row first, so that the last of two at once sees the other's signature."""
    return (
        Agreement.objects.select_for_update(of=("self",))
        .select_related("plan__placement__enrolment__student", "plan__placement__school")
        .get(pk=agreement.pk)
    )


# ── The life of a placement ──────────────────────────────────────────────────────────────────────────────────────────


def start(*, placement: Placement, by: Actor, at: datetime) -> None:
    """From the first day on, when the agreement is in force."""
    PLACEMENT.apply(placement, "start", by=by, at=at)


def pause(*, placement: Placement, reason: str, by: Actor, at: datetime) -> None:
    PLACEMENT.apply(placement, "pause", by=by, at=at, reason=reason)


def resume(*, placement: Placement, by: Actor, at: datetime) -> None:
    PLACEMENT.apply(placement, "resume", by=by, at=at)


@transaction.atomic
def end(*, placement: Placement, by: Actor, at: datetime) -> None:
    """After the last day; a version still being signed lapses."""
    PLACEMENT.apply(placement, "end", by=by, at=at)
    _lapse_all(placement, by=by, at=at)


@transaction.atomic
def cancel(*, placement: Placement, reason: str, by: Actor, at: datetime) -> None:
    """Before the start; the place of the offer is free again."""
    PLACEMENT.apply(placement, "cancel", by=by, at=at, reason=reason)
    _lapse_all(placement, by=by, at=at)


@transaction.atomic
def break_early(*, placement: Placement, last_day: date, reason: str, by: Actor, at: datetime) -> None:
    """End a placement before its time; hours count until `last_day`, which becomes its end."""
    if not placement.starts_on <= last_day <= min(placement.ends_on, _today(placement, at)):
        raise Refused(_("Choose a last day between the first day and today."))
    details = {"last_day": last_day.isoformat(), "planned_end": placement.ends_on.isoformat()}
    PLACEMENT.apply(placement, "break", by=by, at=at, reason=reason, details=details, ends_on=last_day)
    _lapse_all(placement, by=by, at=at)


def _lapse_all(placement: Placement, *, by: Actor, at: datetime) -> None:
    """Nobody is asked to sign for a placement that is over."""
    open_states = (Agreed.DRAFT, *Agreement.SIGNING)
    for agreement in Agreement.objects.filter(plan__placement=placement, state__in=open_states).order_by("pk"):
        AGREEMENT.apply(agreement, "lapse", by=by, at=at, details={"version": agreement.plan.number})
