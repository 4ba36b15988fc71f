"""Whether every chain of the ledger holds, told without a name.

Exit 0: all holds. Exit 1: it does not, one line for each problem. Exit 2: a file could not be read or written.
"""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from credits import heads as head_files
from credits import ledger
from credits.heads import Head, Unusable


class Command(BaseCommand):
    help = "Walk every chain of the ledger and name each row that was changed, moved, taken away or put in."

    def add_arguments(self, parser):
        parser.add_argument("--heads", type=Path, metavar="FILE", help="compare with heads exported earlier")
        parser.add_argument("--export", type=Path, metavar="FILE", help="write the heads to a new file if all holds")

    def handle(self, *args, heads: Path | None, export: Path | None, **options):
        try:
            known = head_files.read(heads) if heads else {}
            if export is None:
                self._verify(known)
                return
            with head_files.Writer(export) as writer:
                self._verify(known, writer.note)
        except Unusable as problem:
            raise CommandError(str(problem), returncode=2) from None

    @transaction.atomic
    def _verify(self, known: dict[int, Head], note: Callable[[Head], None] | None = None) -> None:
        """Takes the heads out of `known` as their chains pass; what is left then are chains that are gone."""
        compared, rows, students, wrong = len(known), 0, 0, 0
        for chain in ledger.chains():
            rows, students = rows + len(chain), students + 1
            wrong += self._tell(ledger.problems(chain, known.pop(chain[0].student_id, None)))
            if note:
                note(ledger.head(chain))
        wrong += sum(self._tell(ledger.problems([], head)) for head in known.values())
        if wrong:
            self.stdout.write(f"{wrong} problems in {rows} rows of {students} students; heads compared: {compared}")
            sys.exit(1)
        self.stdout.write(f"{rows} rows of {students} students hold; heads compared: {compared}")

    def _tell(self, problems: Iterable[ledger.Problem]) -> int:
        lines = [str(problem) for problem in problems]
        for line in lines:
            self.stdout.write(line)
        return len(lines)
