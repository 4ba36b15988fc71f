"""What a student says in confidence, and what was done about it: for the safeguarding lead alone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Person
from core.models import PublicModel
from placements.models.placements import Placement
from schools.models import Student


class SafeguardingNote(PublicModel):
    """A student asks to talk. Only the safeguarding lead of the school reads it."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        SEEN = "seen", _("Seen")
        CLOSED = "closed", _("Closed")

    class Outcome(models.TextChoices):
        """What the case came to, once it is known (product 6, E14)."""

        FOUNDED = "founded", _("It was so")
        UNFOUNDED = "unfounded", _("It was not so")
        NO_CASE = "no_case", _("A talk was enough")

    school = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="safeguarding_notes")
    placement = models.ForeignKey(
        Placement, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", help_text="where it happened"
    )
    text = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    written_at = models.DateTimeField()
    retain_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-written_at", "-pk"]

    def __str__(self):
        return f"safeguarding note {self.pk}"


class SafeguardingEntry(models.Model):
    """The file of a note, and its own audit: who read it, what was done, in the lead's words."""

    class Kind(models.TextChoices):
        READ = "read", _("Read")
        NOTE = "note", _("Note")
        SUSPENDED = "suspended", _("No new placements at this host")
        RESTORED = "restored", _("Host restored")
        OUTCOME = "outcome", _("Outcome")

    note = models.ForeignKey(SafeguardingNote, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField(blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["note", "at", "pk"]

    def __str__(self):
        return f"safeguarding entry {self.pk}"
