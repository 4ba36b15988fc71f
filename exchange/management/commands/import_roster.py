from exchange.handing_in import ImportCommand
from exchange.models import ImportRun


class Command(ImportCommand):
    help = "Import a OneRoster zip file into a school."
    kind = ImportRun.Kind.ROSTER
