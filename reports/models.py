"""What people do about the items of their day, and the lists they come back to."""

from django.db import models

from accounts.models import Organisation, Person
from core.models import PublicModel
from placements.models import Placement


class Handling(PublicModel):
    """What is done about one item: who has taken it, until when it rests, and a note. Items themselves are computed.

    `kind` is that of `reports.item.Kind`; `version` counts the changes, so that of two people who act at once the
    second is told what happened.
    """

    school = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="handlings")
    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="handlings")
    kind = models.CharField(max_length=30)
    owner = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    rests_until = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=0)
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["placement", "kind"]
        constraints = [models.UniqueConstraint(fields=["placement", "kind"], name="handling_once")]

    def __str__(self):
        return f"{self.kind} of placement {self.placement_id}"


class SavedView(PublicModel):
    """A list with its filters, kept under a name by one person for one school."""

    school = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="saved_views")
    list = models.CharField(max_length=20, help_text="the name of its address, such as placements")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500, blank=True, help_text="as in the address, without the page")
    at = models.DateTimeField()

    class Meta:
        ordering = ["list", "name", "pk"]
        constraints = [models.UniqueConstraint(fields=["school", "person", "list", "name"], name="saved_view_once")]

    def __str__(self):
        return self.name
