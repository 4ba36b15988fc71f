"""A supervisor who is on the list of a firm twice: both side by side, one person of two entries, and the way back."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, acting, allow, person_of, school_of
from accounts.roles import Role
from core.workflow import Refused
from employers import one_person as reads
from employers.access import person_merges_visible_to
from employers.models import Supervisor
from employers.rules import UNDO_FOR
from employers.views.firms import crumbs_to
from employers.views.merging import tell_undone
from employers.workflow import merge_people, say_two_people, undo_people


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def one_person(request: MemberRequest, kept: UUID, gone: UUID) -> HttpResponse:
    """Both entries side by side; a post makes them one person."""
    one, other = _both(request, kept, gone)
    firm = one.site.employer
    assert firm
    if reads.is_joined(one.person, other.person):
        return redirect("employers:employer", firm.public_id)
    problem = ""
    if request.method == "POST":
        school, person = school_of(request.membership), person_of(request.membership)
        try:
            merge_people(school=school, kept=one, gone=other, person=person, **acting(request))
        except Refused as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("They are one person now."))
            return redirect("employers:employer", firm.public_id)
    context = {
        "crumbs": crumbs_to(firm),
        "firm": firm,
        "preview": reads.preview(one, other, request.membership),
        "problem": problem,
        "until": timezone.now() + UNDO_FOR,
    }
    return render(request, "employers/one_person.html", context, status=422 if problem else 200)


def _both(request: MemberRequest, kept: UUID, gone: UUID) -> tuple[Supervisor, Supervisor]:
    """404 for people at firms that the school does not work with, at two firms, and for one and the same entry."""
    rows = reads.supervisors_of(request.membership).filter(public_id__in=(kept, gone)).order_by("pk")
    found = {row.public_id: row for row in rows}
    if len(found) != 2 or len({row.site.employer_id for row in found.values()}) != 1:
        raise Http404
    return found[kept], found[gone]


@require_POST
@allow(Role.COORDINATOR)
def two_people(request: MemberRequest, kept: UUID, gone: UUID) -> HttpResponse:
    """They only look like one."""
    one, other = _both(request, kept, gone)
    say_two_people(one=one, other=other, person=person_of(request.membership), **acting(request))
    messages.success(request, _("Saved. Nobody is asked about these two again."))
    firm = one.site.employer
    assert firm
    return redirect("employers:employer", firm.public_id)


@require_POST
@allow(Role.COORDINATOR)
def one_person_undo(request: MemberRequest, public_id: UUID) -> HttpResponse:
    merge = get_object_or_404(
        person_merges_visible_to(request.membership).select_related("employer__merged_into"), public_id=public_id
    )
    try:
        stay = undo_people(merge=merge, **acting(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        tell_undone(request, _("They are two entries again, each with what it had."), stay)
    return redirect("employers:employer", (merge.employer.merged_into or merge.employer).public_id)
