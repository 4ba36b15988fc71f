"""What a coordinator gives on to a colleague, with a note, until that one has it."""

from django.db import models

from accounts.models import Organisation, Person
from core.models import PublicModel
from employers.models import SchoolEmployer
from placements.models.placements import Placement


class HandOver(PublicModel):
    """Placements and firms that somebody else at the school looks after from now on, and what that one should know."""

    school = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="hand_overs")
    giver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", help_text="who wrote the note")
    receiver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(max_length=2000, blank=True)
    at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True, help_text="when the receiver said: I have it")

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"hand-over {self.pk}"


class HandedOver(models.Model):
    """One placement or one firm of a hand-over, and who looked after it before."""

    hand_over = models.ForeignKey(HandOver, on_delete=models.CASCADE, related_name="things")
    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    relation = models.ForeignKey(SchoolEmployer, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    before = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["hand_over", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(placement__isnull=False) ^ models.Q(relation__isnull=False),
                name="handed_over_is_one_thing",
            ),
            models.UniqueConstraint(fields=["hand_over", "placement"], name="placement_handed_over_once"),
            models.UniqueConstraint(fields=["hand_over", "relation"], name="firm_handed_over_once"),
        ]

    def __str__(self):
        return f"thing {self.pk} of hand-over {self.hand_over_id}"
