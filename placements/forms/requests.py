"""The forms of a request to a host: whom the school asks, and why a host says no."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from employers.models import Supervisor
from placements.models import HostRequest


class AskForm(forms.Form):
    """Who at the host gets the letter."""

    person = forms.TypedChoiceField(
        label=_("Who is asked?"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who is asked.")},
    )

    def __init__(self, *args: Any, people: Sequence[Supervisor], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.people = {one.person_id: one.person for one in people}
        self.fields["person"].choices = [(key, one.full_name) for key, one in self.people.items()]  # type: ignore[attr-defined]


class DeclineForm(forms.Form):
    """One tap is enough; words are free."""

    reason = forms.ChoiceField(
        label=_("Why not?"),
        choices=HostRequest.Decline.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose a reason.")},
    )
    text = forms.CharField(
        label=_("Anything else?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("You can leave this empty."),
    )
