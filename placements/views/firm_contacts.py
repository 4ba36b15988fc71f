"""A talk with a firm that is about no placement, written down by whoever of the school held it."""

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
from placements.workflow.contacts import note_contact


@require_http_methods(["GET", "POST"])
@allow(*STAFF)
def firm_contact(request: MemberRequest, public_id: UUID) -> HttpResponse:
    employer = get_object_or_404(employers_visible_to(request.membership), public_id=public_id)
    log = reverse("reports:relationship", args=[public_id])
    form = FirmContactForm(data_of(request))
    if form.is_valid() and _noted(request, employer, form):
        messages.success(request, _("Written down."))
        return redirect(log)
    crumbs = [
        (_("Employers"), reverse("employers:employers")),
        (employer.name, reverse("employers:employer", args=[public_id])),
        (_("Contacts and requests"), log),
    ]
    context = {"form": form, "employer": employer, "crumbs": crumbs, "log_url": log}
    return render(request, "placements/firm_contact.html", context, status=status_of(form))


def _noted(request: MemberRequest, employer: Employer, form: FirmContactForm) -> bool:
    words = dict(form.cleaned_data)
    try:
        note_contact(
            school=school_of(request.membership),
            employer=employer,
            person=person_of(request.membership),
            public_id=words.pop("key"),
            **words,
            **acting(request),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
