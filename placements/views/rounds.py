"""Rounds: a coordinator asks many firms for places in a period, and reads what they have said."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, acting, allow, person_of, school_of
from accounts.roles import Role
from core.pages import data_of, paged, status_of
from core.workflow import Refused
from employers.models import Round
from employers.workflow.rounds import close_round, open_round
from placements.forms.rounds import FirmsForm, PeriodForm
from placements.queries import rounds as queries
from placements.rules.rounds import asking_days

ROWS = 50


@require_GET
@allow(Role.COORDINATOR)
def rounds(request: MemberRequest) -> HttpResponse:
    found = queries.rounds_visible_to(request.membership).annotate(asked=Count("firms")).order_by("-starts_on", "-pk")
    page = paged(request, found)
    return render(request, "placements/rounds.html", {"page": page, "today": timezone.localdate()})


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def round_new(request: MemberRequest) -> HttpResponse:
    """Say when, then see page by page who would be asked and who not, and un-tick; `turn` is the page to see next."""
    period = PeriodForm(request.GET or None)
    if not period.is_bound or not period.is_valid():
        return render(request, "placements/round_period.html", {"form": period}, status=status_of(period))
    turn = request.POST.get("turn")
    if not turn and (again := _again(request)):
        return redirect("placements:round", public_id=again.public_id)
    days, now = period.cleaned_data, timezone.now()
    found = queries.candidates(school_of(request.membership), days["starts_on"], days["ends_on"], now)
    form = FirmsForm(data_of(request), asked=[one for one in found if one.why_not is None])
    if not turn and form.is_valid() and (made := _opened(request, form, days)):
        messages.success(request, _("The firms are asked on the days that you have seen."))
        return redirect("placements:round", public_id=made.public_id)
    page = Paginator(sorted(found, key=lambda one: one.why_not is not None), ROWS).get_page(turn)
    context = {
        "form": form,
        "days": days,
        "asking": list(asking_days(days["starts_on"], timezone.localdate(now)).values()),
        "page": page,
        "boxes": " ".join(sorted(form.left_out | {one.key for one in page if one.why_not is None})),
        "not_asked": len(found) - len(form.asked),
    }
    return render(request, "placements/round_new.html", context, status=status_of(form))


def _again(request: MemberRequest) -> Round | None:
    """What the same form has opened already: after a second tap its firms are not to be asked once more."""
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        return None
    return queries.rounds_visible_to(request.membership).filter(public_id=key).first()


def _opened(request: MemberRequest, form: FirmsForm, days: dict[str, Any]) -> Round | None:
    try:
        return open_round(
            school=school_of(request.membership),
            firms=form.chosen,
            person=person_of(request.membership),
            public_id=form.cleaned_data["key"],
            **days,
            **acting(request),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


@require_GET
@allow(Role.COORDINATOR)
def round(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """What the firms have said: all of them, or with `show` those of one kind."""
    found = _load(request, public_id)
    rows = found.firms.select_related("employer", "person").order_by("employer__sort_key", "pk")
    answers = queries.answers_to(rows)
    counts, show = queries.counts_of(answers), request.GET.get("show", "")
    shown = [answer for answer in answers if show not in queries.ANSWERS or answer.name == show]
    kinds: list[tuple[str, Any, int]] = [("", _("All"), len(answers))]
    kinds += [(name, label, counts[name]) for name, label in queries.ANSWERS.items()]
    context = {
        "round": found,
        "page": paged(request, shown, ROWS),
        "tabs": [
            {"label": label, "url": f"?show={name}", "current": name == show, "count": count}
            for name, label, count in kinds
        ],
        "facts": [
            (_("Firms asked"), len(answers)),
            (_("Places offered"), sum(answer.places for answer in answers)),
            *((label, count) for _name, label, count in kinds[1:]),
        ],
        "reasons": queries.reasons_of(answers),
        "asking": list(asking_days(found.starts_on, timezone.localdate(found.at)).values()),
        "today": timezone.localdate(),
    }
    return render(request, "placements/round.html", context)


@require_POST
@allow(Role.COORDINATOR)
def round_close(request: MemberRequest, public_id: UUID) -> HttpResponse:
    close_round(round=_load(request, public_id), **acting(request))
    messages.success(request, _("No further letter goes out. Offers that came stay."))
    return redirect("placements:round", public_id=public_id)


def _load(request: MemberRequest, public_id: UUID) -> Round:
    return get_object_or_404(queries.rounds_visible_to(request.membership), public_id=public_id)
