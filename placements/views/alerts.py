"""What needs a look: over all placements of somebody at the school, and for one placement whoever may know."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, acting, allow
from accounts.roles import HOST, STAFF, Role
from core.pages import data_of, paged, status_of
from core.workflow import Refused
from placements.access import visible_to
from placements.forms.alerts import DoneForm
from placements.models import Placement
from placements.queries.alerts import alerts_at, alerts_of, alerts_on, hosts_of
from placements.queries.to_look_at import Item, Show, items_for, looked_after
from placements.views.plans import crumbs, page_of
from placements.workflow.alerts import ALERTS, answer_alert

NEXT = {Show.WORKING_TIME: Show.QUESTIONS, Show.QUESTIONS: Show.SOURCES}


@require_GET
@allow(Role.COORDINATOR, Role.TEACHER)
def alerts(request: MemberRequest) -> HttpResponse:
    """Open alerts of one kind over all placements that somebody looks after."""
    show, all_of_school = _show(request), request.GET.get("all") == "1"
    found = looked_after(request.membership, timezone.localdate(), all_of_school=all_of_school)
    items = [item for item in items_for(found, show, request.membership.role) if item.is_open]
    context = {
        "page": paged(request, items),
        "show": show,
        "tabs": _tabs(reverse("placements:alerts"), show, "&all=1" if all_of_school else ""),
        "all_of_school": all_of_school,
        "may_widen": request.membership.role == Role.COORDINATOR,
    }
    return render(request, "placements/alerts_list.html", context)


@require_http_methods(["GET", "POST"])
@allow(*STAFF, Role.STUDENT, *HOST)
def alerts_of_placement(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """For the school everything of one kind, with what was done; for student and host the working time alone."""
    found = visible_to(request.membership).select_related("learner", "employer", "school")
    placement = get_object_or_404(found, public_id=public_id)
    if request.membership.role in STAFF:
        return _at_desk(request, placement)
    if request.method == "POST":
        raise Http404
    is_host = request.membership.role in HOST
    rows = alerts_at(placement, hosts_of(placement, request.membership)) if is_host else alerts_of(placement)
    context = {"placement": placement, "rows": rows, "is_host": is_host}
    return render(request, "placements/alerts_working_time.html", context)


def tell_limits(request: HttpRequest, placement: Placement, day: date) -> None:
    """A day that breaks a limit is said at once to whoever logged it, without blame."""
    for alert in alerts_on(placement, day):
        words = {"rule": alert.text}
        messages.info(
            request, _("%(rule)s It stays as you wrote it; your school sees it, and nobody blames you.") % words
        )


def _at_desk(request: MemberRequest, placement: Placement) -> HttpResponse:
    show, answers = _show(request), request.membership.role in ALERTS.move("answer").roles
    if request.method == "POST" and not answers:
        raise Http404
    form = DoneForm(data_of(request))
    here = reverse("placements:alerts_of", args=[placement.public_id])
    if form.is_valid() and _answered(request, placement, form):
        messages.success(request, _("It is noted, and no longer open."))
        return redirect(f"{here}?show={show}")
    items = items_for([placement], show, request.membership.role)
    context = {
        "placement": placement,
        "show": show,
        "next": NEXT.get(show, ""),
        "open": [(item, _form_of(item, form)) for item in items if item.is_open],
        "usual": [item for item in items if item.usual],
        "done": [item for item in items if item.answer],
        "form": form,
        "tabs": _tabs(here, show),
        "answers": answers,
        "crumbs": crumbs((placement.learner.full_name, page_of(placement))),
    }
    template = "placements/alerts_of.html#piece" if request.htmx else "placements/alerts_of.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=status_of(form))


def _form_of(item: Item, posted: DoneForm) -> DoneForm:
    """The form of one item: the one that came back, or an empty one with ids of its own."""
    if posted.is_bound and posted.data.get("key") == item.key:
        return posted
    return DoneForm(initial={"key": item.key}, auto_id=f"id_{item.key}_%s")


def _answered(request: MemberRequest, placement: Placement, form: DoneForm) -> bool:
    try:
        answer_alert(placement=placement, **form.cleaned_data, **acting(request))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _show(request: MemberRequest) -> Show:
    asked = request.GET.get("show", "")
    return Show(asked) if asked in Show.values else Show.WORKING_TIME


def _tabs(here: str, current: Show, more: str = "") -> list[dict]:
    return [
        {"label": one.label, "url": f"{here}?show={one}{more}", "current": one == current, "count": None}
        for one in Show
    ]
