"""What the rules ask about and nobody else here knows: noted by the school, with a date."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, acting, allow, person_of
from accounts.roles import STAFF, Role
from core.pages import data_of, status_of
from core.workflow import Refused
from credits.access import enrolments_to_credit, records_visible_to
from credits.forms import RecordForm
from credits.queries import records_page
from credits.workflow import remove_record, write_record
from schools.models import Enrolment

WRITERS = (Role.TEACHER, Role.COORDINATOR)


@require_http_methods(["GET", "POST"])
@allow(*STAFF)
def records(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Everybody of the staff reads; teacher and coordinator note."""
    rows = enrolments_to_credit(request.membership).select_related("student__person", "cohort__version")
    enrolment = get_object_or_404(rows, public_id=public_id)
    writes = request.membership.role in WRITERS
    if request.method == "POST" and not writes:
        raise Http404
    page = records_page(enrolment, today=timezone.localdate())
    form = RecordForm(data_of(request), page=page)
    if form.is_valid() and _written(request, enrolment, form):
        return redirect("credits:records", enrolment.public_id)
    crumbs = [(_("Credit"), reverse("credits:decision", args=[enrolment.public_id]))]
    context = {"page": page, "enrolment": enrolment, "form": form if writes and page.papers else None, "crumbs": crumbs}
    return render(request, "credits/records.html", {**context, "writes": writes}, status=status_of(form))


def _written(request: MemberRequest, enrolment: Enrolment, form: RecordForm) -> bool:
    try:
        write_record(enrolment=enrolment, **form.said, person=person_of(request.membership), **acting(request))
    except Refused as refusal:
        form.add_error("on", str(refusal))
        return False
    messages.success(request, _("It is noted. The rules see it from now on."))
    return True


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def remove(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Ask once, then take it out."""
    rows = records_visible_to(request.membership).select_related(
        "enrolment__student__person", "enrolment__cohort__version"
    )
    record = get_object_or_404(rows, public_id=public_id)
    here = reverse("credits:records", args=[record.enrolment.public_id])
    if request.method == "POST":
        remove_record(record=record, **acting(request))
        messages.success(request, _("It is removed."))
        return redirect(here)
    page = records_page(record.enrolment, today=timezone.localdate())
    row = next(row for row in page.rows if row.record == record)
    context = {"row": row, "enrolment": record.enrolment, "crumbs": [(_("Papers and dates"), here)], "back": here}
    return render(request, "credits/record_remove.html", context)
