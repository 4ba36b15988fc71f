"""The best way to give students places: proven, as another solver finds it, and explained."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import fields, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from placements.matching.comparing import compare
from placements.matching.explaining import Change, Reason, Way, changed, places_with_room, reasons, unmatched
from placements.matching.problem import Grade, Obstacle, Pair, Place, Problem, Seeker, km, obstacles, pair
from placements.matching.solving import Matching, Unsolved, solve
from tests.placements.matching_worlds import best_score, best_score_by_assignment, world

HOME, KM = (51.5, 0.0), 1 / 111.195
PROPERTY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

worlds = st.builds(
    lambda seekers, places, seed, trades: world(seekers, places, seed=seed, trades=trades, width_km=30),
    st.integers(1, 25),
    st.integers(1, 12),
    st.integers(0, 10_000),
    st.integers(1, 3),
)


def seeker(key: int = 1, **wishes) -> Seeker:
    return Seeker(key=key, position=HOME, **wishes)


def place(key: int = 1, away: float = 1, **offers) -> Place:
    return Place(**{"key": key, "employer": key, "position": (HOME[0] + away * KM, HOME[1]), **offers})


def placed(problem: Problem) -> dict[int, int]:
    return solve(problem).place_of


# ── What goes together ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("wishes", "offers", "standing"),
    [
        ({}, {}, []),
        ({"most_km": 10}, {"away": 10.5}, [Obstacle.TOO_FAR]),
        ({"most_km": 10}, {"away": 9.5}, []),
        ({"most_km": 10}, {"away": 50, "position": None}, []),
        ({"occupations": frozenset("a")}, {"occupations": frozenset("b")}, [Obstacle.OCCUPATION]),
        ({"occupations": frozenset("a")}, {}, []),
        ({"languages": frozenset(["ar"])}, {"languages": frozenset(["en", "fr"])}, [Obstacle.LANGUAGE]),
        ({"needs": frozenset(["step_free", "quiet"])}, {"meets": frozenset(["quiet"])}, [Obstacle.NEED]),
        ({"school_days": frozenset([0, 1])}, {"weekdays": frozenset([0, 1])}, [Obstacle.WEEKDAYS]),
        ({"school_days": frozenset([0, 1])}, {"weekdays": frozenset([1, 2])}, []),
        ({"age": 17}, {"least_age": 18}, [Obstacle.AGE]),
        ({"age": 18}, {"least_age": 18}, []),
    ],
)
def test_what_stands_in_the_way_of_a_pair(wishes, offers, standing):
    assert list(obstacles(seeker(**wishes), place(**offers))) == standing


def test_a_host_chooses_by_nothing_that_says_who_a_student_is():
    assert {field.name for field in fields(Place)} == {
        "key", "employer", "places", "position", "occupations", "languages", "meets", "weekdays", "least_age",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wishes", "away", "grade"),
    [
        ({"wanted": (1, 2)}, 30, Grade.FIRST_WISH),
        ({"wanted": (2, 1)}, 30, Grade.WISH),
        ({"most_km": 20}, 9.9, Grade.NEAR),
        ({"most_km": 20}, 10.1, Grade.FAR),
        ({}, 4.9, Grade.NEAR),
        ({}, 5.1, Grade.FAR),
    ],
)
def test_how_good_a_place_is_for_a_student(wishes, away, grade):
    assert pair(seeker(**wishes), place(away=away)).grade == grade


# ── The best way ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_more_students_with_a_place_come_before_the_wish_of_one():
    wide, narrow = seeker(1, most_km=50, wanted=(1,)), seeker(2, most_km=5)
    near, far = place(1, away=1), place(2, away=20)
    assert placed(Problem((wide, narrow), (near, far))) == {1: 2, 2: 1}


def test_whoever_has_priority_finds_a_place_before_the_others_do():
    assert placed(Problem((seeker(1), seeker(2, priority=True)), (place(1),))) == {2: 1}


def test_nobody_is_worse_off_than_must_be_even_when_the_total_would_be_less():
    # Together 1 at A and 2 at B would be a shorter way, but then one of them would be far from home.
    one = Seeker(1, position=HOME, most_km=40)
    two = Seeker(2, position=(HOME[0] + 19 * KM, HOME[1]), most_km=40)
    a = place(1, away=19.5)
    b = place(2, away=-1)
    matching = solve(Problem((one, two), (a, b)))
    assert {found.grade for found in matching.pairs} == {Grade.NEAR}
    assert matching.place_of == {1: 2, 2: 1}


def test_a_firm_takes_no_more_than_it_says_in_all_over_its_offers():
    offers = (place(1, employer=7, places=3), place(2, employer=7, places=3))
    looking = tuple(seeker(number) for number in range(5))
    assert len(placed(Problem(looking, offers, room={7: 2}))) == 2
    assert len(placed(Problem(looking, offers))) == 5


def test_what_a_person_has_settled_holds_whatever_stands_in_the_way():
    kept = Problem((seeker(1, most_km=1), seeker(2)), (place(1, away=9), place(2)), keep={1: 1})
    assert placed(kept) == {1: 1, 2: 2}
    never = Problem((seeker(1),), (place(1), place(2, away=3)), never=frozenset([(1, 1)]))
    assert placed(never) == {1: 2}


def test_more_students_kept_at_a_place_than_it_has_room_for_is_said():
    with pytest.raises(Unsolved):
        solve(Problem((seeker(1), seeker(2)), (place(1),), keep={1: 1, 2: 1}))


def test_nobody_and_nothing_is_a_matching_too():
    assert solve(Problem((), ())) == Matching((), (0, 0, 0, 0, 0, 0), proven=True)
    assert solve(Problem((seeker(1),), ())).score == (0, 0, 0, 0, 0, 0)


@PROPERTY
@given(worlds)
def test_the_matching_is_as_good_as_another_solver_finds_and_keeps_every_limit(problem):
    matching = solve(problem)
    assert matching.proven
    assert matching.score == best_score(problem) == _score(problem, matching)
    at_place = Counter(found.place for found in matching.pairs)
    at_firm = Counter(problem.place_of[found.place].employer for found in matching.pairs)
    assert all(count <= problem.place_of[key].places for key, count in at_place.items())
    assert all(count <= problem.room.get(employer, count) for employer, count in at_firm.items())
    assert len(matching.place_of) == len(matching.pairs)
    for found in matching.pairs:
        assert not list(obstacles(problem.seeker_of[found.seeker], problem.place_of[found.place]))


def _score(problem: Problem, matching: Matching) -> tuple[int, ...]:
    """The score counted from the pairs themselves."""
    first = [found for found in matching.pairs if problem.seeker_of[found.seeker].priority]
    grades = Counter(found.grade for found in matching.pairs)
    counted = [-len(first), -len(matching.pairs), *(grades[grade] for grade in (Grade.FAR, Grade.NEAR, Grade.WISH))]
    return (*counted, sum(found.cost for found in matching.pairs))


BIG = """
import json, resource, time
from placements.matching.explaining import unmatched
from placements.matching.solving import solve
from tests.placements.matching_worlds import world
problem = world(2000, 800, seed=1, nested=False)
begin, heard = time.perf_counter(), []
matching = solve(problem, lambda done, of: heard.append((done, of)))
took = time.perf_counter() - begin
without = unmatched(problem, matching)
explained = time.perf_counter() - begin - took
print(json.dumps({
    "seconds": took, "explained": explained, "without": len(without), "helped": sum(1 for one in without if one.ways),
    "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "proven": matching.proven,
    "score": matching.score, "heard": heard, "pairs": len(list(problem.pairs())),
}))
"""


@pytest.mark.whole
def test_2000_students_and_800_hosts_find_the_proven_best_within_a_gigabyte_and_say_how_far_they_are():
    done = subprocess.run([sys.executable, "-c", BIG], stdout=subprocess.PIPE, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    sys.stdout.write(f"{found}\n")
    assert found["proven"]
    assert tuple(found["score"]) == best_score_by_assignment(world(2000, 800, seed=1, nested=False))
    assert found["heard"] == [[step, 6] for step in range(7)]
    assert found["mb"] < 1024
    assert found["without"] == 2000 + found["score"][1]


# ── Why ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@PROPERTY
@given(worlds)
def test_every_way_out_that_is_named_gives_the_student_a_place(problem):
    matching = solve(problem)
    for one in unmatched(problem, matching):
        assert one.seeker not in matching.place_of
        for way in one.ways:
            found = solve(changed(problem, one.seeker, way))
            assert one.seeker in found.place_of
            assert len(found.pairs) == len(matching.pairs) + 1


@PROPERTY
@given(worlds)
def test_a_place_has_room_for_one_more_exactly_where_one_more_would_find_a_place(problem):
    matching = solve(problem)
    roomy = places_with_room(problem, matching)
    without = [one.key for one in problem.seekers if one.key not in matching.place_of]
    for where in problem.places[:4]:
        for key in without[:1]:
            more = solve(replace(problem, excepted=frozenset([(key, where.key)])))
            assert (len(more.pairs) > len(matching.pairs)) == (where.key in roomy)


@pytest.mark.parametrize(
    ("wishes", "offers", "way"),
    [
        ({"most_km": 10}, {"away": 11.5}, Way(Change.FARTHER, 1, 12)),
        ({"occupations": frozenset("a")}, {"occupations": frozenset("b")}, Way(Change.OCCUPATION, 1)),
        ({"languages": frozenset(["ar"])}, {"languages": frozenset(["en"])}, Way(Change.LANGUAGE, 1)),
        ({"needs": frozenset(["quiet"])}, {}, Way(Change.NEED, 1)),
        ({"school_days": frozenset(range(4))}, {"weekdays": frozenset([0])}, Way(Change.WEEKDAY, 1)),
    ],
)
def test_the_one_thing_that_would_unlock_a_student_is_named(wishes, offers, way):
    problem = Problem((seeker(**wishes),), (place(**offers),))
    (found,) = unmatched(problem, solve(problem))
    assert found.ways == (way,)


def test_where_all_is_full_one_place_more_is_named_and_it_would_go_to_that_student():
    near, far = seeker(1), Seeker(2, position=(HOME[0] + 4 * KM, HOME[1]))
    problem = Problem((near, far), (place(1, away=0),))
    (found,) = unmatched(problem, solve(problem))
    assert (found.seeker, found.ways, found.full) == (2, (Way(Change.PLACE, 1),), 1)


def test_nothing_is_promised_where_one_change_is_not_enough_or_a_law_stands_in_the_way():
    too_young = Problem((seeker(age=16),), (place(least_age=18),))
    (found,) = unmatched(too_young, solve(too_young))
    assert (found.ways, found.obstacles) == ((), {Obstacle.AGE: 1})
    two_things = Problem((seeker(most_km=1, needs=frozenset(["quiet"])),), (place(away=9),))
    (found,) = unmatched(two_things, solve(two_things))
    assert (found.ways, found.obstacles) == ((), {Obstacle.TOO_FAR: 1, Obstacle.NEED: 1})


TAKEN_AWAY = {
    Reason.OCCUPATION: lambda one: replace(one, occupations=frozenset(["another"])),
    Reason.LANGUAGE: lambda one: replace(one, languages=frozenset(["another"])),
    Reason.NEEDS: lambda one: replace(one, needs=one.needs | {"another"}),
    Reason.NEAR: lambda one: replace(one, most_km=0),
}


@PROPERTY
@given(worlds)
def test_a_match_does_not_outlive_the_reason_that_carries_it(problem):
    for found in solve(problem).pairs[:3]:
        one, where = problem.seeker_of[found.seeker], problem.place_of[found.place]
        for reason in reasons(problem, found.seeker, found.place):
            if reason == Reason.LANGUAGE and not where.languages:
                continue
            if reason in TAKEN_AWAY:
                without = TAKEN_AWAY[reason](one)
                others = tuple(without if other.key == one.key else other for other in problem.seekers)
                assert placed(replace(problem, seekers=others)).get(found.seeker) != found.place


def test_reasons_are_those_that_hold_the_weightiest_first():
    one = seeker(1, occupations=frozenset("a"), wanted=(1,), needs=frozenset(["quiet"]), before=frozenset([1]))
    where = place(1, occupations=frozenset("a"), meets=frozenset(["quiet"]))
    problem = Problem((one,), (where,), keep={1: 1})
    assert reasons(problem, 1, 1) == [
        Reason.KEPT, Reason.WISHED, Reason.NEAR, Reason.OCCUPATION, Reason.NEEDS, Reason.BEFORE,
    ]  # fmt: skip


# ── Two runs ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_runs_are_compared_by_student_and_those_who_lose_come_first():
    before = {1: (10, Grade.NEAR), 2: (20, Grade.FAR), 3: (30, Grade.NEAR), 4: (40, Grade.NEAR)}
    after = {1: (10, Grade.NEAR), 2: (21, Grade.WISH), 3: (31, Grade.NEAR), 5: (50, Grade.NEAR)}
    found = [(move.seeker, move.before, move.after, move.better) for move in compare(before, after)]
    assert found == [(4, 40, None, False), (2, 20, 21, True), (5, None, 50, True), (3, 30, 31, None)]


def test_the_way_is_as_the_crow_flies():
    assert km(seeker(), place(away=7)) == pytest.approx(7, abs=0.01)
    assert Pair(1, 1, Grade.NEAR, 0) == pair(replace(seeker(), before=frozenset([1])), place(away=1))
