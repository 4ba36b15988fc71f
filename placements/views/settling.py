"""Days on which the sides differ: the learner answers, the host answers, the school settles."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, acting, allow, person_of
from accounts.roles import Role
from core.forms import look_again
from core.pages import data_of, status_of
from core.workflow import Refused
from placements.access import entries_behind, entries_visible_to, learned_by
from placements.doors import Door
from placements.forms.settling import WordForm, answer_form, reply_form, settle_form
from placements.models import HourClaim, WorkEntry
from placements.queries.hours import closed_days_of, host_word, school_word, student_word
from placements.rules.hours import differs_since, settle_by
from placements.views.doors import through_account, through_link
from placements.views.plans import crumbs, page_of
from placements.workflow import settling, weeks


@require_http_methods(["GET", "POST"])
@allow(Role.STUDENT, Role.TEACHER)
def reply(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The learner's right of reply to what the host said of a day."""
    entry = _day(WorkEntry.objects.filter(placement__in=learned_by(request.membership)), public_id)
    form = reply_form(entry, data_of(request))
    hours_page = reverse("placements:hours", args=[entry.placement.public_id])
    if form.is_valid() and _replied(request, entry, form):
        messages.success(request, _("Your answer is saved. The workplace and your school see it."))
        return redirect(hours_page)
    context = _page(entry, form, hours_page) | {"closed": settling.why_no_reply(entry), "school_name": ""}
    return render(request, "placements/reply.html", context, status=status_of(form))


def answer(request: HttpRequest, door: Door, public_id: UUID) -> HttpResponse:
    """The host's answer to what the learner said: gives way, or keeps its hours and says why."""
    entry = _day(entries_behind(door), public_id)
    form = answer_form(entry, data_of(request))
    if form.is_valid() and _answered(door, entry, form):
        messages.success(request, _("Your answer is saved. The student and the school see it."))
        return redirect(door.home)
    closed = weeks.why_no_answer(entry)
    context = _page(entry, form, door.home) | {"closed": closed, "school_name": entry.placement.school.name}
    return render(request, "placements/reply.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def settle(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Both values side by side, who said what and when, and what the school decides."""
    entry = _day(entries_visible_to(request.membership), public_id)
    form = settle_form(entry, data_of(request))
    hours_page = reverse("placements:hours", args=[entry.placement.public_id])
    if form.is_valid() and _settled(request, entry, form):
        messages.success(request, _("The day is settled. Both sides see your reason."))
        return redirect(hours_page)
    since = differs_since(entry.claims.all())
    context = _page(entry, form, hours_page) | {
        "closed": settling.why_not_settled(entry),
        "since": since,
        "settle_by": _settle_by(entry, since.date()) if since else None,
        "crumbs": crumbs((entry.placement.learner.full_name, page_of(entry.placement)), (_("Hours"), hours_page)),
    }
    return render(request, "placements/settle.html", context, status=status_of(form))


def _day(entries: QuerySet[WorkEntry], public_id: UUID) -> WorkEntry:
    people = ("placement__learner", "placement__school", "segment__supervisor__person")
    claims = Prefetch("claims", HourClaim.objects.select_related("person").order_by("at", "pk"))
    rows = entries.select_related(*people).prefetch_related(claims, "tasks__template")
    return get_object_or_404(rows, public_id=public_id)


def _page(entry: WorkEntry, form: WordForm, back: str) -> dict:
    return {
        "entry": entry,
        "form": form,
        "host": host_word(entry),
        "student": student_word(entry),
        "school": school_word(entry),
        "claims": list(entry.claims.all()),
        "back": back,
    }


def _settle_by(entry: WorkEntry, since: date) -> date:
    return settle_by(since, closed_days_of(entry.placement, since))


def _replied(request: MemberRequest, entry: WorkEntry, form: WordForm) -> bool:
    reason = form.cleaned_data["reason"]
    said = {"agrees": form.agrees, "minutes": form.said_minutes, "reason": reason, "seen": form.cleaned_data["seen"]}
    return _done(form, lambda: settling.reply(entry=entry, **said, **acting(request)))


def _answered(door: Door, entry: WorkEntry, form: WordForm) -> bool:
    said = {entry.pk: (form.said_minutes, form.cleaned_data["reason"])}
    return _done(
        form,
        lambda: weeks.confirm_week(
            placement=entry.placement,
            week_starts_on=entry.day,
            person=door.person,
            guide=door.guide,
            changes=said,
            seen={entry.pk: form.cleaned_data["seen"]},
            by=door.actor,
            at=timezone.now(),
        ),
    )


def _settled(request: MemberRequest, entry: WorkEntry, form: WordForm) -> bool:
    said = {"minutes": form.said_minutes, "reason": form.cleaned_data["reason"], "seen": form.cleaned_data["seen"]}
    person = person_of(request.membership)
    return _done(form, lambda: settling.settle(entry=entry, person=person, **said, **acting(request)))


def _done(form: WordForm, verb: Callable[[], object]) -> bool:
    """Whether it was done; what was refused is said, and what has been seen by now counts when it is sent again."""
    try:
        verb()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        look_again(form, form.initial["seen"])
        return False
    return True


link_reply = require_http_methods(["GET", "POST"])(through_link(answer))
host_reply = require_http_methods(["GET", "POST"])(through_account(answer))
