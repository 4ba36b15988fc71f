"""Stored evaluations, evaluated again: the evidence of then under the wordings of then gives the result of then."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from credits.evidence import stored
from credits.models import Evaluation, LedgerEntry
from credits.rules.case import MissingFact
from credits.rules.evaluate import evaluate
from schools.rule_sets.reading import Unreadable

# Where a result holds lines, the name by which a line says what it is about.
LINES = {
    "steps": "rule",
    "requirements": "rule",
    "working_time": "limit",
    "awards": "award",
    "money": "money",
    "reports": "report",
    "gates": "gate",
}


def to_repeat(school: int | None = None) -> QuerySet[Evaluation]:
    """All evaluations, or those of a school; `ledger_differs` where a ledger row rests on other evidence."""
    resting = LedgerEntry.objects.filter(evaluation=OuterRef("pk")).exclude(evidence_hash=OuterRef("evidence_hash"))
    rows = Evaluation.objects.select_related("rule_set_version").defer("rule_set_version__content").order_by("pk")
    rows = rows.annotate(ledger_differs=Exists(resting))
    return rows if school is None else rows.filter(enrolment__student__school=school)


def differences(evaluation: Evaluation) -> list[str]:
    """Keys of the rules, and names of the parts, that differ from what is stored; `evaluation` is one of `to_repeat`.

    "evidence_hash": the evidence or a wording is not what it was; "ledger": a row of the ledger names other evidence.
    """
    try:
        found = stored(evaluation)
        again = evaluate(found.case).as_data()
    except Unreadable:
        return ["evidence"]
    except MissingFact as missing:
        return [missing.name]
    hashed = [] if found.fingerprint == evaluation.evidence_hash else ["evidence_hash"]
    ledger = ["ledger"] if evaluation.ledger_differs else []  # type: ignore[attr-defined]
    return [*hashed, *ledger, *dict.fromkeys(_differing(evaluation.result, again))]


def _differing(before: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    for name in sorted(before.keys() | now.keys()):
        one, other = before.get(name), now.get(name)
        if one == other:
            continue
        if name in LINES and isinstance(one, list) and isinstance(other, list):
            yield from _lines(one, other, LINES[name])
        else:
            yield name


def _lines(before: list[dict], now: list[dict], name: str) -> Iterator[str]:
    """Lines that only one of the two has; of lines in another order all."""
    odd = [line for line in [*before, *now] if line not in before or line not in now] or before
    for line in odd:
        yield str(line.get(name))
