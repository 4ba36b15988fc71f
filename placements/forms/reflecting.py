"""A question to one student, its answer, and the reply to it."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

SUGGESTED = (
    _("What did you do today that you could not do a month ago?"),
    _("What was harder than you thought, and what did you do then?"),
    _("What would you like to try next at work?"),
)
SOLO = _("What made the difference, so that you could do it alone?")
"""What is asked when a task was done alone for the first time."""


class QuestionForm(forms.Form):
    """One of the suggested questions, or own words, which win."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    suggested = forms.ChoiceField(label=_("A question"), required=False, widget=forms.RadioSelect)
    question = forms.CharField(label=_("Or in your own words"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["suggested"].choices = [(str(text), text) for text in SUGGESTED]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("question") and not cleaned.get("suggested") and not self.errors:
            self.add_error("suggested", _("Choose a question, or write your own."))
        return cleaned

    @property
    def chosen(self) -> str:
        return self.cleaned_data["question"] or self.cleaned_data["suggested"]


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Your answer, one sentence is enough"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write a few words.")},
    )


class ReplyForm(forms.Form):
    """Left empty, the answer is only marked as read."""

    reply = forms.CharField(
        label=_("Reply, if you like"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
