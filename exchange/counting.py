"""How many lines of an import would do what."""

from django.db.models import Case, Count, F, Value, When

from exchange.models import LEFT_OUT, ImportRow, ImportRun


def count(run: ImportRun) -> dict[str, dict[str, int]]:
    """{noun: {outcome: number}}; a line that could not be read has the noun "", what was left out counts as that."""
    found: dict[str, dict[str, int]] = {}
    outcome = Case(When(left_out=True, then=Value(LEFT_OUT)), default=F("outcome"))
    rows = ImportRow.objects.filter(run=run).annotate(fate=outcome)
    lines = rows.order_by("noun", "fate").values("noun", "fate")
    for group in lines.annotate(number=Count("pk")):
        found.setdefault(group["noun"], {})[group["fate"]] = group["number"]
    return found
