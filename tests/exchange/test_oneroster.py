"""What of a roster can be read, whichever system wrote it."""

import io
from collections import Counter
from datetime import date

import pytest

from exchange import oneroster
from exchange.problems import BadLine, FileRefused
from exchange.roster_rows import ClassRow, LeaverRow, MemberRow, PersonRow
from tests.exchange.files import CLASSES, DEMOGRAPHICS, ENROLLMENTS, ORGS, ROSTER, USERS, as_csv, real, roster, zipped

TODAY = date(2026, 11, 23)
STUDENT = ["u3", "active", "true", "s1", "student", "Jonas", "Berg", "", ""]


def read(file, school="Harbour Vocational College"):
    found = oneroster.read(file, school=school, today=TODAY)
    return found, list(found.rows)


def people(rows):
    return [(row.part, row.source_id) for row in rows if isinstance(row, PersonRow)]


def reasons(rows):
    return [(row.file, row.line, str(row.problem)) for row in rows if isinstance(row, BadLine)]


def refusal(file, school="Harbour Vocational College") -> str:
    with pytest.raises(FileRefused) as caught:
        read(file, school)
    return str(caught.value)


def test_people_classes_and_members_come_out_with_birth_dates_and_guardians():
    found, rows = read(roster())
    assert (found.school, found.version) == ("Harbour Vocational College", "1.1")
    assert people(rows) == [("teacher", "t1"), ("student", "u1"), ("student", "u2"), ("guardian", "g1")]
    lina, ming, samira = rows[1], rows[2], rows[3]
    assert (lina.given_name, lina.family_name, lina.birth_date) == ("Lina", "Haddad", date(2009, 3, 14))
    assert (ming.given_name, ming.family_name, ming.birth_date) == ("明", "王", date(2008, 2, 29))
    assert samira.students == ("u1",)
    assert [row for row in rows if isinstance(row, ClassRow)] == [
        ClassRow("classes.csv", 2, "c1", "Vehicle technology 2")
    ]
    assert [(row.person_id, row.part) for row in rows if isinstance(row, MemberRow)] == [
        ("t1", "teacher"),
        ("u1", "student"),
        ("u2", "student"),
    ]


def test_a_guardian_may_name_the_student_instead():
    users = [*USERS[:2], [*USERS[2][:8], ""], USERS[3], [*USERS[4][:8], "u1,u2"]]
    _found, rows = read(roster(users=users))
    assert rows[3].students == ("u1", "u2")


def test_version_1_2_keeps_roles_in_a_file_of_their_own():
    users = [["sourcedId", "givenName", "familyName", "email"]]
    users += [["t1", "Pär", "Öberg", "par@school.example"], ["u1", "Lina", "Haddad", ""], ["u9", "No", "Role", ""]]
    roles = [["sourcedId", "userSourcedId", "roleType", "role", "orgSourcedId"]]
    roles += [["r1", "t1", "primary", "teacher", "s1"], ["r2", "t1", "secondary", "parent", "s1"]]
    roles += [["r3", "u1", "primary", "student", "s1"]]
    found, rows = read(roster(users=users, roles=roles, enrollments=None))
    assert found.version == "1.2"
    assert people(rows) == [("guardian", "t1"), ("teacher", "t1"), ("student", "u1")]
    assert found.ignored == Counter(other_school=1)


def test_passwords_are_never_read_and_unknown_columns_and_folders_do_no_harm():
    users = [[*USERS[0], "password", "metadata.x"], *[[*row, "secret", "y"] for row in USERS[1:]]]
    _found, rows = read(roster(users=users))
    assert "secret" not in repr(rows)
    assert len(people(rows)) == 4
    inside = {f"export/{name}.csv": text for name, text in _texts().items()}
    assert len(people(read(zipped({**inside, "__MACOSX/export/users.csv": "x"}))[1])) == 4


def _texts() -> dict[str, str]:
    return {name.removesuffix(".csv"): as_csv(rows) for name, rows in ROSTER.items()}


def test_a_byte_order_mark_and_headers_in_capitals_are_read():
    text = _texts()
    assert len(people(read(roster(users="\ufeff" + text["users"].replace("sourcedId", "SOURCEDID")))[1])) == 4


def test_rows_to_be_deleted_come_out_as_leavers_and_their_enrolments_are_left_alone():
    users = [*USERS, ["u3", "tobedeleted", "true", "s1", "student", "Jonas", "Berg", "", ""]]
    found, rows = read(roster(users=users, enrollments=[*ENROLLMENTS, ["e4", "c1", "s1", "u3", "student"]]))
    assert ("student", "u3") not in people(rows)
    leavers = [(row.part, row.source_id, row.name) for row in rows if isinstance(row, LeaverRow)]
    assert leavers == [("student", "u3", "Jonas Berg")]
    assert reasons(rows) == []
    assert found.ignored == Counter(other_school=1)


def test_people_of_no_use_to_placements_are_counted():
    found, rows = read(roster(users=[*USERS, ["a1", "active", "true", "s1", "administrator", "A", "B", "", ""]]))
    assert len(people(rows)) == 4
    assert found.ignored == Counter(other_role=1)


def test_of_several_schools_the_one_with_our_name_is_taken():
    orgs = [*ORGS, ["s2", "active", "Hill College", "school"]]
    users = [*USERS, ["u3", "active", "true", "s2", "student", "Not", "Ours", "", ""]]
    found, rows = read(roster(orgs=orgs, users=users), school="harbour vocational college")
    assert ("student", "u3") not in people(rows)
    assert found.ignored == Counter(other_school=1)
    assert refusal(roster(orgs=orgs), school="Elsewhere") == (
        "The file holds several schools (Harbour Vocational College, Hill College). None of them is called Elsewhere."
    )


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (
            {"users": [*USERS, STUDENT, STUDENT]},
            ("users.csv", 7, "The identifier of this line was already used in line 6."),
        ),
        (
            {"users": [*USERS, [*STUDENT[:7], "not-mail", ""]]},
            ("users.csv", 6, "“not-mail” is not an e-mail address."),
        ),
        ({"users": [*USERS, [*STUDENT[:5], "", " ", "", ""]]}, ("users.csv", 6, "“familyName” is empty.")),
        (
            {"users": [*USERS, ["t2", "active", "true", "s1", "teacher", "A", "B", "", ""]]},
            ("users.csv", 6, "A teacher needs an e-mail address to sign in."),
        ),
        (
            {"users": [*USERS, ["t2", "active", "true", "s1", "teacher", "A", "B", "PAR@school.example", ""]]},
            ("users.csv", 6, "The e-mail address par@school.example was already used in line 2."),
        ),
        (
            {"users": [*USERS, ["x1", "active", "true", "s1", "wizard", "A", "B", "", ""]]},
            ("users.csv", 6, "“wizard” is not a role that OneRoster knows."),
        ),
        (
            {"users": [*USERS, ["x1", "active"]]},
            ("users.csv", 6, "The line has only 2 cells, but there are 9 columns."),
        ),
        (
            {"users": [*USERS, [*STUDENT[:6], "Be\0rg", "", ""]]},
            ("users.csv", 6, "The line has a hidden character that cannot be stored."),
        ),
        (
            {"demographics": [*DEMOGRAPHICS, ["u9", "2010-02-30"]]},
            ("demographics.csv", 4, "“2010-02-30” is not a date. Write it as year-month-day, for example 2008-05-31."),
        ),
        (
            {"demographics": [*DEMOGRAPHICS, ["u9", "2027-01-01"]]},
            ("demographics.csv", 4, "2027-01-01 cannot be the birth date of a student."),
        ),
        ({"classes": [*CLASSES, ["c2", "", "s1"]]}, ("classes.csv", 3, "“title” is empty.")),
        (
            {"enrollments": [*ENROLLMENTS, ["e9", "c1", "s1", "nobody", "student"]]},
            ("enrollments.csv", 5, "This line names a person who is not in the file."),
        ),
        (
            {"enrollments": [*ENROLLMENTS, ["e9", "c9", "s1", "u1", "student"]]},
            ("enrollments.csv", 5, "This line names a class that is not in the file."),
        ),
    ],
)
def test_a_bad_line_costs_only_itself_and_says_where_and_why(changed, expected):
    _found, rows = read(roster(**changed))
    assert reasons(rows) == [expected]
    assert set(people(rows)) >= {("teacher", "t1"), ("student", "u1"), ("student", "u2"), ("guardian", "g1")}


def test_the_enrolment_of_a_refused_person_points_to_that_persons_own_line():
    users = [*USERS[:2], [*USERS[2][:7], "broken", "g1"], *USERS[3:]]
    _found, rows = read(roster(users=users))
    assert [line for _file, line, _reason in reasons(rows)] == [3, 3]
    assert reasons(rows)[1][2] == "The person in this line could not be taken over. See that person's own line."


@pytest.mark.parametrize(
    ("content", "start"),
    [
        (b"", "This file is empty."),
        (b"name,size\nGarage,4\n", "This is not a zip file. A roster is a OneRoster zip file"),
        (b"PK\x03\x04 and nothing more", "This zip file is damaged"),
    ],
)
def test_a_file_that_is_no_roster_is_refused_with_a_clear_message(content, start):
    assert refusal(io.BytesIO(content)).startswith(start)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"users": None}, "The zip file has no users.csv. It does not look like a OneRoster export."),
        ({"orgs": ORGS[:1]}, "The file names no school."),
        ({"users": [["givenName"], ["Lina"]]}, "In users.csv the column sourcedId is missing."),
        ({"users": ""}, "In users.csv the column sourcedId is missing."),
        (
            {"manifest": [["propertyName", "value"], ["oneroster.version", "2.0"]]},
            "This is OneRoster version 2.0. Versions 1.1 and 1.2 can be read.",
        ),
        (
            {"classes": None, "manifest": [["propertyName", "value"], ["file.classes", "bulk"]]},
            "The zip file has no classes.csv. It does not look like a OneRoster export.",
        ),
    ],
)
def test_a_roster_without_its_main_parts_is_refused(changed, message):
    assert refusal(roster(**changed)) == message


def test_a_roster_in_latin_1_is_refused():
    texts = {f"{name}.csv": text.encode("utf-8") for name, text in _texts().items()}
    texts["users.csv"] = _texts()["users"].encode("latin-1", "replace")
    assert refusal(zipped(texts)).startswith("Line 2 has letters that cannot be read.")


def test_the_real_roster_reads_whole():
    with real("roster_small.zip").open("rb") as file:
        found, rows = read(file, school="any")
    assert Counter(part for part, _id in people(rows)) == Counter(student=180, teacher=6)
    assert sum(isinstance(row, ClassRow) for row in rows) == 12
    assert sum(isinstance(row, MemberRow) for row in rows) == 789
    assert all(row.birth_date for row in rows if isinstance(row, PersonRow) and row.part == "student")
    assert reasons(rows) == []
    assert found.ignored == Counter()
