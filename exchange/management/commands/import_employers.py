from exchange.handing_in import ImportCommand
from exchange.models import ImportRun


class Command(ImportCommand):
    help = "Import a list of employers (CSV or XLSX) into a school."
    kind = ImportRun.Kind.EMPLOYERS
