"""People and organisations: who someone is, which role they have where, and links for those without an account."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from core.models import PublicModel


class Organisation(PublicModel):
    """A school, an employer with its own account, an authority or an intermediary."""

    class Kind(models.TextChoices):
        SCHOOL = "school", _("School")
        EMPLOYER = "employer", _("Employer")
        AUTHORITY = "authority", _("Authority")
        INTERMEDIARY = "intermediary", _("Intermediary")

    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=200)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    time_zone = models.CharField(max_length=60, default="Europe/London")
    country = models.CharField(max_length=2, default="GB")
    region = models.CharField(max_length=10, blank=True)
    jurisdiction = models.CharField(max_length=20, blank=True)
    accident_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="working days in which an accident must be reported to the authority"
    )

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password) if password else user.set_unusable_password()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """An account: an address that can receive a code. Everything about the human stands in `Person`."""

    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(db_default=Now(), editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []  # type: ignore[misc]

    def __str__(self):
        return f"user {self.pk}"


class Person(PublicModel):
    """The human behind student, supervisor, guardian or teacher, with an account or without."""

    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100)
    sort_key = models.CharField(max_length=220, db_index=True, editable=False)
    language = models.CharField(max_length=10, default="en")
    user = models.OneToOneField(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="person")
    retain_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["sort_key", "pk"]

    def __str__(self):
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


class ContactPoint(models.Model):
    """An address or a number at which a person can be reached, and whether it works."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone")

    class State(models.TextChoices):
        WORKING = "working", _("Working")
        BOUNCED = "bounced", _("Bounced")
        REPLACED = "replaced", _("Replaced by another one")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="contact_points")
    channel = models.CharField(max_length=10, choices=Channel)
    address = models.CharField(max_length=254)
    state = models.CharField(max_length=10, choices=State, default=State.WORKING)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "channel", "address"], name="contact_point_once")]

    def __str__(self):
        return f"{self.channel} of person {self.person_id}"


class Membership(models.Model):
    """A role of a user in an organisation, for a time. `source_id` is the key in the school's own register."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    source_id = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation", "role"], name="membership_once"),
            models.UniqueConstraint(
                fields=["organisation", "source_id"], condition=~models.Q(source_id=""), name="membership_source_once"
            ),
        ]

    def __str__(self):
        return f"{self.role} {self.user_id} in {self.organisation_id}"


class Link(models.Model):
    """A way in for someone without an account: one person, one purpose. Only the token's SHA-256 is kept."""

    class Purpose(models.TextChoices):
        SIGN = "sign", _("Sign the agreement")
        CONFIRM = "confirm", _("Confirm hours")
        FEEDBACK = "feedback", _("Closing feedback")
        REQUEST = "request", _("Answer a request for a place")
        FOLLOW_UP = "follow_up", _("Say what came after")

    token_hash = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="links")
    school = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=10, choices=Purpose)
    subject_id = models.BigIntegerField(
        help_text="sign: the signature; confirm: 0, all students of the person; feedback: the placement; "
        "request: the request; follow_up: the placement"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    forwarded_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="forwards"
    )

    class Meta:
        indexes = [models.Index(fields=["purpose", "subject_id"])]

    def __str__(self):
        return f"link {self.pk} to {self.purpose}"


class CalendarFeed(models.Model):
    """The secret address under which a calendar program reads a person's days. Only the token's SHA-256 is kept."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="calendar_feed")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    def __str__(self):
        return f"calendar of person {self.person_id}"


class ClosedDay(models.Model):
    """A day on which an organisation does not work: a holiday, a break, a shutdown."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="closed_days")
    day = models.DateField()
    name = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "day"], name="closed_day_once")]

    def __str__(self):
        return f"{self.day}"


class Document(PublicModel):
    """A file that belongs to an organisation: a scan, a photo. Its bytes are in the database (docs/decisions/0040)."""

    class Kind(models.TextChoices):
        AGREEMENT = "agreement", _("Signed agreement")
        WEEK_SHEET = "week_sheet", _("Signed week sheet")
        PHOTO = "photo", _("Photo of work")
        PROOF = "proof", _("Proof")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=12, choices=Kind)
    media_type = models.CharField(max_length=60)
    content = models.BinaryField()
    hash = models.CharField(max_length=64)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    retain_until = models.DateField(null=True, blank=True)

    def __str__(self):
        return f"document {self.pk}"
