"""The worlds for measuring are written in SQL: they keep up with the columns of the models."""

import pytest

from accounts.models import Organisation
from demo import scale, scale_credit
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
