"""What is due, the letters that wait, and what became of them: the database is the truth, Celery only wakes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Person
from core.models import PublicModel
from employers.models import Employer


class Kind(models.TextChoices):
    """What a letter asks for or tells; in the order in which one letter says several things."""

    LINK = "link", _("New link")
    TALK = "talk", _("A student asks to talk")
    INCIDENT = "incident", _("Something happened at work")
    CONCERN = "concern", _("A host wants to talk")
    REQUEST = "request", _("Request for a place")
    CAPACITY = "capacity", _("Places for a period")
    SIGN = "sign", _("Agreement to sign")
    CONFIRM = "confirm", _("Hours to confirm")
    FEEDBACK = "feedback", _("Closing feedback")
    COLLEAGUE = "colleague", _("A colleague has not answered")
    ARRIVAL = "arrival", _("Nobody has said whether the student came")
    UNSIGNED = "unsigned", _("Agreement not signed before the start")
    CONTACT = "contact", _("Contact that is due")
    PLAN = "plan", _("Plan to write")
    ASSESS = "assess", _("Credit to decide")
    LOOK_AGAIN = "look_again", _("Decision to look at again")
    APPOINTMENT = "appointment", _("Visit or talk that is planned")
    RENEW = "renew", _("Approval of a workplace that runs out")
    ENDING = "ending", _("Placement that ends soon")
    HOURS_CHANGED = "hours_changed", _("Hours changed by the host")
    CREDITED = "credited", _("Credit decided")
    ANSWERED = "answered", _("Request answered")
    CLASS_WEEK = "class_week", _("The week at work")
    REFLECT = "reflect", _("Question to think about")
    READY = "ready", _("Wishes for the next place")
    LOG = "log", _("Day to log")
    USED = "used", _("What came of the feedback")
    THANKS = "thanks", _("Thank you, and what came of it")
    FOLLOW_UP = "follow_up", _("Half a year later")


class MessageClass(models.TextChoices):
    """What a reader may do without; the school then calls, where a student depends on the answer."""

    TASKS = "tasks", _("Things that only I can do")
    REMINDERS = "reminders", _("Reminders of things that I have not done yet")
    PLACES = "places", _("Questions whether I can take students")
    NEWS = "news", _("What came of it, and what changed")


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
    OVER = "over", _("The placement is paused or over: nobody is asked")
    NEWER = "newer", _("A later reminder takes its place")
    TOO_LATE = "too_late", _("More than 3 days late: it would come as a surprise")
    ONE_A_DAY = "one_a_day", _("Another letter went out that day: it waits for the next morning")
    QUIET = "quiet", _("It is evening, night or a free day there: it waits for the next morning")
    NO_CONTACT = "no_contact", _("The host does not want to be asked in this month")
    NOT_WANTED = "not_wanted", _("The reader does not want such letters: please call where it matters")
    CAP_PLACEMENT = "cap_placement", _("The host has had as many letters about this placement as it should get")
    CAP_HOST = "cap_host", _("The host has had as many letters this year as it should get")


class Problem(models.TextChoices):
    NO_ADDRESS = "no_address", _("There is no mail address that works")
    REFUSED = "refused", _("The mail server refused the address")
    UNREACHABLE = "unreachable", _("The mail server could not be reached")
    CAME_BACK = "came_back", _("It came back: the address does not work")
    UNWANTED = "unwanted", _("The reader marked it as unwanted")


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")


class Outbox(PublicModel):
    """One letter to one person for one day, however many students it is about; what cannot wait goes `apart`.

    `employer` is the firm of a reader at a host, for whom letters are counted by year. While a letter is being sent,
    `next_attempt_at` is the moment from which another sender may try, should this one die.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        BOUNCED = "bounced", _("Came back")
        FAILED = "failed", _("Could not be sent")
        DROPPED = "dropped", _("No longer needed")

    UNDELIVERED = (State.FAILED, State.BOUNCED)

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="outbox")
    school = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    letter = models.CharField(max_length=15, choices=Kind)
    reader = models.CharField(max_length=10, choices=Reader)
    employer = models.ForeignKey(Employer, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    apart = models.BooleanField(default=False, help_text="goes at once, beside the one letter of the day")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    message_id = models.CharField(max_length=200, unique=True)
    provider_id = models.CharField(max_length=200, blank=True, db_index=True, help_text="how the provider names it")
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
            models.Index(fields=["employer", "day"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["person", "day"], condition=models.Q(apart=False), name="one_letter_a_day"),
            models.CheckConstraint(
                condition=models.Q(state__in=["sent", "bounced"]) ^ models.Q(sent_at__isnull=True),
                name="sent_letter_has_time",
            ),
        ]

    def __str__(self):
        return f"letter {self.pk} to person {self.person_id}"


class Due(models.Model):
    """One thing that someone has to do or be told by a moment.

    `subject_id` is a signature (sign), a decision (credited), a correction (look_again, answered), a link (link), a
    request to a host (request), a note in confidence (talk), an incident, a concern, an appointment, a reflection
    (reflect), a use (used), a relation of school and employer (renew), a firm in a round (capacity), a student in a
    batch (ready), a teacher (class_week) or else a placement. `series` keeps apart what
    repeats for one subject, such as weeks and days; the rounds of a series follow each other. At its last decision,
    `decided_at`: `seen` is the state of the placement then, `field` the fact that is asked for ("signature.signed_at"),
    and `reason` why it was skipped or waits longer.
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
    reason = models.CharField(max_length=15, choices=Reason, blank=True)
    field = models.CharField(max_length=40, blank=True)
    seen = models.CharField(max_length=15, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
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


class Unwanted(models.Model):
    """A class of letters that a person does not want."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="unwanted_letters")
    message_class = models.CharField(max_length=10, choices=MessageClass)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "message_class"], name="unwanted_once")]

    def __str__(self):
        return f"no {self.message_class} to person {self.person_id}"


class Delivery(models.Model):
    """What a provider tells of a letter after it has left; told twice it stands once."""

    class Event(models.TextChoices):
        DELIVERED = "delivered", _("Arrived")
        BOUNCED = "bounced", _("Came back")
        REJECTED = "rejected", _("Refused by the provider")
        COMPLAINED = "complained", _("Marked as unwanted")

    outbox = models.ForeignKey(Outbox, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=10, choices=Event)
    at = models.DateTimeField()

    class Meta:
        ordering = ["outbox", "at", "pk"]
        constraints = [models.UniqueConstraint(fields=["outbox", "event"], name="delivery_event_once")]

    def __str__(self):
        return f"letter {self.outbox_id} {self.event}"


class Heartbeat(models.Model):
    """When a part of the machinery last did its work, and what it found: the answer to "does it fire?"."""

    class Part(models.TextChoices):
        BEAT = "beat", _("Clock that wakes the worker")
        SWEEP = "sweep", _("Search for what is due")
        POST = "post", _("Sending of letters")

    part = models.CharField(max_length=10, choices=Part, unique=True)
    at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0, help_text="rows decided, or letters sent, the last time")

    def __str__(self):
        return f"{self.part} at {self.at}"
