"""Hours at work: what the learner logged, what each side says of it, and what both agree on."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models.expressions import Func, Value
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from core.models import PublicModel
from placements.models.placements import Activity, Placement, Realism, Segment, Setting
from schools.models import TaskTemplate, Unit


class Independence(models.IntegerChoices):
    WATCHED = 0, _("Watched")
    WITH_HELP = 1, _("With help")
    CHECKED = 2, _("Alone, checked")
    ALONE = 3, _("Alone")
    HELPED_OTHERS = 4, _("Helped another")


class WorkEntry(PublicModel):
    """One stretch of work. `day`, `starts_at` and `ends_at` are local to `zone`; `span` is the same in UTC.

    `logged_minutes` (span less break) is what the learner's side says; `confirmed_minutes` is the part that the host
    agrees to, nothing until the host has answered. Both are derived from the claims by placements.rules.hours.agreed.
    """

    class State(models.TextChoices):
        LOGGED = "logged", _("Logged")
        CONFIRMED = "confirmed", _("Confirmed")
        DISPUTED = "disputed", _("Hours differ")

    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="work_entries")
    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="work_entries")
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="work_entries")
    day = models.DateField()
    starts_at = models.TimeField()
    ends_at = models.TimeField()
    zone = models.CharField(max_length=60)
    span = DateTimeRangeField()
    break_minutes = models.PositiveSmallIntegerField(default=0)
    setting = models.CharField(max_length=10, choices=Setting, default=Setting.COMPANY)
    realism = models.CharField(max_length=10, choices=Realism, default=Realism.REAL)
    remote = models.BooleanField(default=False)
    activity = models.CharField(max_length=20, choices=Activity, default=Activity.PLACEMENT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.LOGGED)
    logged_minutes = models.PositiveSmallIntegerField()
    confirmed_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    logged_at = models.DateTimeField()

    class Meta:
        ordering = ["day", "starts_at", "pk"]
        indexes = [models.Index(fields=["placement", "day"])]
        constraints = [
            ExclusionConstraint(
                name="no_overlapping_work",
                expressions=[
                    (
                        Func("learner", "learner", Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    ("span", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("You have already logged work at this time."),
            ),
            models.CheckConstraint(
                condition=models.Q(state="logged") ^ models.Q(confirmed_minutes__isnull=False),
                name="answered_entry_has_minutes",
            ),
        ]

    def __str__(self):
        return f"work entry {self.pk}"


class TaskDone(models.Model):
    """A task of that day: from the programme's list or in the learner's own words, and how alone it was done."""

    entry = models.ForeignKey(WorkEntry, on_delete=models.CASCADE, related_name="tasks")
    template = models.ForeignKey(TaskTemplate, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    other = models.CharField(max_length=120, blank=True)
    independence = models.PositiveSmallIntegerField(choices=Independence)

    class Meta:
        ordering = ["entry", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(template__isnull=False) ^ ~models.Q(other=""), name="task_done_is_named_once"
            )
        ]

    def __str__(self):
        return f"task done {self.pk}"

    @property
    def name(self) -> str:
        return self.template.title if self.template else self.other


class WeekConfirmation(PublicModel):
    """The host's answer for one placement and one week (its Monday). Claims of the week point here."""

    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="weeks")
    week_starts_on = models.DateField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()

    class Meta:
        ordering = ["placement", "week_starts_on"]
        constraints = [models.UniqueConstraint(fields=["placement", "week_starts_on"], name="week_confirmed_once")]

    def __str__(self):
        return f"week {self.week_starts_on} of placement {self.placement_id}"


class HourClaim(models.Model):
    """What one side says of an entry, for good: both values survive a dispute. The last claim of a side holds."""

    class Side(models.TextChoices):
        STUDENT = "student", _("Student")
        HOST = "host", _("Host")
        SCHOOL = "school", _("School")

    entry = models.ForeignKey(WorkEntry, on_delete=models.CASCADE, related_name="claims")
    side = models.CharField(max_length=10, choices=Side)
    minutes = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300, blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    confirmation = models.ForeignKey(
        WeekConfirmation, on_delete=models.SET_NULL, null=True, blank=True, related_name="claims"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["entry", "at", "pk"]

    def __str__(self):
        return f"{self.side} says {self.minutes} of entry {self.entry_id}"
