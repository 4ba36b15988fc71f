import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from credits.rules.case import MissingFact, case_of
from credits.rules.evaluate import evaluate
from credits.rules.reading import read_evidence
from credits.sentences import told
from schools.rule_sets.reading import Problem, Unreadable, read_rule_set


class Command(BaseCommand):
    help = "Print the decision of a rule set on evidence as JSON; both files are explained in docs/rule_sets.md."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("--rules", required=True, type=Path, metavar="RULESET.json")
        parser.add_argument("--evidence", required=True, type=Path, metavar="EVIDENCE.json")
        parser.add_argument(
            "--also",
            action="append",
            default=[],
            type=Path,
            metavar="RULESET.json",
            help="another wording of the same rule set, for work on other days (where the day of the work chooses)",
        )
        parser.add_argument("--lang", default="en", choices=[code for code, _name in settings.LANGUAGES])

    def handle(self, *args, rules: Path, evidence: Path, also: list[Path], lang: str, **options):
        with translation.override(lang):
            rule_set = self._read(rules, read_rule_set)
            others = [self._read(path, read_rule_set) for path in also]
            found = self._read(evidence, lambda raw: read_evidence(raw, rule_set))
            try:
                result = evaluate(case_of(rule_set, found, others))
            except MissingFact as missing:
                raise self._refusal(evidence, [Problem(missing.name, _("is missing"))]) from None
            self.stdout.write(json.dumps(told(result, rule_set), ensure_ascii=False, indent=2))

    def _read(self, path: Path, read):
        try:
            return read(path.read_bytes())
        except OSError as problem:
            raise self._refusal(path, [Problem("", str(problem.strerror or problem))]) from None
        except Unreadable as refusal:
            raise self._refusal(path, refusal.problems) from None

    def _refusal(self, path: Path, problems: list[Problem]) -> CommandError:
        lines = [f"{path}: {one.path}: {one.text}" if one.path else f"{path}: {one.text}" for one in problems]
        return CommandError("\n".join(lines), returncode=2)
