"""The words of a plan: the exact text that the parties read and sign."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from placements.models import PlanVersion
from placements.rules.timetable import Timetable, place_lines, when_lines

_HOST_PROMISES = {
    PlanVersion.Rhythm.WEEKLY: gettext_lazy(
        "The workplace gives fitting tasks and safe conditions, and confirms the hours every week."
    ),
    PlanVersion.Rhythm.FOUR_DAYS: gettext_lazy(
        "The workplace gives fitting tasks and safe conditions, and confirms the hours after every 4 days of work."
    ),
    PlanVersion.Rhythm.MONTHLY: gettext_lazy(
        "The workplace gives fitting tasks and safe conditions, and confirms the hours every month."
    ),
}


@dataclass(frozen=True)
class Facts:
    """Everything that the text tells; people and places by the names that hold on the day of writing."""

    version: int
    school: str
    programme: str
    learner: str
    contract: Sequence[str]
    teacher: str
    coordinator: str
    rhythm: str
    purpose: str
    table: Timetable
    units: Sequence[tuple[str, Sequence[str]]]
    blocks: Sequence[tuple[str, str]] = ()


def plan_text(facts: Facts) -> str:
    """Plain lines, sections parted by an empty line. The same facts in the same language give the same text."""
    own = [_block(heading, text) for heading, text in facts.blocks]
    sections = [_who(facts), _when(facts), _what(facts), _promises(facts), *own]
    return "\n\n".join("\n".join(lines) for lines in sections)


def sections(text: str) -> list[tuple[str, list[str]]]:
    """The text of a plan for a page: each heading with its lines, not a word more or less."""
    return [(lines[0], lines[1:]) for part in text.split("\n\n") if (lines := part.split("\n"))]


def _who(facts: Facts) -> list[str]:
    lines = [
        _("Placement agreement, version %(number)s") % {"number": facts.version},
        _("School: %(name)s") % {"name": facts.school},
        *([_("Programme: %(name)s") % {"name": facts.programme}] if facts.programme else []),
        _("Student: %(name)s") % {"name": facts.learner}
        if facts.programme
        else _("Teacher who comes to learn: %(name)s") % {"name": facts.learner},
        *facts.contract,
        *place_lines(facts.table),
    ]
    if facts.teacher:
        lines.append(_("Teacher: %(name)s") % {"name": facts.teacher})
    return [*lines, _("Coordinator at the school: %(name)s") % {"name": facts.coordinator}]


def _when(facts: Facts) -> list[str]:
    return [_("When"), *when_lines(facts.table)]


def _what(facts: Facts) -> list[str]:
    lines = [_("What is learned"), *([facts.purpose] if facts.purpose else [])]
    for unit, outcomes in facts.units:
        lines.append(_("%(unit)s. The student learns to:") % {"unit": unit})
        lines += [f"– {outcome}" for outcome in outcomes]
    return lines if len(lines) > 1 else [*lines, _("This will be agreed during the placement.")]


def _block(heading: str, text: str) -> list[str]:
    """A block of the school word by word; empty lines go, because they part the sections."""
    return [heading, *(line.rstrip() for line in text.splitlines() if line.strip())]


def _promises(facts: Facts) -> list[str]:
    return [
        _("What everybody does"),
        _("The student comes on time, logs each day of work and says at once when they cannot come."),
        str(_HOST_PROMISES[PlanVersion.Rhythm(facts.rhythm)]),
        _("The school keeps contact, helps when something goes wrong and decides on the credit."),
        _("A change of this plan needs a new version, signed by all of us."),
    ]
