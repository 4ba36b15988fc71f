"""The hosts: firms, their sites, the people who guide students there, and the places they offer."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Person
from core.models import PublicModel


class Need(models.TextChoices):
    """What a student may need of a place, and a place may have."""

    STEP_FREE = "step_free", _("No steps")
    TRANSPORT = "transport", _("Bus or train nearby")
    QUIET = "quiet", _("A quiet place to work")
    BREAKS = "breaks", _("More breaks")
    LATE_START = "late_start", _("Starts after nine")


class Employer(PublicModel):
    """A firm, known to every school that works with it. `identity` finds it again (see employers.rules.identity)."""

    name = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=220, db_index=True, editable=False)
    country = models.CharField(max_length=2, default="GB")
    register_number = models.CharField(max_length=40, blank=True)
    identity = models.CharField(max_length=300, unique=True, editable=False)
    activity_codes = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    size_from = models.PositiveIntegerField(null=True, blank=True, help_text="people who work there, at least")
    size_to = models.PositiveIntegerField(null=True, blank=True, help_text="people who work there, at most")
    organisation = models.OneToOneField(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="employer"
    )
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    closed_on = models.DateField(null=True, blank=True, help_text="the day on which the firm closed for good")

    class Meta:
        ordering = ["sort_key", "pk"]

    def __str__(self):
        return self.name


class Site(PublicModel):
    """A place where students work: of an employer, or of an organisation (a school's own workshop)."""

    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, null=True, blank=True, related_name="sites")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="sites"
    )
    name = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=400, blank=True)
    address_key = models.CharField(max_length=400, blank=True, editable=False)
    postcode = models.CharField(max_length=12, blank=True)
    country = models.CharField(max_length=2, default="GB")
    region = models.CharField(max_length=10, blank=True, help_text="for public holidays, such as NSW or BY")
    time_zone = models.CharField(max_length=60, default="Europe/London")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    bring = models.CharField(max_length=200, blank=True, help_text="what a student brings and wears")
    photos_allowed = models.BooleanField(default=True)
    meets = ArrayField(
        models.CharField(max_length=20, choices=Need), default=list, blank=True, help_text="needs that it can meet"
    )

    class Meta:
        ordering = ["employer", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(employer__isnull=False) ^ models.Q(organisation__isnull=False),
                name="site_has_one_owner",
            ),
            models.UniqueConstraint(fields=["employer", "address_key"], name="site_address_once"),
        ]

    def __str__(self):
        return self.name or self.address


class Shutdown(PublicModel):
    """Days on which nobody works at a site: a summer break, stock-taking, works holidays."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="shutdowns")
    starts_on = models.DateField()
    ends_on = models.DateField()
    name = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["site", "starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="shutdown_dates_in_order"
            )
        ]

    def __str__(self):
        return f"shutdown {self.pk}"


class Supervisor(PublicModel):
    """A person who guides students at a site."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="supervisors")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="supervisors")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "site"], name="supervisor_once")]

    def __str__(self):
        return f"supervisor {self.pk}"


class Offer(PublicModel):
    """Places that a host makes available to one school for a period."""

    school = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="offers")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="offers")
    title = models.CharField(max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField()
    places = models.PositiveSmallIntegerField()
    offered_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        help_text="who at the host offered them; nobody where the school wrote it down",
    )  # fmt: skip
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    occupation_codes = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(),
        default=list,
        blank=True,
        help_text="weekdays (Monday is 0) on which somebody works there; any day when empty",
    )
    languages = ArrayField(
        models.CharField(max_length=8), default=list, blank=True, help_text="one of these is spoken at work"
    )
    least_age = models.PositiveSmallIntegerField(null=True, blank=True, help_text="by law, for this work")

    class Meta:
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="offer_dates_in_order"),
            models.CheckConstraint(condition=models.Q(places__gte=1), name="offer_has_places"),
        ]

    def __str__(self):
        return self.title


class Capacity(PublicModel):
    """What a host sets itself, for all schools: how many students, in which months nobody asks, a pause, a goodbye."""

    employer = models.OneToOneField(Employer, on_delete=models.CASCADE, related_name="capacity")
    at_once = models.PositiveSmallIntegerField(null=True, blank=True, help_text="students at the same time, at most")
    a_year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="students who begin in a year, at most")
    quiet_months = ArrayField(
        models.PositiveSmallIntegerField(), default=list, blank=True, help_text="months (1 to 12) without questions"
    )
    paused_until = models.DateField(null=True, blank=True, help_text="no new student before this day")
    left_on = models.DateField(null=True, blank=True, help_text="takes no students any more, since this day")
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["employer"]
        verbose_name_plural = "capacities"

    def __str__(self):
        return f"capacity of employer {self.employer_id}"


class SchoolEmployer(PublicModel):
    """What one school knows of an employer: its owner there, its tier, its private notes."""

    class Tier(models.TextChoices):
        LIGHT = "light", _("Light")
        STANDARD = "standard", _("Standard")
        ENHANCED = "enhanced", _("Enhanced")

    school = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="school_employers")
    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="school_employers")
    owner = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    tier = models.CharField(max_length=10, choices=Tier, default=Tier.STANDARD)
    approved_until = models.DateField(null=True, blank=True)
    not_approved_since = models.DateField(
        null=True, blank=True, help_text="the day on which the approval was taken back"
    )
    suspended_at = models.DateTimeField(
        null=True, blank=True, help_text="the safeguarding lead asks for no new placement here; why is not said"
    )
    recognised_on = models.DateField(
        null=True, blank=True, help_text="the day from which the school calls it a recognised host"
    )
    notes = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "employer"], name="school_employer_once")]

    def __str__(self):
        return f"employer {self.employer_id} of school {self.school_id}"


class Check(PublicModel):
    """What a school has looked at before it sends students to a firm. Of each kind the last one written holds.

    How long it holds depends on the tier of the firm (employers/rules.py); an insurance ends when its paper says so.
    """

    class Kind(models.TextChoices):
        INSURANCE = "insurance", _("Insurance")
        HAZARDS = "hazards", _("Hazards, and what is done about them")
        VISIT = "visit", _("Visit of the workplace")
        AGE_LIMITS = "age_limits", _("Age limits of the work")

    relation = models.ForeignKey(SchoolEmployer, on_delete=models.CASCADE, related_name="checks")
    kind = models.CharField(max_length=12, choices=Kind)
    done_on = models.DateField()
    valid_until = models.DateField(null=True, blank=True, help_text="the last day that the insurer's paper names")
    note = models.CharField(max_length=500, blank=True)
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["relation", "kind", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="insurance") ^ models.Q(valid_until__isnull=True),
                name="only_an_insurance_has_an_end_of_its_own",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=models.F("done_on")),
                name="check_dates_in_order",
            ),
        ]

    def __str__(self):
        return f"check {self.pk}"


class NotSame(models.Model):
    """Somebody looked at two firms that seem to be one, and said that they are not. The lower key comes first."""

    one = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="not_same_once"),
            models.CheckConstraint(condition=models.Q(one__lt=models.F("other")), name="not_same_in_order"),
        ]

    def __str__(self):
        return f"employers {self.one_id} and {self.other_id} are two"


class NotOnePerson(models.Model):
    """Somebody looked at two entries of a person at a firm, and said that they are two. The lower key comes first."""

    one = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="not_one_person_once"),
            models.CheckConstraint(condition=models.Q(one__lt=models.F("other")), name="not_one_person_in_order"),
        ]

    def __str__(self):
        return f"persons {self.one_id} and {self.other_id} are two"


class Joined(PublicModel):
    """Two entries were one: `gone` was merged into `kept`, and can be taken apart again for 30 days.

    `moved` names every row that changed, for taking it back: {"app.model.field": {key: [value before, after]}}.
    """

    school = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    moved = models.JSONField(default=dict)
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-at", "-pk"]


class Merge(Joined):
    """Two entries of one firm."""

    kept = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="merges")
    gone = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="+")

    class Meta(Joined.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["gone"], condition=models.Q(undone_at__isnull=True), name="merged_once_at_a_time"
            )
        ]

    def __str__(self):
        return f"merge {self.pk}"


class PersonMerge(Joined):
    """Two entries of one person who guides students at a firm."""

    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="+")
    kept = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    gone = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")

    class Meta(Joined.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["gone"], condition=models.Q(undone_at__isnull=True), name="person_merged_once_at_a_time"
            )
        ]

    def __str__(self):
        return f"person merge {self.pk}"


class Round(PublicModel):
    """The question of a school to many firms, whether they take students in a period."""

    school = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="rounds")
    starts_on = models.DateField()
    ends_on = models.DateField()
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True, help_text="nobody is asked any more")

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="round_dates_in_order")
        ]

    def __str__(self):
        return f"round {self.pk}"


class RoundFirm(models.Model):
    """A firm that is asked in a round, and who reads the question there; nobody once that person is erased."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="firms")
    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["round", "pk"]
        constraints = [models.UniqueConstraint(fields=["round", "employer"], name="asked_once_a_round")]

    def __str__(self):
        return f"firm {self.employer_id} in round {self.round_id}"
