from django import forms
from django.utils.translation import gettext_lazy as _


class OtherWorkForm(forms.Form):
    """One question: is there a paid job beside the placement, and how much of it."""

    has_job = forms.TypedChoiceField(
        label=_("Do you have a paid job beside this placement?"),
        choices=[("no", _("No")), ("yes", _("Yes"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no.")},
    )
    hours = forms.IntegerField(
        label=_("How many hours in a usual week?"),
        min_value=1,
        max_value=80,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("has_job") and "hours" not in self.errors and cleaned.get("hours") is None:
            self.add_error("hours", _("Say about how many hours it is."))
        return cleaned

    @property
    def minutes_per_week(self) -> int:
        return self.cleaned_data["hours"] * 60 if self.cleaned_data["has_job"] else 0
