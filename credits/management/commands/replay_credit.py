"""Whether every stored evaluation gives its result again, told without a name.

Exit 0: all do. Exit 1: some do not, one line for each with the rules that differ.
"""

import sys

from django.core.management.base import BaseCommand

from credits.stored import differences, to_repeat

AT_ONCE = 500


class Command(BaseCommand):
    help = "Evaluate the stored evidence of every evaluation again with its stored wording, and compare the results."

    def add_arguments(self, parser):
        parser.add_argument("--school", type=int, metavar="ID", help="only evaluations of this school")

    def handle(self, *args, school: int | None, **options):
        total = wrong = 0
        for evaluation in to_repeat(school).iterator(chunk_size=AT_ONCE):
            total += 1
            if differing := differences(evaluation):
                wrong += 1
                self.stdout.write(f"evaluation {evaluation.pk}: {', '.join(differing)}")
        if wrong:
            self.stdout.write(f"{wrong} of {total} evaluations differ")
            sys.exit(1)
        self.stdout.write(f"{total} evaluations give their results again")
