"""Collects what the text of a plan tells, and writes it."""

from collections.abc import Sequence
from itertools import groupby

from django.db.models import Q
from django.utils.translation import gettext as _

from core.formats import listed
from core.templatetags.ui import period
from placements.models import Placement, PlanVersion, Segment, Signature
from placements.models.placements import Realism, Setting
from placements.queries import plans
from placements.rules import short
from placements.rules.amending import Stretch, Terms, Workplace
from placements.rules.text import Facts, plan_text
from placements.rules.timetable import Place, Timetable
from schools.models import AgreementBlock


def write_text(placement: Placement, plan: PlanVersion, table: Timetable) -> str:
    """The text for the parties, in the language of the one who writes the plan."""
    return plan_text(
        Facts(
            version=plan.number,
            school=placement.school.name,
            programme=placement.enrolment.cohort.version.programme.name if placement.enrolment else "",
            learner=placement.learner.full_name,
            contract=_contract(placement),
            teacher=placement.teacher.full_name if placement.teacher else "",
            coordinator=placement.coordinator.full_name if placement.coordinator else "",
            rhythm=plan.rhythm,
            purpose=plan.purpose_text,
            table=table,
            units=_units(plan),
            blocks=_blocks(placement),
        )
    )


def terms(placement: Placement, plan: PlanVersion, table: Timetable, segments: Sequence[Segment]) -> Terms:
    """What a stored version says, for comparing it with another."""
    return Terms(
        starts_on=placement.starts_on,
        ends_on=placement.ends_on,
        minutes=table.minutes,
        stretches=[
            Stretch(
                weekday=shift.weekday,
                starts_at=shift.starts_at,
                ends_at=shift.ends_at,
                break_minutes=shift.break_minutes,
                starts_on=shift.starts_on,
                ends_on=shift.ends_on,
            )
            for shift in table.shifts
        ],
        workplaces=[
            Workplace(
                site=segment.site_id,
                supervisor=segment.supervisor.person_id if segment.supervisor else None,
                setting=segment.setting,
                realism=segment.realism,
                remote=segment.remote,
                starts_on=segment.starts_on,
                ends_on=segment.ends_on,
            )
            for segment in segments
        ],
        contract=[placement.lead_employer_id, placement.contract_reference],
        signatory=placement.signatory_id,
        outcomes=list(plan.outcomes.values_list("outcome", flat=True)),
        purpose=plan.purpose_text,
        rhythm=plan.rhythm,
        contacts=[placement.teacher_id, placement.coordinator_id],
        blocks=_blocks(placement),
    )


def timetable(placement: Placement, plan: PlanVersion, segments: Sequence[Segment] = ()) -> Timetable:
    """Where and when a plan version is worked, with the calendars as they are now; `segments` where they are read."""
    segments = segments or plans.segments_of(placement)
    return Timetable(
        starts_on=placement.starts_on,
        ends_on=placement.ends_on,
        places=[place_of(segment) for segment in segments],
        shifts=plans.shifts_of(plan),
        calendars=plans.calendars_among(segments),
    )


def place_of(segment: Segment) -> Place:
    """A segment in words; it comes with its site and supervisor."""
    site = segment.site
    return Place(
        key=segment.pk,
        name=host_of(segment),
        address=", ".join(part for part in (site.address, site.postcode) if part),
        supervisor=segment.supervisor.person.full_name if segment.supervisor else "",
        setting=Setting(segment.setting),
        realism=Realism(segment.realism),
        remote=segment.remote,
        starts_on=segment.starts_on,
        ends_on=segment.ends_on,
    )


def name_with_dates(segment: Segment) -> str:
    """A workplace of a placement, told apart from the others."""
    return listed([host_of(segment), period(segment.starts_on, segment.ends_on)])


def host_of(segment: Segment) -> str:
    """The firm, or the workshop of a school."""
    site = segment.site
    if site.employer:
        return site.employer.name
    return listed(part for part in (site.name, str(site.organisation)) if part)


def _contract(placement: Placement) -> list[str]:
    """Who stands behind the work where it is not the firm at which it is done, and on which contract it rests."""
    lines = []
    if placement.lead_employer:
        lines.append(_("Lead employer: %(name)s") % {"name": placement.lead_employer.name})
    if placement.contract_reference:
        lines.append(_("Contract: %(reference)s") % {"reference": placement.contract_reference})
    return lines


def short_text(placement: Placement, plan: PlanVersion, parties: Sequence[Signature.Party]) -> list[tuple[str, str]]:
    """The agreement in five lines for a person who stands for these parties; in two queries."""
    segments = plans.segments_of(placement)
    guides = list(dict.fromkeys(one.supervisor.person.full_name for one in segments if one.supervisor))
    places = [listed(part for part in (host_of(one), one.site.address) if part) for one in segments]
    facts = short.Facts(
        learner=placement.learner.full_name,
        supervisor=guides[0] if len(guides) == 1 else "",
        hosts=list(dict.fromkeys(places)),
        starts_on=placement.starts_on,
        ends_on=placement.ends_on,
        shifts=plans.shifts_of(plan),
        planned_minutes=plan.planned_minutes,
        rhythm=plan.rhythm,
    )
    return short.short(facts, parties)


def _blocks(placement: Placement) -> list[tuple[str, str]]:
    """The school's own words, for all its agreements or for this programme."""
    mine = Q(programme=None)
    if placement.enrolment:
        mine |= Q(programme=placement.enrolment.cohort.version.programme_id)
    blocks = AgreementBlock.objects.filter(mine, school=placement.school_id).order_by("position", "pk")
    return [(block.heading, block.text) for block in blocks]


def _units(plan: PlanVersion) -> list[tuple[str, list[str]]]:
    rows = plan.outcomes.select_related("outcome__unit").order_by("outcome__unit__position", "outcome__position", "pk")
    return [
        (unit.title, list(dict.fromkeys(row.outcome.text for row in group)))
        for unit, group in groupby(rows, key=lambda row: row.outcome.unit)
    ]
