"""The form of a contact, with the fields of its kind only; and the one question of the first week."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.forms import DayInput
from placements.models import Appointment, Contact, HourClaim
from placements.rules.contacts import OWN_WORDS, SHAPES, Mood
from placements.workflow.contacts import Words

Kind = Contact.Kind
Method = Contact.Method
Side = HourClaim.Side

FAR_AWAY = (Kind.CONTACT, Kind.FIRST_WEEK, Kind.BRIEFING, Kind.STATEMENT)
"""Kinds that are mostly held by phone."""
ORDER = ("seen", "learned", "agreed")
LABELS = {
    "seen": _("What did you see or hear?"),
    "learned": _("What did you learn?"),
    "agreed": _("What was agreed?"),
    (Kind.ORAL, "seen"): _("What did you ask, and what could the student show or explain?"),
    (Kind.STATEMENT, "seen"): _("Who said what about the student's work?"),
    (Kind.OBSERVATION, "seen"): _("What work did you see, and how was it done?"),
    (Kind.INDUCTION, "seen"): _("What was shown, or what was left out?"),
    (Kind.PREPARATION, "agreed"): _("Goals of the student"),
    (Kind.DEBRIEF, "learned"): _("Which work comes back into your lessons?"),
    (Kind.BRIEFING, "agreed"): _("What did you tell the supervisor?"),
}
HELP = {
    "seen": _("Only the school reads this."),
    "learned": _("A tool, a way of working, a change: everybody who teaches here can find it. No names of people."),
    "agreed": _("Whoever was there reads this too."),
}


def _text(name: str) -> forms.CharField:
    return forms.CharField(
        label=LABELS[name],
        help_text=HELP[name],
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write a few words here.")},
    )


_MOODS = [(mood.value, format_lazy("{} {}", mood.value, mood.label)) for mood in Mood]


def _mood(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        coerce=int,
        empty_value=None,
        required=False,
        choices=_MOODS,
        widget=forms.RadioSelect,
    )


class ContactForm(forms.Form):
    """What a kind of contact asks for: chips and the day first, then at most three texts."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    method = forms.ChoiceField(
        label=_("How?"),
        choices=Method.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it was held.")},
    )
    on = forms.DateField(label=_("Day"), widget=DayInput())
    people = forms.TypedMultipleChoiceField(
        label=_("Who was there?"),
        coerce=Side,
        choices=[(Side.STUDENT.value, _("Student")), (Side.HOST.value, _("Workplace"))],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose who was there.")},
    )
    mood_student = _mood(_("How does the student feel at work?"))
    mood_host = _mood(_("How does the workplace feel about it?"))
    seen = _text("seen")
    learned = _text("learned")
    agreed = _text("agreed")

    def __init__(self, data: Any, *, kind: Contact.Kind, side: HourClaim.Side, initial: dict[str, Any] | None = None):
        super().__init__(data, initial=initial or _first(kind))
        shape = SHAPES[kind]
        asked = {"key", "method", "on", *(OWN_WORDS[side] & set(shape.words))}
        if not shape.people and kind != Kind.FIRST_WEEK:
            asked.add("people")
        for name in set(self.fields) - asked:
            del self.fields[name]
        for name in asked & set(ORDER):
            self.fields[name].label = LABELS.get((kind, name), LABELS[name])
            self.fields[name].required = name in shape.needed

    @property
    def chips(self) -> list[forms.BoundField]:
        """The questions that are answered with a tap and stand below the day."""
        return [self[name] for name in ("people", "mood_student", "mood_host") if name in self.fields]

    @property
    def texts(self) -> list[forms.BoundField]:
        return [self[name] for name in ORDER if name in self.fields]

    @property
    def words(self) -> Words:
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("key", "people")}
        people = self.cleaned_data.get("people", ())
        return Words(**said, with_student=Side.STUDENT in people, with_host=Side.HOST in people)


class FirmContactForm(forms.Form):
    """A talk with a firm that is about no placement, new or written down already."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    method = forms.ChoiceField(
        label=_("How?"),
        choices=Method.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it was held.")},
    )
    on = forms.DateField(label=_("Day"), widget=DayInput())
    seen = _text("seen")
    learned = _text("learned")

    def __init__(self, data: Any, contact: Contact | None = None):
        new = {"key": uuid4(), "on": timezone.localdate(), "method": Method.PHONE}
        super().__init__(data, initial=answers_of(contact) if contact else new)
        self.fields["seen"].label = _("What was said?")

    @property
    def words(self) -> dict[str, Any]:
        """What is written down, without the key."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}


def answers_of(contact: Contact) -> dict[str, Any]:
    """The initial values of the form for a contact that is written."""
    there = ((Side.STUDENT, contact.with_student), (Side.HOST, contact.with_host))
    return {
        **Words.of(contact).values,
        "key": contact.public_id,
        "people": [side.value for side, was_there in there if was_there],
    }


def _first(kind: Contact.Kind) -> dict[str, Any]:
    """What a new form of this kind begins with."""
    return {
        "key": uuid4(),
        "on": timezone.localdate(),
        "people": [Side.STUDENT.value, Side.HOST.value] if kind == Kind.VISIT else [],
        "method": Method.PHONE if kind in FAR_AWAY else Method.IN_PERSON,
    }


def held_as_planned(planned: Appointment, kind: Contact.Kind) -> dict[str, Any]:
    """What the form of a contact begins with when it was planned; a day that is still to come is left for today."""
    sides = ((Side.STUDENT, planned.with_student), (Side.HOST, planned.with_host))
    return {
        **_first(kind),
        "on": min(timezone.localdate(planned.starts_at), timezone.localdate()),
        "people": [side.value for side, comes in sides if comes],
        "method": planned.method,
    }


class MoodForm(forms.Form):
    """One tap says how it goes; a host may ask to be called."""

    mood = forms.TypedChoiceField(
        label=_("How does it go?"),
        coerce=int,
        choices=_MOODS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    call_me = forms.BooleanField(label=_("Please call me"), required=False)
