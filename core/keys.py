"""Few rows among millions: their keys are found first, and the rest of a query is read for them alone."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, QuerySet


class _Among(Func):
    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def among(column: str, keys: QuerySet) -> Func:
    """Whether a column holds one of these keys: a condition for `filter`, where `column__in` is too slow.

    `keys` is a queryset of one value. As an array it is read once, before all else; as a subquery beside more than a
    few joins it is looked at last, when the database has put together the rows of every school.
    """
    return _Among(F(column), ArraySubquery(keys if keys.query.is_sliced else keys.order_by()))
