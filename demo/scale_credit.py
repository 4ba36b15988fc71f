"""A world for replaying credit: students with 90 days of work each, put beside the world of demo.scale.

Filled by SQL alone. It is for a throwaway database: nothing checks the rows while they come, and the index against
overlapping work, which takes longer to fill than everything else, is gone afterwards. A replay does not read it.
"""

from collections.abc import Callable
from datetime import date, timedelta

from django.db import connection, transaction

from accounts.models import Organisation

SCHOOL_SIZE = 2000
WEEKS, DAYS = 18, 5
SITES = 200
PREFIX = "Replay"
# The rows are right by construction; foreign keys and overlaps would be looked up 45 million times.
UNCHECKED = """
    SET LOCAL session_replication_role = replica;
    ALTER TABLE placements_workentry DROP CONSTRAINT no_overlapping_work
"""

# Each step: what it fills, and its SQL. `k` numbers schools from 0, `i` the students of one school, `n` all of them.
STEPS: list[tuple[str, str]] = [
    (
        "schools of the replay",
        """INSERT INTO accounts_organisation (public_id, kind, name, time_zone, country, region, jurisdiction)
             SELECT gen_random_uuid(), 'school', %(prefix)s || lpad(k::text, 5, '0'), 'Europe/London', 'GB', '', ''
             FROM generate_series(0, %(schools)s - 1) k;
           CREATE TEMP TABLE s ON COMMIT DROP AS
             SELECT id, right(name, 5)::int AS k FROM accounts_organisation WHERE name LIKE %(prefix)s || '_____';
           INSERT INTO schools_programme (public_id, school_id, name, code, occupation_codes)
             SELECT gen_random_uuid(), id, 'Programme', 'P', '{}' FROM s;
           INSERT INTO schools_programmeversion (deadlines, sign_days_before, programme_id, number, required_minutes)
             SELECT '{}', 10, p.id, 1, 36000 FROM schools_programme p JOIN s ON s.id = p.school_id;
           INSERT INTO schools_unit (version_id, position, title, code)
             SELECT v.id, u, 'Unit ' || u, 'U' || u FROM schools_programmeversion v
             JOIN schools_programme p ON p.id = v.programme_id JOIN s ON s.id = p.school_id, generate_series(1, 3) u;
           INSERT INTO schools_cohort (school_weekdays, public_id, version_id, name, starts_on)
             SELECT '{}', gen_random_uuid(), v.id, 'Cohort', %(monday)s - 28 FROM schools_programmeversion v
             JOIN schools_programme p ON p.id = v.programme_id JOIN s ON s.id = p.school_id""",
    ),
    (
        "students of the replay",
        """CREATE TEMP TABLE h ON COMMIT DROP AS
             SELECT nextval(pg_get_serial_sequence('accounts_person', 'id')) AS id, n, n / %(size)s AS k,
               n %% %(size)s AS i FROM generate_series(0, %(students)s - 1) n;
           INSERT INTO accounts_person (id, public_id, given_name, family_name, sort_key, language)
             SELECT id, gen_random_uuid(), 'Learner', 'Number' || lpad(n::text, 7, '0'),
               'number' || lpad(n::text, 7, '0') || ' learner', 'en' FROM h;
           INSERT INTO schools_student (public_id, person_id, school_id, source_id, birth_date)
             SELECT gen_random_uuid(), h.id, s.id, 'r' || h.i, %(monday)s - 6300 - h.i %% 700 FROM h JOIN s USING (k);
           INSERT INTO schools_enrolment (public_id, student_id, cohort_id, pathway, facts, starts_on)
             SELECT gen_random_uuid(), st.id, c.id, '', '{}', c.starts_on FROM h JOIN s USING (k)
             JOIN schools_student st ON st.person_id = h.id JOIN schools_programme p ON p.school_id = s.id
             JOIN schools_programmeversion v ON v.programme_id = p.id JOIN schools_cohort c ON c.version_id = v.id
             ORDER BY h.n""",
    ),
    (
        "employers of the replay",
        """INSERT INTO employers_employer (public_id, name, sort_key, country, register_number, identity, activity_codes,
               size_from, size_to)
             SELECT gen_random_uuid(), 'Works ' || k || '/' || i, 'works ' || k || '/' || i, 'GB', '',
               'replay:' || (k * %(sites)s + i), '{4520}', 1 + i %% 200, 10 + i %% 200
             FROM s, generate_series(0, %(sites)s - 1) i;
           INSERT INTO employers_site (public_id, employer_id, name, address, address_key, postcode, country, time_zone,
               email, phone, bring, photos_allowed, region, meets)
             SELECT gen_random_uuid(), id, name, 'Street ' || id, identity, 'AA1 1AA', 'GB', 'Europe/London', '', '', '',
               true, '', '{}' FROM employers_employer WHERE identity LIKE 'replay:%%';
           CREATE TEMP TABLE site ON COMMIT DROP AS
             SELECT x.id, e.id AS employer, substr(e.identity, 8)::int AS i
             FROM employers_employer e JOIN employers_site x ON x.employer_id = e.id WHERE e.identity LIKE 'replay:%%';
           INSERT INTO employers_schoolemployer (public_id, school_id, employer_id, tier, notes, approved_until)
             SELECT gen_random_uuid(), s.id, site.employer, 'standard', '', %(monday)s + 365
             FROM site JOIN s ON s.k = site.i / %(sites)s""",
    ),
    (
        "placements of the replay",
        # One in four changes the host in the middle; one in ten begins before the agreement is in force.
        """CREATE TEMP TABLE pl ON COMMIT DROP AS
             SELECT nextval(pg_get_serial_sequence('placements_placement', 'id')) AS id, h.id AS learner, h.n, s.id AS school,
               e.id AS enrolment, c.version_id, site.id AS site, site.employer, part,
               %(monday)s + 7 * CASE part WHEN 2 THEN %(weeks)s / 2 ELSE 0 END AS starts_on,
               %(monday)s + 7 * CASE WHEN part = 1 AND h.n %% 4 = 0 THEN %(weeks)s / 2 ELSE %(weeks)s END - 3 AS ends_on
             FROM h JOIN s USING (k) JOIN schools_student st ON st.person_id = h.id
             JOIN schools_enrolment e ON e.student_id = st.id JOIN schools_cohort c ON c.id = e.cohort_id,
             generate_series(1, 2) part, site
             WHERE (part = 1 OR h.n %% 4 = 0) AND site.i = h.k * %(sites)s + (h.i + 7 * part) %% %(sites)s ORDER BY n, part;
           INSERT INTO placements_placement (source, contract_reference, conflict_of_interest, end_reason, end_initiator, end_direction, id, public_id, school_id, learner_id, enrolment_id, purpose, employer_id, state,
               starts_on, ends_on)
             SELECT 'school', '', '', '', '', '', id, gen_random_uuid(), school, learner, enrolment, 'student', employer, 'ended', starts_on, ends_on
             FROM pl;
           INSERT INTO placements_segment (realism, remote, placement_id, site_id, setting, activity, starts_on, ends_on)
             SELECT 'real', false, id, site, 'company', 'placement', starts_on, ends_on FROM pl;
           INSERT INTO placements_planversion (fingerprints, changes, change_reason, placement_id, number, rhythm, purpose_text, planned_minutes, text, text_hash)
             SELECT '{}', '{}', '', id, 1, 'weekly', '', 40500, 'Plan', repeat('0', 64) FROM pl;
           INSERT INTO placements_agreement (in_order, public_id, plan_id, state, sign_by, in_force_at)
             SELECT false, gen_random_uuid(), v.id, 'in_force', pl.starts_on,
               pl.starts_on::timestamp AT TIME ZONE 'UTC' + CASE WHEN n %% 10 = 0 THEN interval '60 hours' ELSE '-5 days' END
             FROM pl JOIN placements_planversion v ON v.placement_id = pl.id""",
    ),
    (
        "hours of the replay",
        # Hosts differ on one day in 25; one student in three waits for the answer to the last week; every sixth week
        # is in a training centre.
        """INSERT INTO placements_workentry (origin, late_reason, make_up, public_id, learner_id, placement_id, segment_id, unit_id, day, starts_at,
               ends_at, zone, span, break_minutes, activity, setting, realism, remote, note, state, logged_minutes,
               confirmed_minutes, logged_at)
             SELECT 'learner', '', false, gen_random_uuid(), learner, pl.id, g.id, u.id, day, '08:00', '16:00', 'Europe/London',
               tstzrange(at, at + interval '8 hours'), 30, 'placement',
               CASE WHEN week %% 6 = 5 THEN 'centre' ELSE 'company' END, 'real', false, '',
               CASE WHEN waits THEN 'logged' WHEN differs THEN 'disputed' ELSE 'confirmed' END, 450,
               CASE WHEN waits THEN NULL WHEN differs THEN 400 ELSE 450 END, at + interval '490 minutes'
             FROM pl JOIN placements_segment g ON g.placement_id = pl.id, generate_series(0, %(weeks)s - 1) week,
             generate_series(0, %(days)s - 1) d,
             LATERAL (SELECT %(monday)s + 7 * week + d AS day) one,
             LATERAL (SELECT (day + time '08:00') AT TIME ZONE 'Europe/London' AS at, n %% 3 = 0 AND week = %(weeks)s - 1
               AS waits, (n + 5 * week + d) %% 25 = 0 AS differs) two,
             schools_unit u
             WHERE day BETWEEN pl.starts_on AND pl.ends_on AND u.version_id = pl.version_id AND u.position = 1 + week %% 3
             ORDER BY n, day""",
    ),
]


def is_there() -> bool:
    return Organisation.objects.filter(name__startswith=f"{PREFIX} ").exists()


def has_real_schools() -> bool:
    """Whether this is more than a database for measuring: its rows have to be checked."""
    schools = Organisation.objects.filter(kind=Organisation.Kind.SCHOOL)
    return schools.exclude(name__regex=rf"^(School|{PREFIX}) \d{{5}}$").exists()


@transaction.atomic
def seed(*, students: int, today: date, say: Callable[[str], None]) -> None:
    """Add that many students, `WEEKS` x `DAYS` entries each; `say` is told each step. Only a superuser may."""
    assert not has_real_schools()
    values: dict[str, int | date | str] = {
        "prefix": f"{PREFIX} ",
        "students": students,
        "size": SCHOOL_SIZE,
        "schools": -(-students // SCHOOL_SIZE),
        "sites": SITES,
        "weeks": WEEKS,
        "days": DAYS,
        "monday": today - timedelta(days=today.weekday() + 7 * WEEKS),
    }
    with connection.cursor() as cursor:
        cursor.execute(UNCHECKED)
        for name, sql in STEPS:
            say(name)
            for statement in filter(str.strip, sql.split(";")):
                cursor.execute(statement, values)


def analyse() -> None:
    """Without fresh statistics the first plans are wild guesses; the map of visible rows spares reads."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) placements_workentry")
        cursor.execute("ANALYZE")
