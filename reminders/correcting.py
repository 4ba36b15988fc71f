"""Correcting the address of somebody whom a letter did not reach; the letter goes out again at once."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, acting, allow
from accounts.people import mail_addresses_of, signs_in_with_mail
from accounts.roles import Role
from core.forms import look_again
from core.pages import data_of, status_of
from core.workflow import Refused
from reminders.access import letters_visible_to
from reminders.models import Kind, Outbox
from reminders.workflow import LETTERS, correct_address


class AddressForm(forms.Form):
    address = forms.EmailField(
        label=gettext_lazy("The right e-mail address"),
        max_length=254,
        help_text=gettext_lazy("The letter goes out again at once. Links in earlier letters are closed."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def correct(request: MemberRequest, public_id: UUID) -> HttpResponse:
    letters = letters_visible_to(request.membership).select_related("person")
    if request.method == "GET":
        letters = letters.filter(state__in=Outbox.UNDELIVERED)
    letter = get_object_or_404(letters, public_id=public_id)
    form = AddressForm(data_of(request), initial={"seen": LETTERS.seen(letter)})
    if form.is_valid():
        try:
            correct_address(outbox=letter, **form.cleaned_data, **acting(request))
        except Refused as refusal:
            form.add_error("address", str(refusal))
            look_again(form, form.initial["seen"])
        else:
            messages.success(request, _("The address is saved. The letter goes out within a few minutes."))
            return redirect("reminders:letter", public_id)
    context = {
        "form": form,
        "person": letter.person,
        "known": mail_addresses_of(letter.person_id),
        "signs_in": signs_in_with_mail(letter.person_id),
        "crumbs": [
            (_("Letters"), reverse("reminders:letters")),
            (Kind(letter.letter).label, reverse("reminders:letter", args=[public_id])),
        ],
    }
    return render(request, "reminders/correct.html", context, status=status_of(form))
