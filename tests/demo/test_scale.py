"""The worlds for measuring are written in SQL: they keep up with the columns of the models."""

import pytest
from django.db import connection

from accounts.models import Organisation
from demo import measure, measure_search, scale, scale_credit
from placements.models import Placement, WorkEntry
from tests.conftest import TODAY


@pytest.fixture
def nothing_yet(db):
    """Only these schools: a world for measuring is for a database that holds nothing else."""
    Organisation.objects.filter(kind=Organisation.Kind.SCHOOL).update(kind=Organisation.Kind.AUTHORITY)


def test_the_world_of_the_pages_is_filled(nothing_yet):
    scale.seed(students=60, today=TODAY, say=print)
    school = Organisation.objects.get(name="School 00000")
    assert Placement.objects.filter(school=school).count() == 24
    assert WorkEntry.objects.filter(placement__school=school).exists()


def test_the_world_of_the_replay_is_filled(nothing_yet):
    scale_credit.seed(students=8, today=TODAY, say=print)
    found = Organisation.objects.filter(name__startswith=f"{scale_credit.PREFIX} ")
    assert WorkEntry.objects.filter(placement__school__in=found, placement__enrolment__isnull=False).count() == 8 * 90


def test_no_page_that_is_measured_needs_more_than_15_queries(nothing_yet):
    scale.seed(students=60, today=TODAY, say=print)
    rows = measure.figures(students=60, requests=1)
    assert [row["name"] for row in rows if row["queries"] > 15] == []
    assert [row["name"] for row in rows if not row["bytes"]] == []


HELD = """
SELECT conname FROM pg_constraint UNION ALL SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE NOT indisprimary
"""


def held() -> set[str]:
    """Names of constraints and definitions of indexes, as the database knows them."""
    with connection.cursor() as cursor:
        cursor.execute(HELD)
        return {row[0] for row in cursor.fetchall()}


def test_a_large_world_is_filled_without_indexes_and_has_all_of_them_in_the_end(nothing_yet, monkeypatch):
    monkeypatch.setattr(scale, "LARGE_FROM", 60)
    before = held()
    scale.seed(students=60, today=TODAY, say=print)
    assert before - held() == set()
    school = Organisation.objects.get(name="School 00000")
    assert WorkEntry.objects.filter(placement__school=school).exists()


def test_a_search_is_measured_by_name_and_by_two_letters(nothing_yet):
    scale.seed(students=60, today=TODAY, say=print)
    rows = measure_search.figures(students=60, requests=3)
    assert [(row["kind"], row["requests"]) for row in rows] == [("one name", 3), ("two letters", 3)]
    assert all(0 < row["median_ms"] <= row["p95_ms"] <= row["most_ms"] for row in rows)
