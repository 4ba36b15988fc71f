"""The staff of a school: who is added, who leaves, and who may say so."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from accounts.access import actor_of
from accounts.models import ContactPoint, Membership, Person, User
from accounts.roles import Role
from accounts.rules import Standing, in_force, standing
from accounts.workflow import add_member, end_membership
from core.models import Transition
from core.workflow import Refused

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NEW = {"given_name": "Zoë", "family_name": "Ångström", "email": "Zoe@Harbour.example", "role": "teacher"}


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "found"),
    [
        (None, None, Standing.NOW),
        (date(2026, 11, 24), None, Standing.NOW),
        (date(2026, 11, 25), None, Standing.LATER),
        (None, date(2026, 11, 24), Standing.NOW),
        (None, date(2026, 11, 23), Standing.OVER),
    ],
)
def test_both_days_belong_to_a_membership(starts_on, ends_on, found):
    assert standing(starts_on, ends_on, NOW.date()) == found
    assert in_force(starts_on, ends_on, NOW.date()) == (found == Standing.NOW)


def add(cast, **changes) -> Membership:
    boss = cast.insider(Role.ADMINISTRATOR)
    return add_member(school=boss.organisation, by=actor_of(boss), at=NOW, **NEW | changes)


def test_adding_somebody_makes_an_account_a_person_that_can_be_found_and_a_row_in_the_log(cast):
    membership = add(cast)
    person = membership.user.person
    assert (membership.user.email, person.sort_key) == ("zoe@harbour.example", "angstrom zoe")
    assert [point.address for point in person.contact_points.all()] == ["zoe@harbour.example"]
    row = Transition.objects.get(noun="membership", object_id=membership.pk)
    assert (row.verb, row.school_id, row.details) == ("add", membership.organisation_id, {"role": "teacher"})


def test_a_second_role_uses_the_same_account_and_keeps_the_names(cast):
    first = add(cast)
    second = add(cast, family_name="Other", role="coordinator")
    assert second.user == first.user
    assert second.user.person.family_name == "Ångström"
    assert User.objects.filter(email="zoe@harbour.example").count() == 1


def person_of_the_register(family_name: str) -> Person:
    person = Person.objects.create(given_name="Zoë", family_name=family_name, sort_key="x")
    ContactPoint.objects.create(person=person, channel="email", address="zoe@harbour.example")
    return person


def test_a_teacher_of_the_register_gets_the_account_as_the_same_person(cast):
    known = person_of_the_register("ÅNGSTRÖM")
    assert add(cast).user.person == known


def test_an_address_that_several_people_share_or_another_name_makes_nobody_the_same_person(cast):
    shared = [person_of_the_register("Ångström"), person_of_the_register("Ångström"), person_of_the_register("Berg")]
    assert add(cast).user.person not in shared


def test_a_role_that_is_held_is_refused_and_one_that_ended_is_opened_again(cast):
    membership = add(cast)
    with pytest.raises(Refused):
        add(cast)
    by = actor_of(cast.insider(Role.ADMINISTRATOR))
    end_membership(membership=membership, last_day=NOW.date(), by=by, at=NOW)
    again = add(cast)
    assert (again.pk, again.ends_on) == (membership.pk, None)
    assert (
        list(Transition.objects.filter(noun="membership").values_list("verb", flat=True)) == ["add", "end", "add"][::-1]
    )


@pytest.mark.parametrize("role", ["student", "guardian", "supervisor", "owner"])
def test_only_roles_of_the_staff_can_be_given(cast, role):
    with pytest.raises(Refused):
        add(cast, role=role)


def test_only_the_administrator_adds_and_ends(cast):
    head = actor_of(cast.insider(Role.HEAD))
    with pytest.raises(Refused):
        add_member(school=cast.insider(Role.HEAD).organisation, by=head, at=NOW, **NEW)
    with pytest.raises(Refused):
        end_membership(membership=cast.insider(Role.TEACHER), last_day=NOW.date(), by=head, at=NOW)


def test_a_last_day_before_the_first_and_ones_own_role_as_administrator_are_refused(cast):
    boss = cast.insider(Role.ADMINISTRATOR)
    with pytest.raises(Refused):
        end_membership(membership=add(cast), last_day=date(2026, 1, 1), by=actor_of(boss), at=NOW)
    with pytest.raises(Refused):
        end_membership(membership=boss, last_day=NOW.date(), by=actor_of(boss), at=NOW)


def test_the_page_shows_the_staff_of_the_school_and_no_student_or_host(cast):
    text = cast.client(cast.insider(Role.ADMINISTRATOR)).get(reverse("accounts:members")).content.decode()
    assert "Amina Haddad" in text
    assert "Ruth Mensah" in text
    for absent in ("Lina Kowal", "Marek Novak", "Xylander"):
        assert absent not in text


def test_the_page_finds_names_without_accents(cast):
    add(cast)
    client = cast.client(cast.insider(Role.ADMINISTRATOR))
    text = client.get(reverse("accounts:members"), {"q": "angstr"}).content.decode()
    assert "Zoë Ångström" in text
    assert "Amina Haddad" not in text
    assert "Nobody found" in client.get(reverse("accounts:members"), {"q": "qqq"}).content.decode()


def test_a_refused_form_keeps_what_was_typed(cast):
    client = cast.client(cast.insider(Role.ADMINISTRATOR))
    answer = client.post(reverse("accounts:member_new"), NEW | {"email": "no address"})
    assert answer.status_code == 422
    assert "Ångström" in answer.content.decode()
    assert client.post(reverse("accounts:member_new"), NEW)["Location"] == reverse("accounts:members")
    twice = client.post(reverse("accounts:member_new"), NEW)
    assert twice.status_code == 422
    assert "This person has this role already." in twice.content.decode()


def test_the_last_day_is_set_on_a_page_of_its_own_and_locks_the_member_out_after_it(cast):
    head = cast.insider(Role.HEAD)
    path = reverse("accounts:member_end", args=[head.user.person.public_id, "head"])
    client = cast.client(cast.insider(Role.ADMINISTRATOR))
    assert client.get(path).status_code == 200
    assert client.post(path, {"last_day": "tomorrow"}).status_code == 422
    assert client.post(path, {"last_day": "2026-11-20"}).status_code == 302
    head.refresh_from_db()
    assert head.ends_on == date(2026, 11, 20)
    assert cast.client(cast.outsider(Role.ADMINISTRATOR)).get(path).status_code == 404


def test_the_page_costs_the_same_with_one_more_member(cast, django_assert_num_queries):
    client = cast.client(cast.insider(Role.ADMINISTRATOR))
    with django_assert_num_queries(7):
        client.get(reverse("accounts:members"))
    for number in range(3):
        add(cast, email=f"more{number}@harbour.example")
    with django_assert_num_queries(7):
        client.get(reverse("accounts:members"))
