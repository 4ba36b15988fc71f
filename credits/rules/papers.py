"""Which dated records a rule set asks about that the program does not know by itself. Pure."""

from dataclasses import dataclass, field

from schools.rule_sets.document import RuleSet
from schools.rule_sets.parts import RecordMatch
from schools.rule_sets.reading import walk

# The program writes these from agreements and closing feedback.
KNOWN = frozenset({"agreement", "feedback"})


@dataclass
class Paper:
    """One kind of record, in the words of the rule set: who may have written it, with which result, signed by whom."""

    kind: str
    parties: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    signers: list[str] = field(default_factory=list)
    scored: bool = False
    about_units: bool = False


def papers(rule_set: RuleSet) -> list[Paper]:
    """In the order of the file; a kind that several rules ask about comes once."""
    found: dict[str, Paper] = {}
    for _path, part in walk(rule_set):
        if isinstance(part, RecordMatch) and part.kind not in KNOWN:
            _note(found.setdefault(part.kind, Paper(part.kind)), part)
    return list(found.values())


def _note(paper: Paper, match: RecordMatch) -> None:
    for names, more in (
        (paper.parties, match.by),
        (paper.results, match.results),
        (paper.signers, [*match.signed_by, *match.minors_signed_by]),
    ):
        names += [name for name in more if name not in names]
    paper.scored = paper.scored or match.score_at_least is not None
    paper.about_units = paper.about_units or bool(match.units) or "unit" in match.same
