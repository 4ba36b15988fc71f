"""What is read for a few kinds and placements is what is read of them among all."""

from datetime import UTC, datetime, time

import pytest

from placements.models import Placement
from reminders import facts
from reminders.due.lines import Line
from reminders.kinds import NOTICES
from reminders.models import Kind
from tests.conftest import TODAY

NOW = datetime.combine(TODAY, time(12), tzinfo=UTC)
ASKED = [kind for kind in Kind if kind not in NOTICES]


def lines(wanted=None) -> set[Line]:
    placements = set(Placement.objects.values_list("pk", flat=True))
    schools = facts.calendars(set(Placement.objects.values_list("school", flat=True)))
    return set(facts.lines_of(placements, schools, now=NOW, wanted=wanted))


@pytest.mark.django_db
def test_each_kind_that_is_wanted_alone_gives_the_lines_that_it_has_among_all():
    everything = lines()
    assert len({line.kind for line in everything}) > 8
    assert {line.kind for line in everything} <= set(ASKED)
    for kind in ASKED:
        among = {line for line in everything if line.kind == kind}
        about = {line.about for line in among}
        assert {line for line in lines({kind: about}) if line.kind == kind} == among, kind


@pytest.mark.django_db
def test_what_nobody_wants_to_know_is_not_read(django_assert_max_num_queries):
    signing = {line.about for line in lines() if line.kind == Kind.SIGN}
    assert signing
    with django_assert_max_num_queries(11):
        assert {line.kind for line in lines({Kind.SIGN: signing})} == {Kind.SIGN}
