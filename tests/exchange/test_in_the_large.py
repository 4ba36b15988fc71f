"""Lists and rosters as schools really send them: other column names, a part, corrected lines, leavers, two at once."""

import csv
import io
import zipfile
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Person
from accounts.roles import Role
from core.workflow import Actor, Refused
from employers.models import Employer
from exchange import reading, workflow
from exchange.error_file import error_bundle, error_file
from exchange.models import ImportRun, Outcome
from schools.models import ClassMember, Cohort, Enrolment, Guardian, Programme, ProgrammeVersion, SchoolClass, Student
from tests.exchange.files import CLASSES, DEMOGRAPHICS, EMPLOYERS, ENROLLMENTS, ORGS, USERS, roster

ROSTER, LIST = ImportRun.Kind.ROSTER, ImportRun.Kind.EMPLOYERS
GERMAN = (
    "Firma;Straße;Ort;PLZ;Anmerkung\r\nBäckerei Sonne;Hauptstr. 1;Bonn;53111;nett\r\nWerft Nord;Kai 2;Kiel;24103;\r\n"
)
SYSTEM = Actor.system()


@pytest.fixture
def lake(school):
    """The roster of tests/exchange/files.py names its school like this."""
    school.name = "Harbour Vocational College"
    school.save()
    return school


def delta(**files) -> bytes:
    named = [[f"file.{name}", "delta"] for name in files]
    manifest = [["propertyName", "value"], ["oneroster.version", "1.1"], *named]
    everything = dict.fromkeys(("orgs", "users", "demographics", "classes", "enrollments"))
    return roster(**{**everything, **files, "manifest": manifest}).getvalue()


def fates(run: ImportRun) -> dict[str, dict[str, int]]:
    return {noun: found for noun, found in run.counts.items() if noun}


def firms(school):
    return Employer.objects.filter(school_employers__school=school)


def members(school):
    """The places in its classes, as identifiers of students."""
    places = ClassMember.objects.filter(school_class__school=school)
    return places.values_list("person__students__source_id", flat=True)


def enrolled(school, source_id: str) -> Enrolment:
    version = ProgrammeVersion.objects.create(
        programme=Programme.objects.create(school=school, name=f"Retail {source_id}"), required_minutes=600
    )
    cohort = Cohort.objects.create(version=version, name="Retail", starts_on=date(2026, 8, 24))
    student = Student.objects.get(school=school, source_id=source_id)
    return Enrolment.objects.create(student=student, cohort=cohort, starts_on=cohort.starts_on)


# ── Columns ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_list_with_other_names_asks_what_its_columns_hold_and_the_next_one_does_not(school, read, bring_in):
    run = read(school, LIST, GERMAN)
    assert (run.state, firms(school).count()) == ("columns", 0)
    said = {"firma": "name", "strasse": "address", "ort": "town", "plz": "postcode", "anmerkung": ""}
    workflow.say_columns(run=run, fields=said, by=SYSTEM, at=timezone.now())
    reading.read_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.total("new")) == ("preview", 2)
    again = bring_in(school, LIST, GERMAN)
    assert again.state == "done"
    found = firms(school).values_list("name", "sites__address", "sites__postcode").order_by("name")
    assert list(found) == [("Bäckerei Sonne", "Hauptstr. 1, Bonn", "53111"), ("Werft Nord", "Kai 2, Kiel", "24103")]


def test_what_one_school_says_of_its_columns_is_not_said_for_another(school, other_school, read):
    first = read(school, LIST, GERMAN)
    workflow.say_columns(run=first, fields={"firma": "name"}, by=SYSTEM, at=timezone.now())
    assert read(other_school, LIST, GERMAN).state == "columns"


def test_the_form_of_the_columns_knows_what_it_can_and_wants_one_name(desk_of, school, read):
    run = read(school, LIST, GERMAN)
    client = desk_of(school)
    url = reverse("exchange:columns", args=[run.public_id])
    page = client.get(url)
    form = page.context["form"]
    assert next((field.label, cells) for field, cells in form.rows) == ("Firma", ["Bäckerei Sonne", "Werft Nord"])
    refused = client.post(url, {"column_0": "address", "column_1": "address"})
    assert refused.status_code == 422
    assert refused.context["form"].non_field_errors() == ["Say which column holds the name of the employer."]
    twice = client.post(url, {"column_0": "name", "column_1": "name"})
    assert twice.context["form"].non_field_errors() == ["Two columns say the same: “Name”."]
    assert client.post(url, {"column_0": "name"}).status_code == 302
    run.refresh_from_db()
    assert run.state == "uploaded"


# ── Only a part, and corrected lines ─────────────────────────────────────────────────────────────────────────────────


def test_what_somebody_left_out_of_the_preview_does_not_go_in(desk_of, school, read):
    run = read(school, LIST, EMPLOYERS)
    client = desk_of(school)
    url = reverse("exchange:lines", args=[run.public_id, Outcome.NEW])
    shown = [line.key for line in client.get(url).context["lines"]]
    assert len(shown) == 3
    assert client.post(url, {"shown": shown, "kept": shown[1:]}).status_code == 302
    run.refresh_from_db()
    assert run.counts == {"employer": {"left_out": 1, "new": 2}}
    workflow.take_over(run=run, by=SYSTEM, at=timezone.now())
    reading.apply_run(run.pk)
    assert set(firms(school).values_list("name", flat=True)) == {"Bakery Sofia", "École de bâtiment"}


def test_a_line_can_be_ticked_again(school, read):
    run = read(school, LIST, EMPLOYERS)
    keys = list(run.rows.values_list("pk", flat=True))
    workflow.choose(run=run, shown=keys, kept=[], by=SYSTEM, at=timezone.now())
    assert run.counts == {"employer": {"left_out": 3}}
    workflow.choose(run=run, shown=keys[:1], kept=keys[:1], by=SYSTEM, at=timezone.now())
    assert run.counts == {"employer": {"left_out": 2, "new": 1}}


def test_after_taking_over_nothing_can_be_left_out(school, bring_in):
    with pytest.raises(Refused):
        workflow.choose(run=bring_in(school, LIST, EMPLOYERS), shown=[], kept=[], by=SYSTEM, at=timezone.now())


def test_the_places_in_classes_of_a_person_who_was_left_out_stay_out_too(lake, read):
    run = read(lake, ROSTER, roster().getvalue())
    lina = run.rows.get(noun="student", data__source_id="u1")
    workflow.choose(run=run, shown=[lina.pk], kept=[], by=SYSTEM, at=timezone.now())
    workflow.take_over(run=run, by=SYSTEM, at=timezone.now())
    reading.apply_run(run.pk)
    run.refresh_from_db()
    assert set(Student.objects.filter(school=lake).values_list("source_id", flat=True)) == {"u2"}
    assert run.counts["member"] == {"new": 2, "error": 1}
    assert str(run.rows.get(noun="member", outcome="error").problem).startswith("The person or the class")


def test_the_error_file_of_employers_is_corrected_and_handed_in_again(school, bring_in):
    run = bring_in(school, LIST, EMPLOYERS.replace("2 Mill Lane,HB1 3CD,1071,4", "2 Mill Lane,HB1 3CD,1071,four"))
    assert run.counts == {"": {"error": 1}, "employer": {"new": 2}}
    corrected = "".join(error_file(run)).replace("four", "4")
    again = bring_in(school, LIST, corrected)
    assert again.counts == {"employer": {"new": 1}}
    assert Employer.objects.get(name="Bakery Sofia").size_to == 4


def test_the_bad_lines_of_a_roster_come_back_as_a_small_roster_and_go_in_once_corrected(lake, bring_in):
    users = [*USERS[:2], [*USERS[2][:7], "no address", "g1"], *USERS[3:]]
    births = [DEMOGRAPHICS[0], DEMOGRAPHICS[1], ["u2", "soon"]]
    run = bring_in(lake, ROSTER, roster(users=users, demographics=births).getvalue())
    assert not Student.objects.filter(source_id="u1").exists()
    files = zipfile.ZipFile(io.BytesIO(error_bundle(run)))
    assert set(files.namelist()) == {"manifest.csv", "users.csv", "demographics.csv", "enrollments.csv"}
    rows = list(csv.DictReader(io.StringIO(files.read("users.csv").decode())))
    assert [(row["sourcedId"], row["reason"]) for row in rows] == [("u1", "“no address” is not an e-mail address.")]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as corrected:
        for name in files.namelist():
            text = files.read(name).decode()
            corrected.writestr(name, text.replace("no address", "lina@school.example").replace("soon", "2008-02-29"))
    again = bring_in(lake, ROSTER, out.getvalue())
    assert fates(again) == {"student": {"new": 1}, "member": {"new": 1}, "birth": {"changed": 1}}
    assert Student.objects.get(source_id="u2").birth_date == date(2008, 2, 29)
    assert ClassMember.objects.filter(person__students__source_id="u1").count() == 1


# ── Changes, leavers, moves ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_delta_names_who_is_known_from_before(lake, bring_in):
    bring_in(lake, ROSTER, roster().getvalue())
    users = [USERS[0], ["u3", "active", "true", "s1", "student", "Jonas", "Berg", "", "g1"]]
    places = [ENROLLMENTS[0], ["e9", "c1", "s1", "u3", "student"]]
    run = bring_in(lake, ROSTER, delta(users=users, enrollments=places))
    assert fates(run) == {"student": {"new": 1}, "member": {"new": 1}}
    assert Student.objects.filter(school=lake).count() == 3
    assert SchoolClass.objects.get(school=lake).members.filter(part="student").count() == 3


def test_a_delta_that_names_somebody_unknown_refuses_that_line(lake, read):
    run = read(lake, ROSTER, delta(enrollments=[ENROLLMENTS[0], ["e9", "c7", "s1", "u9", "student"]]))
    assert run.counts == {"": {"error": 1}}


def test_who_is_to_be_deleted_leaves_class_and_programme_and_keeps_what_was_done(lake, read):
    run = read(lake, ROSTER, roster().getvalue())
    workflow.take_over(run=run, by=SYSTEM, at=timezone.now())
    reading.apply_run(run.pk)
    enrolment, today = enrolled(lake, "u1"), timezone.localdate()
    gone = [[row[0], "tobedeleted", *row[2:]] for row in USERS[1:] if row[0] in ("t1", "u1", "g1")]
    leaving = read(lake, ROSTER, delta(orgs=ORGS, users=[USERS[0], *gone]))
    assert fates(leaving) == {"leaver": {"ends": 3}}
    enrolment.refresh_from_db()
    assert enrolment.ends_on is None
    workflow.take_over(run=leaving, by=SYSTEM, at=timezone.now())
    reading.apply_run(leaving.pk)
    enrolment.refresh_from_db()
    assert enrolment.ends_on == today
    assert list(members(lake)) == ["u2"]
    assert Membership.objects.get(organisation=lake, role=Role.TEACHER).ends_on == today
    assert Membership.objects.get(organisation=lake, role=Role.STUDENT).ends_on is None
    assert Guardian.objects.get(student__school=lake).until == today
    assert fates(read(lake, ROSTER, delta(orgs=ORGS, users=[USERS[0], *gone]))) == {"leaver": {"same": 3}}


def test_a_leaver_who_was_left_out_stays(lake, bring_in, read):
    bring_in(lake, ROSTER, roster().getvalue())
    enrolment = enrolled(lake, "u1")
    gone = [USERS[0], ["u1", "tobedeleted", *USERS[2][2:]]]
    run = read(lake, ROSTER, delta(orgs=ORGS, users=gone))
    keys = list(run.rows.values_list("pk", flat=True))
    workflow.choose(run=run, shown=keys, kept=[], by=SYSTEM, at=timezone.now())
    workflow.take_over(run=run, by=SYSTEM, at=timezone.now())
    reading.apply_run(run.pk)
    enrolment.refresh_from_db()
    assert enrolment.ends_on is None


def test_a_place_in_a_class_that_is_to_be_deleted_ends_unless_another_line_says_it_goes_on(lake, bring_in):
    bring_in(lake, ROSTER, roster().getvalue())
    columns = [*ENROLLMENTS[0], "status"]
    places = [
        columns,
        ["e2", "c1", "s1", "u1", "student", "tobedeleted"],
        ["e3", "c1", "s1", "u2", "student", "tobedeleted"],
        ["e7", "c1", "s1", "u2", "student", "active"],
    ]
    run = bring_in(lake, ROSTER, delta(enrollments=places))
    assert fates(run) == {"member": {"same": 1}, "left": {"ends": 1}}
    assert list(members(lake).filter(part="student")) == ["u2"]


def test_a_student_who_changes_school_is_one_person_and_each_school_keeps_its_own(lake, other_school, bring_in, read):
    bring_in(lake, ROSTER, roster().getvalue())
    orgs = [ORGS[0], ["x9", "active", other_school.name, "school"]]
    users = [USERS[0], ["n7", "active", "true", "x9", "student", "Lina", "Haddad", "lina@school.example", ""]]
    births = [DEMOGRAPHICS[0], ["n7", "2009-03-14"]]
    empty = {"classes": CLASSES[:1], "enrollments": ENROLLMENTS[:1]}
    run = bring_in(other_school, ROSTER, roster(orgs=orgs, users=users, demographics=births, **empty).getvalue())
    assert fates(run) == {"student": {"new": 1}}
    lina = Person.objects.get(students__source_id="n7")
    assert set(lina.students.values_list("school__name", "source_id")) == {
        (lake.name, "u1"),
        (other_school.name, "n7"),
    }
    assert set(lina.user.memberships.values_list("organisation__name", flat=True)) == {lake.name, other_school.name}


@pytest.mark.parametrize(("given", "born"), [("Lina", "2009-03-15"), ("Lena", "2009-03-14")])
def test_the_same_address_with_another_name_or_birth_date_is_not_the_same_person(
    lake, other_school, bring_in, read, given, born
):
    bring_in(lake, ROSTER, roster().getvalue())
    orgs = [ORGS[0], ["x9", "active", other_school.name, "school"]]
    users = [USERS[0], ["n7", "active", "true", "x9", "student", given, "Haddad", "lina@school.example", ""]]
    births = [DEMOGRAPHICS[0], ["n7", born]]
    empty = {"classes": CLASSES[:1], "enrollments": ENROLLMENTS[:1]}
    run = read(other_school, ROSTER, roster(orgs=orgs, users=users, demographics=births, **empty).getvalue())
    assert run.rows.get().problem_code == "email_taken"


# ── Two at once ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_second_of_two_imports_is_told_what_the_first_has_changed_meanwhile(school, read, desk_of):
    first, second = read(school, LIST, EMPLOYERS), read(school, LIST, EMPLOYERS)
    for run in (first, second):
        workflow.take_over(run=run, by=SYSTEM, at=timezone.now())
        reading.apply_run(run.pk)
        run.refresh_from_db()
    assert (first.counts, first.overtaken) == ({"employer": {"new": 3}}, 0)
    assert (second.counts, second.overtaken) == ({"employer": {"same": 3}}, 3)
    page = desk_of(school).get(reverse("exchange:run", args=[second.public_id]))
    assert "3 lines were different when they went in than in the preview: somebody else was faster." in page.text


@pytest.fixture
def desk_of(client, django_user_model):
    """A coordinator of a school, signed in."""

    def opened(school):
        user = django_user_model.objects.create_user("desk@school.example")
        Person.objects.create(given_name="De", family_name="Sk", sort_key="sk de", user=user)
        since = timezone.localdate() - timedelta(days=1)
        Membership.objects.create(user=user, organisation=school, role=Role.COORDINATOR, starts_on=since)
        client.force_login(user)
        return client

    return opened
