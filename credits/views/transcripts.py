"""The transcript of a student's credit for staff and student, its PDF, and the public page that checks one."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, acting, allow
from accounts.roles import STAFF, Role
from core.workflow import Refused
from credits import workflow
from credits.access import enrolments_on_transcript, students_with_transcript
from credits.paper import draw
from credits.transcripts import Told, is_valid, told


@require_GET
@never_cache
@allow(*STAFF)
def transcript(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """What was credited to a student, as far as this member reads their credit."""
    found = _told(request, public_id)
    crumbs = [(_("Credit"), reverse("credits:decision", args=[part.enrolment.public_id])) for part in found.parts[-1:]]
    return _page(request, found, base="base.html", crumbs=crumbs)


@require_GET
@never_cache
@allow(Role.STUDENT)
def my_transcript(request: MemberRequest) -> HttpResponse:
    own = students_with_transcript(request.membership).first()
    found = _told(request, own.public_id) if own else None
    return _page(request, found, base="base_phone.html", crumbs=[(_("Credit"), reverse("reports:my_credit"))])


def _page(request: MemberRequest, found: Told | None, **context) -> HttpResponse:
    """Only drawing tells whether a font is missing."""
    paper = found.paper if found and found.whole and found.broken is None else None
    plain = bool(found and paper and not draw(found, paper.transcript).accessible)
    return render(request, "credits/transcript.html", {"told": found, "paper": paper, "plain": plain, **context})


@require_POST
@allow(*STAFF, Role.STUDENT)
def issue(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """A paper tells the whole ledger, so only whoever sees the whole makes one."""
    student = _whole(_told(request, public_id)).student
    try:
        workflow.issue(student=student, **acting(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The PDF is ready."))
    if request.membership.role == Role.STUDENT:
        return redirect("credits:my_transcript")
    return redirect("credits:transcript", public_id)


@require_GET
@never_cache
@allow(*STAFF, Role.STUDENT)
def pdf(request: MemberRequest, public_id: UUID, sequence: int) -> HttpResponse:
    """The PDF of a transcript that was issued, drawn anew with what the ledger told then."""
    found = _whole(_told(request, public_id, until=sequence))
    issued = get_object_or_404(found.student.transcripts, sequence=sequence)
    response = HttpResponse(draw(found, issued).pdf, content_type="application/pdf")
    name = f"{_('transcript')}-{issued.code}.pdf"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


def _told(request: MemberRequest, public_id: UUID, *, until: int | None = None) -> Told:
    students = students_with_transcript(request.membership).select_related("person", "school")
    student = get_object_or_404(students, public_id=public_id)
    return told(student, enrolments_on_transcript(request.membership), until=until)


def _whole(found: Told) -> Told:
    if not found.whole:
        raise Http404
    return found


@require_GET
@never_cache
@login_not_required
def check(request: HttpRequest, code: str = "") -> HttpResponse:
    """Valid or not valid, for anybody who holds a paper; unknown and outdated codes get the same answer."""
    code = code or request.GET.get("code", "")
    verdict = is_valid(code) if code.strip() else None
    return render(request, "credits/check.html", {"verdict": verdict})
