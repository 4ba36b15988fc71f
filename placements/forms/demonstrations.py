"""What an assessor saw: which outcome, on which day, in a few words."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.forms import DayInput
from schools.models import Outcome


class OutcomeField(forms.ModelChoiceField):
    def label_from_instance(self, outcome: Any) -> str:
        return outcome.text


class PartForm(forms.Form):
    outcome = OutcomeField(
        label=_("What was shown?"),
        queryset=Outcome.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose what was shown.")},
    )
    on = forms.DateField(label=_("Day"), widget=DayInput())
    seen = forms.CharField(
        label=_("What did you see?"),
        help_text=_("One sentence is enough. The student and the school read it."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write in a few words what you saw.")},
    )

    def __init__(self, data: Any = None, *, outcomes: QuerySet[Outcome], **kwargs: Any):
        super().__init__(data, **kwargs)
        self.fields["outcome"].queryset = outcomes  # type: ignore[attr-defined]
