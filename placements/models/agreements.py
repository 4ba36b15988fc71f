"""The agreement on a plan version, and who has signed it how."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Document, Person
from core.models import PublicModel
from placements.models.placements import PlanVersion


class Agreement(PublicModel):
    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PROPOSED = "proposed", _("Sent for signing")
        PARTLY_SIGNED = "partly_signed", _("Partly signed")
        IN_FORCE = "in_force", _("Agreed")
        SUPERSEDED = "superseded", _("Replaced by a new version")
        REFUSED = "refused", _("Refused")
        LAPSED = "lapsed", _("Lapsed")

    SIGNING = (State.PROPOSED, State.PARTLY_SIGNED)

    plan = models.OneToOneField(PlanVersion, on_delete=models.CASCADE, related_name="agreement")
    state = models.CharField(max_length=15, choices=State, default=State.DRAFT)
    sign_by = models.DateField(null=True, blank=True)
    in_force_at = models.DateTimeField(null=True, blank=True)
    counts_from = models.DateTimeField(
        null=True, blank=True, help_text="before in_force_at where a start without agreement was ratified in time"
    )
    in_order = models.BooleanField(default=False, help_text="the parties sign one after another")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["in_force", "superseded"]) ^ models.Q(in_force_at__isnull=True),
                name="agreement_in_force_has_time",
            )
        ]

    def __str__(self):
        return f"agreement {self.pk}"


class Signature(PublicModel):
    """One party's place on the agreement; signed when `signed_at` is set, over the text with `text_hash`."""

    class Party(models.TextChoices):
        STUDENT = "student", _("Student")
        GUARDIAN = "guardian", _("Parent or guardian")
        HOST = "host", _("Host")
        TUTOR = "tutor", _("Supervisor at the workplace")
        TEACHER = "teacher", _("Teacher")
        HEAD = "head", _("Head of school")
        SCHOOL = "school", _("School")

    class Channel(models.TextChoices):
        LINK = "link", _("By link")
        ACCOUNT = "account", _("Signed in")
        PAPER = "paper", _("On paper")

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="signatures")
    party = models.CharField(max_length=10, choices=Party)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="signatures")
    order = models.PositiveSmallIntegerField(default=0)
    name_typed = models.CharField(max_length=200, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    ip = models.GenericIPAddressField(null=True, blank=True)
    text_hash = models.CharField(max_length=64, blank=True)
    channel = models.CharField(max_length=10, choices=Channel, blank=True)
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="scan of the paper"
    )
    recorded_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="who wrote down at the school what was signed on paper",
    )  # fmt: skip
    carried_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="the signature on an earlier version; what has changed since does not concern this party",
    )  # fmt: skip

    class Meta:
        ordering = ["agreement", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "party"], name="signature_party_once"),
            models.CheckConstraint(
                condition=models.Q(signed_at__isnull=True) | ~(models.Q(name_typed="") | models.Q(text_hash="")),
                name="signature_is_whole",
            ),
        ]

    def __str__(self):
        return f"signature {self.pk}"
