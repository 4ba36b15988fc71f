"""Students for the staff, and a student's own pages of hours and credit."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, allow
from accounts.roles import STAFF, Role
from core.pages import paged
from credits import outlook
from credits.corrections import told
from credits.queries import opinion_of
from placements.access import visible_to
from placements.models import Placement
from placements.queries.hours import totals
from reports.phases import badge, with_phase
from reports.queries import students as queries
from reports.views.lists import ways_of_a_list
from schools.access import enrolments_visible_to, students_visible_to


@require_GET
@allow(*STAFF)
def students(request: MemberRequest) -> HttpResponse:
    q, without = queries.asked(request.GET)
    found = queries.listed(request.membership, q, without=without)
    page = paged(request, found)
    rows = [
        (row, *badge(row.placement, request.membership.role)) for row in queries.rows(list(page), request.membership)
    ]
    context = {"title": _("Students"), "page": page, "rows": rows, "q": q, "without": without}
    return render(request, "reports/students.html", context | ways_of_a_list(request, "students"))


@require_GET
@allow(*STAFF)
def student(request: MemberRequest, public_id: UUID) -> HttpResponse:
    found = get_object_or_404(students_visible_to(request.membership).select_related("person"), public_id=public_id)
    page = queries.student_page(found, request.membership, today=timezone.localdate())
    parts = [(part, [(one, *badge(one, request.membership.role)) for one in part.placements]) for part in page.parts]
    crumbs = [(_("Students"), reverse("reports:students"))]
    return render(request, "reports/student.html", {"page": page, "parts": parts, "crumbs": crumbs})


@require_GET
@allow(Role.STUDENT)
def my_hours(request: MemberRequest) -> HttpResponse:
    """One's own placements with their minutes; every day stands behind each."""
    rows = with_phase(visible_to(request.membership)).exclude(state__in=Placement.NOT_BEGUN)
    placements = list(rows.select_related("employer").order_by("-starts_on", "pk"))
    sums = totals([placement.pk for placement in placements])
    context = {
        "rows": [(one, sums[one.pk], *badge(one, request.membership.role)) for one in placements],
        "current": next((one for one in placements if one.state in Placement.BEGUN), None),
    }
    return render(request, "reports/my_hours.html", context)


@require_GET
@allow(Role.STUDENT)
def my_credit(request: MemberRequest) -> HttpResponse:
    """Why logged, confirmed and credited hours are different; of several enrolments one at a time, newest first."""
    enrolments = list(
        enrolments_visible_to(request.membership)
        .select_related("cohort__version", "student__person", "student__school")
        .order_by("-starts_on", "-pk")
    )
    chosen = next((one for one in enrolments if str(one.public_id) == request.GET.get("of")), None) or next(
        iter(enrolments), None
    )
    today = timezone.localdate()
    here = reverse("reports:my_credit")
    tabs = [
        {"label": one.cohort.name, "url": f"{here}?of={one.public_id}", "current": one == chosen, "count": None}
        for one in enrolments
    ]
    opinion = opinion_of(chosen, today=today) if chosen else None
    context = {
        "opinion": opinion,
        "outlook": outlook.told(chosen, opinion, own=True, today=today) if chosen and opinion else None,
        "decisions": told([chosen.pk], today=today)[chosen.pk] if chosen else [],
        "tabs": tabs if len(tabs) > 1 else [],
    }
    return render(request, "reports/my_credit.html", context)
