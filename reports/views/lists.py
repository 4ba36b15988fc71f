"""What every long list offers: saved views, and a file of exactly what it shows."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, allow, person_of
from accounts.roles import STAFF
from core.export import Format, answer
from core.pages import data_of, status_of
from core.workflow import Refused
from employers import queries as employers
from reports.filters import wanted, without_page
from reports.list_forms import NameForm
from reports.models import SavedView
from reports.queries import placements, students
from reports.queries.lists import employer_table, placement_table, student_table
from reports.saved_views import List, forget_view, keep_view, rename_view, saved_views_of


def ways_of_a_list(request: MemberRequest, name: str) -> dict[str, Any]:
    """What the foot of a list shows: the own views of this list, and the filters of the moment."""
    query = without_page(request.GET)
    views = [
        {"view": view, "url": address(view), "current": view.query == query}
        for view in saved_views_of(request.membership).filter(list=name)
    ]
    return {"views": views, "list": name, "query": query, "formats": list(Format)}


def address(view: SavedView) -> str:
    return _address(view.list, view.query)


def _address(name: str, query: str) -> str:
    url = reverse("employers:employers" if name == List.EMPLOYERS else f"reports:{name}")
    return f"{url}?{query}" if query else url


@require_GET
@allow(*STAFF)
def export(request: MemberRequest, name: str, kind: str) -> HttpResponse:
    """All pages of the list with its filters, in its order, as a file."""
    if name not in List.values or kind not in Format.values:
        raise Http404
    viewer = request.membership
    if name == List.PLACEMENTS:
        rows = placement_table(placements.listed(viewer, wanted(request.GET)), viewer)
    elif name == List.STUDENTS:
        q, without = students.asked(request.GET)
        rows = student_table(students.listed(viewer, q, without=without), viewer)
    else:
        rows = employer_table(employers.relations(viewer, employers.wanted(request.GET)))
    return answer(rows, kind=Format(kind), name=f"{name}-{timezone.localdate():%Y-%m-%d}")


@require_GET
@allow(*STAFF)
def saved_views(request: MemberRequest) -> HttpResponse:
    rows = [(view, List(view.list).label, address(view)) for view in saved_views_of(request.membership)]
    return render(request, "reports/saved_views.html", {"rows": rows})


@require_POST
@allow(*STAFF)
def saved_view_new(request: MemberRequest, name: str) -> HttpResponse:
    if name not in List.values:
        raise Http404
    query = without_page(QueryDict(request.POST.get("query", "")))
    back = _address(name, query)
    form = NameForm(request.POST)
    if not form.is_valid() or len(query) > _longest():
        messages.error(request, _("The view needs a name of at most 60 letters."))
        return redirect(back)
    try:
        keep_view(
            viewer=request.membership,
            person=person_of(request.membership),
            list=List(name),
            name=form.cleaned_data["name"],
            query=query,
            at=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved as “%(name)s”.") % {"name": form.cleaned_data["name"]})
    return redirect(back)


def _longest() -> int:
    return SavedView._meta.get_field("query").max_length or 0


@require_http_methods(["GET", "POST"])
@allow(*STAFF)
def saved_view(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Give one's own view another name."""
    view = get_object_or_404(saved_views_of(request.membership), public_id=public_id)
    form = NameForm(data_of(request), initial={"name": view.name})
    if form.is_valid():
        try:
            rename_view(view=view, name=form.cleaned_data["name"], at=timezone.now())
            return redirect("reports:saved_views")
        except Refused as refusal:
            form.add_error("name", str(refusal))
    crumbs = [(_("Saved views"), reverse("reports:saved_views"))]
    context = {"view": view, "form": form, "crumbs": crumbs}
    return render(request, "reports/saved_view.html", context, status=status_of(form))


@require_POST
@allow(*STAFF)
def saved_view_delete(request: MemberRequest, public_id: UUID) -> HttpResponse:
    forget_view(view=get_object_or_404(saved_views_of(request.membership), public_id=public_id))
    messages.success(request, _("Deleted. What it showed is still there."))
    return redirect("reports:saved_views")
