"""The relationship with one firm: what was asked of it and how long that took, and one log of all that happened."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, allow
from accounts.roles import STAFF
from core import formats
from core.pages import paged
from core.templatetags.ui import day_year
from placements.models import HostRequest
from placements.rules.requesting import Answers
from reports.queries.relationship import Firm, Part, firm_of, lines_of, log_of


@require_GET
@allow(*STAFF)
def relationship(request: MemberRequest, public_id: UUID) -> HttpResponse:
    now, today = timezone.now(), timezone.localdate()
    firm = firm_of(request.membership, public_id, now=now)
    if firm is None:
        raise Http404
    part = request.GET.get("part", "")
    page = paged(request, log_of(firm, part))
    employer = firm.relation.employer
    context = {
        "employer": employer,
        "relation": firm.relation,
        "asked": [*_spent(firm, public_id), *_answered(firm.answers(now))],
        "hosted": _hosted(firm),
        "page": page,
        "lines": lines_of(firm, page, today=today, viewer=request.membership),
        "tabs": _tabs(public_id, part),
        "crumbs": [
            (_("Employers"), reverse("employers:employers")),
            (employer.name, reverse("employers:employer", args=[public_id])),
        ],
    }
    return render(request, "reports/relationship.html", context)


def _spent(firm: Firm, public_id: UUID) -> list[tuple[Any, ...]]:
    known = firm.relation.seconds
    time = formats.spent(known) if known else _("Not known")
    return [
        (_("Letters"), firm.relation.letters),
        (_("Forms that came back"), firm.relation.forms),
        (_("Time for them"), time, reverse("placements:employer_time", args=[public_id])),
    ]


def _answered(found: Answers) -> list[tuple[str, Any]]:
    state = HostRequest.State
    days = _("No answer yet") if found.days is None else ngettext("%(n)s day", "%(n)s days", found.days)
    return [
        (_("Requests"), found.asked),
        *((str(one.label), found.states[one]) for one in (state.ACCEPTED, state.DECLINED, state.LAPSED)),
        (_("Half of the answers came within"), days % {"n": found.days}),
    ]


def _hosted(firm: Firm) -> list[tuple[str, Any]]:
    today = timezone.localdate()
    found, again = firm.hosted(today), firm.again
    words = {"answer": again.get_host_again_display(), "day": day_year(again.given_at)} if again else {}
    return [
        (_("Students in %(year)s") % {"year": today.year - 1}, found.last_year),
        (_("Students in %(year)s") % {"year": today.year}, found.this_year),
        (_("Again?"), _("%(answer)s, on %(day)s") % words if again else _("Not said yet")),
    ]


def _tabs(public_id: UUID, current: str) -> list[dict[str, Any]]:
    here = reverse("reports:relationship", args=[public_id])
    return [
        {"label": _("All"), "url": here, "current": current not in Part.values, "count": None},
        *(
            {"label": part.label, "url": f"{here}?part={part.value}", "current": part == current, "count": None}
            for part in Part
        ),
    ]
