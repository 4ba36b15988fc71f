"""What is still to come: a visit or a talk that is planned, and the question half a year later."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from core.models import PublicModel
from placements.models.people import Contact
from placements.models.placements import Placement


class Appointment(PublicModel):
    """A visit or talk at a time; calendars know it by its public id, each change by a higher `sequence` (RFC 5546)."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        CANCELLED = "cancelled", _("Cancelled")

    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="appointments")
    kind = models.CharField(max_length=12, choices=Contact.Kind)
    method = models.CharField(max_length=10, choices=Contact.Method)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=200, blank=True)
    agenda = models.CharField(max_length=300, blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", help_text="who comes or calls")
    with_student = models.BooleanField(default=True)
    with_host = models.BooleanField(default=True)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    sequence = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    retain_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["placement", "starts_at"])]
        constraints = [
            models.CheckConstraint(condition=models.Q(minutes__gte=5, minutes__lte=480), name="appointment_minutes"),
            models.CheckConstraint(
                condition=models.Q(with_student=True) | models.Q(with_host=True), name="appointment_is_with_somebody"
            ),
        ]

    def __str__(self):
        return f"appointment {self.pk}"


class FollowUp(PublicModel):
    """What a student does half a year after the last day, in one word; nobody has to say it (product 4.3)."""

    class Outcome(models.TextChoices):
        JOB_HERE = "job_here", _("A job at the same workplace")
        JOB = "job", _("A job somewhere else")
        STUDY = "study", _("School, training or study")
        LOOKING = "looking", _("Looking for something")
        OTHER = "other", _("Something else")

    placement = models.OneToOneField(Placement, on_delete=models.CASCADE, related_name="follow_up")
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True, help_text="does not want to be asked")
    retain_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["placement"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True) ^ ~models.Q(outcome=""), name="follow_up_has_its_time"
            )
        ]

    def __str__(self):
        return f"half a year after placement {self.placement_id}"
