"""An import from its upload to its end, its lines while they wait, and whom a register's identifiers stand for."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Person, User
from core.models import PublicModel
from exchange.problems import Problem


class ImportRun(PublicModel):
    """One file that a school hands in. The file is kept until the run is over.

    `called_at` is when a worker was last called; `claim` names the one that reads just now, `heartbeat_at` its last
    sign of life: together they let another worker take over from one that died.
    `counts` is {noun: {outcome: number}}, `ignored` {reason: number}, `headers` {file: its columns} of a roster.
    `overtaken` counts the lines that did something else in the end than the preview said, since others were faster.
    """

    class Kind(models.TextChoices):
        ROSTER = "roster", _("Roster")
        EMPLOYERS = "employers", _("Employers")

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Waiting")
        READING = "reading", _("Being read")
        COLUMNS = "columns", _("Asks what its columns are")
        PREVIEW = "preview", _("Ready to take over")
        APPLYING = "applying", _("Being taken over")
        DONE = "done", _("Taken over")
        FAILED = "failed", _("Refused")
        DISCARDED = "discarded", _("Discarded")

    school = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="imports")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    uploaded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    file = models.FileField(upload_to="imports", blank=True)
    file_name = models.CharField(max_length=200)
    called_at = models.DateTimeField()
    claim = models.UUIDField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    lines_done = models.PositiveIntegerField(default=0)
    lines_total = models.PositiveIntegerField(null=True, blank=True)
    columns = ArrayField(models.TextField(), default=list, blank=True)
    headers = models.JSONField(default=dict, blank=True)
    source_name = models.CharField(max_length=200, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    ignored = models.JSONField(default=dict, blank=True)
    overtaken = models.PositiveIntegerField(default=0)
    problem_code = models.CharField(max_length=40, blank=True)
    problem_values = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["uploaded", "reading", "columns", "preview", "applying", "done", "failed", "discarded"]
                ),
                name="import_state_known",
            )
        ]

    def __str__(self):
        return f"import {self.pk}"

    @property
    def problem(self) -> Problem:
        return Problem(self.problem_code, self.problem_values)

    def total(self, outcome: str) -> int:
        """Lines with this outcome, over all nouns."""
        return sum(numbers.get(outcome, 0) for numbers in self.counts.values())


class Outcome(models.TextChoices):
    """What a line would do. `REPEAT` says again what an earlier line of the same file says; `ENDS` is about somebody or
    something that the register is about to forget."""

    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    ENDS = "ends", _("Ends")
    SAME = "same", _("Already there")
    REPEAT = "repeat", _("Said twice")
    ERROR = "error", _("Cannot go in")


LEFT_OUT = "left_out"
"""How lines are counted that somebody has left out."""


class ImportRow(models.Model):
    """A line of a file while it waits: its values as JSON, what it would do, and its cells as they were.

    `changes` is {field: [before, after]}. A line that could not be read has no noun and no data. What somebody has
    `left_out` of the preview does not go in, whatever it would do.
    """

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    file = models.CharField(max_length=40, blank=True)
    line = models.PositiveIntegerField()
    noun = models.CharField(max_length=10, blank=True)
    data = models.JSONField(default=dict, blank=True)
    cells = ArrayField(models.TextField(), default=list, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    left_out = models.BooleanField(default=False)
    changes = models.JSONField(default=dict, blank=True)
    problem_code = models.CharField(max_length=40, blank=True)
    problem_values = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["run", "pk"]
        indexes = [models.Index(fields=["run", "noun", "outcome"])]

    def __str__(self):
        return f"line {self.line} of import {self.run_id}"

    @property
    def problem(self) -> Problem:
        return Problem(self.problem_code, self.problem_values)


class ColumnMapping(models.Model):
    """What a column of a school's lists of employers holds, as somebody there has said: `field` is a name of
    exchange.employers.NAMES, or empty where it is not to be read. `column` is its name without accents and signs."""

    school = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    column = models.CharField(max_length=100)
    field = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "column"], name="column_mapping_once")]

    def __str__(self):
        return f"{self.column}: {self.field}"


class SourcePerson(models.Model):
    """Whom an identifier of a school's register stands for: student, teacher or guardian, the same person each time."""

    school = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    source_id = models.CharField(max_length=100)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "source_id"], name="source_person_once")]

    def __str__(self):
        return f"source of person {self.person_id}"
