"""The placement, where it happens, and the plan that the parties agree to."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Person
from core.models import PublicModel
from employers.models import Employer, Offer, Site, Supervisor
from schools.models import Enrolment, Outcome, RuleSetVersion, TaskTemplate, Unit


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

    class Source(models.TextChoices):
        SCHOOL = "school", _("Found by the school")
        STUDENT = "student", _("Found by the student")
        JOB = "job", _("The student's own job")

    class EndReason(models.TextChoices):
        NO_SHOW = "no_show", _("The student never came")
        WORK = "work", _("The work did not fit")
        PEOPLE = "people", _("People did not get on")
        CONDUCT = "conduct", _("Conduct or attendance")
        SAFETY = "safety", _("Not safe")
        PERSONAL = "personal", _("Personal reasons")
        TRAVEL = "travel", _("Way to work")
        NO_WORK = "no_work", _("Not enough work")
        CLOSED = "closed", _("The host closed")
        NOT_APPROVED = "not_approved", _("The host is no longer approved")
        SUPERVISOR = "supervisor", _("The supervisor left")
        INTERRUPTION = "interruption", _("Something that hit many")
        OTHER = "other", _("Something else")

    class Initiator(models.TextChoices):
        STUDENT = "student", _("Student")
        HOST = "host", _("Host")
        SCHOOL = "school", _("School")
        OUTSIDE = "outside", _("Nobody of them")

    class Direction(models.TextChoices):
        COMPANY = "company", _("Another host, the same occupation")
        OCCUPATION = "occupation", _("Another occupation")
        OUT = "out", _("Leaves the programme")
        OPEN = "open", _("Not known yet")

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
    source = models.CharField(max_length=10, choices=Source, default=Source.SCHOOL)
    lead_employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, null=True, blank=True, related_name="leads",
        help_text="who signs where the work is at other firms",
    )  # fmt: skip
    signatory = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="signs_for",
        help_text="who signs for the host when it is not the supervisor",
    )  # fmt: skip
    contract_reference = models.CharField(max_length=80, blank=True, help_text="of an apprenticeship contract")
    conflict_of_interest = models.CharField(
        max_length=200, blank=True, help_text="such as a family firm: hours then need a second source"
    )
    unagreed_since = models.DateTimeField(
        null=True, blank=True, help_text="when the head let it start without an agreement in force"
    )
    end_reason = models.CharField(max_length=12, choices=EndReason, blank=True)
    end_initiator = models.CharField(max_length=10, choices=Initiator, blank=True)
    end_direction = models.CharField(max_length=10, choices=Direction, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True, help_text="the last valid minute of an early end")

    class Meta:
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["school", "state"]), models.Index(fields=["coordinator", "state"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="placement_dates_in_order"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="broken")
                | ~(models.Q(end_reason="") | models.Q(end_initiator="") | models.Q(end_direction="")),
                name="early_end_says_why",
            ),
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
    realism = models.CharField(max_length=10, choices=Realism, default=Realism.REAL)
    remote = models.BooleanField(default=False)
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
        FOUR_DAYS = "four_days", _("Every 4 days of work")
        MONTHLY = "monthly", _("Every month")

    class Change(models.TextChoices):
        """What a version changes, as a person would name it; decides who is asked again (rules/amending.py)."""

        DATES = "dates", _("First or last day")
        TIMES = "times", _("Days and times of work")
        SITE = "site", _("Workplace")
        SUPERVISOR = "supervisor", _("Supervisor")
        LEARNING = "learning", _("What is learned")
        RHYTHM = "rhythm", _("How often hours are confirmed")
        SCHOOL = "school", _("Contacts at the school")
        TERMS = "terms", _("Terms of the school")

    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="plan_versions")
    number = models.PositiveSmallIntegerField(default=1)
    rhythm = models.CharField(max_length=10, choices=Rhythm, default=Rhythm.WEEKLY)
    purpose_text = models.CharField(max_length=500, blank=True)
    planned_minutes = models.PositiveIntegerField(default=0)
    text = models.TextField(blank=True)
    text_hash = models.CharField(max_length=64, blank=True)
    changes = ArrayField(models.CharField(max_length=12, choices=Change), default=list, blank=True)
    change_reason = models.CharField(max_length=300, blank=True)
    fingerprints = models.JSONField(default=dict, blank=True, help_text="SHA-256 of the facts by kind of change")
    rule_set_version = models.ForeignKey(
        RuleSetVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="the wording that held when the plan was written",
    )  # fmt: skip

    class Meta:
        ordering = ["placement", "-number"]
        constraints = [models.UniqueConstraint(fields=["placement", "number"], name="plan_version_once")]

    def __str__(self):
        return f"plan {self.number} of placement {self.placement_id}"


class PlannedShift(models.Model):
    """Work on one weekday (Monday is 0) in a stretch of dates, in local times; over midnight when end <= start.

    A shift of one single date is meant as it stands: no calendar takes it away.
    """

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
