"""What a register is about to forget, and birth dates that a delta brings alone.

Whom the register forgets keeps everything up to today: what a student did, and signs in to see, stays; enrolments and
places in classes end, a teacher does not sign in here any more, a guardian does not sign any more.
"""

from typing import Any
from zoneinfo import ZoneInfo

from django.utils.timezone import localdate

from exchange.models import ImportRun
from exchange.sets import execute


def compare(run: ImportRun) -> None:
    """Say of each line what it would do now."""
    _run(run, KNOWN + LEAVER_LINES, LEAVERS)
    _run(run, LEFT_LINES, LEFT)
    _run(run, KNOWN + BIRTH_LINES, BIRTHS)


def apply(run: ImportRun) -> None:
    """Take every line over. To be called inside the transaction that ends the run."""
    _run(run, KNOWN + LEAVER_LINES, ENDED_ENROLMENTS, ENDED_MEMBERSHIPS, ENDED_GUARDIANS, LEFT_CLASSES)
    _run(run, LEFT_LINES, GONE_MEMBERS)
    _run(run, KNOWN + BIRTH_LINES, SAID_BIRTH_DATES)


def _run(run: ImportRun, lines: str, *statements: str) -> None:
    today = localdate(timezone=ZoneInfo(run.school.time_zone))
    values: dict[str, Any] = {"run": run.pk, "school": run.school_id, "today": today}
    execute([lines + statement for statement in statements], values)


# Who is known by an identifier of the register, whatever brought it here.
KNOWN = """
WITH known AS (
    SELECT source_id, person_id FROM exchange_sourceperson WHERE school_id = %(school)s
    UNION SELECT source_id, person_id FROM schools_student WHERE school_id = %(school)s AND source_id <> ''
    UNION SELECT m.source_id, p.id FROM accounts_membership m JOIN accounts_person p ON p.user_id = m.user_id
        WHERE m.organisation_id = %(school)s AND m.source_id <> ''
)
"""

LEAVER_LINES = """
, leavers AS (
    SELECT r.id, d.part, k.person_id
    FROM exchange_importrow r
    CROSS JOIN LATERAL jsonb_to_record(r.data) AS d(source_id text, part text)
    LEFT JOIN known k ON k.source_id = d.source_id
    WHERE r.run_id = %(run)s AND r.noun = 'leaver' AND NOT r.left_out
), enrolments AS (
    SELECT e.id, l.id AS line FROM leavers l
    JOIN schools_student s ON s.person_id = l.person_id AND s.school_id = %(school)s
    JOIN schools_enrolment e ON e.student_id = s.id AND (e.ends_on IS NULL OR e.ends_on > %(today)s)
    WHERE l.part = 'student'
), places AS (
    SELECT c.id, l.id AS line FROM leavers l
    JOIN schools_classmember c ON c.person_id = l.person_id AND c.part = l.part
    JOIN schools_schoolclass k ON k.id = c.school_class_id AND k.school_id = %(school)s
), memberships AS (
    SELECT m.id, l.id AS line FROM leavers l
    JOIN accounts_person p ON p.id = l.person_id
    JOIN accounts_membership m ON m.user_id = p.user_id AND m.organisation_id = %(school)s AND m.role = 'teacher'
        AND (m.ends_on IS NULL OR m.ends_on > %(today)s)
    WHERE l.part = 'teacher'
), guardians AS (
    SELECT g.id, l.id AS line FROM leavers l
    JOIN schools_guardian g ON g.person_id = l.person_id AND (g.until IS NULL OR g.until > %(today)s)
    JOIN schools_student s ON s.id = g.student_id AND s.school_id = %(school)s
    WHERE l.part = 'guardian'
)
"""

LEAVERS = """
, ending AS (
    SELECT line FROM enrolments UNION SELECT line FROM places UNION SELECT line FROM memberships
    UNION SELECT line FROM guardians
)
UPDATE exchange_importrow r
SET outcome = CASE WHEN EXISTS (SELECT FROM ending e WHERE e.line = r.id) THEN 'ends' ELSE 'same' END
WHERE r.run_id = %(run)s AND r.noun = 'leaver' AND NOT r.left_out
"""

ENDED_ENROLMENTS = """
UPDATE schools_enrolment e SET ends_on = greatest(e.starts_on, %(today)s) FROM enrolments x WHERE e.id = x.id
"""

LEFT_CLASSES = """
DELETE FROM schools_classmember c USING places x WHERE c.id = x.id
"""

ENDED_MEMBERSHIPS = """
UPDATE accounts_membership m SET ends_on = %(today)s FROM memberships x WHERE m.id = x.id
"""

ENDED_GUARDIANS = """
UPDATE schools_guardian g SET until = %(today)s FROM guardians x WHERE g.id = x.id
"""

LEFT_LINES = """
WITH gone AS (
    SELECT m.id, l.id AS line
    FROM exchange_importrow l
    JOIN schools_schoolclass c ON c.school_id = %(school)s AND c.source_id = l.data->>'class_id'
    JOIN exchange_sourceperson o ON o.school_id = %(school)s AND o.source_id = l.data->>'person_id'
    JOIN schools_classmember m ON m.school_class_id = c.id AND m.person_id = o.person_id AND m.part = l.data->>'part'
    WHERE l.run_id = %(run)s AND l.noun = 'left' AND NOT l.left_out
)
"""

LEFT = """
UPDATE exchange_importrow r
SET outcome = CASE WHEN EXISTS (SELECT FROM gone WHERE gone.line = r.id) THEN 'ends' ELSE 'same' END
WHERE r.run_id = %(run)s AND r.noun = 'left' AND NOT r.left_out
"""

GONE_MEMBERS = """
DELETE FROM schools_classmember c USING gone WHERE c.id = gone.id
"""

BIRTH_LINES = """
, births AS (
    SELECT r.id, d.birth_date, s.id AS student_id, s.birth_date AS old
    FROM exchange_importrow r
    CROSS JOIN LATERAL jsonb_to_record(r.data) AS d(source_id text, birth_date date)
    JOIN known k ON k.source_id = d.source_id
    JOIN schools_student s ON s.school_id = %(school)s AND s.person_id = k.person_id
    WHERE r.run_id = %(run)s AND r.noun = 'birth' AND NOT r.left_out
        AND s.birth_date IS DISTINCT FROM d.birth_date
)
"""

BIRTHS = """
UPDATE exchange_importrow r
SET outcome = CASE WHEN b.id IS NULL THEN 'same' ELSE 'changed' END,
    changes = CASE WHEN b.id IS NULL THEN '{}'
        ELSE jsonb_build_object('birth_date', jsonb_build_array(coalesce(b.old::text, ''), b.birth_date)) END
FROM exchange_importrow x LEFT JOIN births b ON b.id = x.id
WHERE r.id = x.id AND x.run_id = %(run)s AND x.noun = 'birth' AND NOT x.left_out
"""

SAID_BIRTH_DATES = """
UPDATE schools_student s SET birth_date = b.birth_date FROM births b WHERE s.id = b.student_id
"""
