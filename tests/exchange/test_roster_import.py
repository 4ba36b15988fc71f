"""A roster comes in, comes in again, and nobody gets somebody else's account."""

from datetime import date

import pytest

from accounts.models import Membership, Person, User
from exchange.models import ImportRow, Outcome
from schools.models import ClassMember, Guardian, SchoolClass, Student
from tests.exchange.files import CLASSES, DEMOGRAPHICS, ENROLLMENTS, USERS, lying_zip, real, roster

pytestmark = pytest.mark.django_db


def totals(run) -> dict[str, int]:
    return {outcome: run.total(outcome) for outcome in Outcome if run.total(outcome)}


def errors(run) -> list[tuple[str, int, str]]:
    return [(row.file, row.line, str(row.problem)) for row in run.rows.filter(outcome="error").order_by("pk")]


def content(**changed) -> bytes:
    return roster(**changed).getvalue()


def test_a_roster_makes_people_with_accounts_classes_and_guardians(school, bring_in):
    run = bring_in(school, "roster", content())
    assert run.counts == {
        "teacher": {"new": 1},
        "student": {"new": 2},
        "guardian": {"new": 1},
        "class": {"new": 1},
        "member": {"new": 3},
    }
    teacher = Membership.objects.get(organisation=school, role="teacher")
    assert (teacher.user.email, teacher.source_id, teacher.user.has_usable_password()) == (
        "par@school.example",
        "t1",
        False,
    )
    assert (teacher.user.person.full_name, teacher.user.person.sort_key) == ("Pär Öberg", "oberg par")
    lina, ming = Student.objects.filter(school=school).order_by("source_id").select_related("person__user")
    assert (lina.person.full_name, lina.birth_date, lina.person.user.email) == (
        "Lina Haddad",
        date(2009, 3, 14),
        "lina@school.example",
    )
    assert (ming.person.full_name, ming.birth_date, ming.person.user) == ("明 王", date(2008, 2, 29), None)
    guardian = Guardian.objects.get(student=lina)
    assert (guardian.person.full_name, guardian.until, guardian.person.user) == (
        "Samira Haddad",
        date(2027, 3, 14),
        None,
    )
    assert [point.address for point in guardian.person.contact_points.all()] == ["samira@home.example"]
    vehicles = SchoolClass.objects.get(school=school)
    assert (vehicles.name, vehicles.source_id) == ("Vehicle technology 2", "c1")
    assert sorted(vehicles.members.values_list("person__family_name", "part")) == [
        ("Haddad", "student"),
        ("Öberg", "teacher"),
        ("王", "student"),
    ]


def test_the_same_roster_again_changes_nothing(school, bring_in, read):
    bring_in(school, "roster", content())
    assert totals(read(school, "roster", content())) == {"same": 8}
    bring_in(school, "roster", content())
    assert (Student.objects.filter(school=school).count(), Guardian.objects.filter(student__school=school).count()) == (
        2,
        1,
    )


def test_the_preview_names_the_school_of_the_file_and_changes_nothing(school, read):
    before = Person.objects.count(), User.objects.count()
    run = read(school, "roster", content())
    assert (run.source_name, totals(run)) == ("Harbour Vocational College", {"new": 8})
    assert (Person.objects.count(), User.objects.count()) == before


def test_changed_names_and_dates_are_shown_and_taken_over(school, bring_in, read):
    bring_in(school, "roster", content())
    users = [*USERS[:2], [*USERS[2][:5], "Lina Marie", *USERS[2][6:]], *USERS[3:]]
    demographics = [*DEMOGRAPHICS[:2], ["u2", "2008-03-01"]]
    classes = [CLASSES[0], ["c1", "Vehicle technology 3", "s1"]]
    changed = content(users=users, demographics=demographics, classes=classes)
    run = read(school, "roster", changed)
    assert totals(run) == {"changed": 3, "same": 5}
    assert {row.noun + row.data["source_id"]: row.changes for row in run.rows.filter(outcome="changed")} == {
        "studentu1": {"name": ["Lina Haddad", "Lina Marie Haddad"]},
        "studentu2": {"birth_date": ["2008-02-29", "2008-03-01"]},
        "classc1": {"name": ["Vehicle technology 2", "Vehicle technology 3"]},
    }
    bring_in(school, "roster", changed)
    assert Student.objects.get(school=school, source_id="u2").birth_date == date(2008, 3, 1)
    assert Person.objects.get(students__source_id="u1", students__school=school).sort_key == "haddad lina marie"
    assert totals(read(school, "roster", changed)) == {"same": 8}


def test_a_new_address_is_a_further_way_to_write_and_never_changes_the_account(school, bring_in, read):
    bring_in(school, "roster", content())
    users = [USERS[0], [*USERS[1][:7], "par@new.example", ""], *USERS[2:]]
    changed = content(users=users)
    assert totals(read(school, "roster", changed)) == {"changed": 1, "same": 7}
    bring_in(school, "roster", changed)
    teacher = Membership.objects.get(organisation=school, role="teacher").user
    assert teacher.email == "par@school.example"
    points = teacher.person.contact_points.filter(channel="email").values_list("address", flat=True)
    assert sorted(points) == ["par@new.example", "par@school.example"]
    assert totals(read(school, "roster", changed)) == {"same": 8}


def test_an_address_that_belongs_to_somebody_else_refuses_the_line_and_the_places_in_classes(school, bring_in, read):
    other = User.objects.create_user("par@school.example")
    Person.objects.create(family_name="Somebody", sort_key="somebody", user=other)
    run = bring_in(school, "roster", content())
    assert errors(run) == [
        ("users.csv", 2, "The e-mail address par@school.example already belongs to somebody else here."),
        ("enrollments.csv", 2, "The person in this line could not be taken over. See that person's own line."),
    ]
    assert not Membership.objects.filter(organisation=school, role="teacher").exists()
    assert ClassMember.objects.filter(school_class__school=school).count() == 2
    again = read(school, "roster", content())
    assert totals(again) == {"same": 6, "error": 2}


def test_a_teacher_who_can_sign_in_here_already_is_the_same_person(school, bring_in):
    user = User.objects.create_user("par@school.example")
    person = Person.objects.create(given_name="P.", family_name="Öberg", sort_key="oberg p", user=user)
    Membership.objects.create(user=user, organisation=school, role="teacher")
    run = bring_in(school, "roster", content())
    assert (run.counts["teacher"], errors(run)) == ({"new": 1}, [])
    person.refresh_from_db()
    assert (person.given_name, Membership.objects.get(user=user).source_id) == ("Pär", "t1")


def test_a_student_entered_by_hand_with_the_registers_number_is_found(school, bring_in):
    person = Person.objects.create(given_name="Lina", family_name="Haddad", sort_key="haddad lina")
    Student.objects.create(person=person, school=school, source_id="u1")
    run = bring_in(school, "roster", content())
    assert run.counts["student"] == {"new": 1, "changed": 1}
    assert Student.objects.get(school=school, source_id="u1").birth_date == date(2009, 3, 14)
    assert Student.objects.filter(school=school).count() == 2


def test_who_teaches_and_is_a_parent_is_one_person(school, bring_in, read):
    users = [["sourcedId", "givenName", "familyName", "email", "agentSourcedIds"]]
    users += [["t1", "Pär", "Öberg", "par@school.example", "u1"], ["u1", "Lina", "Öberg", "", ""]]
    roles = [["sourcedId", "userSourcedId", "role", "orgSourcedId"], ["r1", "t1", "teacher", "s1"]]
    roles += [["r2", "t1", "parent", "s1"], ["r3", "u1", "student", "s1"]]
    file = content(users=users, roles=roles, enrollments=None)
    bring_in(school, "roster", file)
    teacher = Membership.objects.get(organisation=school, role="teacher")
    assert Guardian.objects.get(student__school=school).person == teacher.user.person
    assert totals(read(school, "roster", file)) == {"same": 4}


def test_people_who_are_no_longer_in_the_file_stay(school, bring_in):
    bring_in(school, "roster", content())
    bring_in(school, "roster", content(users=USERS[:3], enrollments=ENROLLMENTS[:2]))
    assert Student.objects.filter(school=school).count() == 2
    assert ClassMember.objects.filter(school_class__school=school).count() == 3


def test_the_same_identifiers_at_two_schools_are_different_people(school, other_school, bring_in):
    bring_in(school, "roster", content())
    users = [[*row[:7], f"other.{row[7]}" if row[7] else "", row[8]] for row in USERS[1:]]
    run = bring_in(other_school, "roster", content(users=[USERS[0], *users]))
    assert totals(run) == {"new": 8}
    assert Student.objects.get(school=school, source_id="u1").person_id != (
        Student.objects.get(school=other_school, source_id="u1").person_id
    )


def test_bad_lines_stay_behind_with_file_and_line(school, bring_in):
    users = [*USERS, ["u3", "active", "true", "s1", "student", "Jonas", "Berg", "no-mail", ""]]
    run = bring_in(school, "roster", content(users=users))
    assert errors(run) == [("users.csv", 6, "“no-mail” is not an e-mail address.")]
    assert run.total("new") == 8


def test_a_password_in_the_file_is_nowhere_in_the_database(school, read):
    users = [[*USERS[0], "password"], *[[*row, "hunter2"] for row in USERS[1:]], ["x", "active", "true", "hunter2"]]
    run = read(school, "roster", content(users=users))
    assert run.total("error") == 1
    assert "hunter2" not in str(list(ImportRow.objects.filter(run=run).values()))


def test_a_zip_that_lies_about_its_size_is_refused_with_a_message_and_changes_nothing(school, read):
    before = Person.objects.count()
    run = read(school, "roster", lying_zip("users.csv", 64 * 1024 * 1024, 10_000))
    assert (run.state, run.rows.count(), Person.objects.count()) == ("failed", 0, before)
    assert str(run.problem) == ("This zip file is damaged, or it is not what it says it is. Please export it again.")


def test_the_real_roster_comes_in_whole_and_again_changes_nothing(school, bring_in, read):
    zipped = real("roster_small.zip").read_bytes()
    run = bring_in(school, "roster", zipped)
    assert run.counts == {
        "student": {"new": 180},
        "teacher": {"new": 6},
        "class": {"new": 12},
        "member": {"new": 789},
    }
    assert Student.objects.filter(school=school, birth_date__gt=date(2008, 11, 23)).count() == 180
    assert Membership.objects.filter(organisation=school, role="student").count() == 180
    assert totals(read(school, "roster", zipped)) == {"same": 987}
