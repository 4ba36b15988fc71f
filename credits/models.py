"""Credit: what the rule proposes, what a person decides, the ledger that keeps it, and the papers drawn from it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from core.models import PublicModel
from placements.models import Placement
from schools.models import Enrolment, RuleSetVersion, Student, Unit


class Evaluation(models.Model):
    """What one wording of the rules says about one enrolment at one moment.

    `evidence` and `result` are the documents of docs/rule_sets.md, whole, so that it can be evaluated again years
    later. The same evidence gives the same hash.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="evaluations")
    rule_set_version = models.ForeignKey(RuleSetVersion, on_delete=models.PROTECT, related_name="+")
    other_wordings = ArrayField(
        models.BigIntegerField(), default=list, blank=True, help_text="versions for work on other days, by their keys"
    )
    evidence = models.JSONField()
    evidence_hash = models.CharField(max_length=64)
    result = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["enrolment", "-at", "-pk"]

    def __str__(self):
        return f"evaluation {self.pk}"


class Record(PublicModel):
    """Something dated that a rule set asks about and that nothing else here tells: a unit that was passed, a visit.

    The words are those of the rule set (docs/rule_sets.md).
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="records")
    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=200)
    on = models.DateField()
    by = models.CharField(max_length=200, blank=True)
    result = models.CharField(max_length=200, blank=True)
    score = models.PositiveIntegerField(null=True, blank=True)
    signed_by = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["enrolment", "on", "pk"]

    def __str__(self):
        return f"record {self.pk}"


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
    CREDITING = (State.CREDITED, State.PARTLY)

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
    corrected_at = models.DateTimeField(null=True, blank=True)

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
            models.CheckConstraint(
                condition=models.Q(state="corrected") ^ models.Q(corrected_at__isnull=True),
                name="corrected_decision_has_time",
            ),
        ]

    def __str__(self):
        return f"decision {self.pk}"


class LedgerEntry(models.Model):
    """What was credited, for good. A correction is a reversing entry; each row's hash covers the row before it.

    `evidence_hash` is that of its evaluation, so that the chain covers what the decision rests on.

    `minutes` are minutes of work; `credit` are thousandths of `measure` (the rule set's word: credit, unit, point),
    0 where a rule set gives none. A decision gives one row for each award of its rule set.
    """

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="ledger")
    sequence = models.PositiveIntegerField()
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="ledger")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    minutes = models.IntegerField()
    credit = models.IntegerField(default=0)
    measure = models.CharField(max_length=200, blank=True)
    award = models.CharField(max_length=80, help_text="the award of the rule set, by its key")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="ledger_entries")
    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="+")
    evidence_hash = models.CharField(max_length=64)
    rule_set_version = models.ForeignKey(RuleSetVersion, on_delete=models.PROTECT, related_name="+")
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by")
    at = models.DateTimeField()
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["student", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["student", "sequence"], name="ledger_sequence_once"),
            models.UniqueConstraint(
                fields=["decision", "award"], condition=models.Q(reverses__isnull=True), name="ledger_award_once"
            ),
        ]

    def __str__(self):
        return f"ledger {self.student_id}/{self.sequence}"


class Correction(PublicModel):
    """A student asks, within 14 days, to look at a decision again; the teacher answers within 14 days."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting for an answer")
        UPHELD = "upheld", _("The decision is taken back")
        DECLINED = "declined", _("The decision stays")

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="corrections")
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    text = models.CharField(max_length=1000)
    asked_at = models.DateTimeField()
    answer_by = models.DateField()
    answer = models.CharField(max_length=1000, blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["decision"], condition=models.Q(state="asked"), name="one_open_correction"),
            models.CheckConstraint(
                condition=models.Q(state="asked", answered_by__isnull=True, answered_at__isnull=True)
                | (~models.Q(state="asked") & models.Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="answered_correction_has_person_and_time",
            ),
        ]

    def __str__(self):
        return f"correction {self.pk}"


class Transcript(models.Model):
    """A paper that shows a student's ledger up to one row. `code` is what the public page asks for."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="transcripts")
    code = models.CharField(max_length=40, unique=True)
    sequence = models.PositiveIntegerField()
    head = models.CharField(max_length=64)
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["student", "-issued_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["student", "sequence"], name="transcript_head_once")]

    def __str__(self):
        return f"transcript {self.pk}"
