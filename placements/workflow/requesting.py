"""A planned placement is put to a host: the school asks, the host says yes or no, or the request lapses.

The placement stays planned whatever the answer is. Letters follow from the rows of noun "request".
"""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import ClosedDay, Person
from accounts.roles import HOST
from core.workflow import SYSTEM, Actor, Move, Refused, Workflow
from employers.models import Site, Supervisor
from employers.queries import at_work
from placements.models import Agreement, Doubt, HostRequest, Placement, Signature
from placements.queries import parties
from placements.rules import requesting as rules
from placements.workflow.placing import Work, must_take_students
from placements.workflow.replanning import change_segment
from placements.workflow.room import must_have_room, must_want_asking
from placements.workflow.tables import OFFICE

State = HostRequest.State
NOT_TAKEN = (State.DECLINED, State.LAPSED)


def _is_still_planned(request: HostRequest, by: Actor, at: datetime) -> str | None:
    if request.placement.state == Placement.State.PLANNED:
        return None
    return _("The school needs no answer to this any more.")


def _is_fresh(request: HostRequest, by: Actor, at: datetime) -> str | None:
    if rules.may_undo(request.answered_at, at):
        return None
    return _("An answer can be taken back for 24 hours. Please call the school.")


def _nothing_rests_on_it(request: HostRequest, by: Actor, at: datetime) -> str | None:
    newer = HostRequest.objects.filter(placement=request.placement_id, asked_at__gt=request.asked_at)
    signing = Signature.objects.filter(agreement__plan__placement=request.placement_id)
    if newer.exists() or signing.exists():
        return _("The school has gone on with your answer. Please call the school.")
    return None


def _is_over(request: HostRequest, by: Actor, at: datetime) -> str | None:
    """A placement that is not planned any more needs no answer, whatever the day."""
    if _today(request.placement, at) > request.answer_by or _is_still_planned(request, by, at):
        return None
    return _("The host still has time to answer.")


def _is_in_doubt(request: HostRequest, by: Actor, at: datetime) -> str | None:
    return None if request.doubt == Doubt.OPEN else _("Nobody doubts this answer any more.")


REQUEST = Workflow(
    noun="request",
    moves=(
        Move("ask", gettext_lazy("Ask the host"), (), State.OPEN, OFFICE),
        Move(
            "accept",
            gettext_lazy("Yes, we take this student"),
            (State.OPEN,),
            State.ACCEPTED,
            frozenset(HOST),
            checks=(_is_still_planned,),
        ),
        Move("decline", gettext_lazy("No"), (State.OPEN,), State.DECLINED, frozenset(HOST)),
        Move("take_back", gettext_lazy("Take the request back"), (State.OPEN,), State.LAPSED, OFFICE),
        Move(
            "undo",
            gettext_lazy("Take my answer back"),
            (State.ACCEPTED, State.DECLINED),
            State.OPEN,
            frozenset(HOST),
            checks=(_is_still_planned, _is_fresh, _nothing_rests_on_it),
        ),
        Move(
            "settle",
            gettext_lazy("A person meant it"),
            (State.ACCEPTED, State.DECLINED),
            None,
            OFFICE.union(HOST),
            checks=(_is_in_doubt,),
        ),
        Move(
            "reject",
            gettext_lazy("Nobody meant it"),
            (State.ACCEPTED, State.DECLINED),
            State.OPEN,
            OFFICE,
            checks=(_is_in_doubt, _is_still_planned, _nothing_rests_on_it),
        ),
        Move("lapse", gettext_lazy("Lapse"), (State.OPEN,), State.LAPSED, frozenset({SYSTEM}), checks=(_is_over,)),
    ),
    school_id=lambda request: request.placement.school_id,
    timeline=lambda request: f"placement:{request.placement_id}",
)


@transaction.atomic
def ask(*, placement: Placement, site: Site, person: Person, by: Actor, at: datetime) -> HostRequest:
    """Put the placement to this person at a site. At another site than before, the placement is planned there now.

    The same request again is the same one. Raises `Refused` while another one is open, once the agreement was sent or
    the placement has begun, for somebody who does not work there, for a host that takes no student now or has no room
    for one more, and in months in which it wants no requests.
    """
    REQUEST.must_allow("ask", by)
    locked = Placement.objects.select_for_update(of=("self",)).select_related("school").get(pk=placement.pk)
    if open_one := HostRequest.objects.filter(placement=locked, state=State.OPEN).first():
        return _the_same(open_one, site, person, by)
    _must_be_askable(locked, site, person, at)
    _move_to(locked, site, person, by=by, at=at)
    asked_on = _today(locked, at)
    request = HostRequest.objects.create(
        placement=locked,
        site=site,
        offer=locked.offer,
        person=person,
        asked_at=at,
        answer_by=rules.answer_by(asked_on, _closed(locked, asked_on)),
    )
    details = {"answer_by": request.answer_by.isoformat()}
    REQUEST.log(request, "ask", by=by, at=at, after=State.OPEN, details=details)
    return request


def accept(*, request: HostRequest, in_doubt: bool = False, by: Actor, at: datetime) -> None:
    """The host takes the student; a second yes is the first one. `in_doubt`: a program may have pressed."""
    _answer(request, "accept", State.ACCEPTED, in_doubt=in_doubt, by=by, at=at)


def decline(
    *, request: HostRequest, reason: str, text: str = "", in_doubt: bool = False, by: Actor, at: datetime
) -> None:
    """The host does not, and says why in one tap; the same answer again is the same one."""
    if reason not in HostRequest.Decline.values:
        raise Refused(_("Please choose a reason."))
    words = {"decline": reason, "text": " ".join(text.split())}
    _answer(request, "decline", State.DECLINED, in_doubt=in_doubt, by=by, at=at, **words)


def undo(*, request: HostRequest, by: Actor, at: datetime) -> None:
    """The host takes an answer back within 24 hours; the question stands again, for a working day at least."""
    _ask_anew(request, "undo", by=by, at=at)


def settle_doubt(*, request: HostRequest, by: Actor, at: datetime) -> None:
    """Somebody says that a person meant the answer: the host itself, or the school after a call."""
    REQUEST.apply(request, "settle", by=by, at=at, doubt=Doubt.SETTLED)


def reject_doubt(*, request: HostRequest, by: Actor, at: datetime) -> None:
    """The school takes an answer back that nobody meant, whenever that becomes known; the question stands again."""
    _ask_anew(request, "reject", by=by, at=at)


def _ask_anew(request: HostRequest, verb: str, *, by: Actor, at: datetime) -> None:
    today = _today(request.placement, at)
    until = rules.working_day(today, 1, _closed(request.placement, today))
    REQUEST.apply(
        request, verb, by=by, at=at,
        answered_at=None, decline="", text="", doubt="", answer_by=max(request.answer_by, until),
    )  # fmt: skip


def take_back(*, request: HostRequest, by: Actor, at: datetime) -> None:
    """The school needs no answer any more."""
    REQUEST.apply(request, "take_back", by=by, at=at)


def lapse(*, request: HostRequest, by: Actor, at: datetime) -> None:
    """Nobody has answered by the last day."""
    REQUEST.apply(request, "lapse", by=by, at=at)


@transaction.atomic
def _answer(
    request: HostRequest, verb: str, target: State, *, in_doubt: bool, by: Actor, at: datetime, **said: Any
) -> None:
    held = HostRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if held.state == target and all(getattr(held, name) == value for name, value in said.items()):
        return
    if problem := _CONFLICTS.get(State(held.state)):
        raise Refused(str(problem))
    details = {"decline": said["decline"]} if "decline" in said else None
    doubt = Doubt.OPEN if in_doubt else ""
    REQUEST.apply(request, verb, by=by, at=at, details=details, answered_at=at, doubt=doubt, **said)


_CONFLICTS = {
    State.ACCEPTED: gettext_lazy("You have said yes already. Take that answer back first, or call the school."),
    State.DECLINED: gettext_lazy("You have said no already. Take that answer back first, or call the school."),
    State.LAPSED: gettext_lazy("The school needs no answer to this any more."),
}


def _the_same(request: HostRequest, site: Site, person: Person, by: Actor) -> HostRequest:
    if (request.site_id, request.person_id) != (site.pk, person.pk):
        raise Refused(REQUEST.told(_("Another request is still open. Take it back first."), request, by))
    if not REQUEST.was_last(request, by):
        raise Refused(REQUEST.told(_("This host was asked already."), request, by))
    return request


def _must_be_askable(placement: Placement, site: Site, person: Person, at: datetime) -> None:
    if placement.state != Placement.State.PLANNED:
        raise Refused(_("Only a planned placement is put to a host."))
    sent = Agreement.objects.filter(plan__placement=placement, state__in=(*Agreement.SIGNING, Agreement.State.IN_FORCE))
    if sent.exists():
        raise Refused(_("The agreement was sent already. The host answers by signing."))
    if site.employer is None:
        raise Refused(_("A workshop of the school needs no request."))
    if not parties.works_for(person.pk, site.employer, _today(placement, at)):
        raise Refused(_("This person does not work there. Choose somebody else."))
    must_take_students(placement.school, site)
    must_want_asking(site, _today(placement, at))
    if placement.purpose == Placement.Purpose.STUDENT:
        must_have_room(site, placement.learner_id, placement.starts_on, placement.ends_on, placement)


def _move_to(placement: Placement, site: Site, person: Person, *, by: Actor, at: datetime) -> None:
    """Plan the only workplace of the placement at another site; what belonged to the last host goes."""
    segments = list(placement.segments.select_related("site").order_by("starts_on", "pk"))
    if any(segment.site_id == site.pk for segment in segments):
        return
    if len(segments) != 1:
        raise Refused(_("This placement has several workplaces. Change them in the plan first."))
    placement.offer, placement.signatory, placement.conflict_of_interest = None, None, ""
    placement.save(update_fields=["offer", "signatory", "conflict_of_interest"])
    old = segments[0]
    change_segment(
        segment=old,
        site=site,
        supervisor=Supervisor.objects.filter(at_work(_today(placement, at)), site=site, person=person).first(),
        starts_on=old.starts_on,
        ends_on=old.ends_on,
        work=Work(setting="", realism=old.realism, remote=old.remote, activity=old.activity, unit=old.unit),
        by=by,
        at=at,
    )


def _today(placement: Placement, at: datetime) -> date:
    """Requests run by the calendar of the school."""
    return at.astimezone(ZoneInfo(placement.school.time_zone)).date()


def _closed(placement: Placement, since: date) -> set[date]:
    days = ClosedDay.objects.filter(organisation=placement.school_id, day__gt=since)
    return set(days.values_list("day", flat=True))
