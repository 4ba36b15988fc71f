"""The same way as on the pages, in one go and without a worker: for the command line."""

from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Organisation
from core.workflow import Actor
from exchange import reading, workflow
from exchange.error_file import error_file
from exchange.models import ImportRun, Outcome


class ImportCommand(BaseCommand):
    """Import one file into one school and print what it did. Exit status 1 when the file is refused."""

    kind: str

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--school", help="the school's name or number; needed where there are several")
        parser.add_argument("--errors", type=Path, help="where to write the lines that could not go in")

    def handle(self, *, file: Path, school: str | None, errors: Path | None, **options):
        chosen = _school(school)
        run = self._read(file, chosen)
        if run.state != ImportRun.State.PREVIEW:
            raise CommandError(str(run.problem))
        self._write_errors(run, errors)
        workflow.take_over(run=run, by=Actor.system(), at=timezone.now())
        reading.apply_run(run.pk)
        run.refresh_from_db()
        self._tell(run)

    def _read(self, path: Path, school: Organisation) -> ImportRun:
        try:
            with path.open("rb") as opened:
                run = workflow.upload(
                    school=school,
                    kind=self.kind,
                    file=File(opened, name=path.name),
                    by=Actor.system(),
                    at=timezone.now(),
                )
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}") from error
        reading.read_run(run.pk)
        run.refresh_from_db()
        return run

    def _write_errors(self, run: ImportRun, path: Path | None) -> None:
        if path:
            path.write_text("".join(error_file(run)), encoding="utf-8", newline="")

    def _tell(self, run: ImportRun) -> None:
        self.stdout.write(str(run.school))
        for outcome in Outcome:
            self.stdout.write(f"{run.total(outcome)} {outcome.label}")


def _school(text: str | None) -> Organisation:
    schools = Organisation.objects.filter(kind=Organisation.Kind.SCHOOL).order_by("pk")
    if text is None:
        # The demo world has a second school only to show that it stays invisible.
        found = list(schools[:1] if settings.DEMO else schools[:2])
    else:
        found = list(schools.filter(pk=int(text)) if text.isdecimal() else schools.filter(name__iexact=text))
    if len(found) != 1:
        names = ", ".join(schools.values_list("name", flat=True)[:20])
        raise CommandError(f"Please say which school with --school. There are: {names}")
    return found[0]
