import csv
import json
from collections import Counter
from pathlib import Path
from typing import BinaryIO, cast

from django.core.management.base import BaseCommand, CommandError

from employers.duplicates import Firm, Kind, Likeness, proposals
from exchange import employers
from exchange.employers import EmployerLine
from exchange.problems import FileRefused

type Pair = frozenset[str]


class Command(BaseCommand):
    help = "Compare what is proposed as duplicates in a list of employers with what people have said of pairs of lines."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="a list of employers, as for import_employers, with references")
        parser.add_argument("labels", type=Path, help="a CSV: two references, and same, branch or different")

    def handle(self, *, file: Path, labels: Path, **options):
        try:
            with file.open("rb") as opened:
                firms = {line.reference: _firm(line) for line in _good(cast(BinaryIO, opened))}
            said = _said(labels)
        except (OSError, FileRefused, ValueError) as error:
            raise CommandError(str(error)) from error
        found = {frozenset((str(one.key), str(other.key))): how for one, other, how in proposals(firms.values())}
        self.stdout.write(json.dumps(_report(said, found, set(firms)), indent=1))


def _good(file: BinaryIO) -> list[EmployerLine]:
    return [line for line in employers.read(file).lines if isinstance(line, EmployerLine)]


def _firm(line: EmployerLine) -> Firm:
    known = line.latitude is not None and line.longitude is not None
    return Firm(
        key=line.reference,
        name=line.name,
        register_number=line.register_number,
        address=line.address,
        postcode=line.postcode,
        phone=line.phone,
        email=line.email,
        position=(line.latitude, line.longitude) if known else None,  # type: ignore[arg-type]
    )


def _said(path: Path) -> dict[Pair, Kind]:
    """Raises ValueError for a line that names no kind."""
    with path.open(encoding="utf-8-sig", newline="") as opened:
        rows = [row for row in csv.reader(opened) if any(row)]
    return {frozenset(row[:2]): Kind(row[2].strip().lower()) for row in rows[1:]}


def _report(said: dict[Pair, Kind], found: dict[Pair, Likeness], read: set[str]) -> dict:
    """By kind: how many pairs people call so, how many of them were proposed so, and of those how many are right."""
    guesses = {pair: found[pair].kind if pair in found else Kind.DIFFERENT for pair in said}
    right = Counter(kind for pair, kind in said.items() if guesses[pair] == kind)
    labelled, proposed = Counter(said.values()), Counter(guesses.values())
    report: dict = {
        str(kind): {
            "labelled": labelled[kind],
            "proposed": proposed[kind],
            "right": right[kind],
            "precision": _share(right[kind], proposed[kind]),
            "recall": _share(right[kind], labelled[kind]),
        }
        for kind in Kind
    }
    wrong = [pair for pair, kind in said.items() if kind == Kind.DIFFERENT and pair in found and found[pair].certain]
    report["different_proposed_as_certain"] = len(wrong)
    report["pairs_with_a_line_that_cannot_be_read"] = sum(not pair <= read for pair in said)
    report["proposed_without_a_label"] = len(found.keys() - said.keys())
    return report


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
