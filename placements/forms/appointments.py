"""The form of a visit or talk that is planned."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.models import Person
from core.forms import ClockField, DayInput
from placements.models import Appointment, Contact, HourClaim
from placements.rules.appointments import KINDS, LENGTHS, METHODS, moment, name_of, shown_at
from placements.workflow.appointments import Arrangement

Method = Contact.Method
Side = HourClaim.Side


class AppointmentForm(forms.Form):
    """What, when, how, with whom. Times are those of the workplace; `people` may come or call."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("What?"),
        choices=[(kind.value, name_of(kind)) for kind in KINDS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is.")},
    )
    day = forms.DateField(label=_("Day"), widget=DayInput())
    clock = ClockField(label=_("Time"))
    minutes = forms.TypedChoiceField(
        label=_("How long?"),
        coerce=int,
        choices=[(length, ngettext_lazy("%(n)d minute", "%(n)d minutes", "n") % {"n": length}) for length in LENGTHS],
    )
    method = forms.ChoiceField(
        label=_("How?"),
        choices=[(method.value, method.label) for method in METHODS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it is held.")},
    )
    people = forms.TypedMultipleChoiceField(
        label=_("Who is there?"),
        coerce=Side,
        choices=[(Side.STUDENT.value, _("Student")), (Side.HOST.value, _("Workplace"))],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose who is there.")},
    )
    person = forms.TypedChoiceField(label=_("Who comes or calls?"), coerce=int)
    place = forms.CharField(
        label=_("Where"), max_length=200, required=False, help_text=_("Empty: at the workplace. Or a number to call.")
    )
    agenda = forms.CharField(
        label=_("What it is about"),
        max_length=300,
        required=False,
        help_text=_("Everybody who is there gets this in a letter: nothing confidential."),
    )

    def __init__(self, data: Any, *, zone: str, people: Sequence[Person], initial: dict[str, Any]):
        super().__init__(data, initial=initial)
        self.zone = zone
        self.known = {person.pk: person for person in people}
        self.fields["person"].choices = [(pk, person.full_name) for pk, person in self.known.items()]  # type: ignore[attr-defined]

    @property
    def words(self) -> Arrangement:
        said = self.cleaned_data
        return Arrangement(
            kind=Contact.Kind(said["kind"]),
            method=said["method"],
            starts_at=moment(said["day"], said["clock"], self.zone),
            minutes=said["minutes"],
            person=self.known[said["person"]],
            with_student=Side.STUDENT in said["people"],
            with_host=Side.HOST in said["people"],
            place=said["place"],
            agenda=said["agenda"],
        )


def first_words(kind: str, person: Person) -> dict[str, Any]:
    """What a new form begins with: half an hour, with everybody, a week from now."""
    return {
        "key": uuid4(),
        "kind": kind if kind in KINDS else Contact.Kind.VISIT,
        "day": timezone.localdate() + timedelta(days=7),
        "minutes": 30,
        "method": Method.IN_PERSON if kind not in (Contact.Kind.CONTACT, Contact.Kind.FIRST_WEEK) else Method.PHONE,
        "people": [Side.STUDENT.value, Side.HOST.value],
        "person": person.pk,
    }


def words_of(appointment: Appointment, zone: str) -> dict[str, Any]:
    """What the form shows of an appointment that is planned."""
    at = shown_at(appointment.starts_at, zone)
    sides = ((Side.STUDENT, appointment.with_student), (Side.HOST, appointment.with_host))
    return {
        "key": appointment.public_id,
        "kind": appointment.kind,
        "day": at.date(),
        "clock": at.time(),
        "minutes": appointment.minutes,
        "method": appointment.method,
        "people": [side.value for side, comes in sides if comes],
        "person": appointment.person_id,
        "place": appointment.place,
        "agenda": appointment.agenda,
    }
