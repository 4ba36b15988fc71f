"""When people are asked, and by when something is due: the usual days, which a programme may change.

Days before the first or the last day are days of the calendar; days that count forward are working days of the school,
where nothing else is said.
"""

from typing import Annotated, Any

from django.db.models import F, IntegerField, Value
from django.db.models.functions import Cast, Coalesce
from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from schools.models import ProgrammeVersion

Days = Annotated[int, Field(ge=0, le=120)]
Rounds = Annotated[tuple[Days, ...], Field(max_length=4)]
"""Up to four days; none means that nobody is asked."""


class Deadlines(BaseModel):
    """The days of one programme version; each field is editable, and what is not stored is as usual."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    plan_before: Rounds = (20, 15)  # days before the first day: the plan is not written
    sign_before: Rounds = (8, 5, 3)  # days before the first day: a signature is missing
    unsigned_before: Rounds = (3, 1)  # days before the first day: the coordinator is told
    lapse_after: Days = 30  # days of the calendar after the first day: an unsigned agreement lapses
    prepare_before: Rounds = (7, 5)  # days before the first day: preparation at school, last is due
    brief_before: Rounds = (5, 3, 1)  # days before the first day: briefing of the supervisor
    request_after: Rounds = (2, 4)  # working days after a request for a place
    confirm_after: Rounds = (2, 4)  # working days after hours were asked for
    colleague_after: Days = 6  # working days after the first letter: a colleague is asked once
    log_nudges: Annotated[int, Field(ge=0, le=5)] = 3  # evenings on which a day is asked for
    ending_before: Days = 2  # days before the last day: the host is told that it ends; 0 never
    feedback_after: Rounds = (0, 2, 4)  # working days after the last day: closing feedback
    reflect_after: Rounds = (0, 2)  # working days after a question to think about was asked
    assess_after: Rounds = (6, 9)  # working days after the last day: credit to decide
    debrief_after: Rounds = (3, 10)  # working days after the last day: plan the debrief, last is due
    thanks_after: Days = 5  # working days after the last day: the host is thanked
    follow_up_months: Annotated[int, Field(ge=0, le=24)] = 6  # months after the last day; 0 never

    @field_validator("*")
    @classmethod
    def in_their_order(cls, value: int | tuple[int, ...], field: ValidationInfo) -> int | tuple[int, ...]:
        """Each day once, in the order in which they come."""
        backwards = str(field.field_name).endswith("_before")
        return value if isinstance(value, int) else tuple(sorted(set(value), reverse=backwards))

    def changed(self) -> dict[str, Any]:
        """What differs from the usual days, as it is stored."""
        return self.model_dump(mode="json", exclude_defaults=True)


USUAL = Deadlines()


def deadlines_of(version: ProgrammeVersion | None) -> Deadlines:
    """The days of a version; without one (a teacher at work, a job) the usual ones.

    What an older release stored and this one refuses counts as usual, so that a letter never fails by it.
    """
    if version is None or not version.deadlines:
        return USUAL
    try:
        return Deadlines.model_validate(version.deadlines)
    except ValidationError as refused:
        unknown = {error["loc"][0] for error in refused.errors()}
        return Deadlines.model_validate({key: days for key, days in version.deadlines.items() if key not in unknown})


def days_in(name: str, version: str, place: int | None = None) -> Coalesce:
    """A number of days within a query: of the version to which the path leads, "enrolment__cohort__version".

    Of a field with several days it is the one at `place`; where nothing is stored, or no such day, the usual one.
    """
    stored, usual = f"{version}__deadlines__{name}", getattr(USUAL, name)
    if place is not None:
        stored, usual = f"{stored}__{place}", usual[place]
    return Coalesce(Cast(F(stored), IntegerField()), Value(usual))
