"""Who handles an item of the day, until when it rests, and a note."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from core.forms import DayInput
from reports.workflow import Wish


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Person) -> str:  # type: ignore[override]
        return obj.full_name


class HandlingForm(forms.Form):
    """`seen` is the version that was on the screen; `may_rest` is False for what is for today."""

    owner = PersonField(
        queryset=Person.objects.none(), label=_("Who does it?"), to_field_name="public_id", empty_label=None
    )
    rests_until = forms.DateField(
        label=_("Rest until"),
        help_text=_("It comes back on this day, or earlier when it becomes urgent."),
        required=False,
        widget=DayInput(),
    )
    note = forms.CharField(
        label=_("Note"),
        help_text=_("Your colleagues read it. Nothing about health, please."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, coordinators: QuerySet[Person], may_rest: bool = True, **kwargs: Any):
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, PersonField)
        owner.queryset = coordinators
        if not may_rest:
            del self.fields["rests_until"]

    @property
    def wish(self) -> Wish:
        said = self.cleaned_data
        return Wish(said["owner"], said.get("rests_until"), said["note"])
