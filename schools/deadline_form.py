"""The form for the days of a programme: one line for each, in words, with its usual value."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError as RefusedByModel

from schools.deadlines import USUAL, Deadlines

WORDS: Mapping[Any, Mapping[str, tuple[Any, Any]]] = {
    _("Before the first day"): {
        "plan_before": (_("Plan to write"), _("Days before the first day on which its writer is reminded.")),
        "sign_before": (
            _("Agreement to sign"),
            _("Days before the first day on which whoever has not signed is reminded."),
        ),
        "unsigned_before": (
            _("Agreement not complete"),
            _("Days before the first day on which the coordinator is told who is missing."),
        ),
        "lapse_after": (
            _("Agreement lapses"),
            _("Days after the first day on which an agreement that is still not complete lapses."),
        ),
        "prepare_before": (
            _("Lesson before the start"),
            _("Days before the first day: the first asks for it, the second is the last day for it."),
        ),
        "brief_before": (
            _("Briefing of the supervisor"),
            _("Days before the first day on which the supervisor is asked to read it."),
        ),
        "request_after": (
            _("Request for a place"),
            _("Working days after it on which a host that is silent is reminded."),
        ),
    },
    _("At work"): {
        "confirm_after": (
            _("Hours to confirm"),
            _("Working days after the first letter on which the host is reminded."),
        ),
        "colleague_after": (
            _("A colleague is asked"),
            _("Working days after the first letter, once, where nobody has answered."),
        ),
        "log_nudges": (
            _("Days that are not written down"),
            _("On so many evenings the student is reminded; then the coordinator calls."),
        ),
        "reflect_after": (
            _("Question to think about"),
            _("Working days after a teacher asked; 0 is the same day."),
        ),
    },
    _("At the end"): {
        "ending_before": (_("The end comes"), _("Days before the last day on which the host is told; 0 is never.")),
        "feedback_after": (
            _("Closing feedback"),
            _("Working days after the last day on which the host is asked; 0 is the last evening."),
        ),
        "assess_after": (_("Credit to decide"), _("Working days after the last day on which the teacher is asked.")),
        "debrief_after": (
            _("Debrief"),
            _("Working days after the last day: the first asks for it, the second is the last day for it."),
        ),
        "thanks_after": (_("Thanks to the host"), _("Working days after the last day.")),
        "follow_up_months": (
            _("What came of it"),
            _("Months after the last day on which the student is asked; 0 is never."),
        ),
    },
}


class DaysField(forms.CharField):
    """Whole numbers with commas between them: "8, 5, 3"; nothing where nobody is to be asked."""

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, tuple) else value

    def clean(self, value: Any) -> tuple[int, ...]:
        try:
            return tuple(int(part) for part in super().clean(value).replace("،", " ").replace(",", " ").split())
        except ValueError as error:
            raise ValidationError(_("Please write whole numbers with commas between them, such as 8, 5, 3.")) from error


class DeadlinesForm(forms.Form):
    """All days of a programme; after `is_valid` they are in `deadlines`."""

    deadlines: Deadlines

    def __init__(self, *args: Any, deadlines: Deadlines, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for lines in WORDS.values():
            for name, (label, help_text) in lines.items():
                several = isinstance(getattr(USUAL, name), tuple)
                field = DaysField(max_length=40, required=False) if several else forms.IntegerField()
                field.label, field.initial = label, getattr(deadlines, name)
                field.help_text = f"{help_text} {_usual(name)}"
                self.fields[name] = field

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [(title, [self[name] for name in lines]) for title, lines in WORDS.items()]

    def clean(self) -> None:
        """The model knows what is in reason; each of its refusals stands at its line, in words."""
        try:
            self.deadlines = Deadlines.model_validate(self.cleaned_data)
        except RefusedByModel as refused:
            for error in refused.errors():
                self.add_error(str(error["loc"][0]), _in_words(error["type"], error.get("ctx", {})))


def written(days: int | tuple[int, ...]) -> str:
    """As people write it: "8, 5, 3"."""
    return ", ".join(str(day) for day in days) if isinstance(days, tuple) else str(days)


def _usual(name: str) -> str:
    return gettext("Usual: %(days)s.") % {"days": written(getattr(USUAL, name))}


def _in_words(kind: str, limits: dict[str, Any]) -> str:
    texts = {
        "too_long": _("At most %(max_length)s numbers: nobody should be asked more often."),
        "less_than_equal": _("At most %(le)s."),
        "greater_than_equal": _("At least %(ge)s."),
    }
    return str(texts[kind]) % limits
