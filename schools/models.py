"""A school's side: what is taught, who learns it, and who stands behind a minor."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Person
from core.models import PublicModel


class Programme(PublicModel):
    """A course of study. `occupation_codes` (e.g. ISCO) are what offers of employers are matched by."""

    school = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="programmes")
    name = models.CharField(max_length=200)
    code = models.CharField(max_length=40, blank=True)
    occupation_codes = ArrayField(models.CharField(max_length=20), default=list, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["school", "name"], name="programme_name_once")]

    def __str__(self):
        return self.name


class RuleSet(PublicModel):
    """A written rule for credit. Without a school it came with the program; a school's own is a copy or an upload.

    The one that is `general` serves programmes that name none.
    """

    key = models.CharField(max_length=80)
    school = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="rule_sets")
    copied_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="copies")
    general = models.BooleanField(default=False)

    class Meta:
        ordering = ["key", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["key", "school"], name="rule_set_key_once", nulls_distinct=False),
            models.UniqueConstraint(fields=["general"], condition=models.Q(general=True), name="one_general_rule_set"),
        ]

    def __str__(self):
        return self.key


class RuleSetVersion(PublicModel):
    """One dated wording, as in docs/rule_sets.md. It never changes: decisions point to it and are replayed with it.

    `hash` is the SHA-256 of `content`, written with sorted keys. A higher number takes the place of a lower one
    for the same dates.
    """

    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    hash = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    chosen_by = models.CharField(max_length=20)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["rule_set", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["rule_set", "number"], name="rule_set_number_once"),
            models.UniqueConstraint(fields=["rule_set", "hash"], name="rule_set_wording_once"),
        ]

    def __str__(self):
        return f"{self.rule_set} {self.number}"


class RuleSetDraft(PublicModel):
    """A wording that was written but holds for nobody yet, so that its effect can be seen first. Adopted, it goes."""

    rule_set = models.ForeignKey(RuleSet, on_delete=models.CASCADE, related_name="drafts")
    content = models.JSONField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["rule_set", "-at", "-pk"]

    def __str__(self):
        return f"draft of {self.rule_set}"


class AgreementBlock(PublicModel):
    """A school's own words in its agreements: insurance, dress, data protection. Plain text, never code."""

    school = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="agreement_blocks")
    programme = models.ForeignKey(
        Programme, on_delete=models.CASCADE, null=True, blank=True, related_name="agreement_blocks"
    )
    position = models.PositiveSmallIntegerField()
    heading = models.CharField(max_length=200)
    text = models.TextField(max_length=5000)

    class Meta:
        ordering = ["school", "position", "pk"]

    def __str__(self):
        return self.heading


class ProgrammeVersion(models.Model):
    """What a cohort is taught. Enrolments keep their version when the programme changes."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    required_minutes = models.PositiveIntegerField(help_text="minutes at work that the programme asks for")
    whole_minutes = models.PositiveIntegerField(
        null=True, blank=True, help_text="length of the whole programme, where a rule asks for a share of it"
    )
    rule_set = models.ForeignKey(
        RuleSet, on_delete=models.PROTECT, null=True, blank=True, related_name="programme_versions"
    )
    valid_from = models.DateField(null=True, blank=True)
    sign_days_before = models.PositiveSmallIntegerField(
        default=10, help_text="days before the first day by which everybody should have signed"
    )
    deadlines = models.JSONField(
        default=dict, blank=True, help_text="what differs from the usual deadlines (schools/deadlines.py)"
    )

    class Meta:
        ordering = ["programme", "-number"]
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="programme_version_once")]

    def __str__(self):
        return f"{self.programme} {self.number}"


class Unit(models.Model):
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="units")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    code = models.CharField(max_length=40, blank=True, help_text="how a rule set calls this unit")

    class Meta:
        ordering = ["version", "position"]
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="unit_position_once")]

    def __str__(self):
        return self.title


class Outcome(models.Model):
    """One thing that a student can do after the unit."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="outcomes")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)

    class Meta:
        ordering = ["unit", "position"]
        constraints = [models.UniqueConstraint(fields=["unit", "position"], name="outcome_position_once")]

    def __str__(self):
        return self.text


class TaskTemplate(models.Model):
    """A task of the occupation, as a student and a supervisor would call it, and the outcomes it shows."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="tasks")
    title = models.CharField(max_length=120)
    outcomes = models.ManyToManyField(Outcome, blank=True, related_name="tasks")

    class Meta:
        ordering = ["unit", "pk"]
        constraints = [models.UniqueConstraint(fields=["unit", "title"], name="task_title_once")]

    def __str__(self):
        return self.title


class SkillScale(PublicModel):
    """Ordered levels with a name in each language, for some dates: marks of two scales are never compared.

    `levels`: lowest first, each {"en": name, …}. Without a school it came with the program.
    """

    school = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="skill_scales"
    )
    key = models.CharField(max_length=80)
    levels = models.JSONField()
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "school", "valid_from"], name="skill_scale_once", nulls_distinct=False
            )
        ]

    def __str__(self):
        return self.key


class Skill(PublicModel):
    """What people need in any job, or in one programme's occupation, with an anchor for each level of its scale.

    `name`: {"en": …}; `anchors`: {"en": [what one sees at level 1, …]}. Without a programme it is common to all.
    """

    scale = models.ForeignKey(SkillScale, on_delete=models.PROTECT, related_name="skills")
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, null=True, blank=True, related_name="skills")
    key = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()
    name = models.JSONField()
    anchors = models.JSONField()
    ended_on = models.DateField(null=True, blank=True, help_text="from this day on it is not asked any more")

    class Meta:
        ordering = ["programme", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["key", "scale", "programme"], name="skill_once", nulls_distinct=False)
        ]

    def __str__(self):
        return self.key


class FeedbackPhrase(models.Model):
    """A sentence that a host of this programme may tap instead of writing one: what somebody could have seen."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="feedback_phrases")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=120)

    class Meta:
        ordering = ["programme", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["programme", "text"], name="feedback_phrase_once")]

    def __str__(self):
        return self.text


class Cohort(PublicModel):
    """The students who begin one version of a programme together."""

    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="cohorts")
    name = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    school_weekdays = ArrayField(
        models.PositiveSmallIntegerField(),
        default=list,
        blank=True,
        help_text="weekdays (Monday is 0) at school, also during placements",
    )

    class Meta:
        ordering = ["-starts_on", "name", "pk"]

    def __str__(self):
        return self.name


class Student(PublicModel):
    """A person at a school. `source_id` is the key in the school's register."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="students")
    school = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="students")
    source_id = models.CharField(max_length=100, blank=True)
    birth_date = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "source_id"], condition=~models.Q(source_id=""), name="student_source_once"
            ),
            models.UniqueConstraint(fields=["school", "person"], name="student_once"),
        ]

    def __str__(self):
        return f"student {self.pk}"


class Guardian(models.Model):
    """Who signs for a minor and may read along, until the given day."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="guardians")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="guardianships")
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["student", "person"], name="guardian_once")]

    def __str__(self):
        return f"guardian of student {self.student_id}"


class SchoolClass(PublicModel):
    """A class of the school's register, with its teachers and students."""

    school = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="classes")
    source_id = models.CharField(max_length=100, blank=True)
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "source_id"], condition=~models.Q(source_id=""), name="class_source_once"
            )
        ]

    def __str__(self):
        return self.name


class ClassMember(models.Model):
    class Part(models.TextChoices):
        TEACHER = "teacher", _("Teacher")
        STUDENT = "student", _("Student")

    school_class = models.ForeignKey(SchoolClass, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="class_memberships")
    part = models.CharField(max_length=10, choices=Part)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school_class", "person", "part"], name="class_member_once")]

    def __str__(self):
        return f"{self.part} in class {self.school_class_id}"


class Enrolment(PublicModel):
    """A student in a cohort: evidence and credit hang here. `teacher` assesses."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="enrolments")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrolments")
    teacher = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="assesses")
    pathway = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict, blank=True, help_text="what the rule set asks about a student, by its names")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    school_weekdays = ArrayField(
        models.PositiveSmallIntegerField(),
        null=True,
        blank=True,
        help_text="this student's weekdays at school where they differ from the cohort's",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["student", "cohort"], name="enrolment_once")]

    def __str__(self):
        return f"enrolment {self.pk}"


class RuleException(PublicModel):
    """Somebody with authority lets one rule be different for one student: waived, or met with fewer minutes."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="rule_exceptions")
    rule = models.CharField(max_length=80)
    minutes = models.PositiveIntegerField(null=True, blank=True, help_text="asked for instead; nothing waives the rule")
    consideration = models.CharField(
        max_length=80, blank=True, help_text="special consideration: the reason, one of those that the rule set lists"
    )
    reason = models.CharField(max_length=500)
    approver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    expires_on = models.DateField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["enrolment", "at", "pk"]

    def __str__(self):
        return f"exception {self.pk} to {self.rule}"
