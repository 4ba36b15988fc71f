"""What the host says at the end."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from core.models import PublicModel
from placements.models.hours import HourClaim, Independence
from placements.models.placements import Placement
from schools.models import Skill, TaskTemplate


class Feedback(PublicModel):
    """The host's closing feedback: five answers (tasks with independence are `FeedbackTask`), skills apart."""

    class Again(models.TextChoices):
        YES = "yes", _("Yes")
        MAYBE = "maybe", _("Perhaps")
        NO = "no", _("No")

    placement = models.OneToOneField(Placement, on_delete=models.CASCADE, related_name="feedback")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    independence = models.PositiveSmallIntegerField(choices=Independence)
    observed = models.CharField(max_length=500)
    host_again = models.CharField(max_length=10, choices=Again)
    remark = models.CharField(max_length=500, blank=True)
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["placement"]

    def __str__(self):
        return f"feedback on placement {self.placement_id}"


class FeedbackTask(models.Model):
    feedback = models.ForeignKey(Feedback, on_delete=models.CASCADE, related_name="tasks")
    template = models.ForeignKey(TaskTemplate, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    other = models.CharField(max_length=120, blank=True)
    independence = models.PositiveSmallIntegerField(
        choices=Independence, null=True, blank=True, help_text="how alone this task; nothing: not said"
    )

    class Meta:
        ordering = ["feedback", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(template__isnull=False) ^ ~models.Q(other=""), name="feedback_task_is_named_once"
            )
        ]

    def __str__(self):
        return f"feedback task {self.pk}"

    @property
    def name(self) -> str:
        return self.template.title if self.template else self.other


class FeedbackUse(PublicModel):
    """What the school did with the feedback; the host reads it, so that an answer is never for nothing."""

    class Kind(models.TextChoices):
        TALK = "talk", _("Talked about with the student")
        LESSON = "lesson", _("Used in a lesson")
        PLAN = "plan", _("On the student's plan")
        CREDIT = "credit", _("Used for the decision on credit")

    feedback = models.ForeignKey(Feedback, on_delete=models.CASCADE, related_name="uses")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.CharField(max_length=200, blank=True)
    on = models.DateField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["feedback", "on", "pk"]

    def __str__(self):
        return f"use {self.pk} of feedback {self.feedback_id}"


class FeedbackReply(PublicModel):
    """What the student says to the feedback: read it, or sees it otherwise, and why. The last one holds."""

    feedback = models.OneToOneField(Feedback, on_delete=models.CASCADE, related_name="reply")
    agrees = models.BooleanField()
    text = models.CharField(max_length=500, blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["feedback"]

    def __str__(self):
        return f"reply to feedback {self.feedback_id}"


class SkillReview(PublicModel):
    """One side's look at the skills, at the start or at the end; blind: the host sees the student's after its own."""

    class Moment(models.TextChoices):
        START = "start", _("At the start")
        END = "end", _("At the end")

    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="skill_reviews")
    moment = models.CharField(max_length=5, choices=Moment)
    side = models.CharField(max_length=10, choices=HourClaim.Side)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["placement", "-moment", "side"]
        constraints = [models.UniqueConstraint(fields=["placement", "moment", "side"], name="skill_review_once")]

    def __str__(self):
        return f"skill review {self.pk}"


class SkillMark(models.Model):
    """A level of the skill's scale, the lowest is 1; nothing means "not seen", which is never zero."""

    review = models.ForeignKey(SkillReview, on_delete=models.CASCADE, related_name="marks")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["review", "skill__programme", "skill__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "skill"], name="skill_mark_once"),
            models.CheckConstraint(
                condition=models.Q(level__isnull=True) | models.Q(level__gte=1), name="level_from_1"
            ),
        ]

    def __str__(self):
        return f"skill mark {self.pk}"


class Reflection(PublicModel):
    """One question to a student that a named person reads; without a reader nobody is asked (product 8)."""

    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="reflections")
    reader = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    question = models.CharField(max_length=300)
    why = models.CharField(max_length=200, blank=True, help_text="what it is about, such as a task done alone at last")
    asked_at = models.DateTimeField()
    answer = models.TextField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    reply = models.CharField(max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    retain_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["placement", "-asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True) ^ ~models.Q(answer=""), name="answer_has_its_time"
            ),
            models.CheckConstraint(
                condition=models.Q(read_at__isnull=True) | models.Q(answered_at__isnull=False),
                name="only_an_answer_is_read",
            ),
        ]

    def __str__(self):
        return f"reflection {self.pk}"


class HostTime(models.Model):
    """Active seconds of a host on one screen for one placement, from a signed render time; idle time is taken out.

    `key` is the form's own, so that the same post counts once.
    """

    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="host_times")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    screen = models.CharField(max_length=40)
    seconds = models.PositiveIntegerField()
    idle_known = models.BooleanField(help_text="the browser said when nobody was there; else a long time is cut")
    key = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["placement", "at", "pk"]
        constraints = [models.UniqueConstraint(fields=["placement", "key"], name="host_time_once")]

    def __str__(self):
        return f"{self.seconds} s of a host on placement {self.placement_id}"
