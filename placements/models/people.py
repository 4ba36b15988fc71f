"""What people do around the work: contacts, incidents, adjustments, concerns, a request for a place."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Person
from core.models import PublicModel
from employers.models import Employer, Offer, Site
from employers.rules import Decline
from placements.models.hours import Doubt, HourClaim
from placements.models.placements import Placement
from schools.models import Outcome, Student


def _mood() -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)], help_text="1 bad to 5 good"
    )


class Contact(PublicModel):
    """The one log of contacts: method, when, by whom, with whom, what was seen, what the teacher learned."""

    class Kind(models.TextChoices):
        CONTACT = "contact", _("Contact")
        VISIT = "visit", _("Visit")
        FIRST_WEEK = "first_week", _("First-week check")
        REVIEW = "review", _("Three-way review")
        INDUCTION = "induction", _("Safety induction")
        BRIEFING = "briefing", _("Briefing of the supervisor")
        PREPARATION = "preparation", _("Preparation at school")
        DEBRIEF = "debrief", _("Debrief")
        OBSERVATION = "observation", _("Observed at work, for a silent host")
        ORAL = "oral", _("Oral assessment, for a silent host")
        STATEMENT = "statement", _("What a co-worker says, for a silent host")

    class Method(models.TextChoices):
        IN_PERSON = "in_person", _("In person")
        PHONE = "phone", _("Phone")
        VIDEO = "video", _("Video")
        MESSAGE = "message", _("Message")

    school = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="contacts")
    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, null=True, blank=True, related_name="contacts")
    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, null=True, blank=True, related_name="contacts")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.CONTACT)
    method = models.CharField(max_length=10, choices=Method)
    on = models.DateField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", help_text="who held it")
    side = models.CharField(max_length=10, choices=HourClaim.Side, default=HourClaim.Side.SCHOOL)
    with_student = models.BooleanField(default=False)
    with_host = models.BooleanField(default=False)
    seen = models.TextField(max_length=2000, blank=True)
    learned = models.TextField(max_length=2000, blank=True, help_text="tools, processes, changes for lessons")
    agreed = models.TextField(max_length=2000, blank=True)
    mood_student = _mood()
    mood_host = _mood()
    at = models.DateTimeField()
    earlier = models.JSONField(
        default=list, blank=True, help_text="words of a firm's contact before each correction, oldest first"
    )
    retain_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["placement", "kind"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(placement__isnull=False) | models.Q(employer__isnull=False),
                name="contact_is_about_something",
            )
        ]

    def __str__(self):
        return f"contact {self.pk}"


class Incident(PublicModel):
    """Something that went wrong at work, reported in under a minute; an accident starts the clock of the authority."""

    class Kind(models.TextChoices):
        ACCIDENT = "accident", _("Accident")
        NEAR_MISS = "near_miss", _("Nearly an accident")
        DAMAGE = "damage", _("Something was damaged")
        CONFLICT = "conflict", _("Conflict")

    class Care(models.TextChoices):
        NONE = "none", _("Nobody is hurt")
        FIRST_AID = "first_aid", _("First aid")
        DOCTOR = "doctor", _("Doctor")
        HOSPITAL = "hospital", _("Hospital")

    class State(models.TextChoices):
        REPORTED = "reported", _("Reported")
        TOLD = "told", _("Insurer and authority told")
        CLOSED = "closed", _("Closed")

    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="incidents")
    kind = models.CharField(max_length=10, choices=Kind)
    care = models.CharField(max_length=10, choices=Care, default=Care.NONE)
    happened_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    what = models.TextField(max_length=2000)
    side = models.CharField(max_length=10, choices=HourClaim.Side)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.REPORTED)
    tell_by = models.DateField(null=True, blank=True, help_text="the authority has to know it by this day")
    insurer_told_on = models.DateField(null=True, blank=True)
    authority_told_on = models.DateField(null=True, blank=True)
    retain_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-happened_at", "-pk"]

    def __str__(self):
        return f"incident {self.pk}"


class Adjustment(PublicModel):
    """What a student needs at work, in the words the student chose for it: the adjustment, never the diagnosis.

    A change is a new row; the old one is withdrawn.
    """

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="adjustments")
    text = models.TextField(max_length=1000)
    for_host = models.BooleanField(default=False)
    for_teacher = models.BooleanField(default=False)
    written_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    retain_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["student", "written_at", "pk"]

    def __str__(self):
        return f"adjustment {self.pk}"


class AdjustmentAnswer(models.Model):
    """What a host says to an adjustment; a refusal stays on the file and asks the school to look for another way."""

    class Answer(models.TextChoices):
        AGREED = "agreed", _("We do it like this")
        OTHERWISE = "otherwise", _("We can do it in another way")
        REFUSED = "refused", _("We cannot do it")

    adjustment = models.ForeignKey(Adjustment, on_delete=models.CASCADE, related_name="answers")
    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="adjustment_answers")
    answer = models.CharField(max_length=10, choices=Answer)
    text = models.CharField(max_length=500, blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["adjustment", "at", "pk"]

    def __str__(self):
        return f"answer {self.pk}"


class Concern(PublicModel):
    """The host asks for help, or wants to end a placement: a conversation comes before anything is ended."""

    class Kind(models.TextChoices):
        HELP = "help", _("Please call me")
        END = "end", _("I would like to end this placement")

    class Category(models.TextChoices):
        ATTENDANCE = "attendance", _("Comes late or not at all")
        SAFETY = "safety", _("Works unsafely")
        CONDUCT = "conduct", _("Behaves badly")
        SKILLS = "skills", _("Cannot do the work yet")
        NO_TIME = "no_time", _("We have no time for it")
        HEALTH = "health", _("Illness or disability")
        ORIGIN = "origin", _("Origin, language or religion")
        PREGNANCY = "pregnancy", _("Pregnancy or family")
        GENDER = "gender", _("Gender or age")
        OTHER = "other", _("Something else")

    UNLAWFUL = (Category.HEALTH, Category.ORIGIN, Category.PREGNANCY, Category.GENDER)
    """Reasons for which nobody may be sent away: the school is told at once (product 6, E39 and E40)."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        TALKED = "talked", _("Talked about")
        CLOSED = "closed", _("Closed")

    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="concerns")
    kind = models.CharField(max_length=10, choices=Kind)
    category = models.CharField(max_length=12, choices=Category, blank=True)
    text = models.CharField(max_length=500, blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"concern {self.pk}"


class HostRequest(PublicModel):
    """A planned placement is put to a host: will you take this student? Answered by link, or it lapses."""

    class State(models.TextChoices):
        OPEN = "open", _("Waits for an answer")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        LAPSED = "lapsed", _("Lapsed")

    Decline = Decline

    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="requests")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="requests")
    offer = models.ForeignKey(Offer, on_delete=models.SET_NULL, null=True, blank=True, related_name="requests")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", help_text="who is asked")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    asked_at = models.DateTimeField()
    answer_by = models.DateField()
    answered_at = models.DateTimeField(null=True, blank=True)
    decline = models.CharField(max_length=10, choices=Decline, blank=True)
    text = models.CharField(max_length=500, blank=True)
    doubt = models.CharField(max_length=8, choices=Doubt, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["placement"], condition=models.Q(state="open"), name="one_open_request_a_placement"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "lapsed"]) ^ models.Q(answered_at__isnull=False),
                name="answered_request_has_time",
            ),
        ]

    def __str__(self):
        return f"request {self.pk}"


class Demonstration(PublicModel):
    """A student shows an outcome in real work; begun at one host it may be finished at another (product 6, E2)."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="demonstrations")
    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="demonstrations")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["student", "outcome"]
        constraints = [models.UniqueConstraint(fields=["student", "outcome"], name="demonstration_once")]

    def __str__(self):
        return f"demonstration {self.pk}"


class DemonstrationPart(models.Model):
    """What one assessor saw at one host on one day; every assessor stays on the evidence."""

    demonstration = models.ForeignKey(Demonstration, on_delete=models.CASCADE, related_name="parts")
    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="demonstration_parts")
    assessor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=HourClaim.Side)
    on = models.DateField()
    seen = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        ordering = ["demonstration", "on", "pk"]

    def __str__(self):
        return f"part {self.pk}"


class TeacherReport(PublicModel):
    """What a teacher brings back from an own placement; the head accepts it, and it counts then."""

    placement = models.OneToOneField(Placement, on_delete=models.CASCADE, related_name="teacher_report")
    learned = models.TextField(max_length=2000)
    material = models.TextField(max_length=2000, help_text="what changes in lessons")
    coaching_minutes = models.PositiveIntegerField(default=0, help_text="help given to trainers at the host")
    written_at = models.DateTimeField()
    accepted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_minutes = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["placement"]

    def __str__(self):
        return f"report on placement {self.placement_id}"
