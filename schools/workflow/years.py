"""A new school year from the old one: cohorts begin again with the newest version, closed days come back, and a
programme is copied with all that it teaches. Whoever does it twice finds it there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import ClosedDay, Organisation
from core.workflow import Actor
from schools.models import Cohort, Programme
from schools.rules import a_year_later
from schools.workflow.programmes import PROGRAMMES, copy_units, current_version, must_be_new_name


@dataclass(frozen=True)
class Next:
    """A cohort that begins like another one, with its name and dates."""

    like: Cohort
    name: str
    starts_on: date
    ends_on: date | None


@transaction.atomic
def roll_over(
    *, school: Organisation, cohorts: Collection[Next], closed_days: Collection[ClosedDay], by: Actor, at: datetime
) -> tuple[list[Cohort], int]:
    """Open these cohorts, and close these days a year later; what is there already is left as it is.

    Gives the new cohorts and how many days were written.
    """
    PROGRAMMES.must_allow("roll_over", by)
    opened = [cohort for one in cohorts if (cohort := _open(one, by=by, at=at))]
    days = [ClosedDay(organisation=school, day=a_year_later(one.day), name=one.name) for one in closed_days]
    known = set(ClosedDay.objects.filter(organisation=school).values_list("day", flat=True))
    new = [day for day in days if day.day not in known]
    ClosedDay.objects.bulk_create(new, ignore_conflicts=True)
    return opened, len(new)


def _open(one: Next, *, by: Actor, at: datetime) -> Cohort | None:
    version = current_version(one.like.version.programme)
    cohort, new = Cohort.objects.get_or_create(
        version__programme=version.programme_id,
        name=one.name,
        starts_on=one.starts_on,
        defaults={"version": version, "ends_on": one.ends_on, "school_weekdays": one.like.school_weekdays},
    )
    if not new:
        return None
    details = {"cohort": cohort.pk, "like": one.like.pk}
    PROGRAMMES.log(version.programme, "roll_over", by=by, at=at, details=details)
    return cohort


@transaction.atomic
def copy_programme(*, programme: Programme, name: str, by: Actor, at: datetime) -> Programme:
    """A new programme that teaches and asks what this one does, with its days, tasks, phrases and words in agreements.

    Raises `Refused` when the school has one of this name.
    """
    PROGRAMMES.must_allow("copy", by)
    must_be_new_name(programme.school_id, name)
    old = current_version(programme)
    twin = Programme.objects.create(
        school_id=programme.school_id, name=name, code="", occupation_codes=programme.occupation_codes
    )
    version = twin.versions.create(
        required_minutes=old.required_minutes,
        whole_minutes=old.whole_minutes,
        rule_set=old.rule_set,
        sign_days_before=old.sign_days_before,
        deadlines=old.deadlines,
    )
    copy_units(old, version)
    for phrase in programme.feedback_phrases.all():
        twin.feedback_phrases.create(position=phrase.position, text=phrase.text)
    for block in programme.agreement_blocks.all():
        twin.agreement_blocks.create(
            school_id=block.school_id, position=block.position, heading=block.heading, text=block.text
        )
    PROGRAMMES.log(twin, "copy", by=by, at=at, details={"from": programme.pk})
    return twin


def usual_name(programme: Programme) -> str:
    """What a copy is called before somebody says otherwise."""
    return _("%(name)s (copy)") % {"name": programme.name}
