"""What is due, the letters that wait, and what became of them: the database is the truth, Celery only wakes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Person


class Kind(models.TextChoices):
    SIGN = "sign", _("Agreement not signed")
    CONFIRM = "confirm", _("Hours not confirmed")
    FEEDBACK = "feedback", _("Closing feedback missing")
    ASSESS = "assess", _("Credit not decided")


class Outbox(models.Model):
    """One letter to one person for one day, however many students it is about."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Could not be sent")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="outbox")
    school = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    letter = models.CharField(max_length=20)
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["next_attempt_at", "pk"]
        indexes = [models.Index(fields=["state", "next_attempt_at"])]

    def __str__(self):
        return f"letter {self.pk} to person {self.person_id}"


class Due(models.Model):
    """One thing that someone has to do by a moment: `subject_id` is a signature, placement or enrolment, by kind.

    `reason` says why it was skipped or withdrawn; a sent one points to its letter.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        SKIPPED = "skipped", _("Not needed")

    kind = models.CharField(max_length=10, choices=Kind)
    subject_id = models.BigIntegerField()
    round = models.CharField(max_length=20)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="due")
    school = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    about_placement_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=60, blank=True)
    outbox = models.ForeignKey(Outbox, on_delete=models.SET_NULL, null=True, blank=True, related_name="due")

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [models.Index(fields=["state", "due_at"])]
        constraints = [models.UniqueConstraint(fields=["kind", "subject_id", "round"], name="due_once")]

    def __str__(self):
        return f"{self.kind} {self.subject_id} {self.round}"


class Handled(models.Model):
    """A transition whose consequences in letters are settled."""

    transition_id = models.BigIntegerField(unique=True)
    at = models.DateTimeField()

    def __str__(self):
        return f"transition {self.transition_id}"
