"""The closing feedback in five answers, most of them one tap."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from placements.models import Feedback
from placements.models.hours import Independence
from placements.workflow.feedback import Task
from schools.models import TaskTemplate

PHRASES = (
    _("Worked carefully and checked the result."),
    _("Asked when something was not clear."),
    _("Started the next job without being told."),
    _("Was friendly and clear with customers."),
    _("Kept tools and workplace clean and safe."),
    _("Came on time and told us when not."),
)


class FeedbackForm(forms.Form):
    """Five answers. What the student logged is ticked already."""

    tasks = forms.TypedMultipleChoiceField(
        label=_("What did they do?"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    other = forms.CharField(label=_("Something else they did"), max_length=120, required=False)
    independence = forms.TypedChoiceField(
        label=_("How alone, most of the time?"),
        coerce=lambda value: Independence(int(value)),
        choices=Independence.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    phrase = forms.ChoiceField(label=_("One thing you saw"), required=False, widget=forms.RadioSelect)
    observed = forms.CharField(label=_("Or in your own words"), max_length=500, required=False)
    host_again = forms.TypedChoiceField(
        label=_("Would you take a student again?"),
        coerce=Feedback.Again,
        choices=Feedback.Again.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    remark = forms.CharField(
        label=_("Anything we should know?"),
        max_length=500,
        required=False,
        initial=_("Nothing"),
        help_text=_("“Nothing” is an answer."),
    )

    def __init__(self, *args, tasks: list[TaskTemplate], **kwargs):
        super().__init__(*args, **kwargs)
        self.templates = {task.pk: task for task in tasks}
        self.fields["tasks"].choices = [(task.pk, task.title) for task in tasks]  # type: ignore[attr-defined]
        self.fields["phrase"].choices = [(str(phrase), phrase) for phrase in PHRASES]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("tasks") and not cleaned.get("other") and "tasks" not in self.errors:
            self.add_error("tasks", _("Choose a task, or write what they did."))
        if not cleaned.get("phrase") and not cleaned.get("observed") and "observed" not in self.errors:
            self.add_error("phrase", _("Choose a sentence, or write your own."))
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """What `give_feedback` asks for; own words win over a chosen sentence."""
        cleaned = self.cleaned_data
        tasks: list[Task] = [self.templates[pk] for pk in cleaned["tasks"]]
        return {
            "tasks": [*tasks, cleaned["other"]] if cleaned["other"] else tasks,
            "independence": cleaned["independence"],
            "observed": cleaned["observed"] or cleaned["phrase"],
            "host_again": cleaned["host_again"],
            "remark": cleaned["remark"],
        }


def answers_of(feedback: Feedback) -> dict[str, Any]:
    """The initial values of the form for feedback that was given."""
    done = list(feedback.tasks.all())
    chosen = feedback.observed in {str(phrase) for phrase in PHRASES}
    return {
        "tasks": [task.template_id for task in done if task.template_id],
        "other": next((task.other for task in done if task.other), ""),
        "independence": feedback.independence,
        "phrase": feedback.observed if chosen else "",
        "observed": "" if chosen else feedback.observed,
        "host_again": feedback.host_again,
        "remark": feedback.remark,
    }
