"""The host's closing feedback: given once, open to change for a day; what the school did with it, and the reply."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import HOST, Role
from core.workflow import Actor, Move, Refused, Workflow
from placements.models import Feedback, FeedbackReply, FeedbackTask, FeedbackUse, Placement, SkillReview
from placements.models.hours import Independence
from placements.workflow.skills import Marks, review_skills, take_marks_back
from placements.workflow.tables import today_at
from schools.models import TaskTemplate

EDITABLE = timedelta(hours=24)

type Task = TaskTemplate | str
type Done = Mapping[Task, Independence | None]

FEEDBACK = Workflow(
    noun="feedback",
    moves=(
        Move("give", gettext_lazy("Give feedback"), (), None, frozenset(HOST)),
        Move("change", gettext_lazy("Change the feedback"), (), None, frozenset(HOST)),
        Move("take_back", gettext_lazy("Take the feedback back"), (), None, frozenset(HOST)),
        Move("use", gettext_lazy("Say how it was used"), (), None, frozenset({Role.TEACHER, Role.COORDINATOR})),
        Move("reply", gettext_lazy("Reply to the feedback"), (), None, frozenset({Role.STUDENT})),
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
    alone: Mapping[Task, Independence] | None = None,
    skills: Marks | None = None,
    by: Actor,
    at: datetime,
) -> Feedback:
    """Five answers of the host. A second time within 24 hours changes them; the same answers again change nothing.

    `alone` says of single tasks how alone they were done, `skills` is what the host marked beside the answers. Raises
    `Refused` before the placement has started and after the 24 hours.
    """
    FEEDBACK.must_allow("give", by)
    if placement.state in Placement.NOT_BEGUN:
        raise Refused(_("This placement has not started."))
    answers = {"independence": independence, "observed": observed, "host_again": host_again, "remark": remark}
    with transaction.atomic():
        _lock(placement)
        done = {task: (alone or {}).get(task) for task in tasks}
        feedback = _answer(placement, person, answers, done, by=by, at=at)
        if skills:
            review_skills(placement=placement, moment=SkillReview.Moment.END, marks=skills, person=person, by=by, at=at)
    return feedback


def _answer(placement: Placement, person: Person, answers: dict, done: Done, *, by: Actor, at: datetime) -> Feedback:
    known = Feedback.objects.filter(placement=placement).first()
    if known is None:
        feedback = Feedback(placement=placement, person=person, given_at=at, **answers)
        return _store(feedback, done, verb="give", by=by, at=at)
    if _says(known) == (answers, {_key(task): level for task, level in done.items()}):
        return known
    if not is_editable(known, now=at):
        raise Refused(_("This feedback was sent more than 24 hours ago and can no longer be changed."))
    for name, value in answers.items():
        setattr(known, name, value)
    return _store(known, done, verb="change", by=by, at=at)


def take_back(*, placement: Placement, by: Actor, at: datetime) -> None:
    """Remove the feedback, so that the host is asked again; the log keeps that there was one. Twice is like once.

    Raises `Refused` after the 24 hours, and when the school has written down that it used it.
    """
    FEEDBACK.must_allow("take_back", by)
    with transaction.atomic():
        _lock(placement)
        known = Feedback.objects.filter(placement=placement).first()
        if known is None:
            return
        if not is_editable(known, now=at):
            raise Refused(_("This feedback was sent more than 24 hours ago and can no longer be taken back."))
        if known.uses.exists():
            raise Refused(_("The school has used this feedback already. Please call the school."))
        FEEDBACK.log(known, "take_back", by=by, at=at, before="given")
        known.delete()
        take_marks_back(placement=placement, moment=SkillReview.Moment.END, by=by, at=at)


def record_use(
    *,
    feedback: Feedback,
    kind: FeedbackUse.Kind,
    text: str = "",
    on: date,
    person: Person,
    public_id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> FeedbackUse:
    """What the school did with the feedback, for the host to read. The same `public_id` again gives the known row.

    Raises `Refused` for a day before the feedback was given or after today.
    """
    FEEDBACK.must_allow("use", by)
    with transaction.atomic():
        _lock(feedback.placement)
        known = FeedbackUse.objects.filter(feedback=feedback, public_id=public_id).first() if public_id else None
        if known:
            return known
        if not today_at(feedback.placement, feedback.given_at) <= on <= today_at(feedback.placement, at):
            raise Refused(_("Choose a day since the feedback was given, today at the latest."))
        use = FeedbackUse.objects.create(
            feedback=feedback, kind=kind, text=text, on=on, person=person, public_id=public_id or uuid4(), at=at
        )
        FEEDBACK.log(feedback, "use", by=by, at=at, details={"kind": str(kind), "on": on.isoformat()})
    return use


def reply_to_feedback(
    *, feedback: Feedback, agrees: bool, text: str = "", person: Person, by: Actor, at: datetime
) -> FeedbackReply:
    """What the learner says to the feedback; the last word holds, and the same again changes nothing.

    Raises `Refused` for anybody but the learner, and for "I see it otherwise" without a word of why.
    """
    FEEDBACK.must_allow("reply", by)
    if person.pk != feedback.placement.learner_id:
        raise Refused(_("You may not do this."))
    if not agrees and not text.strip():
        raise Refused(_("Please write how you see it."))
    with transaction.atomic():
        _lock(feedback.placement)
        known = FeedbackReply.objects.filter(feedback=feedback).first()
        if known and (known.agrees, known.text) == (agrees, text):
            return known
        said: dict[str, Any] = {"agrees": agrees, "text": text, "person": person, "at": at}
        reply, _new = FeedbackReply.objects.update_or_create(feedback=feedback, defaults=said)
        FEEDBACK.log(feedback, "reply", by=by, at=at, details={"agrees": agrees})
    return reply


def _lock(placement: Placement) -> None:
    Placement.objects.select_for_update(no_key=True).get(pk=placement.pk)


def _says(feedback: Feedback) -> tuple[dict, dict]:
    names = ("independence", "observed", "host_again", "remark")
    tasks = {task.template_id or task.other: task.independence for task in feedback.tasks.all()}
    return {name: getattr(feedback, name) for name in names}, tasks


def _key(task: Task) -> int | str:
    return task if isinstance(task, str) else task.pk


def _store(feedback: Feedback, done: Done, *, verb: str, by: Actor, at: datetime) -> Feedback:
    feedback.save()
    feedback.tasks.all().delete()
    FeedbackTask.objects.bulk_create(
        FeedbackTask(feedback=feedback, other=task, independence=level)
        if isinstance(task, str)
        else FeedbackTask(feedback=feedback, template=task, independence=level)
        for task, level in done.items()
    )
    FEEDBACK.log(feedback, verb, by=by, at=at, after="given", details={"tasks": len(done)})
    return feedback
