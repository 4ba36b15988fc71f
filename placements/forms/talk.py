"""A student's ask to talk, and what the safeguarding lead writes into the file of it."""

from collections.abc import Iterable
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from placements.models import Placement, SafeguardingNote


class TalkForm(forms.Form):
    """`where` is asked only of students with a workplace; left out, the note is about no host."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    text = forms.CharField(
        label=_("What is it about?"),
        help_text=_("You can leave this empty. Then you tell it in your own time."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    where = forms.ChoiceField(label=_("Is it about your workplace?"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args, placements: Iterable[Placement], **kwargs):
        super().__init__(*args, **kwargs)
        self.places = {str(placement.public_id): placement for placement in placements if placement.employer}
        if not self.places:
            del self.fields["where"]
            return
        names = [(key, placement.employer.name) for key, placement in self.places.items()]  # type: ignore[union-attr]
        self.fields["where"].choices = [*names, ("", _("No, or I do not want to say"))]  # type: ignore[attr-defined]

    @property
    def placement(self) -> Placement | None:
        return self.places.get(self.cleaned_data.get("where", ""))


class EntryForm(forms.Form):
    text = forms.CharField(
        label=_("What was done, or what you know"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write a few words.")},
    )


class OutcomeForm(EntryForm):
    outcome = forms.ChoiceField(
        label=_("What did it come to?"),
        choices=SafeguardingNote.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )

    field_order = ["outcome", "text"]
