"""Hand placements and firms over to a colleague: from whom and to whom, which ones, with a note."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, acting, allow, person_of, school_of
from accounts.models import Person
from accounts.roles import Role
from core.pages import data_of, status_of
from core.workflow import Refused
from employers.access import relations_visible_to
from employers.models import SchoolEmployer
from placements.access import visible_to
from placements.workflow.caseload import Given
from reports.access import receivers_visible_to
from reports.filters import key_of, wanted, without_page
from reports.forms import HandOverForm
from reports.giving import give_all
from reports.queries.caseload import MOST, FirmLine, Line, firm_lines, firms_of, lines, one_firm
from reports.queries.lists import givers_of
from reports.queries.placements import chosen


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR, Role.HEAD)
def hand_on_many(request: MemberRequest) -> HttpResponse:
    """The same filters as the list, or one `firm`; `receiver` gets them. Nothing changes before the list is seen."""
    viewer = request.membership
    people = list(receivers_visible_to(viewer))
    to = next((person for person in people if str(person.public_id) == request.GET.get("receiver")), None)
    rows, firms = _listed(request, to) if to else ([], [])
    form = HandOverForm(
        data_of(request),
        initial=_ticks(rows, firms),
        placements=visible_to(viewer),
        firms=relations_visible_to(viewer),
        needs_note=to is not None and to.user_id != viewer.user_id,
    )
    if to and form.is_valid() and (given := _given(request, form, to)):
        return _answer(request, to, given)
    filters = wanted(request.GET)
    context = {
        "people": people,
        "givers": list(givers_of(viewer)),
        "giver": viewer.user.person.public_id if filters.mine else filters.coordinator,
        "firm": request.GET.get("firm", ""),
        "to": to,
        "rows": rows,
        "firms": firms,
        "any": not all([row.why_not for row in rows] + [row.why_not for row in firms]),
        "most": MOST,
        "form": form,
        "ticked": form.ticked,
        "kept": _kept(request),
        "crumbs": _crumbs(request, [row.relation for row in firms]),
    }
    return render(request, "reports/hand_on.html", context, status=status_of(form))


def _listed(request: MemberRequest, to: Any) -> tuple[list[Line], list[FirmLine]]:
    viewer, filters = request.membership, wanted(request.GET)
    if firm := key_of(request.GET.get("firm", "")):
        return [], firm_lines(one_firm(viewer, firm), to)
    rows = lines(viewer, chosen(viewer, filters), to, now=timezone.now()) if to.is_coordinator else []
    return rows, firm_lines(firms_of(viewer, filters), to)


def _ticks(rows: list[Line], firms: list[FirmLine]) -> dict[str, Any]:
    return {
        "placements": [row.placement.public_id for row in rows if not row.why_not],
        "firms": [row.relation.public_id for row in firms if not row.why_not],
    }


def _given(request: MemberRequest, form: HandOverForm, to: Person) -> Given | None:
    said = form.cleaned_data
    try:
        return give_all(
            school=school_of(request.membership),
            placements=list(said["placements"].select_related("learner", "employer", "coordinator")),
            firms=list(said["firms"].select_related("employer", "owner")),
            to=to,
            note=said["note"],
            giver=person_of(request.membership),
            **acting(request),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def _answer(request: MemberRequest, to: Person, given: Given) -> HttpResponse:
    """What was done, and what was refused and why. Sent twice, it says the same."""
    context = {
        "to": to,
        "done": [one.placement for one in given.placements if not one.refusal],
        "firms": given.firms,
        "refused": [(one.placement, one.refusal) for one in given.placements if one.refusal],
        "crumbs": _crumbs(request, given.firms),
    }
    return render(request, "reports/hand_on_done.html", context)


def _kept(request: MemberRequest) -> list[tuple[str, str]]:
    """Filters of the list that stay in the address while people are chosen."""
    asked = ("receiver", "coordinator", "mine", "page")
    return [(name, str(value)) for name, value in request.GET.items() if name not in asked and value]


def _crumbs(request: MemberRequest, firms: list[SchoolEmployer]) -> list[tuple[str, str]]:
    """Back to the list as it was filtered, or to the one firm."""
    if "firm" in request.GET:
        pages = [(one.employer.name, reverse("employers:employer", args=[one.employer.public_id])) for one in firms]
        return [(_("Employers"), reverse("employers:employers")), *pages]
    query = request.GET.copy()
    query.pop("receiver", None)
    kept = without_page(query)
    return [(_("Placements"), f"{reverse('reports:placements')}{'?' if kept else ''}{kept}")]
