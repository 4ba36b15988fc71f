"""What counts, what is cut and why, to the minute."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from credits.rules import Cut, Evidence, PlaceOfWork, Work, evaluate, fingerprint, needs_reason

AGREED = datetime(2026, 10, 1, 12, tzinfo=UTC)


def work(key, logged, confirmed, days=1):
    return Work(key, AGREED + timedelta(days=days), logged, confirmed)


def at_one_place(*stretches, required=18_900, credited=0, agreed_at=AGREED):
    return Evidence(required, credited, (PlaceOfWork(1, agreed_at, stretches),))


def test_only_confirmed_minutes_count_and_the_rest_says_why():
    result = evaluate(at_one_place(work(1, 450, 450), work(2, 420, None), work(3, 455, 300), required=1000))
    assert (result.logged, result.eligible, result.missing, result.proposed) == (1325, 750, 250, 750)
    assert result.cuts == [Cut("not_confirmed", 1, 1, 420, 420), Cut("hours_differ", 1, 1, 455, 155)]


def test_work_before_the_agreement_does_not_count_even_when_it_is_confirmed():
    early = Work(1, AGREED - timedelta(minutes=1), 450, 450)
    result = evaluate(at_one_place(early, work(2, 450, 450)))
    assert result.eligible == 450
    assert result.cuts == [Cut("before_agreement", 1, 1, 450, 450)]


def test_without_an_agreement_nothing_counts():
    result = evaluate(at_one_place(work(1, 450, 450), agreed_at=None))
    assert (result.eligible, result.proposed, result.counted) == (0, 0, [])


def test_what_is_credited_already_is_not_proposed_again():
    full = at_one_place(*(work(key, 450, 450, key) for key in range(1, 11)), required=4000, credited=3000)
    assert evaluate(full).proposed == 1000
    assert evaluate(replace(full, credited=4500)).proposed == 0


def test_no_minute_is_rounded_up_to_the_requirement():
    result = evaluate(at_one_place(*(work(key, 459, 459, key) for key in range(1, 11)), required=4800))
    assert (result.eligible, result.missing) == (4590, 210)


def test_a_decision_like_the_proposal_needs_no_reason_and_any_other_does():
    result = evaluate(at_one_place(work(1, 450, 450), required=1000))
    assert not needs_reason(result, outcome="partly", minutes=450)
    assert needs_reason(result, outcome="partly", minutes=449)
    assert needs_reason(result, outcome="credited", minutes=450)
    assert needs_reason(result, outcome="not_yet", minutes=0)


@st.composite
def evidences(draw):
    places = []
    for place in range(draw(st.integers(0, 3))):
        stretches = []
        for key in range(draw(st.integers(0, 5))):
            logged = draw(st.integers(0, 960))
            confirmed = draw(st.none() | st.integers(0, logged))
            stretches.append(work(place * 10 + key, logged, confirmed, draw(st.integers(-3, 3))))
        places.append(PlaceOfWork(place, draw(st.none() | st.just(AGREED)), tuple(stretches)))
    return Evidence(draw(st.integers(0, 3000)), draw(st.integers(0, 3000)), tuple(places))


@given(evidences(), st.randoms())
def test_the_order_of_the_evidence_does_not_matter(evidence, dice):
    places = [replace(place, work=tuple(dice.sample(place.work, len(place.work)))) for place in evidence.places]
    dice.shuffle(places)
    shuffled = replace(evidence, places=tuple(places))
    assert evaluate(shuffled) == evaluate(evidence)
    assert fingerprint(shuffled) == fingerprint(evidence)


@given(evidences())
def test_nothing_is_negative_and_every_logged_minute_counts_or_is_cut_once(evidence):
    result = evaluate(evidence)
    numbers = [result.logged, result.eligible, result.missing, result.proposed, *(cut.minutes for cut in result.cuts)]
    assert min(numbers) >= 0
    assert result.logged == result.eligible + sum(cut.minutes for cut in result.cuts)
    assert result.eligible == sum(line.minutes for line in result.counted)


@given(evidences(), st.data())
def test_more_confirmed_minutes_never_lower_the_proposal(evidence, data):
    stretches = [(place, one) for place in evidence.places for one in place.work]
    if not stretches:
        return
    place, one = data.draw(st.sampled_from(stretches))
    better = replace(one, confirmed=data.draw(st.integers(one.confirmed or 0, one.logged)))
    changed = replace(place, work=tuple(better if other == one else other for other in place.work))
    places = tuple(changed if other == place else other for other in evidence.places)
    assert evaluate(replace(evidence, places=places)).proposed >= evaluate(evidence).proposed
