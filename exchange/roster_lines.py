"""People and classes of a roster beside those that are known: what is new, what differs, and taking it over.

A person is found by the identifier of the school's register, or by the address with which the person signs in at
this school in the same role. Teachers, and students with an address, get an account; guardians sign by link.
The address of an account is never changed by a file: a new one becomes a further way to write to the person.

A student who comes from another school of this installation, with the same account, name and birth date, is the same
person: the other school keeps what it has.
"""

import uuid
from typing import Any

from core.names import sort_key
from exchange import roster_changes
from exchange.models import ImportRun
from exchange.roster_rows import BirthRow, ClassRow, LeaverRow, LeftRow, MemberRow, PersonRow, Row
from exchange.sets import execute


def noun_of(row: Row) -> str:
    """The kind of line: teacher, student, guardian, or one of `_NOUNS`."""
    return row.part if isinstance(row, PersonRow) else _NOUNS[type(row)]


_NOUNS: dict[type, str] = {
    ClassRow: "class",
    MemberRow: "member",
    LeaverRow: "leaver",
    LeftRow: "left",
    BirthRow: "birth",
}


def staged(row: Row, run: ImportRun) -> dict[str, Any]:
    """The values of a line as they are kept while it waits."""
    if isinstance(row, ClassRow):
        return {"source_id": row.source_id, "name": row.name}
    if isinstance(row, LeaverRow):
        return {"source_id": row.source_id, "part": row.part, "name": row.name}
    if isinstance(row, BirthRow):
        return {"source_id": row.source_id, "birth_date": row.birth_date.isoformat()}
    if isinstance(row, MemberRow | LeftRow):
        return {"class_id": row.class_id, "person_id": row.person_id, "part": row.part}
    return {
        "source_id": row.source_id,
        # One person may come in two roles; both lines make the same new person.
        "new_person": str(uuid.uuid5(run.public_id, row.source_id)),
        "given_name": row.given_name,
        "family_name": row.family_name,
        "sort_key": sort_key(row.family_name, row.given_name)[:220],
        "email": row.email,
        "phone": row.phone,
        "birth_date": row.birth_date.isoformat() if row.birth_date else None,
        "students": row.students,
    }


def compare(run: ImportRun) -> None:
    """Say of each line what it would do now, and which lines a known account stands in the way of."""
    _run(run, "", FORGET_ERRORS)
    _run(run, PEOPLE_LINES, TAKEN_ADDRESSES, PEOPLE, WARDS)
    _run(run, CLASS_LINES, CLASSES)
    _run(run, "", MEMBERS)
    roster_changes.compare(run)


def apply(run: ImportRun) -> None:
    """Take every line over that `compare` let in. To be called inside the transaction that ends the run."""
    _run(run, PEOPLE_LINES, NEW_PEOPLE, SOURCES, CHANGED_NAMES)
    _run(run, PEOPLE_LINES, NEW_USERS, USERS_OF_PEOPLE, NEW_MEMBERSHIPS)
    _run(run, PEOPLE_LINES, NEW_STUDENTS, CHANGED_BIRTH_DATES, NEW_CONTACT_POINTS, NEW_GUARDIANS)
    _run(run, CLASS_LINES, NEW_CLASSES, CHANGED_CLASSES)
    _run(run, "", NEW_MEMBERS)
    roster_changes.apply(run)


def _run(run: ImportRun, lines: str, *statements: str) -> None:
    language = getattr(getattr(run.uploaded_by, "person", None), "language", "en")
    values = {"run": run.pk, "school": run.school_id, "language": language}
    execute([lines + statement for statement in statements], values)


FORGET_ERRORS = """
UPDATE exchange_importrow SET outcome = '', problem_code = '', problem_values = '{}'
WHERE run_id = %(run)s AND noun <> '' AND NOT left_out
"""

# `person_id` is the person we know: by the register's identifier, else by an account with the same role here.
PEOPLE_LINES = """
WITH lines AS (
    SELECT r.id, r.line, r.noun, d.*, ARRAY(SELECT jsonb_array_elements_text(r.data->'students')) AS wards
    FROM exchange_importrow r
    CROSS JOIN LATERAL jsonb_to_record(r.data) AS d(
        source_id text, new_person uuid, given_name text, family_name text, sort_key text, email text, phone text,
        birth_date date)
    WHERE r.run_id = %(run)s AND r.noun IN ('teacher', 'student', 'guardian') AND r.outcome <> 'error'
        AND NOT r.left_out
), accounts AS (
    SELECT m.role, m.source_id, u.email, p.id AS person_id
    FROM accounts_membership m
    JOIN accounts_user u ON u.id = m.user_id
    JOIN accounts_person p ON p.user_id = u.id
    WHERE m.organisation_id = %(school)s AND m.role IN ('teacher', 'student')
), moved AS (
    SELECT DISTINCT u.email, p.sort_key, s.birth_date, p.id AS person_id
    FROM lines l
    JOIN accounts_user u ON u.email = l.email AND l.noun = 'student'
    JOIN accounts_person p ON p.user_id = u.id
    JOIN schools_student s ON s.person_id = p.id AND s.school_id <> %(school)s AND s.birth_date = l.birth_date
), incoming AS (
    SELECT l.*, coalesce(o.person_id, s.person_id, a.person_id, b.person_id, c.person_id) AS person_id,
        row_number() OVER (PARTITION BY l.source_id ORDER BY l.line, l.id) AS person_turn
    FROM lines l
    LEFT JOIN exchange_sourceperson o ON o.school_id = %(school)s AND o.source_id = l.source_id
    LEFT JOIN schools_student s ON s.school_id = %(school)s AND s.source_id = l.source_id AND l.noun = 'student'
    LEFT JOIN accounts a ON a.source_id = l.source_id AND a.role = l.noun
    LEFT JOIN accounts b ON b.source_id = '' AND b.email = l.email AND b.role = l.noun
    LEFT JOIN moved c ON c.email = l.email AND c.sort_key = l.sort_key AND c.birth_date = l.birth_date
        AND l.noun = 'student'
)
"""

# An account that is not this person's: taking it would give one person the account of another.
TAKEN_ADDRESSES = """
UPDATE exchange_importrow r
SET outcome = 'error', problem_code = 'email_taken', problem_values = jsonb_build_object('value', i.email)
FROM incoming i
JOIN accounts_user u ON u.email = i.email
LEFT JOIN accounts_person p ON p.user_id = u.id
WHERE r.id = i.id AND i.noun IN ('teacher', 'student') AND i.email <> ''
    AND (p.id IS NULL OR p.id IS DISTINCT FROM i.person_id)
"""

PEOPLE = """
, judged AS (
    SELECT i.id, i.noun, i.person_id, s.id AS student_id, m.role AS held,
        jsonb_strip_nulls(jsonb_build_object(
            'name', CASE WHEN (i.given_name, i.family_name) <> (p.given_name, p.family_name)
                THEN jsonb_build_array(
                    trim(p.given_name || ' ' || p.family_name), trim(i.given_name || ' ' || i.family_name)) END,
            'birth_date', CASE WHEN i.noun = 'student' AND i.birth_date <> s.birth_date
                    OR i.birth_date IS NOT NULL AND s.id IS NOT NULL AND s.birth_date IS NULL
                THEN jsonb_build_array(coalesce(s.birth_date::text, ''), i.birth_date) END,
            'email', CASE WHEN p.id IS NOT NULL AND i.email <> '' AND NOT EXISTS (
                    SELECT FROM accounts_contactpoint c
                    WHERE c.person_id = p.id AND c.channel = 'email' AND c.address = i.email)
                THEN jsonb_build_array('', i.email) END,
            'phone', CASE WHEN p.id IS NOT NULL AND i.phone <> '' AND NOT EXISTS (
                    SELECT FROM accounts_contactpoint c
                    WHERE c.person_id = p.id AND c.channel = 'phone' AND c.address = i.phone)
                THEN jsonb_build_array('', i.phone) END
        )) AS changes
    FROM incoming i
    LEFT JOIN accounts_person p ON p.id = i.person_id
    LEFT JOIN schools_student s ON s.school_id = %(school)s AND s.person_id = i.person_id AND s.source_id = i.source_id
    LEFT JOIN accounts_membership m ON m.user_id = p.user_id AND m.organisation_id = %(school)s AND m.role = i.noun
        AND m.source_id = i.source_id
)
UPDATE exchange_importrow r
SET changes = j.changes,
    outcome = CASE
        WHEN j.person_id IS NULL THEN 'new'
        WHEN j.noun = 'student' AND j.student_id IS NULL OR j.noun = 'teacher' AND j.held IS NULL THEN 'new'
        WHEN j.changes <> '{}' THEN 'changed'
        ELSE 'same' END
FROM judged j WHERE r.id = j.id
"""

# A known guardian with a student who is not yet theirs is new as a guardian.
WARDS = """
UPDATE exchange_importrow r SET outcome = 'new'
FROM incoming i CROSS JOIN LATERAL unnest(i.wards) AS ward(source_id)
LEFT JOIN incoming w ON w.noun = 'student' AND w.source_id = ward.source_id
LEFT JOIN schools_student known ON known.school_id = %(school)s AND known.source_id = ward.source_id
WHERE r.id = i.id AND i.noun = 'guardian' AND (w.id IS NOT NULL OR known.id IS NOT NULL) AND NOT EXISTS (
    SELECT FROM schools_guardian g JOIN schools_student s ON s.id = g.student_id
    WHERE g.person_id = i.person_id AND s.school_id = %(school)s
        AND s.person_id = coalesce(w.person_id, known.person_id))
"""

CLASS_LINES = """
WITH incoming AS (
    SELECT r.id, d.source_id, d.name, c.id AS class_id, c.name AS old_name
    FROM exchange_importrow r
    CROSS JOIN LATERAL jsonb_to_record(r.data) AS d(source_id text, name text)
    LEFT JOIN schools_schoolclass c ON c.school_id = %(school)s AND c.source_id = d.source_id
    WHERE r.run_id = %(run)s AND r.noun = 'class' AND NOT r.left_out
)
"""

CLASSES = """
UPDATE exchange_importrow r
SET changes = CASE WHEN i.name <> i.old_name
        THEN jsonb_build_object('name', jsonb_build_array(i.old_name, i.name)) ELSE '{}' END,
    outcome = CASE WHEN i.class_id IS NULL THEN 'new' WHEN i.name <> i.old_name THEN 'changed' ELSE 'same' END
FROM incoming i WHERE r.id = i.id
"""

MEMBERS = """
UPDATE exchange_importrow r
SET outcome = CASE WHEN refused.id IS NOT NULL OR out.id IS NOT NULL THEN 'error' WHEN m.id IS NULL THEN 'new'
        ELSE 'same' END,
    problem_code = CASE WHEN refused.id IS NOT NULL THEN 'refused_person' WHEN out.id IS NOT NULL THEN 'left_out'
        ELSE '' END
FROM exchange_importrow l
LEFT JOIN LATERAL (
    SELECT p.id FROM exchange_importrow p
    WHERE p.run_id = l.run_id AND p.noun = l.data->>'part' AND p.outcome = 'error'
        AND p.data->>'source_id' = l.data->>'person_id' LIMIT 1
) refused ON true
LEFT JOIN LATERAL (
    SELECT p.id FROM exchange_importrow p
    WHERE p.run_id = l.run_id AND p.left_out AND p.outcome = 'new'
        AND (p.noun = l.data->>'part' AND p.data->>'source_id' = l.data->>'person_id'
            OR p.noun = 'class' AND p.data->>'source_id' = l.data->>'class_id') LIMIT 1
) out ON true
LEFT JOIN exchange_sourceperson o ON o.school_id = %(school)s AND o.source_id = l.data->>'person_id'
LEFT JOIN schools_schoolclass c ON c.school_id = %(school)s AND c.source_id = l.data->>'class_id'
LEFT JOIN schools_classmember m
    ON m.school_class_id = c.id AND m.person_id = o.person_id AND m.part = l.data->>'part'
WHERE r.id = l.id AND l.run_id = %(run)s AND l.noun = 'member'
"""

NEW_PEOPLE = """
INSERT INTO accounts_person (public_id, given_name, family_name, sort_key, language)
SELECT new_person, given_name, family_name, sort_key, %(language)s
FROM incoming WHERE person_turn = 1 AND person_id IS NULL ORDER BY source_id
"""

SOURCES = """
INSERT INTO exchange_sourceperson (school_id, source_id, person_id)
SELECT %(school)s, i.source_id, coalesce(i.person_id, p.id)
FROM incoming i LEFT JOIN accounts_person p ON p.public_id = i.new_person
WHERE i.person_turn = 1 ORDER BY i.source_id
ON CONFLICT (school_id, source_id) DO NOTHING
"""

CHANGED_NAMES = """
UPDATE accounts_person p
SET given_name = i.given_name, family_name = i.family_name, sort_key = i.sort_key
FROM incoming i
WHERE p.id = i.person_id AND i.person_turn = 1
    AND (p.given_name, p.family_name) <> (i.given_name, i.family_name)
"""

# "!" is how Django marks a password that no input can match.
NEW_USERS = """
INSERT INTO accounts_user (password, email, is_active, is_superuser)
SELECT '!' || replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), i.email, true, false
FROM incoming i JOIN accounts_person p ON p.id = i.person_id
WHERE i.noun IN ('teacher', 'student') AND i.email <> '' AND p.user_id IS NULL ORDER BY i.email
ON CONFLICT (email) DO NOTHING
"""

USERS_OF_PEOPLE = """
UPDATE accounts_person p SET user_id = u.id
FROM incoming i JOIN accounts_user u ON u.email = i.email
WHERE p.id = i.person_id AND p.user_id IS NULL AND i.noun IN ('teacher', 'student') AND i.email <> ''
    AND NOT EXISTS (SELECT FROM accounts_person other WHERE other.user_id = u.id)
"""

NEW_MEMBERSHIPS = """
INSERT INTO accounts_membership AS m (user_id, organisation_id, role, source_id)
SELECT p.user_id, %(school)s, i.noun, i.source_id
FROM incoming i JOIN accounts_person p ON p.id = i.person_id
WHERE i.noun IN ('teacher', 'student') AND p.user_id IS NOT NULL ORDER BY i.source_id
ON CONFLICT (user_id, organisation_id, role) DO UPDATE SET source_id = excluded.source_id WHERE m.source_id = ''
"""

NEW_STUDENTS = """
INSERT INTO schools_student AS s (public_id, person_id, school_id, source_id, birth_date)
SELECT gen_random_uuid(), person_id, %(school)s, source_id, birth_date
FROM incoming WHERE noun = 'student' ORDER BY source_id
ON CONFLICT (school_id, person_id) DO UPDATE SET source_id = excluded.source_id WHERE s.source_id = ''
"""

CHANGED_BIRTH_DATES = """
UPDATE schools_student s SET birth_date = i.birth_date
FROM incoming i
WHERE s.school_id = %(school)s AND s.person_id = i.person_id AND i.noun = 'student'
    AND i.birth_date IS NOT NULL AND s.birth_date IS DISTINCT FROM i.birth_date
"""

NEW_CONTACT_POINTS = """
INSERT INTO accounts_contactpoint (person_id, channel, address, state)
SELECT DISTINCT i.person_id, c.channel, c.address, 'working'
FROM incoming i CROSS JOIN LATERAL (VALUES ('email', i.email), ('phone', i.phone)) AS c(channel, address)
WHERE c.address <> ''
ON CONFLICT (person_id, channel, address) DO NOTHING
"""

# A guardian signs for a minor: until the day the student is of age.
NEW_GUARDIANS = """
INSERT INTO schools_guardian (student_id, person_id, until)
SELECT DISTINCT s.id, i.person_id, (s.birth_date + interval '18 years')::date
FROM incoming i CROSS JOIN LATERAL unnest(i.wards) AS ward(source_id)
JOIN schools_student s ON s.school_id = %(school)s AND s.source_id = ward.source_id
WHERE i.noun = 'guardian'
ON CONFLICT (student_id, person_id) DO NOTHING
"""

NEW_CLASSES = """
INSERT INTO schools_schoolclass (public_id, school_id, source_id, name)
SELECT gen_random_uuid(), %(school)s, source_id, name FROM incoming WHERE class_id IS NULL ORDER BY source_id
"""

CHANGED_CLASSES = """
UPDATE schools_schoolclass c SET name = i.name FROM incoming i WHERE c.id = i.class_id AND c.name <> i.name
"""

NEW_MEMBERS = """
INSERT INTO schools_classmember (school_class_id, person_id, part)
SELECT DISTINCT c.id, o.person_id, r.data->>'part'
FROM exchange_importrow r
JOIN schools_schoolclass c ON c.school_id = %(school)s AND c.source_id = r.data->>'class_id'
JOIN exchange_sourceperson o ON o.school_id = %(school)s AND o.source_id = r.data->>'person_id'
WHERE r.run_id = %(run)s AND r.noun = 'member' AND r.outcome <> 'error' AND NOT r.left_out
ON CONFLICT (school_class_id, person_id, part) DO NOTHING
"""
