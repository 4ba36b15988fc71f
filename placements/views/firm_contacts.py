"""A talk with a firm that is about no placement, written down by whoever of the school held it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, acting, allow, person_of, school_of
from accounts.roles import STAFF
from core.pages import data_of, status_of
from core.workflow import Refused
from employers.access import employers_visible_to
from employers.models import Employer
from placements.forms.contacts import FirmContactForm
from placements.models import Contact
from placements.workflow.contacts import correct_note, note_contact


@require_http_methods(["GET", "POST"])
@allow(*STAFF)
def firm_contact(request: MemberRequest, public_id: UUID) -> HttpResponse:
    employer = get_object_or_404(employers_visible_to(request.membership), public_id=public_id)
    form = FirmContactForm(data_of(request))
    if form.is_valid() and _noted(request, form, school=school_of(request.membership), employer=employer):
        messages.success(request, _("Written down."))
        return redirect(_log_of(employer))
    return _page(request, form, employer)


@require_http_methods(["GET", "POST"])
@allow(*STAFF)
def firm_contact_correct(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Its author mends a slip; what stood there before can still be read."""
    own = Contact.objects.filter(
        school=request.membership.organisation_id, person__user=request.membership.user_id, placement=None
    )
    contact: Any = get_object_or_404(own.select_related("employer"), public_id=public_id)
    form = FirmContactForm(data_of(request), contact)
    if form.is_valid() and _corrected(request, form, contact):
        messages.success(request, _("Your correction is saved."))
        return redirect(_log_of(contact.employer))
    return _page(request, form, contact.employer, is_correction=True)


def _log_of(employer: Employer) -> str:
    return reverse("reports:relationship", args=[employer.public_id])


def _page(
    request: MemberRequest, form: FirmContactForm, employer: Employer, *, is_correction: bool = False
) -> HttpResponse:
    log = _log_of(employer)
    crumbs = [
        (_("Employers"), reverse("employers:employers")),
        (employer.name, reverse("employers:employer", args=[employer.public_id])),
        (_("Contacts and requests"), log),
    ]
    context = {"form": form, "is_correction": is_correction, "crumbs": crumbs, "log_url": log}
    return render(request, "placements/firm_contact.html", context, status=status_of(form))


def _noted(request: MemberRequest, form: FirmContactForm, **where: Any) -> bool:
    return _done(request, form, note_contact, public_id=form.cleaned_data["key"], **where)


def _corrected(request: MemberRequest, form: FirmContactForm, contact: Contact) -> bool:
    return _done(request, form, correct_note, contact=contact)


def _done(request: MemberRequest, form: FirmContactForm, verb: Callable[..., Any], **more: Any) -> bool:
    try:
        verb(person=person_of(request.membership), **form.words, **more, **acting(request))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
