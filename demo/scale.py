"""Worlds of any size for measuring: schools of 2,000 students, 40 % of them in placements, a term of hours each.

Filled by SQL alone, so that a million students fit into minutes. Only the school in the middle has accounts: its rows
are neither the first nor the last of any table or index.
"""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, timedelta

from django.db import connection, transaction

from accounts.models import Membership, Organisation, Person, User
from accounts.roles import HOST, Role
from demo.scale_bulk import put_aside
from employers.models import Employer
from placements.models import Placement, Segment
from schools.models import Guardian, Student

SCHOOL_SIZE = 2000
WEEKS = 13
PEOPLE = {Role.COORDINATOR: 7, Role.TEACHER: 80, Role.HEAD: 1, Role.ADMINISTRATOR: 1, Role.SAFEGUARDING: 1}
SITES = 400
# From here on it is quicker to build the indexes of large tables once than row by row.
LARGE_FROM = 15_000
SUPERVISORS = 500

# Each step: what it fills, and its SQL. `k` numbers schools from 0, `i` people of one kind from 0.
STEPS: list[tuple[str, str]] = [
    (
        "schools",
        """INSERT INTO accounts_organisation (public_id, kind, name, time_zone, country, region, jurisdiction)
           SELECT gen_random_uuid(), 'school', 'School ' || lpad(k::text, 5, '0'), 'Europe/London', 'GB', '', ''
           FROM generate_series(0, %(schools)s - 1) k""",
    ),
    (
        "numbering",
        """CREATE TEMP TABLE s ON COMMIT DROP AS
             SELECT id, right(name, 5)::int AS k FROM accounts_organisation WHERE name LIKE 'School _____';
           CREATE UNIQUE INDEX ON s (k); ANALYZE s;
           CREATE TEMP TABLE human ON COMMIT DROP AS
             SELECT nextval('accounts_person_id_seq') AS id, kind, k, i, row_number() OVER (PARTITION BY kind ORDER BY k, i)
               - 1 AS n FROM (
               SELECT 'student' AS kind, k, i FROM s, generate_series(0, %(size)s - 1) i WHERE k * %(size)s + i < %(students)s
               UNION ALL SELECT 'teacher', k, i FROM s, generate_series(0, %(teachers)s - 1) i
               UNION ALL SELECT 'coordinator', k, i FROM s, generate_series(0, %(coordinators)s - 1) i
               UNION ALL SELECT 'supervisor', k, i FROM s, generate_series(0, %(supervisors)s - 1) i) every_one;
           CREATE INDEX ON human (kind, k, i); ANALYZE human;""",
    ),
    (
        "people",
        """INSERT INTO accounts_person (id, public_id, given_name, family_name, sort_key, language)
           SELECT id, gen_random_uuid(), initcap(kind), 'Number' || lpad((k * %(size)s + i)::text, 7, '0'),
             'number' || lpad((k * %(size)s + i)::text, 7, '0') || ' ' || kind, 'en' FROM human""",
    ),
    (
        "programmes",
        """INSERT INTO schools_programme (public_id, school_id, name, code, occupation_codes)
             SELECT gen_random_uuid(), s.id, 'Programme ' || p, 'P' || p, ARRAY['723' || p]
             FROM s, generate_series(1, 5) p;
           INSERT INTO schools_programmeversion (deadlines, sign_days_before, programme_id, number, required_minutes)
             SELECT '{}', 10, p.id, 1, 18900 FROM schools_programme p JOIN s ON s.id = p.school_id;
           INSERT INTO schools_unit (version_id, position, title, code)
             SELECT v.id, u, 'Unit ' || u, '' FROM schools_programmeversion v, generate_series(1, 3) u WHERE v.number = 1
             AND NOT EXISTS (SELECT 1 FROM schools_unit x WHERE x.version_id = v.id);
           INSERT INTO schools_outcome (unit_id, position, text)
             SELECT u.id, o, 'Outcome ' || o FROM schools_unit u, generate_series(1, 3) o
             WHERE NOT EXISTS (SELECT 1 FROM schools_outcome x WHERE x.unit_id = u.id);
           INSERT INTO schools_tasktemplate (unit_id, title)
             SELECT u.id, 'Task ' || t FROM schools_unit u, generate_series(1, 4) t
             WHERE NOT EXISTS (SELECT 1 FROM schools_tasktemplate x WHERE x.unit_id = u.id);
           INSERT INTO schools_cohort (school_weekdays, public_id, version_id, name, starts_on)
             SELECT '{}', gen_random_uuid(), v.id, p.name || ', 2nd year', %(cohort)s
             FROM schools_programmeversion v JOIN schools_programme p ON p.id = v.programme_id JOIN s ON s.id = p.school_id;
           CREATE TEMP TABLE c ON COMMIT DROP AS
             SELECT c.id, c.version_id, s.k, right(p.code, 1)::int - 1 AS p FROM schools_cohort c
             JOIN schools_programmeversion v ON v.id = c.version_id JOIN schools_programme p ON p.id = v.programme_id
             JOIN s ON s.id = p.school_id;
           CREATE INDEX ON c (k, p); ANALYZE c;""",
    ),
    (
        "students",
        """INSERT INTO schools_student (public_id, person_id, school_id, source_id, birth_date)
             SELECT gen_random_uuid(), h.id, s.id, 'n' || h.i, %(today)s - 6300 - (h.i %% 700)
             FROM human h JOIN s USING (k) WHERE h.kind = 'student';
           INSERT INTO schools_enrolment (public_id, student_id, cohort_id, teacher_id, pathway, facts, starts_on)
             SELECT gen_random_uuid(), st.id, c.id, t.id, '', '{}', %(cohort)s
             FROM human h JOIN schools_student st ON st.person_id = h.id JOIN c ON c.k = h.k AND c.p = h.i %% 5
             JOIN human t ON t.kind = 'teacher' AND t.k = h.k AND t.i = h.i %% %(teachers)s
             WHERE h.kind = 'student' ORDER BY h.id;""",
    ),
    (
        "employers",
        """INSERT INTO employers_employer (public_id, name, sort_key, country, register_number, identity, activity_codes,
               size_from, size_to)
             SELECT gen_random_uuid(), 'Firm ' || lpad((k * %(sites)s + i)::text, 7, '0'),
               'firm ' || lpad((k * %(sites)s + i)::text, 7, '0'), 'GB', '', 'scale:' || (k * %(sites)s + i), '{}',
               1 + i %% 200, 10 + i %% 200 FROM s, generate_series(0, %(sites)s - 1) i;
           INSERT INTO employers_site (region, public_id, employer_id, name, address, address_key, postcode, country, time_zone,
               email, phone, bring, photos_allowed, meets)
             SELECT '', gen_random_uuid(), e.id, e.name, 'Street ' || e.id, e.identity, 'AA1 1AA', 'GB', 'Europe/London', '',
               '', 'Safety shoes', true, '{}' FROM employers_employer e WHERE e.identity LIKE 'scale:%%';
           CREATE TEMP TABLE site ON COMMIT DROP AS
             SELECT x.id, x.employer_id, substr(e.identity, 7)::int / %(sites)s AS k,
               substr(e.identity, 7)::int %% %(sites)s AS i
             FROM employers_site x JOIN employers_employer e ON e.id = x.employer_id WHERE e.identity LIKE 'scale:%%';
           CREATE INDEX ON site (k, i); ANALYZE site;
           INSERT INTO employers_schoolemployer (public_id, school_id, employer_id, tier, notes)
             SELECT gen_random_uuid(), s.id, site.employer_id, 'standard', '' FROM site JOIN s USING (k);
           INSERT INTO employers_supervisor (public_id, person_id, site_id)
             SELECT gen_random_uuid(), h.id, site.id
             FROM human h JOIN site ON site.k = h.k AND site.i = h.i %% %(sites)s WHERE h.kind = 'supervisor';""",
    ),
    (
        "placements",
        """CREATE TEMP TABLE pl ON COMMIT DROP AS
             SELECT nextval('placements_placement_id_seq') AS id, s.id AS school, s.k, h.id AS learner, e.id AS enrolment,
               c.version_id, site.id AS site, site.employer_id AS employer, co.id AS coordinator, e.teacher_id AS teacher,
               su.id AS supervisor, su.person_id AS supervisor_person,
               CASE WHEN h.i %% 50 IN (0, 1) THEN 'planned' WHEN h.i %% 50 IN (5, 6) THEN 'ended' ELSE 'running' END AS state
             FROM human h JOIN s USING (k) JOIN schools_student st ON st.person_id = h.id
             JOIN schools_enrolment e ON e.student_id = st.id JOIN c ON c.id = e.cohort_id
             JOIN human sh ON sh.kind = 'supervisor' AND sh.k = h.k AND sh.i = (h.i / 5 * 2 + h.i %% 5) %% %(supervisors)s
             JOIN employers_supervisor su ON su.person_id = sh.id
             JOIN site ON site.id = su.site_id
             JOIN human co ON co.kind = 'coordinator' AND co.k = h.k AND co.i = h.i %% %(coordinators)s
             WHERE h.kind = 'student' AND h.i %% 5 IN (0, 1) ORDER BY h.id;
           ALTER TABLE pl ADD starts_on date, ADD ends_on date;
           UPDATE pl SET
             starts_on = %(monday)s + CASE state WHEN 'planned' THEN 14 WHEN 'ended' THEN -7 * %(weeks)s - 14
               ELSE -7 * %(weeks)s END,
             ends_on = %(monday)s + CASE state WHEN 'planned' THEN 102 WHEN 'ended' THEN -10 ELSE 25 END;
           CREATE INDEX ON pl (id); ANALYZE pl;
           INSERT INTO placements_placement (source, contract_reference, conflict_of_interest, end_reason, end_initiator, end_direction, id, public_id, school_id, learner_id, enrolment_id, purpose, employer_id,
               coordinator_id, teacher_id, state, starts_on, ends_on)
             SELECT 'school', '', '', '', '', '', id, gen_random_uuid(), school, learner, enrolment, 'student', employer, coordinator, teacher, state,
               starts_on, ends_on FROM pl;
           INSERT INTO placements_segment (realism, remote, placement_id, site_id, setting, activity, supervisor_id, starts_on, ends_on)
             SELECT 'real', false, id, site, 'company', 'placement', supervisor, starts_on, ends_on FROM pl;
           INSERT INTO placements_planversion (fingerprints, changes, change_reason, placement_id, number, rhythm, purpose_text, planned_minutes, text, text_hash)
             SELECT '{}', '{}', '', id, 1, 'weekly', '', 18900, 'Plan', repeat('0', 64) FROM pl;
           INSERT INTO placements_plannedshift (plan_id, segment_id, weekday, starts_at, ends_at, break_minutes, starts_on,
               ends_on)
             SELECT v.id, g.id, d, '08:00', '16:00', 30, pl.starts_on, pl.ends_on FROM pl
             JOIN placements_planversion v ON v.placement_id = pl.id JOIN placements_segment g ON g.placement_id = pl.id,
             generate_series(0, 2) d;
           INSERT INTO placements_plannedoutcome (plan_id, outcome_id, setting, realism)
             SELECT v.id, o.id, 'company', 'real' FROM pl JOIN placements_planversion v ON v.placement_id = pl.id
             JOIN schools_unit u ON u.version_id = pl.version_id AND u.position = 1 JOIN schools_outcome o ON o.unit_id = u.id;
           INSERT INTO placements_agreement (in_order, public_id, plan_id, state, sign_by, in_force_at)
             SELECT false, gen_random_uuid(), v.id, 'in_force', pl.starts_on - 14, pl.starts_on::timestamptz - interval '20 days'
             FROM pl JOIN placements_planversion v ON v.placement_id = pl.id;
           INSERT INTO placements_signature (channel, public_id, agreement_id, party, person_id, "order", name_typed, signed_at,
               text_hash)
             SELECT '', gen_random_uuid(), a.id, x.party, x.person, 0, 'Signed', a.in_force_at, repeat('0', 64)
             FROM pl JOIN placements_planversion v ON v.placement_id = pl.id JOIN placements_agreement a ON a.plan_id = v.id,
             LATERAL (VALUES ('student', learner), ('host', supervisor_person), ('school', coordinator)) x (party, person);""",
    ),
    (
        "hours",
        """CREATE TEMP TABLE w ON COMMIT DROP AS
             SELECT nextval('placements_workentry_id_seq') AS id, pl.id AS placement, g.id AS segment, learner,
               supervisor_person, pl.starts_on + 7 * week + d AS day, pl.starts_on + 7 * week AS monday,
               pl.state = 'ended' OR week < %(weeks)s - 1 AS confirmed
             FROM pl JOIN placements_segment g ON g.placement_id = pl.id, generate_series(0, %(weeks)s - 1) week,
             generate_series(0, 2) d WHERE pl.state <> 'planned';
           ANALYZE w;
           INSERT INTO placements_workentry (origin, late_reason, make_up, id, public_id, learner_id, placement_id, segment_id, day, starts_at, ends_at,
               zone, span, break_minutes, activity, setting, realism, remote, note, state, logged_minutes, confirmed_minutes,
               logged_at)
             SELECT 'learner', '', false, id, gen_random_uuid(), learner, placement, segment, day, '08:00', '16:00', 'Europe/London',
               tstzrange((day + time '08:00') AT TIME ZONE 'Europe/London', (day + time '16:00') AT TIME ZONE 'Europe/London'),
               30, 'placement', 'company', 'real', false, '', CASE WHEN confirmed THEN 'confirmed' ELSE 'logged' END, 450,
               CASE WHEN confirmed THEN 450 END, day + time '16:10' FROM w;
           INSERT INTO placements_weekconfirmation (doubt, channel, public_id, placement_id, week_starts_on, person_id, answered_at, minutes)
             SELECT '', 'link', gen_random_uuid(), placement, monday, min(supervisor_person), monday + 4 + time '15:00', 1350
             FROM w WHERE confirmed GROUP BY placement, monday;
           INSERT INTO placements_hourclaim (entry_id, side, minutes, reason, person_id, at)
             SELECT id, 'student', 450, '', learner, day + time '16:10' FROM w;
           INSERT INTO placements_hourclaim (entry_id, side, minutes, reason, person_id, confirmation_id, at)
             SELECT w.id, 'host', 450, '', supervisor_person, x.id, x.answered_at FROM w
             JOIN placements_weekconfirmation x ON x.placement_id = w.placement AND x.week_starts_on = w.monday
             WHERE confirmed;
           INSERT INTO placements_taskdone (entry_id, template_id, other, independence)
             SELECT w.id, t.id, '', 2 FROM w JOIN pl ON pl.id = w.placement
             JOIN schools_unit u ON u.version_id = pl.version_id AND u.position = 1 + extract(doy FROM day)::int %% 3
             JOIN LATERAL (SELECT id FROM schools_tasktemplate WHERE unit_id = u.id ORDER BY id LIMIT 2) t ON true;""",
    ),
    (
        "log",
        """INSERT INTO core_transition (noun, object_id, school_id, timeline, verb, from_state, to_state, actor_kind, role,
               reason, details, at)
             SELECT x.noun, pl.id, school, 'placement:' || pl.id, x.verb, '', '', 'system', 'system', '', '{}',
               pl.starts_on::timestamptz - interval '1 day' * x.before
             FROM pl, (VALUES ('placement', 'plan', 40), ('agreement', 'propose', 30), ('placement', 'start', 0))
             x (noun, verb, before) WHERE pl.state <> 'planned' OR x.before > 0;
           INSERT INTO core_transition (noun, object_id, school_id, timeline, verb, from_state, to_state, actor_kind, role,
               reason, details, at)
             SELECT 'week', x.id, pl.school, 'placement:' || pl.id, 'confirm', '', '', 'link', 'supervisor', '',
               jsonb_build_object('minutes', x.minutes, 'week_starts_on', x.week_starts_on::text), x.answered_at
             FROM placements_weekconfirmation x JOIN pl ON pl.id = x.placement_id;
           INSERT INTO reminders_handled (transition_id, at)
             SELECT id, %(today)s FROM core_transition t
             WHERE NOT EXISTS (SELECT 1 FROM reminders_handled h WHERE h.transition_id = t.id);""",
    ),
]


@transaction.atomic
def seed(*, students: int, today: date, say: Callable[[str], None]) -> None:
    """Fill an empty database with that many students; `say` is told each step."""
    values: dict[str, int | date] = {
        "students": students,
        "size": SCHOOL_SIZE,
        "schools": -(-students // SCHOOL_SIZE),
        "teachers": PEOPLE[Role.TEACHER],
        "coordinators": PEOPLE[Role.COORDINATOR],
        "supervisors": SUPERVISORS,
        "sites": SITES,
        "weeks": WEEKS,
        "today": today,
        "monday": today - timedelta(days=today.weekday()),
        "cohort": date(today.year - (today.month < 8), 8, 24),
    }
    with put_aside() if students >= LARGE_FROM else nullcontext(), connection.cursor() as cursor:
        for name, sql in STEPS:
            say(name)
            for statement in filter(str.strip, sql.split(";")):
                cursor.execute(statement, values)
        say("indexes")
    _accounts(-(-students // SCHOOL_SIZE) // 2)
    with connection.cursor() as cursor:
        # Without fresh statistics the first plans are wild guesses.
        cursor.execute("ANALYZE")


def _accounts(number: int) -> None:
    """One account a role in the school of this number, so that each home page can be opened."""
    school = Organisation.objects.get(name=f"School {number:05}")
    segment = Segment.objects.filter(placement__school=school, placement__state=Placement.State.RUNNING).order_by("pk")[
        0
    ]
    placement = segment.placement
    firm = Organisation.objects.create(kind=Organisation.Kind.EMPLOYER, name="Firm with an account")
    Employer.objects.filter(placements=placement).update(organisation=firm)
    guardian = _person(Role.GUARDIAN)
    Guardian.objects.create(student=Student.objects.get(person=placement.learner_id), person=guardian)
    known = {
        Role.COORDINATOR: placement.coordinator,
        Role.TEACHER: placement.teacher,
        Role.STUDENT: placement.learner,
        Role.GUARDIAN: guardian,
        Role.SUPERVISOR: Person.objects.get(supervisors=segment.supervisor_id),
    }
    for role in Role:
        user = User.objects.create_user(f"{role}@scale.example")
        person = known.get(role) or _person(role)
        Person.objects.filter(pk=person.pk).update(user=user)
        Membership.objects.create(user=user, organisation=firm if role in HOST else school, role=role)


def _person(role: Role) -> Person:
    return Person.objects.create(family_name=role.value, sort_key=role.value)
