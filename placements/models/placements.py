"""The placement, where it happens, and the plan that the parties agree to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Person
from core.models import PublicModel
from employers.models import Employer, Offer, Site, Supervisor
from schools.models import Enrolment, Outcome, TaskTemplate, Unit


class Setting(models.TextChoices):
    COMPANY = "company", _("Company")
    WORKSHOP = "workshop", _("School workshop")
    CENTRE = "centre", _("Training centre")


class Realism(models.TextChoices):
    REAL = "real", _("Real work")
    SIMULATED = "simulated", _("Simulated")


class Activity(models.TextChoices):
    """What kind of work it is, in the words of docs/rule_sets.md."""

    PLACEMENT = "placement", _("Placement")
    TASTER = "taster", _("Taster")
    TEAM_PROJECT = "team_project", _("Team project")
    SKILLS_HUB = "skills_hub", _("Skills hub")
    JOB = "job", _("Part-time job")
    VOLUNTEER = "volunteer", _("Voluntary work")
    PRIOR_LEARNING = "prior_learning", _("Earlier work")
    CLASS = "class", _("Class at school")


class Placement(PublicModel):
    """One learner at one host for one agreed plan. A teacher's own placement is the same noun."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        ENDED = "ended", _("Ended")
        CANCELLED = "cancelled", _("Cancelled")
        BROKEN = "broken", _("Ended early")

    class Purpose(models.TextChoices):
        STUDENT = "student", _("Student's placement")
        TEACHER = "teacher", _("Teacher's placement")
        PRIOR_WORK = "prior_work", _("Earlier work")
        JOB = "job", _("Part-time job")

    LIVE = (State.PLANNED, State.RUNNING, State.PAUSED)
    BEGUN = (State.RUNNING, State.PAUSED)
    NOT_BEGUN = (State.PLANNED, State.CANCELLED)
    OVER = (State.ENDED, State.BROKEN)

    school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="placements")
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="placements")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, null=True, blank=True, related_name="placements")
    purpose = models.CharField(max_length=12, choices=Purpose, default=Purpose.STUDENT)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, null=True, blank=True, related_name="placements")
    offer = models.ForeignKey(Offer, on_delete=models.SET_NULL, null=True, blank=True, related_name="placements")
    coordinator = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="coordinates"
    )
    teacher = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="accompanies")
    predecessor = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="successor"
    )
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["school", "state"]), models.Index(fields=["coordinator", "state"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="placement_dates_in_order"
            )
        ]

    def __str__(self):
        return f"placement {self.pk}"


class Segment(models.Model):
    """A stretch of a placement at one site in one setting."""

    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="segments")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="segments")
    setting = models.CharField(max_length=10, choices=Setting, default=Setting.COMPANY)
    supervisor = models.ForeignKey(Supervisor, on_delete=models.PROTECT, null=True, blank=True, related_name="segments")
    activity = models.CharField(max_length=20, choices=Activity, default=Activity.PLACEMENT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering = ["placement", "starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="segment_dates_in_order"
            )
        ]

    def __str__(self):
        return f"segment {self.pk}"


class PlanVersion(models.Model):
    """What is agreed: when the learner works and what is learned. A change makes a new version.

    `text` is the exact text that the parties read and sign; `text_hash` is its SHA-256.
    """

    class Rhythm(models.TextChoices):
        WEEKLY = "weekly", _("Every week")
        MONTHLY = "monthly", _("Every month")

    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="plan_versions")
    number = models.PositiveSmallIntegerField(default=1)
    rhythm = models.CharField(max_length=10, choices=Rhythm, default=Rhythm.WEEKLY)
    purpose_text = models.CharField(max_length=500, blank=True)
    planned_minutes = models.PositiveIntegerField(default=0)
    text = models.TextField(blank=True)
    text_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["placement", "-number"]
        constraints = [models.UniqueConstraint(fields=["placement", "number"], name="plan_version_once")]

    def __str__(self):
        return f"plan {self.number} of placement {self.placement_id}"


class PlannedShift(models.Model):
    """Work on one weekday (Monday is 0) in a stretch of dates, in local times; over midnight when end <= start."""

    plan = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="shifts")
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="shifts")
    weekday = models.PositiveSmallIntegerField()
    starts_at = models.TimeField()
    ends_at = models.TimeField()
    break_minutes = models.PositiveSmallIntegerField(default=0)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering = ["plan", "starts_on", "weekday", "starts_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="shift_weekday"),
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="shift_dates_in_order"),
        ]

    def __str__(self):
        return f"shift {self.weekday} {self.starts_at}"


class PlannedOutcome(models.Model):
    plan = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="outcomes")
    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(TaskTemplate, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    setting = models.CharField(max_length=10, choices=Setting, default=Setting.COMPANY)
    realism = models.CharField(max_length=10, choices=Realism, default=Realism.REAL)

    class Meta:
        ordering = ["plan", "pk"]
        constraints = [models.UniqueConstraint(fields=["plan", "outcome", "setting"], name="planned_outcome_once")]

    def __str__(self):
        return f"outcome {self.outcome_id} in plan {self.plan_id}"
