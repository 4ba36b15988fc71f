"""Days that a phone kept while it had no network: sent one by one, stored once, never over what stands by now."""

from collections.abc import Iterable
from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, acting, allow, person_of
from accounts.roles import Role
from core.templatetags.ui import hours as in_hours
from core.workflow import Refused
from placements.access import learned_by
from placements.forms.hours import DayForm, change_form
from placements.models import Absence, HourClaim, Placement, WorkEntry
from placements.queries.absences import told
from placements.queries.hours import fingerprint, host_word, school_word, student_word, tasks_of
from placements.queries.offline import kept_by_phone, overlaps, standing
from placements.rules.hours import Span
from placements.workflow import hours
from placements.workflow.settling import why_no_reply

State, Side = WorkEntry.State, HourClaim.Side


@never_cache
@require_http_methods(["GET", "POST"])
@allow(Role.STUDENT)
def queue(request: MemberRequest) -> HttpResponse:
    """GET: what the phone keeps. POST: one day of its queue; the answer says what became of it.

    `state` of the answer is saved, known (it came in before), conflict (something else stands: `stands` says what, in
    sentences, `way` and `open` how to answer), refused (`messages` say why, `wrong` names fields) or other (somebody
    else is signed in by now). Only saved and known days may leave the phone.
    """
    who = str(person_of(request.membership).public_id)
    own = learned_by(request.membership)
    if request.method == "GET":
        return JsonResponse({"user": who, "placements": kept_by_phone(own, today=timezone.localdate())})
    if request.POST.get("user", who) != who:
        return _said("other", status=HTTPStatus.CONFLICT)
    change = "entry" in request.POST
    named = _uuid(request.POST.get("entry" if change else "placement", ""))
    if named is None:
        return _refused([_("This day does not say where it belongs. Remove it and log it again.")])
    return _changed(request, own, named) if change else _logged(request, own, named)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


# ── A new day ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _logged(request: MemberRequest, own: QuerySet[Placement], named: UUID) -> HttpResponse:
    placement = get_object_or_404(own.select_related("school"), public_id=named)
    known = _known(placement, request.POST.get("key", ""))
    # A day that came in before is looked at as of then: it may have become late since.
    at = known.logged_at if known else timezone.now()
    form = DayForm(request.POST, placement=placement, tasks=tasks_of(placement), now=at)
    if not form.is_valid():
        return _mend(form)
    day, span = form.cleaned_data["day"], _span(placement, form)
    if not known and (found := _in_the_way(request, placement, day, span)):
        return _conflict(found, placement, span)
    try:
        hours.log_day(
            placement=placement,
            public_id=form.cleaned_data["key"],
            **acting(request) | {"at": at},
            **form.values,
        )
    except Refused as refusal:
        absences, found = list(told(placement).filter(day=day)), [known] if known else []
        return _conflict(found, placement, span, absences) if found or absences else _refused([str(refusal)])
    return _said("known" if known else "saved")


def _known(placement: Placement, key: str) -> WorkEntry | None:
    if (uuid := _uuid(key)) is None:
        return None
    days = WorkEntry.objects.filter(placement=placement, public_id=uuid)
    return days.prefetch_related("claims__confirmation").first()


def _span(placement: Placement, form: DayForm) -> Span:
    return hours.draft(placement=placement, at=form.now, **_times(form)).stretch.span


def _times(form: DayForm) -> dict[str, Any]:
    return {name: value for name, value in form.values.items() if name not in ("tasks", "make_up")}


def _in_the_way(request: HttpRequest, placement: Placement, day: date, span: Span) -> list[WorkEntry]:
    """What stands on that day; `anyway` says that the student has seen what others wrote for another time of it."""
    seen = [text for text in request.POST.getlist("knew") if _uuid(text)]
    found = standing(placement, day, span, seen)
    return [entry for entry in found if overlaps(entry, span)] if "anyway" in request.POST else found


# ── A day that was logged before ─────────────────────────────────────────────────────────────────────────────────────


def _changed(request: MemberRequest, own: QuerySet[Placement], named: UUID) -> HttpResponse:
    days = WorkEntry.objects.filter(placement__in=own).select_related("placement__school")
    entry = get_object_or_404(days.prefetch_related("tasks__template", "claims__confirmation"), public_id=named)
    form = change_form(entry, request.POST)
    if not form.is_valid():
        return _mend(form)
    try:
        hours.change_day(entry=entry, seen=form.cleaned_data["seen"], **acting(request), **form.values)
    except Refused as refusal:
        if entry.state == State.WITHDRAWN or form.cleaned_data["seen"] != fingerprint(entry):
            return _conflict([entry], entry.placement, None)
        if form.is_late and not form.cleaned_data["late_reason"]:
            form.add_error("late_reason", str(refusal))
            return _mend(form)
        return _conflict_of_change(entry, form, refusal)
    return _said("saved")


def _conflict_of_change(entry: WorkEntry, form: DayForm, refusal: Refused) -> HttpResponse:
    """It stands as the student saw it, but something else on that day does not let it be so."""
    day, span = form.cleaned_data["day"], _span(entry.placement, form)
    absences = list(told(entry.placement).filter(day=day))
    others = [other for other in standing(entry.placement, day, span, ()) if other.pk != entry.pk]
    found = others or ([entry] if entry.state != State.LOGGED else [])
    return _conflict(found, entry.placement, span, absences) if found or absences else _refused([str(refusal)])


# ── Answers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _said(state: str, *, status: int = HTTPStatus.OK, **more: Any) -> JsonResponse:
    return JsonResponse({"state": state, "messages": [], **more}, status=status)


def _refused(messages: list[str], wrong: Iterable[str] = ()) -> JsonResponse:
    return _said("refused", status=HTTPStatus.UNPROCESSABLE_ENTITY, messages=messages, wrong=list(wrong))


def _mend(form: DayForm) -> JsonResponse:
    return _refused([str(text) for errors in form.errors.values() for text in errors], form.errors)


def _conflict(
    found: list[WorkEntry], placement: Placement, span: Span | None, absences: Iterable[Absence] = ()
) -> JsonResponse:
    stands = [sentence for entry in found for sentence in _sentences(entry)] + [_absent(one) for one in absences]
    way, address = _way(found, placement, span)
    return _said("conflict", status=HTTPStatus.CONFLICT, stands=stands, way=way, open=address)


def _way(found: list[WorkEntry], placement: Placement, span: Span | None) -> tuple[str, str]:
    """How the student says its own all the same: `change` and `reply` by that page, `anyway` by sending it again."""
    entry = next(iter(found), None)
    if entry and entry.state == State.LOGGED:
        return "change", reverse("placements:change_day", args=[entry.public_id])
    if entry and span and entry.placement_id == placement.pk and not overlaps(entry, span):
        return "anyway", ""
    if entry and not why_no_reply(entry):
        return "reply", reverse("placements:reply", args=[entry.public_id])
    return "look", reverse("placements:hours", args=[placement.public_id])


def _sentences(entry: WorkEntry) -> Iterable[str]:
    """What each side says of a day by now, side by side."""
    if entry.state == State.WITHDRAWN:
        yield _("You took this day back.")
        return
    host, own, school = host_word(entry), student_word(entry), school_word(entry)
    times = {"start": f"{entry.starts_at:%H:%M}", "end": f"{entry.ends_at:%H:%M}", "break": entry.break_minutes}
    if entry.origin == WorkEntry.Origin.LEARNER or own:
        said = in_hours(own.minutes if own else entry.logged_minutes)
        yield _("You: %(start)s to %(end)s, break %(break)s min, %(said)s.") % {**times, "said": said}
    if host and entry.origin == WorkEntry.Origin.HOST:
        said = in_hours(host.minutes)
        yield _("Your supervisor: %(start)s to %(end)s, break %(break)s min, %(said)s.") % {**times, "said": said}
    elif host:
        yield _("Your supervisor: %(said)s.") % {"said": in_hours(host.minutes)}
    if host and host.reason:
        yield _("Your supervisor wrote: %(reason)s") % {"reason": host.reason}
    if school:
        yield _("Your school: %(said)s.") % {"said": in_hours(school.minutes)}


def _absent(absence: Absence) -> str:
    words = {"absent": in_hours(absence.minutes)}
    if absence.side == Side.HOST:
        return _("Your supervisor: you were absent, %(absent)s.") % words
    if absence.side == Side.SCHOOL:
        return _("Your school: you were absent, %(absent)s.") % words
    return _("You: absent, %(absent)s.") % words
