import re
from collections.abc import Sequence

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from core.forms import CodesField, DayInput
from core.languages import language_choices
from employers.models import Check, Need, SchoolEmployer
from employers.workflow import Workplace


class FirmForm(forms.Form):
    """By what a firm is known."""

    name = forms.CharField(label=_("Name of the firm"), max_length=200)
    register_number = forms.CharField(
        label=_("Number in the public register"),
        max_length=40,
        required=False,
        help_text=_("With it we find the firm again, also when another school knows it."),
    )


class EmployerForm(FirmForm):
    address = forms.CharField(
        label=_("Address where students work"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )
    postcode = forms.CharField(
        label=_("Postcode"),
        max_length=12,
        required=False,
        help_text=_("Needed if you do not know the number in the register."),
    )
    email = forms.EmailField(label=_("E-mail address"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if not cleaned.get("register_number") and not cleaned.get("postcode"):
            self.add_error("postcode", _("Please give the postcode or the number in the register."))
        return cleaned


class RelationForm(forms.Form):
    """What one school keeps about a firm."""

    tier = forms.ChoiceField(
        label=_("How closely the firm is checked"),
        choices=SchoolEmployer.Tier.choices,
        help_text=_("Light for a short visit, enhanced for dangerous work."),
    )
    approved_until = forms.DateField(label=_("Approved until"), widget=DayInput(), required=False)
    notes = forms.CharField(
        label=_("Notes of the school"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Only the school reads this, never the firm."),
    )

    def __init__(self, *args, is_checked: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if is_checked:
            # The checks say it from the first one on.
            del self.fields["approved_until"]


class CheckForm(forms.Form):
    """A check that was done; only an insurance says itself how long it holds."""

    done_on = forms.DateField(label=_("Day of the check"), widget=DayInput())
    valid_until = forms.DateField(
        label=_("Insured until"), widget=DayInput(), help_text=_("The last day that the insurer's paper names.")
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What was seen, or who the insurer is. Only the school reads this."),
    )

    def __init__(self, *args, kind: Check.Kind, **kwargs):
        super().__init__(*args, **kwargs)
        if kind != Check.Kind.INSURANCE:
            del self.fields["valid_until"]


class RecogniseForm(forms.Form):
    reason = forms.CharField(
        label=_("Why?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the school reads this, never the firm."),
    )


class OfferForm(forms.Form):
    title = forms.CharField(
        label=_("What the place is called"), max_length=200, help_text=_("For example: Workshop, cars and vans")
    )
    starts_on = forms.DateField(label=_("First day"), widget=DayInput())
    ends_on = forms.DateField(label=_("Last day"), widget=DayInput())
    places = forms.IntegerField(label=_("Places"), min_value=1, max_value=200, initial=1)
    occupation_codes = CodesField(
        label=_("Codes of its occupations"),
        max_length=400,
        required=False,
        help_text=_("With commas between them. Programmes with the same codes fit this offer."),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days of work"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only if it is not any day: students who are at school then are not proposed."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages, one of which is needed at work"),
        choices=language_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    least_age = forms.IntegerField(
        label=_("Least age, if the law sets one for this work"), min_value=13, max_value=21, required=False
    )

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", ValidationError(_("The last day is before the first day.")))
        return cleaned


class PositionField(forms.CharField):
    """Latitude and longitude in one box, as a map shows them: "51.08, 1.30"."""

    def prepare_value(self, value):
        return f"{value[0]}, {value[1]}" if isinstance(value, tuple) else value

    def clean(self, value) -> tuple[float, float] | None:
        text = super().clean(value)
        found = re.fullmatch(r"\s*(-?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*", text)
        if not text:
            return None
        if not found or abs(float(found[1])) > 90 or abs(float(found[2])) > 180:
            raise ValidationError(_("Write two numbers as a map shows them, such as 51.08, 1.30."))
        return float(found[1]), float(found[2])


class WorkplaceForm(forms.Form):
    """A place where students work, and what they find there."""

    address = forms.CharField(label=_("Address"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
    postcode = forms.CharField(label=_("Postcode"), max_length=12, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    bring = forms.CharField(
        label=_("To bring and wear"),
        max_length=200,
        required=False,
        help_text=_("Students read it before their first day. For example: safety shoes."),
    )
    meets = forms.MultipleChoiceField(
        label=_("What a student can count on"),
        choices=Need.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Students who need one of these are proposed only for places that have it."),
    )
    position = PositionField(
        label=_("On the map"),
        max_length=40,
        required=False,
        help_text=_("Latitude and longitude, such as 51.08, 1.30. Without them, other sites of the area tell it."),
    )

    @property
    def place(self) -> Workplace:
        return Workplace(**{**self.cleaned_data, "meets": tuple(self.cleaned_data["meets"])})


class SupervisorForm(forms.Form):
    given_name = forms.CharField(label=_("Given name"), max_length=100, required=False)
    family_name = forms.CharField(label=_("Family name"), max_length=100)
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("Links for agreements and hours go to this address. No account is needed."),
    )
    starts_on = forms.DateField(label=_("First day"), widget=DayInput())


class ShutdownForm(forms.Form):
    """Days on which nobody works at a site."""

    starts_on = forms.DateField(label=_("First day without work"), widget=DayInput())
    ends_on = forms.DateField(label=_("Last day without work"), widget=DayInput())
    name = forms.CharField(
        label=_("What is it?"), max_length=100, required=False, help_text=_("For example: summer break.")
    )


class PhotosForm(forms.Form):
    """Whether students may take photos of their work at a site."""

    allowed = forms.TypedChoiceField(
        label=_("May students take photos of their work here?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no.")},
    )


class RegionForm(forms.Form):
    region = forms.ChoiceField(
        label=_("Region"), required=False, help_text=_("Plans have no work on its public holidays.")
    )

    def __init__(self, *args, regions: Sequence[str], **kwargs):
        super().__init__(*args, **kwargs)
        choices = [("", _("Only holidays of the whole country")), *((one, one) for one in regions)]
        self.fields["region"].choices = choices  # type: ignore[attr-defined]
