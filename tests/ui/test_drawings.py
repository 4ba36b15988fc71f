"""The small drawings: ring, strip, icons."""

import re
from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st
from lucide import IconDoesNotExist

from core.templatetags.ui import Arc, icon, ring, ring_arcs, shares

minutes = st.integers(min_value=0, max_value=100_000)


def drawn(**values: int | None) -> str:
    return render_to_string("ui/ring.html", ring(**values))


def test_the_ring_draws_credited_over_confirmed_over_logged():
    arcs = ring_arcs(18900, logged=11190, confirmed=10770, credited=8400)
    assert arcs == [Arc("logged", 592), Arc("confirmed", 569), Arc("credited", 444)]


def test_more_than_required_is_a_full_ring():
    assert ring_arcs(600, credited=900) == [Arc("credited", 1000)]


@pytest.mark.parametrize("total", [None, 0, -60])
def test_without_a_required_number_the_ring_has_no_arc(total):
    assert ring_arcs(total, credited=450) == []


def test_nothing_credited_draws_no_arc_of_nothing():
    assert ring_arcs(18900, logged=450, confirmed=0, credited=0) == [Arc("logged", 23)]


@given(total=st.integers(min_value=1, max_value=100_000), logged=minutes, confirmed=minutes, credited=minutes)
def test_an_arc_never_leaves_the_ring(total, logged, confirmed, credited):
    for arc in ring_arcs(total, logged=logged, confirmed=confirmed, credited=credited):
        assert 0 < arc.length <= 1000


def test_the_ring_says_in_words_what_it_draws():
    html = drawn(credited=8400, confirmed=10770, logged=11190, total=18900)
    assert 'aria-label="140 h of 315 h credited"' in html
    assert re.findall(r"<dd>(.*?)</dd>", html) == ["140 h", "179 h 30", "186 h 30"]
    assert re.findall(r'stroke-dasharray="(\d+) 1000"', html) == ["592", "569", "444"]


def test_the_ring_without_a_required_number_promises_none():
    html = drawn(credited=450, confirmed=450, logged=930, total=None)
    assert 'aria-label="7 h 30 credited"' in html
    assert "stroke-dasharray" not in html


def test_a_strip_gives_each_part_its_share():
    parts = shares([{"label": "Ready", "count": 1}, {"label": "Ended", "count": 3, "url": "/x"}])
    assert [(part.start, part.width, part.colour, part.url) for part in parts] == [
        ("0.00%", "25.00%", "part-1", ""),
        ("25.00%", "75.00%", "part-2", "/x"),
    ]


@given(st.lists(st.integers(min_value=0, max_value=5000), min_size=1, max_size=8))
def test_a_strip_has_no_gap(counts):
    parts = shares([{"label": "part", "count": count} for count in counts])
    assert sum(float(part.width[:-1]) for part in parts) == pytest.approx(100 if any(counts) else 0, abs=0.1)
    for before, after in pairwise(parts):
        assert float(after.start[:-1]) == pytest.approx(float(before.start[:-1]) + float(before.width[:-1]), abs=0.02)


def test_an_icon_is_hidden_from_screen_readers():
    assert 'aria-hidden="true"' in icon("check")
    assert "xmlns" not in icon("check")


def test_an_icon_that_does_not_exist_is_an_error():
    with pytest.raises(IconDoesNotExist):
        icon("no-such-icon")
