"""Hours at work: what the learner logged, what each side says of it, and what both agree on."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models.expressions import Func, Value
from django.utils.translation import gettext_lazy as _

from accounts.models import Document, Person
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
        WITHDRAWN = "withdrawn", _("Taken back")

    class Origin(models.TextChoices):
        """Who wrote it down first."""

        LEARNER = "learner", _("Learner")
        HOST = "host", _("Host")
        SCHOOL = "school", _("School")

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
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.LEARNER)
    late_reason = models.CharField(max_length=300, blank=True, help_text="why it was written or changed so late")
    make_up = models.BooleanField(default=False, help_text="makes up for missed work")
    locked_at = models.DateTimeField(null=True, blank=True, help_text="since then a decision on credit rests on it")

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
                condition=~models.Q(state="withdrawn"),
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


class Doubt(models.TextChoices):
    """An answer by one button may come from a program that opens every link of a mail."""

    OPEN = "open", _("Pressed too fast for a person")
    SETTLED = "settled", _("A person meant it")


class WeekConfirmation(PublicModel):
    """The host's answer for one placement and one week (its Monday). Claims of the week point here."""

    class Channel(models.TextChoices):
        LINK = "link", _("By link")
        ACCOUNT = "account", _("Signed in")
        PHONE = "phone", _("By phone")
        PAPER = "paper", _("On paper")

    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="weeks")
    week_starts_on = models.DateField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.LINK)
    recorded_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="who wrote down at the school what the host said or signed",
    )  # fmt: skip
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    doubt = models.CharField(max_length=8, choices=Doubt, blank=True)

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
    recorded_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="who wrote it down at the school for that side",
    )  # fmt: skip
    at = models.DateTimeField()

    class Meta:
        ordering = ["entry", "at", "pk"]

    def __str__(self):
        return f"{self.side} says {self.minutes} of entry {self.entry_id}"


class Absence(PublicModel):
    """Planned work that was missed: minutes and whose cause it was, never a diagnosis."""

    class Cause(models.TextChoices):
        STUDENT = "student", _("Student")
        HOST = "host", _("Host")
        SCHOOL = "school", _("School")
        FORCE_MAJEURE = "force_majeure", _("Nobody could help it")

    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="absences")
    day = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    cause = models.CharField(max_length=15, choices=Cause)
    authorised = models.BooleanField(null=True, blank=True, help_text="whether the school accepts it; null: not said")
    paid = models.BooleanField(null=True, blank=True)
    side = models.CharField(max_length=10, choices=HourClaim.Side)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["placement", "day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["placement", "day"], condition=models.Q(withdrawn_at__isnull=True), name="absence_once_a_day"
            ),
            models.CheckConstraint(condition=models.Q(minutes__gte=1), name="absence_has_minutes"),
        ]

    def __str__(self):
        return f"absence {self.pk}"


class WeekSheet(PublicModel):
    """A printed week for a workplace without a network: its code leads back here, its photo is kept."""

    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="week_sheets")
    week_starts_on = models.DateField()
    code = models.CharField(max_length=20, unique=True)
    printed_at = models.DateTimeField()
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["placement", "week_starts_on"]
        constraints = [models.UniqueConstraint(fields=["placement", "week_starts_on"], name="week_sheet_once")]

    def __str__(self):
        return f"week sheet {self.pk}"


class WorkPhoto(PublicModel):
    """A photo of work, without its location data; people and plates are the learner's to leave out or to blur."""

    entry = models.ForeignKey(WorkEntry, on_delete=models.CASCADE, related_name="photos")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    consent = models.BooleanField(help_text="nobody is on it, or everybody on it agreed")
    at = models.DateTimeField()

    class Meta:
        ordering = ["entry", "at", "pk"]

    def __str__(self):
        return f"photo {self.pk}"


class EarlierWork(PublicModel):
    """Work from before, as a sum: no daily log, but a workplace that confirms it and a talk about what it was."""

    placement = models.OneToOneField(Placement, on_delete=models.CASCADE, related_name="earlier_work")
    starts_on = models.DateField()
    ends_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    minutes = models.PositiveIntegerField()
    relevance = models.CharField(max_length=500, help_text="what it has to do with the programme")
    confirmed_minutes = models.PositiveIntegerField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=200, blank=True, help_text="who at the workplace, in their own name")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    talked_on = models.DateField(null=True, blank=True, help_text="when the teacher talked it through")
    talked_with = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    before_enrolment = models.BooleanField(default=False, help_text="its dates may be before the enrolment")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["placement"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="earlier_work_dates_in_order"
            )
        ]

    def __str__(self):
        return f"earlier work {self.pk}"


class OtherWork(models.Model):
    """Paid work that the school does not arrange, as the learner said once: it is added to the sums of working time."""

    placement = models.OneToOneField(Placement, on_delete=models.CASCADE, related_name="other_work")
    minutes_per_week = models.PositiveSmallIntegerField(help_text="0: there is none")
    at = models.DateTimeField()

    class Meta:
        ordering = ["placement"]

    def __str__(self):
        return f"other work beside placement {self.placement_id}"
