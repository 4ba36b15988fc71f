"""What a school says of a firm after it has looked: a check was done, the firm is a recognised host, or no longer."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, acting, allow, person_of
from accounts.roles import Role
from core.pages import data_of, status_of
from core.workflow import Refused
from employers import workflow
from employers.access import relations_visible_to
from employers.forms import CheckForm, RecogniseForm
from employers.models import Check, SchoolEmployer


def _relation(request: MemberRequest, public_id: UUID) -> SchoolEmployer:
    """What the school keeps about a firm: `public_id` is the firm's."""
    relations = relations_visible_to(request.membership).select_related("employer")
    return get_object_or_404(relations, employer__public_id=public_id)


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR, Role.TEACHER)
def check(request: MemberRequest, public_id: UUID, kind: str) -> HttpResponse:
    if kind not in Check.Kind.values:
        raise Http404
    relation, kind = _relation(request, public_id), Check.Kind(kind)
    form = CheckForm(data_of(request), kind=kind, initial={"done_on": timezone.localdate()})
    if form.is_valid():
        person = person_of(request.membership)
        try:
            workflow.record_check(relation=relation, kind=kind, person=person, **form.cleaned_data, **acting(request))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Written down."))
            return redirect("employers:employer", public_id)
    return _page(request, relation, form, {"title": kind.label, "button": _("Save")})


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR, Role.HEAD)
def recognise(request: MemberRequest, public_id: UUID) -> HttpResponse:
    words = {
        "title": _("Recognise this host"),
        "lead": _("The firm reads on its own page that your school recognises it. Colleagues find it in the list."),
        "button": _("Recognise this host"),
    }
    return _recognised(request, public_id, workflow.recognise, words)


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR, Role.HEAD)
def no_longer(request: MemberRequest, public_id: UUID) -> HttpResponse:
    words = {
        "title": _("Take the recognition back"),
        "lead": _("The firm does not read it on its page any more. Placements stay as they are."),
        "button": _("Take the recognition back"),
    }
    return _recognised(request, public_id, workflow.no_longer, words)


def _recognised(
    request: MemberRequest, public_id: UUID, verb: Callable[..., bool], words: dict[str, Any]
) -> HttpResponse:
    relation = _relation(request, public_id)
    form = RecogniseForm(data_of(request))
    if form.is_valid():
        verb(relation=relation, **form.cleaned_data, **acting(request))
        messages.success(request, _("Saved."))
        return redirect("employers:employer", public_id)
    return _page(request, relation, form, words)


def _page(
    request: MemberRequest, relation: SchoolEmployer, form: CheckForm | RecogniseForm, words: dict[str, Any]
) -> HttpResponse:
    firm = relation.employer
    crumbs = [
        (_("Employers"), reverse("employers:employers")),
        (firm.name, reverse("employers:employer", args=[firm.public_id])),
    ]
    context = {"lead": "", **words, "form": form, "employer": firm, "crumbs": crumbs}
    return render(request, "employers/said.html", context, status=status_of(form))
