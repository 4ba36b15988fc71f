"""Who handles an item of the day, until when it rests, and a note; and what is handed over to a colleague."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from core.forms import DayInput, ticked
from employers.models import SchoolEmployer
from placements.models import Placement
from reports.workflow import Wish


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Person) -> str:  # type: ignore[override]
        return obj.full_name


class HandlingForm(forms.Form):
    """`seen` is what was on the screen, as `Cluster.seen` says it; `may_rest` is False for what is for today."""

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
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, coordinators: QuerySet[Person], may_rest: bool = True, **kwargs: Any):
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, PersonField)
        owner.queryset = coordinators
        owner.choices = [(str(one.public_id), owner.label_from_instance(one)) for one in coordinators]
        if not may_rest:
            del self.fields["rests_until"]

    @property
    def wish(self) -> Wish:
        said = self.cleaned_data
        return Wish(said["owner"], said.get("rests_until"), said["note"])


class HandOverForm(forms.Form):
    """The placements and firms that are meant, each with a tick, and what the receiver should know."""

    placements = forms.ModelMultipleChoiceField(Placement.objects.none(), to_field_name="public_id", required=False)
    firms = forms.ModelMultipleChoiceField(SchoolEmployer.objects.none(), to_field_name="public_id", required=False)
    note = forms.CharField(
        label=_("What should your colleague know?"),
        help_text=_("What you have promised, whom to call first. Nothing about health, please."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write down what your colleague should know.")},
    )

    def __init__(
        self,
        *args: Any,
        placements: QuerySet[Placement],
        firms: QuerySet[SchoolEmployer],
        needs_note: bool,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["placements"].queryset, fields["firms"].queryset = placements, firms
        fields["note"].required = needs_note

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("placements") and not cleaned.get("firms"):
            self.add_error(None, _("Tick at least one placement or one firm."))
        return cleaned

    @property
    def ticked(self) -> set[str]:
        return ticked(self, "placements", "firms")
