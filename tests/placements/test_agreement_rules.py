"""Whom rule sets want on an agreement, what a change concerns, what is carried, and when hours count."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placements.models import PlanVersion, Signature
from placements.rules import amending, signing
from placements.rules.amending import Line, Stretch, Terms, Workplace, changes, difference, fingerprints
from schools.rule_sets.reading import read_rule_set
from schools.rule_sets.shipped import FOLDER

Party = Signature.Party
Change = PlanVersion.Change
START = date(2027, 1, 4)
SEVENTEEN, EIGHTEEN = date(2009, 6, 1), date(2009, 1, 4)


def demand(name):
    return signing.demand_of(read_rule_set((FOLDER / f"{name}.json").read_text()))


@pytest.mark.parametrize(
    ("name", "adults", "minors", "in_order"),
    [
        (
            "france-pfmp-bac-pro",
            ["student", "host", "tutor", "school", "teacher"],
            ["student", "guardian", "host", "tutor", "school", "teacher"],
            False,
        ),
        ("denmark-training-agreement", ["host", "student", "school"], ["host", "student", "guardian", "school"], True),
        ("north-carolina-internship", *[["student", "guardian", "host", "school"]] * 2, False),
    ],
)
def test_a_shipped_rule_set_names_who_signs_and_in_which_order(name, adults, minors, in_order):
    found = demand(name)
    assert ([*found.adults], [*found.minors], found.in_order) == (adults, minors, in_order)


@pytest.mark.parametrize("name", ["hours-at-work", "italy-pcto", "ireland-5n1356"])
def test_a_rule_set_that_names_nobody_leaves_it_to_the_usual_parties(name):
    assert demand(name) is None


def order_of(found, born):
    people = {party: number for number, party in enumerate(Party, 1)}
    return [str(one.party) for one in signing.parties(found, people, birth_date=born, starts_on=START)]


def test_in_denmark_the_guardian_signs_before_the_school_and_only_for_a_minor():
    assert order_of(demand("denmark-training-agreement"), SEVENTEEN) == ["host", "student", "guardian", "school"]
    assert order_of(demand("denmark-training-agreement"), EIGHTEEN) == ["host", "student", "school"]
    assert order_of(demand("denmark-training-agreement"), None) == ["host", "student", "guardian", "school"]


def test_a_teacher_s_own_placement_is_signed_by_teacher_host_and_head():
    assert order_of(signing.OF_TEACHERS, None) == ["teacher", "host", "head"]


def place(party, person, order, signed=False):
    at = datetime(2026, 11, 24, tzinfo=UTC) if signed else None
    return Signature(party=party, person_id=person, order=order, signed_at=at)


def test_only_the_next_party_is_asked_where_there_is_an_order_and_everybody_where_there_is_none():
    places = [place("host", 3, 1, signed=True), place("student", 1, 2), place("school", 4, 3)]
    assert [one.party for one in signing.next_ones(places, in_order=True)] == ["student"]
    assert [one.party for one in signing.next_ones(places, in_order=False)] == ["student", "school"]


def test_one_person_in_two_places_is_asked_once():
    places = [place("student", 1, 1), place("host", 3, 2), place("tutor", 3, 3)]
    assert [one.party for one in signing.next_ones(places, in_order=False)] == ["student", "host"]


# ── Ratification (E34) ───────────────────────────────────────────────────────────────────────────────────────────────

FRIDAY_EIGHT = datetime(2027, 1, 8, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("signed", "closed", "expected"),
    [
        (datetime(2027, 1, 12, 22, 59, tzinfo=UTC), (), datetime(2027, 1, 7, 23, 0, tzinfo=UTC)),
        (datetime(2027, 1, 12, 23, 0, tzinfo=UTC), (), datetime(2027, 1, 12, 23, 0, tzinfo=UTC)),
        (datetime(2027, 1, 13, 9, 0, tzinfo=UTC), (date(2027, 1, 11),), datetime(2027, 1, 7, 23, 0, tzinfo=UTC)),
    ],
)
def test_signed_until_the_second_working_day_hours_count_from_the_first_moment_of_the_first_day(
    signed, closed, expected
):
    """E34: work began on a Friday in Paris without an agreement; the weekend and closed days do not count."""
    assert signing.counts_from(signed, FRIDAY_EIGHT, "Europe/Paris", closed) == expected


def test_without_a_start_before_it_hours_count_from_the_agreement_on():
    assert signing.counts_from(FRIDAY_EIGHT, None, "Europe/Paris", ()) == FRIDAY_EIGHT


# ── Changes ──────────────────────────────────────────────────────────────────────────────────────────────────────────

LAST = date(2027, 3, 5)
TERMS = Terms(
    starts_on=START,
    ends_on=LAST,
    minutes=18_900,
    stretches=[Stretch(day, time(8), time(15, 30), 30, START, LAST) for day in range(5)],
    workplaces=[Workplace(1, 3, "company", "real", False, START, LAST)],
    contract=[None, ""],
    signatory=None,
    outcomes=[1, 2],
    purpose="Learn to work safely.",
    rhythm="weekly",
    contacts=[6, 4],
    blocks=[("Insurance", "The school insures its students.")],
)


def since(**new):
    return changes(fingerprints(TERMS), fingerprints(replace(TERMS, **new)))


def moved(first, last):
    return {
        "starts_on": first,
        "ends_on": last,
        "stretches": [replace(one, starts_on=first, ends_on=last) for one in TERMS.stretches],
        "workplaces": [replace(one, starts_on=first, ends_on=last) for one in TERMS.workplaces],
    }


@pytest.mark.parametrize(
    ("new", "kinds"),
    [
        ({}, []),
        ({"outcomes": [2, 1]}, []),
        (moved(date(2027, 1, 11), date(2027, 3, 12)), [Change.DATES]),
        ({"minutes": 18_480, "stretches": TERMS.stretches[:4]}, [Change.TIMES]),
        ({"workplaces": [replace(TERMS.workplaces[0], site=2)]}, [Change.SITE]),
        ({"workplaces": [replace(TERMS.workplaces[0], supervisor=9)]}, [Change.SUPERVISOR]),
        ({"signatory": 12}, [Change.SUPERVISOR]),
        ({"outcomes": [1]}, [Change.LEARNING]),
        ({"purpose": "Learn more."}, [Change.LEARNING]),
        ({"rhythm": "monthly"}, [Change.RHYTHM]),
        ({"contacts": [7, 4]}, [Change.SCHOOL]),
        ({"blocks": []}, [Change.TERMS]),
        ({"rhythm": "monthly", "contacts": [7, 4]}, [Change.RHYTHM, Change.SCHOOL]),
    ],
)
def test_each_change_is_told_by_its_kind(new, kinds):
    assert since(**new) == kinds


def test_every_kind_of_change_says_whom_it_concerns_and_the_school_signs_each():
    assert set(amending.CONCERNS) == set(Change)
    assert all({Party.SCHOOL, Party.HEAD} <= parties for parties in amending.CONCERNS.values())


PLACES = [
    signing.Place(party, number, number)
    for number, party in enumerate([Party.STUDENT, Party.GUARDIAN, Party.HOST, Party.SCHOOL], 1)
]


def kept(since, *, in_order=False, places=PLACES, **people):
    signed = {one.party: (place(one.party, people.get(one.party, one.person_id), 1), since) for one in PLACES}
    return [str(party) for party in amending.carried(places, signed, in_order=in_order)]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Change.DATES, []),
        (Change.TIMES, []),
        (Change.SITE, []),
        (Change.SUPERVISOR, ["student", "guardian"]),
        (Change.LEARNING, ["guardian"]),
        (Change.RHYTHM, ["student", "guardian"]),
        (Change.SCHOOL, ["student", "guardian", "host"]),
        (Change.TERMS, []),
    ],
)
def test_a_signature_holds_when_the_change_does_not_concern_the_party(kind, expected):
    assert kept([kind]) == expected


def test_another_person_in_the_same_place_signs_anew_but_a_colleague_s_signature_holds_for_the_host():
    assert kept([Change.SCHOOL], guardian=77) == ["student", "host"]
    assert kept([Change.SCHOOL], host=77) == ["student", "guardian", "host"]


def test_where_there_is_an_order_whoever_comes_after_somebody_asked_again_signs_again():
    places = [PLACES[2], PLACES[0], PLACES[3]]
    assert kept([Change.RHYTHM], in_order=True, places=places) == []
    assert kept([Change.RHYTHM], places=places) == ["student"]


@given(st.sets(st.sampled_from(Change)), st.sets(st.sampled_from(Change)))
def test_more_changes_never_keep_more_signatures(some, more):
    assert set(kept(some | more)) <= set(kept(some))


def test_a_difference_shows_every_line_once_with_its_mark():
    assert difference("a\nb\nc", "a\nx\nc\nd") == [
        Line("", "a"), Line("-", "b"), Line("+", "x"), Line("", "c"), Line("+", "d"),
    ]  # fmt: skip


@given(st.text(alphabet="ab\n"), st.text(alphabet="ab\n"))
def test_a_difference_holds_both_texts(before, after):
    lines = difference(before, after)
    assert "\n".join(line.text for line in lines if line.mark != "+") == before
    assert "\n".join(line.text for line in lines if line.mark != "-") == after
