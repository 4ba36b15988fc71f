"""The host's closing feedback: given once, open to change for a day."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import HOST
from core.workflow import Actor, Move, Refused, Workflow
from placements.models import Feedback, FeedbackTask, Placement
from placements.models.hours import Independence
from schools.models import TaskTemplate

EDITABLE = timedelta(hours=24)

type Task = TaskTemplate | str

FEEDBACK = Workflow(
    noun="feedback",
    moves=(
        Move("give", gettext_lazy("Give feedback"), (), None, frozenset(HOST)),
        Move("change", gettext_lazy("Change the feedback"), (), None, frozenset(HOST)),
    ),
    school_id=lambda feedback: feedback.placement.school_id,
    timeline=lambda feedback: f"placement:{feedback.placement_id}",
)


def is_editable(feedback: Feedback, *, now: datetime) -> bool:
    return now - feedback.given_at <= EDITABLE


def give_feedback(
    *,
    placement: Placement,
    person: Person,
    tasks: Sequence[Task],
    independence: Independence,
    observed: str,
    host_again: Feedback.Again,
    remark: str = "",
    by: Actor,
    at: datetime,
) -> Feedback:
    """Five answers of the host. A second time within 24 hours changes them; the same answers again change nothing.

    Raises `Refused` before the placement has started and after the 24 hours.
    """
    FEEDBACK.must_allow("give", by)
    if placement.state in Placement.NOT_BEGUN:
        raise Refused(_("This placement has not started."))
    answers = {"independence": independence, "observed": observed, "host_again": host_again, "remark": remark}
    with transaction.atomic():
        Placement.objects.select_for_update(no_key=True).get(pk=placement.pk)
        known = Feedback.objects.filter(placement=placement).first()
        if known is None:
            feedback = Feedback(placement=placement, person=person, given_at=at, **answers)
            return _store(feedback, tasks, verb="give", by=by, at=at)
        if _says(known) == (answers, set(map(_key, tasks))):
            return known
        if not is_editable(known, now=at):
            raise Refused(_("This feedback was sent more than 24 hours ago and can no longer be changed."))
        for name, value in answers.items():
            setattr(known, name, value)
        return _store(known, tasks, verb="change", by=by, at=at)


def _says(feedback: Feedback) -> tuple[dict, set]:
    names = ("independence", "observed", "host_again", "remark")
    tasks = {task.template_id or task.other for task in feedback.tasks.all()}
    return {name: getattr(feedback, name) for name in names}, tasks


def _key(task: Task) -> int | str:
    return task if isinstance(task, str) else task.pk


def _store(feedback: Feedback, tasks: Sequence[Task], *, verb: str, by: Actor, at: datetime) -> Feedback:
    feedback.save()
    feedback.tasks.all().delete()
    FeedbackTask.objects.bulk_create(
        FeedbackTask(feedback=feedback, other=task)
        if isinstance(task, str)
        else FeedbackTask(feedback=feedback, template=task)
        for task in tasks
    )
    FEEDBACK.log(feedback, verb, by=by, at=at, after="given", details={"tasks": len(tasks)})
    return feedback
