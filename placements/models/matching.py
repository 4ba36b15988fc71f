"""Finding places for many students at once: what they wish and need, and what a run of the matching proposed."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Person
from core.models import PublicModel
from employers.models import Employer, Need, Offer
from schools.models import Enrolment


class Wish(PublicModel):
    """What a student wishes and needs of a place. The needs are read by the matching, never by a host.

    `latitude` and `longitude` are of about where the student starts the way to work, to a hundredth of a degree.
    """

    enrolment = models.OneToOneField(Enrolment, on_delete=models.CASCADE, related_name="wish")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    most_km = models.PositiveSmallIntegerField(null=True, blank=True, help_text="no place farther away than this")
    languages = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    needs = ArrayField(models.CharField(max_length=20, choices=Need), default=list, blank=True)
    told_at = models.DateTimeField(null=True, blank=True, help_text="when the student last said it, not the school")
    agreed_at = models.DateTimeField(
        null=True, blank=True, help_text="when the student agreed that the school reads the needs"
    )
    at = models.DateTimeField()
    retain_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["enrolment"]
        verbose_name_plural = "wishes"

    def __str__(self):
        return f"wish of enrolment {self.enrolment_id}"


class WishedHost(models.Model):
    """A firm that a student would like, the most wanted first."""

    wish = models.ForeignKey(Wish, on_delete=models.CASCADE, related_name="hosts")
    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["wish", "position"]
        constraints = [models.UniqueConstraint(fields=["wish", "employer"], name="wished_host_once")]

    def __str__(self):
        return f"choice {self.position} of wish {self.wish_id}"


class Matching(PublicModel):
    """A batch of students who look for places in the same weeks."""

    school = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="matchings")
    name = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField()
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="matching_dates_in_order"
            )
        ]

    def __str__(self):
        return self.name


class MatchingStudent(models.Model):
    """A student of a batch; who has `priority` finds a place before the others do."""

    matching = models.ForeignKey(Matching, on_delete=models.CASCADE, related_name="students")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    priority = models.BooleanField(default=False)

    class Meta:
        ordering = ["matching", "pk"]
        constraints = [models.UniqueConstraint(fields=["matching", "enrolment"], name="matching_student_once")]

    def __str__(self):
        return f"student {self.pk} of matching {self.matching_id}"


class Pin(models.Model):
    """What a person has settled before the next run: this student at this offer for certain, or never."""

    class Verdict(models.TextChoices):
        KEEP = "keep", _("Keep")
        NEVER = "never", _("Not here")

    matching = models.ForeignKey(Matching, on_delete=models.CASCADE, related_name="pins")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict)
    reason = models.CharField(max_length=200, blank=True)
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["matching", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["matching", "enrolment", "offer"], name="pin_once"),
            models.UniqueConstraint(
                fields=["matching", "enrolment"], condition=models.Q(verdict="keep"), name="kept_at_one_offer"
            ),
        ]

    def __str__(self):
        return f"pin {self.pk}"


class MatchRun(PublicModel):
    """One run: what it was given, how far it is, and what it proposes. Nothing is sent by itself.

    `problem` and `result` hold keys only, no names, so that a run can be read, compared and repeated.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")

    OPEN = (State.WAITING, State.RUNNING)

    matching = models.ForeignKey(Matching, on_delete=models.CASCADE, related_name="runs")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    progress = models.PositiveSmallIntegerField(default=0, help_text="per cent")
    problem = models.JSONField(default=dict, blank=True)
    result = models.JSONField(null=True, blank=True)
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    claim = models.UUIDField(null=True, blank=True, help_text="of the worker that has it just now")
    heard_at = models.DateTimeField(null=True, blank=True, help_text="its last sign of life")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["matching", "-number"]
        constraints = [models.UniqueConstraint(fields=["matching", "number"], name="match_run_number_once")]

    def __str__(self):
        return f"run {self.number} of matching {self.matching_id}"
