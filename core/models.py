"""What every app builds on: public ids and the log of moves."""

import uuid

from django.db import models


class PublicModel(models.Model):
    """A row that appears in addresses under an id that says nothing about it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True


class Transition(models.Model):
    """One move of one object. Plain ids only, so that the row survives the erasure of what it tells of.

    `timeline` names the placement or enrolment on whose page the row is shown, e.g. "placement:12".
    `details` holds numbers and dates for the sentence, never a name.
    """

    noun = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    school_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    timeline = models.CharField(max_length=60, blank=True, db_index=True)
    verb = models.CharField(max_length=40)
    from_state = models.CharField(max_length=40, blank=True)
    to_state = models.CharField(max_length=40, blank=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True, blank=True)
    role = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    details = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["noun", "object_id"])]

    def __str__(self):
        return f"{self.noun} {self.object_id}: {self.verb}"
