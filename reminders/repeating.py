"""Many letters are sent again at once: which ones is seen and un-ticked before."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, acting, allow
from accounts.roles import Role
from core.forms import ticked
from core.pages import data_of, status_of
from reminders import queries, workflow
from reminders.access import letters_visible_to
from reminders.models import Outbox
from reminders.views import wanted_of


class LettersForm(forms.Form):
    """The letters that are meant, each with a tick."""

    chosen = forms.ModelMultipleChoiceField(
        Outbox.objects.none(),
        to_field_name="public_id",
        error_messages={"required": gettext_lazy("Tick at least one letter.")},
    )

    def __init__(self, *args, letters: QuerySet[Outbox], **kwargs):
        super().__init__(*args, **kwargs)
        field: Any = self.fields["chosen"]
        field.queryset = letters.select_related("person").order_by("pk")


@require_http_methods(["GET", "POST"])
@allow(Role.COORDINATOR)
def many_again(request: MemberRequest) -> HttpResponse:
    """The same filters as the list; one that may not be sent now has no tick, and says from when it may."""
    form = LettersForm(data_of(request), letters=letters_visible_to(request.membership))
    crumbs = [(_("Letters"), reverse("reminders:letters"))]
    if form.is_valid():
        results = workflow.send_many_again(letters=form.cleaned_data["chosen"], **acting(request))
        context = {
            "crumbs": crumbs,
            "done": [letter for letter, why in results if not why],
            "refused": [(letter, why) for letter, why in results if why],
        }
        return render(request, "reminders/many_again_done.html", context)
    rows = queries.many_to_repeat(request.membership, wanted_of(request), now=timezone.now())
    form.initial = {"chosen": [row.letter.public_id for row in rows if row.may_send_again]}
    context = {
        "crumbs": crumbs,
        "form": form,
        "rows": [(row, workflow.again_from(row.letter)) for row in rows],
        "ticked": ticked(form, "chosen"),
        "any": any(row.may_send_again for row in rows),
        "most": queries.MOST,
    }
    return render(request, "reminders/many_again.html", context, status=status_of(form))
