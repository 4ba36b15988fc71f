"""The world of a replay is only for a database that holds nothing else: it takes a constraint away."""

import pytest
from django.db import connection

from demo import scale_credit
from tests.conftest import TODAY


def test_a_database_with_schools_of_its_own_keeps_its_constraint(cast):
    assert scale_credit.has_real_schools()
    with pytest.raises(AssertionError):
        scale_credit.seed(students=1, today=TODAY, say=print)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_constraint WHERE conname = 'no_overlapping_work'")
        assert cursor.fetchone() == (1,)
