"""Looking at a decision again: the student's page to ask, and the teacher's page to answer."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, acting, allow, person_of
from accounts.roles import STAFF, Role
from core.pages import data_of, status_of
from core.workflow import Refused
from credits.access import corrections_visible_to, own_decisions
from credits.corrections import told_of, who_answers, with_requests, without
from credits.forms import AnswerForm, AskForm
from credits.models import Correction, Decision
from credits.queries import balances
from credits.rules.correcting import answer_by
from credits.workflow import ask_correction, decline, uphold

VERBS: dict[str, Callable[..., Correction]] = {Correction.State.DECLINED: decline, Correction.State.UPHELD: uphold}


@require_http_methods(["GET", "POST"])
@never_cache
@allow(Role.STUDENT)
def ask(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """A decision on one's own credit: ask to look at it again, and read what became of that."""
    decision = get_object_or_404(with_requests(own_decisions(request.membership)), public_id=public_id)
    form = AskForm(data_of(request))
    if form.is_valid() and _asked(request, decision, form):
        return redirect("credits:ask", decision.public_id)
    now = timezone.now()
    context = {
        "row": told_of(decision, today=timezone.localdate(now)),
        "form": form,
        "answerer": who_answers(decision),
        "answer_by": answer_by(now, timezone.get_current_timezone()),
        "crumbs": [(_("Credit"), f"{reverse('reports:my_credit')}?of={decision.enrolment.public_id}")],
    }
    return render(request, "credits/correction_ask.html", context, status=status_of(form))


def _asked(request: MemberRequest, decision: Decision, form: AskForm) -> bool:
    try:
        ask_correction(
            decision=decision,
            text=form.cleaned_data["text"],
            public_id=form.cleaned_data["key"],
            person=person_of(request.membership),
            **acting(request),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Your request is sent. You get a letter with the answer."))
    return True


@require_http_methods(["GET", "POST"])
@never_cache
@allow(*STAFF)
def correction(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """What a student asks, for all who read the credit; a teacher answers."""
    found = get_object_or_404(_with_decision(request), public_id=public_id)
    answers = request.membership.role == Role.TEACHER
    if request.method == "POST" and not answers:
        raise Http404
    form = AnswerForm(data_of(request))
    if form.is_valid() and _answered(request, found, form):
        return _after(request, found)
    enrolment = found.decision.enrolment
    context = {
        "correction": found,
        "decision": found.decision,
        "form": form,
        "may_answer": answers and found.state == Correction.State.ASKED,
        "is_own": found.decision.decided_by == person_of(request.membership),
        "before": balances([enrolment.pk])[enrolment.pk],
        "after": without(found.decision),
        "crumbs": [(_("Credit"), reverse("credits:decision", args=[enrolment.public_id]))],
    }
    return render(request, "credits/correction.html", context, status=status_of(form))


def _with_decision(request: MemberRequest) -> QuerySet[Correction]:
    return corrections_visible_to(request.membership).select_related(
        "answered_by", "decision__decided_by", "decision__enrolment__student__person", "decision__enrolment__cohort"
    )


def _answered(request: MemberRequest, found: Correction, form: AnswerForm) -> bool:
    verb = VERBS[form.cleaned_data["outcome"]]
    person = person_of(request.membership)
    try:
        verb(correction=found, answer=form.cleaned_data["answer"], person=person, **acting(request))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _after(request: MemberRequest, found: Correction) -> HttpResponse:
    """What was taken back is decided anew at once."""
    if found.state == Correction.State.UPHELD:
        messages.success(request, _("The decision is taken back. Please decide anew."))
        return redirect("credits:decision", found.decision.enrolment.public_id)
    messages.success(request, _("Your answer is kept. The student gets a letter."))
    return redirect("credits:correction", found.public_id)
