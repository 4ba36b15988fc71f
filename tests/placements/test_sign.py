"""Signing: who is asked, each place once, the last one brings the agreement in force, two at once both count."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from core.models import Transition
from core.workflow import Refused
from placements.models import Agreement, PlanVersion
from placements.workflow import propose, refuse, sign
from schools.models import Guardian
from tests.placements.college import FIRST, NOW, build, by_party, member, put_name

LATER = datetime(2026, 12, 1, 10, tzinfo=UTC)


@pytest.fixture
def college(db):
    return build()


def test_student_guardian_host_and_school_are_asked_with_the_hash_of_the_text(college):
    places = college.asked()
    assert {party: place.person for party, place in places.items()} == {
        "student": college.student.user.person,
        "guardian": college.guardian.user.person,
        "host": college.supervisor.user.person,
        "school": college.coordinator.user.person,
    }
    plan = places["host"].agreement.plan
    assert {place.text_hash for place in places.values()} == {plan.text_hash}
    row = college.moves.get(noun="agreement", verb="propose")
    assert row.details == {"version": 1, "parties": 4, "carried": 0}
    assert row.timeline == f"placement:{plan.placement_id}"


def test_a_minor_without_a_guardian_cannot_be_proposed(college):
    Guardian.objects.filter(student=college.enrolment.student).delete()
    with pytest.raises(Refused, match="The student is under 18 on the first day"):
        college.asked()


def test_a_guardian_whose_time_is_over_on_the_first_day_is_not_asked(college):
    Guardian.objects.filter(student=college.enrolment.student).update(until=date(2027, 1, 3))
    with pytest.raises(Refused, match="Add a parent or guardian first"):
        college.asked()


def test_who_is_18_on_the_first_day_needs_no_guardian(db):
    college = build(birth_date=date(FIRST.year - 18, FIRST.month, FIRST.day))
    assert set(college.asked()) == {"student", "host", "school"}


def test_the_last_signature_in_any_order_brings_the_agreement_in_force(college):
    places = college.asked()
    states = []
    for party in ("school", "host", "student", "guardian"):
        put_name(places[party], at=LATER)
        states.append(college.agreements.get().state)
    assert states == ["partly_signed", "partly_signed", "partly_signed", "in_force"]
    assert college.agreements.get().in_force_at == LATER
    verbs = college.moves.filter(noun="agreement").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["propose", "sign", "sign", "sign", "sign", "agree"]


def test_signing_twice_keeps_the_first_name_and_time(college):
    place = college.asked()["host"]
    put_name(place, name="Milan Novak")
    again = put_name(place, at=LATER, name="Somebody Else")
    assert (again.name_typed, again.signed_at, again.ip) == ("Milan Novak", NOW, "192.0.2.7")
    assert college.moves.filter(verb="sign").count() == 1


def test_signing_again_after_everybody_has_signed_shows_the_first(college):
    places = college.asked()
    for place in places.values():
        put_name(place)
    assert put_name(places["host"], at=LATER).signed_at == NOW


def test_a_changed_text_cannot_be_signed(college):
    place = college.asked()["host"]
    PlanVersion.objects.filter(agreement=place.agreement).update(text="Something else")
    with pytest.raises(Refused, match="The text has changed since it was sent to you"):
        put_name(place)
    assert not college.agreements.exclude(signatures__signed_at=None).exists()


def test_an_empty_name_is_refused(college):
    with pytest.raises(Refused, match="Type your name to sign"):
        put_name(college.asked()["host"], name="  ")


@pytest.mark.parametrize(
    ("party", "other"), [("student", "guardian"), ("guardian", "student"), ("host", "school"), ("school", "host")]
)
def test_nobody_signs_in_the_place_of_another_party(college, party, other):
    place = college.asked()[party]
    with pytest.raises(Refused, match="You may not do this"):
        sign(signature=place, name_typed="A. Name", ip=None, by=by_party(other), at=NOW)


def test_a_colleague_of_the_host_may_sign_and_the_place_is_theirs(college):
    place = college.asked()["host"]
    colleague = member("Dora Lind", "supervisor", college.supervisor.organisation).user.person
    sign(signature=place, name_typed="Dora Lind", ip=None, by=by_party("host"), at=NOW, person=colleague)
    place.refresh_from_db()
    assert (place.person, place.name_typed) == (colleague, "Dora Lind")


def test_nobody_signs_for_a_student_in_their_place(college):
    place = college.asked()["student"]
    with pytest.raises(Refused, match="Only the workplace may let a colleague sign"):
        sign(
            signature=place, name_typed="Una Berg", ip=None, by=by_party("student"), at=NOW,
            person=college.guardian.user.person,
        )  # fmt: skip


def test_a_refusal_needs_a_reason_and_ends_the_signing(college):
    places = college.asked()
    put_name(places["student"])
    with pytest.raises(Refused, match="Please give a reason"):
        refuse(signature=places["host"], reason=" ", by=by_party("host"), at=NOW)
    refuse(signature=places["host"], reason="No room in January", by=by_party("host"), at=NOW)
    assert college.agreements.get().state == "refused"
    row = college.moves.get(verb="refuse")
    assert (row.reason, row.details) == ("No room in January", {"party": "host", "version": 1})
    with pytest.raises(Refused, match="This is no longer possible"):
        put_name(places["guardian"])


def test_who_has_signed_cannot_refuse_any_more(college):
    places = college.asked()
    put_name(places["host"])
    with pytest.raises(Refused, match="You have signed already"):
        refuse(signature=places["host"], reason="No", by=by_party("host"), at=NOW)


def test_after_a_refusal_a_new_version_can_be_sent(college):
    places = college.asked()
    placement = places["host"].agreement.plan.placement
    refuse(signature=places["host"], reason="No room", by=by_party("host"), at=NOW)
    assert set(college.asked(placement)) == {"student", "guardian", "host", "school"}
    assert placement.plan_versions.count() == 2


def test_an_agreement_is_proposed_once(college):
    agreement = college.asked()["host"].agreement
    with pytest.raises(Refused, match="This is no longer possible"):
        propose(agreement=agreement, sign_by=FIRST, by=college.office, at=NOW)
    assert agreement.signatures.count() == 4


def test_the_last_day_for_signing_is_not_in_the_past(college):
    plan = college.plan(college.placement())
    with pytest.raises(Refused, match="The last day for signing is in the past"):
        propose(agreement=plan.agreement, sign_by=date(2026, 11, 23), by=college.office, at=NOW)


def at_once(*acts):
    """Run each in a thread with its own connection, all waiting for the same starting shot."""
    shot, failures = threading.Barrier(len(acts)), []

    def run(act):
        try:
            shot.wait(10)
            act()
        except Exception as problem:
            failures.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return failures


@pytest.fixture
def open_places(django_db_blocker, django_db_setup):
    """Committed rows that two connections can see; taken away by hand, because a flush would take the world too."""
    with django_db_blocker.unblock():
        college = build()
        places = college.asked()
        yield places
        sweep(college)
        connection.close()


def sweep(college):
    from accounts.models import Organisation, Person, User
    from employers.models import Employer
    from placements.models import Placement
    from schools.models import Cohort

    members = (college.student, college.guardian, college.supervisor, college.coordinator, college.teacher)
    people = [row.user.person.pk for row in members]
    placements = Placement.objects.filter(school=college.school)
    Agreement.objects.filter(plan__placement__in=placements).delete()
    PlanVersion.objects.filter(placement__in=placements).delete()
    Transition.objects.filter(school_id=college.school.pk).delete()
    for placement in placements:
        placement.segments.all().delete()
    placements.delete()
    college.enrolment.delete()
    Cohort.objects.filter(version__programme__school=college.school).delete()
    Employer.objects.filter(pk=college.site.employer_id).delete()
    Organisation.objects.filter(pk__in=[college.school.pk, college.supervisor.organisation_id]).delete()
    users = list(Person.objects.filter(pk__in=people).values_list("user", flat=True))
    Person.objects.filter(pk__in=people).delete()
    User.objects.filter(pk__in=users).delete()


def test_two_who_sign_at_once_both_count_and_the_last_brings_it_in_force(open_places):
    put_name(open_places["student"])
    put_name(open_places["guardian"])
    failures = at_once(lambda: put_name(open_places["host"]), lambda: put_name(open_places["school"]))
    agreement = Agreement.objects.get(pk=open_places["host"].agreement_id)
    assert failures == []
    assert agreement.state == "in_force"
    assert agreement.signatures.exclude(signed_at=None).count() == 4
    assert Transition.objects.filter(noun="agreement", object_id=agreement.pk, verb="agree").count() == 1


def test_a_double_tap_signs_once(open_places):
    failures = at_once(*[lambda: put_name(open_places["host"])] * 2)
    agreement_id = open_places["host"].agreement_id
    assert failures == []
    assert Transition.objects.filter(noun="agreement", object_id=agreement_id, verb="sign").count() == 1
