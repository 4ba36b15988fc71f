"""What is due, the letters that wait, and what became of them: the database is the truth, Celery only wakes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Person
from core.models import PublicModel


class Kind(models.TextChoices):
    """What a letter asks for or tells; in the order in which one letter says several things."""

    LINK = "link", _("New link")
    REQUEST = "request", _("Request for a place")
    SIGN = "sign", _("Agreement to sign")
    CONFIRM = "confirm", _("Hours to confirm")
    FEEDBACK = "feedback", _("Closing feedback")
    COLLEAGUE = "colleague", _("A colleague has not answered")
    ASSESS = "assess", _("Credit to decide")
    LOOK_AGAIN = "look_again", _("Decision to look at again")
    HOURS_CHANGED = "hours_changed", _("Hours changed by the host")
    CREDITED = "credited", _("Credit decided")
    ANSWERED = "answered", _("Request answered")
    LOG = "log", _("Day to log")


class Reader(models.TextChoices):
    """As whom a person gets a letter; shown instead of an address."""

    STUDENT = "student", _("Student")
    GUARDIAN = "guardian", _("Parent or guardian")
    HOST = "host", _("Host")
    TEACHER = "teacher", _("Teacher")
    SCHOOL = "school", _("School")


class Reason(models.TextChoices):
    """Why something due is not in a letter, or not yet."""

    DONE = "done", _("It is done, or no longer asked for")
    NEWER = "newer", _("A later reminder takes its place")
    TOO_LATE = "too_late", _("More than 3 days late: it would come as a surprise")
    ONE_A_DAY = "one_a_day", _("Another letter went out that day: it waits for the next morning")


class Problem(models.TextChoices):
    NO_ADDRESS = "no_address", _("There is no mail address that works")
    REFUSED = "refused", _("The mail server refused the address")
    UNREACHABLE = "unreachable", _("The mail server could not be reached")


class Outbox(PublicModel):
    """One letter to one person for one day of the school, however many students it is about.

    While it is being sent, `next_attempt_at` is the moment from which another sender may try, should this one die.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Could not be sent")
        DROPPED = "dropped", _("No longer needed")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="outbox")
    school = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    letter = models.CharField(max_length=15, choices=Kind)
    reader = models.CharField(max_length=10, choices=Reader)
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    again_at = models.DateTimeField(null=True, blank=True, help_text="when a person last asked to send it again")
    problem = models.CharField(max_length=12, choices=Problem, blank=True)

    class Meta:
        ordering = ["next_attempt_at", "pk"]
        indexes = [
            models.Index(fields=["state", "next_attempt_at"]),
            models.Index(fields=["school", "-day"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "school", "day"], condition=~models.Q(letter="link"), name="one_letter_a_day"
            ),
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False)
                | models.Q(~models.Q(state="sent"), sent_at__isnull=True),
                name="sent_letter_has_time",
            ),
        ]

    def __str__(self):
        return f"letter {self.pk} to person {self.person_id}"


class Due(models.Model):
    """One thing that someone has to do or be told by a moment.

    `subject_id` is a signature (sign), a decision (credited), a correction (look_again, answered), a link (link), a
    request to a host (request) or else a placement. `series` keeps apart what repeats for one subject, such as weeks
    and days; the rounds of a series follow each other. `reason` says why it was skipped or waits longer.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        IN_LETTER = "in_letter", _("In a letter")
        SKIPPED = "skipped", _("Not needed")

    kind = models.CharField(max_length=15, choices=Kind)
    subject_id = models.BigIntegerField()
    series = models.CharField(max_length=20, blank=True)
    round = models.CharField(max_length=20)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="due")
    school = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    reader = models.CharField(max_length=10, choices=Reader)
    about_placement_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=12, choices=Reason, blank=True)
    outbox = models.ForeignKey(Outbox, on_delete=models.SET_NULL, null=True, blank=True, related_name="due")

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [models.Index(fields=["state", "due_at"])]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_id", "person", "series", "round"], name="due_once")
        ]

    def __str__(self):
        return f"{self.kind} {self.subject_id} {self.series} {self.round}"


class Handled(models.Model):
    """A transition whose consequences in letters are settled."""

    transition_id = models.BigIntegerField(unique=True)
    at = models.DateTimeField()

    def __str__(self):
        return f"transition {self.transition_id}"
