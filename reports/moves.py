"""The tables of moves as pages of the documentation: one diagram and one list for each noun."""

from collections.abc import Iterable, Iterator

from django.db.models import TextChoices
from django.utils.translation import override

from accounts.roles import Role
from core.workflow import SYSTEM, Move, Workflow
from credits.workflow.correcting import CORRECTION
from credits.workflow.deciding import DECISION
from employers.workflow import RELATIONS
from placements.workflow.absences import ABSENCE
from placements.workflow.appointments import APPOINTMENT
from placements.workflow.caseload import HAND_OVER
from placements.workflow.concerns import CONCERN
from placements.workflow.contacts import CONTACT
from placements.workflow.hours import HOURS
from placements.workflow.incidents import INCIDENT
from placements.workflow.requesting import REQUEST
from placements.workflow.tables import AGREEMENT, PLACEMENT
from reports.workflow import HANDLING

SHOWN: tuple[Workflow, ...] = (
    PLACEMENT, AGREEMENT, REQUEST, DECISION, CORRECTION, HOURS, ABSENCE, INCIDENT, CONCERN, CONTACT,
    APPOINTMENT, HANDLING, HAND_OVER, RELATIONS,
)  # fmt: skip
HEAD = """# Moves

Who may do what, from which state to which. `manage.py write_moves` writes this page from the tables of moves in the
code, which also draw the buttons; a test compares it, and another compares the first four with a table read by people.
A move without a target leaves the state as it is. “The program” does a move when its day has come.
"""


def page() -> str:
    """The page as Markdown, in English."""
    with override("en"):
        return "\n".join([HEAD, *(line for table in SHOWN for line in _section(table))])


def _section(table: Workflow) -> Iterator[str]:
    yield f"## {table.noun.capitalize()}\n"
    if arrows := list(_arrows(table)):
        yield from ("```mermaid", "stateDiagram-v2", *arrows, "```\n")
    yield from ("| Move | Called | From | To | Who | Asked for |", "| --- | --- | --- | --- | --- | --- |")
    yield from (_row(move) for move in table.moves)
    yield ""


def _arrows(table: Workflow) -> Iterator[str]:
    for move in table.moves:
        if move.target is not None:
            for source in move.sources or ("[*]",):
                yield f"    {source} --> {move.target}: {move.verb}"


def _row(move: Move) -> str:
    cells = (
        f"`{move.verb}`",
        str(move.label),
        ", ".join(map(str, move.sources)) or "new",
        move.target or "stays",
        ", ".join(_people(move.roles)),
        "; ".join(_asked(move)),
    )
    return f"| {' | '.join(cells)} |"


def _people(roles: Iterable[str]) -> list[str]:
    known: type[TextChoices] = Role
    named = [str(known(role).label) for role in known.values if role in roles]
    return [*named, *(["The program"] if SYSTEM in roles else [])]


def _asked(move: Move) -> Iterator[str]:
    if move.needs_reason:
        yield "a reason"
    for check in move.checks:
        yield check.__name__.strip("_").replace("_", " ")
