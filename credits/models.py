"""Credit: what the rule proposes, what a person decides, and the ledger that keeps it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from core.models import PublicModel
from schools.models import Enrolment, Student, Unit


class Evaluation(models.Model):
    """What the rule says about one enrolment at one moment; the same evidence gives the same hash."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="evaluations")
    evidence_hash = models.CharField(max_length=64)
    result = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["enrolment", "-at", "-pk"]

    def __str__(self):
        return f"evaluation {self.pk}"


class Decision(PublicModel):
    """A person's decision on one enrolment, made on an evaluation; `reason` when it differs from the rule."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        PROPOSED = "proposed", _("Waiting for a decision")
        CREDITED = "credited", _("Credited")
        PARTLY = "partly", _("Partly credited")
        NOT_YET = "not_yet", _("Not yet")
        CORRECTED = "corrected", _("Corrected")

    DECIDED = (State.CREDITED, State.PARTLY, State.NOT_YET)

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="decisions")
    evaluation = models.ForeignKey(
        Evaluation, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    proposed_minutes = models.PositiveIntegerField(default=0)
    credited_minutes = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["enrolment", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True, decided_at__isnull=True)
                | models.Q(decided_by__isnull=False, decided_at__isnull=False),
                name="decision_has_person_and_time",
            ),
            models.UniqueConstraint(
                fields=["enrolment"], condition=models.Q(state__in=["open", "proposed"]), name="one_open_decision"
            ),
        ]

    def __str__(self):
        return f"decision {self.pk}"


class LedgerEntry(models.Model):
    """Credited minutes, for good. Corrections are reversing entries; each row's hash covers the row before it."""

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="ledger")
    sequence = models.PositiveIntegerField()
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="ledger")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    minutes = models.IntegerField()
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="ledger_entry")
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by")
    at = models.DateTimeField()
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["student", "sequence"]
        constraints = [models.UniqueConstraint(fields=["student", "sequence"], name="ledger_sequence_once")]

    def __str__(self):
        return f"ledger {self.student_id}/{self.sequence}"
