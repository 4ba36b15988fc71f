"""The forms of a coordinator for a new placement and for its workplaces."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from core.forms import DayInput
from employers.models import Employer, Supervisor
from placements.models import Placement
from placements.models.placements import Realism, Setting
from placements.workflow import Kind, Work
from schools.models import Enrolment, Unit


class StudentField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Enrolment) -> str:
        words = {"name": obj.student.person.full_name, "cohort": obj.cohort.name}
        return _t("%(name)s, %(cohort)s") % words


class SupervisorField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Supervisor) -> str:
        return obj.person.full_name


class EmployerField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Employer) -> str:
        return obj.name


class WorkForm(forms.Form):
    """What kind of work it is; it is kept with each hour."""

    setting = forms.ChoiceField(label=_("Where is it learned?"), choices=Setting.choices)
    realism = forms.ChoiceField(label=_("Is it real work?"), choices=Realism.choices, initial=Realism.REAL)
    remote = forms.BooleanField(label=_("From home, not at the workplace"), required=False)

    @property
    def work(self) -> Work:
        return Work(**{name: self.cleaned_data[name] for name in ("setting", "realism", "remote")})


class WhenForm(forms.Form):
    """Who guides, and when. A supervisor who is not known yet is written down here."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    supervisor = SupervisorField(
        Supervisor.objects.none(),
        label=_("Supervisor at the workplace"),
        to_field_name="public_id",
        required=False,
        empty_label=_("Somebody else, named below"),
    )
    given_name = forms.CharField(label=_("Given name of a new supervisor"), max_length=100, required=False)
    family_name = forms.CharField(label=_("Family name of a new supervisor"), max_length=100, required=False)
    email = forms.EmailField(
        label=_("E-mail address of a new supervisor"),
        max_length=254,
        required=False,
        help_text=_("Links for signing and for confirming hours go to this address."),
    )
    starts_on = forms.DateField(label=_("First day"), widget=DayInput())
    ends_on = forms.DateField(label=_("Last day"), widget=DayInput())

    def __init__(self, *args, supervisors: QuerySet[Supervisor], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["supervisor"].queryset = supervisors  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("supervisor") and "supervisor" not in self.errors:
            self._must_name(cleaned)
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first day."))
        return cleaned

    def _must_name(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("family_name") and not cleaned.get("email"):
            self.add_error("supervisor", _("Choose a supervisor, or name a new one."))
        elif not cleaned.get("family_name"):
            self.add_error("family_name", _("Please give the family name."))
        elif not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", _("Please give an e-mail address."))


class TeacherPlacementForm(WhenForm, WorkForm):
    """Who goes where and when."""

    teacher = forms.ModelChoiceField(Person.objects.none(), label=_("Teacher"), to_field_name="public_id")

    def __init__(self, *args, teachers: QuerySet[Person], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["teacher"].queryset = teachers  # type: ignore[attr-defined]


class PlacementForm(TeacherPlacementForm):
    """A student's placement, with what tells it apart from others.

    Of all `students` only those `shown` are listed; with `more` there are others.
    """

    student = StudentField(Enrolment.objects.none(), label=_("Student"), to_field_name="public_id")
    purpose = forms.ChoiceField(
        label=_("What is it?"),
        choices=[(one.value, one.label) for one in (Placement.Purpose.STUDENT, Placement.Purpose.JOB)],
        initial=Placement.Purpose.STUDENT,
    )
    source = forms.ChoiceField(
        label=_("Who found it?"), choices=Placement.Source.choices, initial=Placement.Source.SCHOOL
    )
    conflict_of_interest = forms.CharField(
        label=_("Is somebody at the workplace family or a friend?"),
        max_length=200,
        required=False,
        help_text=_("For example: the owner is an aunt. Hours then need a second source."),
    )
    lead_employer = EmployerField(
        Employer.objects.none(),
        label=_("Firm with which the contract is"),
        to_field_name="public_id",
        required=False,
        empty_label=_("The firm of the workplace"),
    )
    signatory = SupervisorField(
        Supervisor.objects.none(),
        label=_("Who signs for the firm"),
        to_field_name="public_id",
        required=False,
        empty_label=_("The supervisor"),
    )
    contract_reference = forms.CharField(
        label=_("Number of the apprenticeship contract"), max_length=80, required=False
    )

    def __init__(
        self,
        *args,
        students: QuerySet[Enrolment],
        shown: Sequence[Enrolment],
        more: bool,
        firms: QuerySet[Employer],
        supervisors: QuerySet[Supervisor],
        **kwargs,
    ):
        super().__init__(*args, supervisors=supervisors, **kwargs)
        self.shown, self.more = shown, more
        student: Any = self.fields["student"]
        student.queryset = students
        choices = [(str(one.public_id), student.label_from_instance(one)) for one in shown]
        student.choices = [("", _("Choose a student")), *choices]
        fields: dict[str, Any] = self.fields
        fields["teacher"].required, fields["teacher"].empty_label = False, _("Nobody yet")
        fields["lead_employer"].queryset = firms
        fields["signatory"].queryset = supervisors

    @property
    def kind(self) -> Kind:
        values = self.cleaned_data
        return Kind(
            purpose=values["purpose"],
            source=values["source"],
            lead_employer=values["lead_employer"],
            signatory=values["signatory"].person if values["signatory"] else None,
            contract_reference=values["contract_reference"].strip(),
            conflict_of_interest=" ".join(values["conflict_of_interest"].split()),
        )


class SegmentForm(WorkForm):
    """One workplace of a placement. In the school's own workshop one of its teachers may guide the students."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    starts_on = forms.DateField(label=_("First day"), widget=DayInput())
    ends_on = forms.DateField(label=_("Last day"), widget=DayInput())
    guide = forms.ChoiceField(label=_("Supervisor at the workplace"), required=False)
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Only for this unit"), required=False, empty_label=_("All units")
    )

    field_order = ["seen", "starts_on", "ends_on", "guide", "setting", "realism", "remote", "unit"]

    def __init__(
        self,
        *args,
        supervisors: Iterable[Supervisor],
        teachers: Iterable[Person],
        units: QuerySet[Unit],
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.supervisors = {str(one.person_id): one for one in supervisors}
        self.teachers = {str(one.pk): one for one in teachers if str(one.pk) not in self.supervisors}
        people = [(key, one.person.full_name) for key, one in self.supervisors.items()]
        people += [(key, one.full_name) for key, one in self.teachers.items()]
        fields: dict[str, Any] = self.fields
        fields["guide"].choices = [("", _("Nobody yet")), *people]
        fields["unit"].queryset = units

    @property
    def work(self) -> Work:
        values = self.cleaned_data
        return Work(setting=values["setting"], realism=values["realism"], remote=values["remote"], unit=values["unit"])


class WorkshopForm(forms.Form):
    name = forms.CharField(label=_("Name of the workshop"), max_length=200)
