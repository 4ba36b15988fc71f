"""Deciding on credit: who waits, and the page on which a teacher decides and everybody of the staff reads why."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, acting, allow, person_of
from accounts.roles import STAFF, Role
from core.pages import data_of, paged, status_of
from core.workflow import Refused
from credits import outlook
from credits.access import decisions_visible_to, enrolments_to_credit
from credits.corrections import to_answer, told
from credits.forms import DecisionForm
from credits.queries import file_of, then, to_decide_rows
from credits.queries import to_decide as waiting_enrolments
from credits.workflow import decide
from schools.models import Enrolment


@require_GET
@allow(Role.TEACHER)
def to_decide(request: MemberRequest) -> HttpResponse:
    """Students whose placement is over and whose credit waits, longest first."""
    page = paged(request, waiting_enrolments(request.membership))
    context = {"page": page, "rows": to_decide_rows(list(page)), "requests": to_answer(request.membership)}
    return render(request, "credits/to_decide.html", context)


@require_http_methods(["GET", "POST"])
@allow(*STAFF)
def decision(request: MemberRequest, public_id: UUID) -> HttpResponse:
    enrolments = enrolments_to_credit(request.membership).select_related(
        "student__person", "student__school", "cohort__version__programme", "teacher"
    )
    enrolment = get_object_or_404(enrolments, public_id=public_id)
    decides = request.membership.role == Role.TEACHER
    if request.method == "POST" and not decides:
        raise Http404
    file = file_of(enrolment, today=timezone.localdate())
    form = DecisionForm(data_of(request), opinion=file.opinion)
    if form.is_valid() and _decided(request, enrolment, form):
        return redirect("credits:decision", enrolment.public_id)
    context = {
        "file": file,
        "opinion": file.opinion,
        "outlook": outlook.told(enrolment, file.opinion, own=False, today=timezone.localdate()),
        "decisions": told([enrolment.pk], today=timezone.localdate())[enrolment.pk],
        "enrolment": enrolment,
        "form": form if decides and file.opinion.result else None,
        "crumbs": _crumbs(decides),
        "opens_student": not decides or _teaches(request, enrolment),
    }
    return render(request, "credits/decision.html", context, status=status_of(form))


@require_GET
@allow(*STAFF, Role.STUDENT)
def decided(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """One decision of whatever day: what the rules said then, line by line, and what it wrote in the ledger."""
    rows = decisions_visible_to(request.membership).select_related(
        "evaluation__rule_set_version", "enrolment__student__person", "enrolment__cohort", "decided_by"
    )
    decision = get_object_or_404(rows, public_id=public_id)
    own = request.membership.role == Role.STUDENT
    back = f"{reverse('reports:my_credit')}?of={decision.enrolment.public_id}"
    here = back if own else reverse("credits:decision", args=[decision.enrolment.public_id])
    page = then(decision)
    context = {
        "base": "base_phone.html" if own else "base.html",
        "page": page,
        "opinion": page.opinion,
        "decision": decision,
        "crumbs": [(_("Credit"), here)],
    }
    return render(request, "credits/decided_page.html", context)


def _decided(request: MemberRequest, enrolment: Enrolment, form: DecisionForm) -> bool:
    try:
        decide(
            enrolment=enrolment,
            outcome=form.cleaned_data["outcome"],
            minutes=form.minutes,
            awards=form.awards,
            reason=form.cleaned_data["reason"],
            person=person_of(request.membership),
            **acting(request),
            seen=form.cleaned_data["seen"],
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Your decision is kept. The student gets a letter."))
    return True


def _teaches(request: MemberRequest, enrolment: Enrolment) -> bool:
    """Who only accompanies a placement does not see the student's own page."""
    return enrolment.teacher is not None and enrolment.teacher.user_id == request.membership.user_id


def _crumbs(decides: bool) -> list[tuple[str, str]]:
    return [(_("Credit to decide"), reverse("credits:to_decide"))] if decides else []
