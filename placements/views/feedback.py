"""What the host said at the end: the student reads it and replies, the school says what came of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
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
from placements.access import is_learner, visible_to
from placements.forms.replying import ReplyToFeedbackForm, UseForm
from placements.models import Feedback
from placements.queries.feedback import given_feedback, used
from placements.views.plans import crumbs, page_of
from placements.workflow.feedback import FEEDBACK, record_use, reply_to_feedback

USERS = FEEDBACK.move("use").roles


@require_http_methods(["GET", "POST"])
@allow(*STAFF, Role.STUDENT)
def feedback(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The answers, the student's reply and what came of it; each reader has the one form that is theirs."""
    viewer = request.membership
    placements = visible_to(viewer).select_related("learner", "employer", "school")
    placement = get_object_or_404(placements, public_id=public_id)
    found = given_feedback(placement)
    learns = viewer.role == Role.STUDENT and is_learner(viewer, placement)
    form = _form(request, found, learns=learns)
    if request.method == "POST" and form is None:
        raise Http404
    if found and form and form.is_valid() and _said(request, found, form, learns=learns):
        return redirect("placements:feedback", public_id)
    staff, page = viewer.role in STAFF, (placement.learner.full_name, page_of(placement))
    skills = "placements:skills" if staff else "placements:own_skills"
    context: dict[str, Any] = {
        "placement": placement,
        "place": placement.employer.name if placement.employer else "",
        "feedback": found,
        "reply": getattr(found, "reply", None),
        "uses": [(use, used(use)) for use in found.uses.all()] if found else [],
        "form": form,
        "learns": learns,
        "skills_url": reverse(skills, args=[public_id]),
        "base": "base.html" if staff else "base_phone.html",
        "crumbs": crumbs(page) if staff else [],
    }
    return render(request, "placements/feedback.html", context, status=status_of(form) if form else 200)


def _form(request: MemberRequest, found: Feedback | None, *, learns: bool) -> Form | None:
    if found is None:
        return None
    if learns:
        reply = getattr(found, "reply", None)
        return ReplyToFeedbackForm(data_of(request), initial={"text": reply.text if reply else ""})
    if request.membership.role in USERS:
        return UseForm(data_of(request), initial={"on": timezone.localdate()})
    return None


def _said(request: MemberRequest, found: Feedback, form: Form, *, learns: bool) -> bool:
    values = dict(form.cleaned_data)
    who = {"feedback": found, "person": person_of(request.membership), **acting(request)}
    try:
        if learns:
            reply_to_feedback(**values, **who)
            messages.success(request, _("Your answer is saved. The school and the host read it."))
        else:
            record_use(public_id=values.pop("key"), **values, **who)
            messages.success(request, _("It is written down. The host reads it."))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
