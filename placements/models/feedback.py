"""What the host says at the end."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from core.models import PublicModel
from placements.models.hours import Independence
from placements.models.placements import Placement
from schools.models import TaskTemplate


class Feedback(PublicModel):
    """The host's closing feedback: five answers (tasks with independence are `FeedbackTask`)."""

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
