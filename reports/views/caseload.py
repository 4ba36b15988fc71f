"""Give placements of a list to another coordinator: to whom, which ones with what will happen, and what was done."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, acting, allow
from accounts.models import Person
from accounts.roles import Role
from core.pages import data_of, status_of
from placements.access import visible_to
from placements.forms.interrupting import TickForm
from placements.workflow.caseload import hand_on
from placements.workflow.interrupting import Done
from reports.access import coordinators_visible_to
from reports.filters import wanted, without_page
from reports.queries.caseload import MOST, Line, lines
from reports.queries.placements import listed


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def hand_on_many(request: MemberRequest) -> HttpResponse:
    """The same filters as the list; `to` names the one who gets them. Nothing changes before the list is seen."""
    people = list(coordinators_visible_to(request.membership))
    to = next((person for person in people if str(person.public_id) == request.GET.get("to")), None)
    rows = lines(listed(request.membership, wanted(request.GET)), to) if to else []
    form = TickForm(data_of(request), initial=_ticks(rows), placements=visible_to(request.membership))
    if to and form.is_valid():
        return _answer(request, to, _carried_out(request, form, to))
    context = {
        "people": people,
        "to": to,
        "rows": rows,
        "any": any(not row.why_not for row in rows),
        "most": MOST,
        "form": form,
        "ticked": form.ticked,
        "kept": [(name, value) for name, value in request.GET.items() if name not in ("to", "page") and value],
        "crumbs": _crumbs(request),
    }
    return render(request, "reports/hand_on.html", context, status=status_of(form))


def _ticks(rows: list[Line]) -> dict:
    return {"chosen": [row.placement.public_id for row in rows if not row.why_not]}


def _carried_out(request: MemberRequest, form: TickForm, to: Person) -> list[Done]:
    chosen = form.cleaned_data["chosen"].select_related("learner", "employer")
    return hand_on(placements=chosen, to=to, **acting(request))


def _answer(request: MemberRequest, to: Person, results: list[Done]) -> HttpResponse:
    """What was done, and what was refused and why. Sent twice, it says the same."""
    context = {
        "to": to,
        "done": [one.placement for one in results if not one.refusal],
        "refused": [(one.placement, one.refusal) for one in results if one.refusal],
        "crumbs": _crumbs(request),
    }
    return render(request, "reports/hand_on_done.html", context)


def _crumbs(request: MemberRequest) -> list[tuple[str, str]]:
    """Back to the list as it was filtered."""
    query = request.GET.copy()
    query.pop("to", None)
    kept = without_page(query)
    return [(_("Placements"), f"{reverse('reports:placements')}{'?' if kept else ''}{kept}")]
