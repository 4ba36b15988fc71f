"""The closing feedback in five answers, most of them one tap."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from placements.models import Feedback
from placements.models.hours import Independence
from placements.queries.feedback import Logged
from placements.workflow.feedback import Task
from schools.models import TaskTemplate


def _how_name(task: int | str) -> str:
    return f"how_{task}"


def _how(label: Any) -> forms.TypedChoiceField:
    """How alone one task was done; nothing says that it is not said."""
    return forms.TypedChoiceField(
        label=label,
        coerce=lambda value: Independence(int(value)),
        empty_value=None,
        choices=[("", _("How alone?")), *Independence.choices],
        required=False,
    )


class FeedbackForm(forms.Form):
    """Five answers. What the student logged is ticked already, with the mark that was logged most often."""

    tasks = forms.TypedMultipleChoiceField(
        label=_("What did they do?"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    other = forms.CharField(label=_("Something else they did"), max_length=120, required=False)
    how_other = _how(_("How alone did they do it?"))
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

    def __init__(self, *args, tasks: list[TaskTemplate], phrases: Sequence[str], **kwargs):
        super().__init__(*args, **kwargs)
        first = set(self.initial.get("tasks", ()))
        self.templates = {task.pk: task for task in sorted(tasks, key=lambda task: task.pk not in first)}
        self.fields["tasks"].choices = [(pk, task.title) for pk, task in self.templates.items()]  # type: ignore[attr-defined]
        self.fields["phrase"].choices = [(phrase, phrase) for phrase in phrases]  # type: ignore[attr-defined]
        self.fields |= {_how_name(pk): _how(task.title) for pk, task in self.templates.items()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("tasks") and not cleaned.get("other") and "tasks" not in self.errors:
            self.add_error("tasks", _("Choose a task, or write what they did."))
        if not cleaned.get("phrase") and not cleaned.get("observed") and "observed" not in self.errors:
            self.add_error("phrase", _("Choose a sentence, or write your own."))
        return cleaned

    @property
    def chosen_tasks(self) -> list[tuple[Any, forms.BoundField]]:
        """The tasks that are ticked, each with the field that says how alone."""
        return [row for row in self._task_rows() if row[0].data["selected"]]

    @property
    def further_tasks(self) -> list[tuple[Any, forms.BoundField]]:
        return [row for row in self._task_rows() if not row[0].data["selected"]]

    def _task_rows(self) -> Iterator[tuple[Any, forms.BoundField]]:
        for option, pk in zip(self["tasks"], self.templates, strict=True):
            yield option, self[_how_name(pk)]

    @property
    def values(self) -> dict[str, Any]:
        """What `give_feedback` asks for; own words win over a chosen sentence."""
        cleaned = self.cleaned_data
        done: dict[Task, Any] = {self.templates[pk]: cleaned[_how_name(pk)] for pk in cleaned["tasks"]}
        if cleaned["other"]:
            done[cleaned["other"]] = cleaned["how_other"]
        return {
            "tasks": list(done),
            "alone": done,
            "independence": cleaned["independence"],
            "observed": cleaned["observed"] or cleaned["phrase"],
            "host_again": cleaned["host_again"],
            "remark": cleaned["remark"],
        }


def answers_of(feedback: Feedback, phrases: Sequence[str]) -> dict[str, Any]:
    """The initial values of the form for feedback that was given."""
    done = list(feedback.tasks.all())
    chosen = feedback.observed in phrases
    return {
        "tasks": [task.template_id for task in done if task.template_id],
        "other": next((task.other for task in done if task.other), ""),
        "independence": feedback.independence,
        "phrase": feedback.observed if chosen else "",
        "observed": "" if chosen else feedback.observed,
        "host_again": feedback.host_again,
        "remark": feedback.remark,
        **{_how_name(task.template_id or "other"): task.independence for task in done if task.independence is not None},
    }


def answers_from(logged: Logged) -> dict[str, Any]:
    """The initial values of the form from what the learner has logged; what is right costs no tap."""
    marks = {_how_name(task): mark for task, mark in logged.marks.items()}
    usual = {} if logged.usual is None else {"independence": logged.usual}
    return {"tasks": list(logged.marks), **usual, **marks}
