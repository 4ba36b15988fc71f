"""Employers of a list beside those that are known: what is new, what differs, and taking it over, set by set.

An employer is found by its `identity`, a site by its address. In a file the first line about one of them counts.
An empty cell never erases what is known, and nothing is ever deleted.
"""

from typing import Any

from accounts.models import Organisation
from core.names import sort_key
from employers.rules import address_key, identity
from exchange.employers import EmployerLine
from exchange.models import ImportRun
from exchange.sets import execute

NOUN = "employer"


def staged(line: EmployerLine, school: Organisation) -> dict[str, Any]:
    """The values of a line as they are kept while it waits; the country and time zone are the school's."""
    return {
        "identity": identity(school.country, line.register_number, line.name, line.postcode),
        "name": line.name,
        "sort_key": sort_key(line.name)[:220],
        "country": school.country,
        "time_zone": school.time_zone,
        "register_number": line.register_number,
        "activity_codes": line.sectors,
        "size_from": line.size_from,
        "size_to": line.size_to,
        "address": line.address,
        "address_key": address_key(line.address, line.postcode),
        "postcode": line.postcode,
        "latitude": line.latitude,
        "longitude": line.longitude,
        "email": line.email,
        "phone": line.phone,
    }


def compare(run: ImportRun) -> None:
    """Say of each line what it would do now."""
    _run(run, COMPARE)


def apply(run: ImportRun) -> None:
    """Take every line over. To be called inside the transaction that ends the run."""
    _run(run, NEW_EMPLOYERS, CHANGED_EMPLOYERS, NEW_SITES, CHANGED_SITES, NEW_LINKS)


def _run(run: ImportRun, *statements: str) -> None:
    execute([INCOMING + statement for statement in statements], {"run": run.pk, "school": run.school_id})


# `employer_turn` and `site_turn` number the lines about the same employer and the same site. A merged employer
# stands for the one it was merged into, but its old name must not come back there.
INCOMING = """
WITH lines AS (
    SELECT r.id, r.line, d.*,
        ARRAY(SELECT jsonb_array_elements_text(r.data->'activity_codes'))::varchar[] AS codes
    FROM exchange_importrow r
    CROSS JOIN LATERAL jsonb_to_record(r.data) AS d(
        identity text, name text, sort_key text, country text, time_zone text, register_number text,
        size_from integer, size_to integer, address text, address_key text, postcode text,
        latitude double precision, longitude double precision, email text, phone text)
    WHERE r.run_id = %(run)s AND r.noun = 'employer' AND NOT r.left_out
), found AS (
    SELECT lines.*, e.id AS found_id, e.merged_into_id, coalesce(e.merged_into_id, e.id) AS employer_id
    FROM lines LEFT JOIN employers_employer e ON e.identity = lines.identity
), turned AS (
    SELECT found.*,
        row_number() OVER (PARTITION BY identity ORDER BY line) AS employer_turn,
        row_number() OVER (PARTITION BY coalesce(employer_id::text, identity), address_key ORDER BY line) AS site_turn
    FROM found
), incoming AS (
    SELECT i.*, s.id AS site_id, l.id AS link_id,
        CASE WHEN e.id IS NULL OR i.employer_turn > 1 THEN '{}' ELSE jsonb_strip_nulls(jsonb_build_object(
            'name', CASE WHEN i.name <> e.name THEN jsonb_build_array(e.name, i.name) END,
            'register_number', CASE WHEN i.register_number NOT IN ('', e.register_number)
                THEN jsonb_build_array(e.register_number, i.register_number) END,
            'activity_codes', CASE WHEN i.codes <> '{}' AND i.codes <> e.activity_codes
                THEN jsonb_build_array(array_to_string(e.activity_codes, ', '), array_to_string(i.codes, ', ')) END,
            'size', CASE WHEN (i.size_from IS NOT NULL OR i.size_to IS NOT NULL)
                    AND (i.size_from, i.size_to) IS DISTINCT FROM (e.size_from, e.size_to)
                THEN jsonb_build_array(
                    jsonb_build_array(e.size_from, e.size_to), jsonb_build_array(i.size_from, i.size_to)) END
        )) END AS employer_changes,
        CASE WHEN s.id IS NULL OR i.site_turn > 1 THEN '{}' ELSE jsonb_strip_nulls(jsonb_build_object(
            'address', CASE WHEN i.address NOT IN ('', s.address) THEN jsonb_build_array(s.address, i.address) END,
            'postcode', CASE WHEN i.postcode NOT IN ('', s.postcode) THEN jsonb_build_array(s.postcode, i.postcode) END,
            'position', CASE WHEN i.latitude IS NOT NULL
                    AND (i.latitude, i.longitude) IS DISTINCT FROM (s.latitude, s.longitude)
                THEN jsonb_build_array(
                    concat_ws(', ', s.latitude, s.longitude), concat_ws(', ', i.latitude, i.longitude)) END,
            'email', CASE WHEN i.email NOT IN ('', s.email) THEN jsonb_build_array(s.email, i.email) END,
            'phone', CASE WHEN i.phone NOT IN ('', s.phone) THEN jsonb_build_array(s.phone, i.phone) END
        )) END AS site_changes
    FROM turned i
    LEFT JOIN employers_employer e ON e.id = i.found_id AND i.merged_into_id IS NULL
    LEFT JOIN employers_site s ON s.employer_id = i.employer_id AND s.address_key = i.address_key
    LEFT JOIN employers_schoolemployer l ON l.employer_id = i.employer_id AND l.school_id = %(school)s
)
"""

COMPARE = """
UPDATE exchange_importrow r
SET changes = i.employer_changes || i.site_changes,
    outcome = CASE
        WHEN i.site_turn > 1 THEN 'repeat'
        WHEN i.site_id IS NULL OR i.link_id IS NULL THEN 'new'
        WHEN i.employer_changes || i.site_changes <> '{}' THEN 'changed'
        ELSE 'same' END
FROM incoming i WHERE r.id = i.id
"""

# Rows go in in one order, so that two imports at once wait for each other instead of locking each other out.
NEW_EMPLOYERS = """
INSERT INTO employers_employer
    (public_id, name, sort_key, country, register_number, identity, activity_codes, size_from, size_to)
SELECT gen_random_uuid(), name, sort_key, country, register_number, identity, codes, size_from, size_to
FROM incoming WHERE employer_turn = 1 AND found_id IS NULL ORDER BY identity
ON CONFLICT (identity) DO NOTHING
"""

CHANGED_EMPLOYERS = """
UPDATE employers_employer e
SET name = i.name,
    sort_key = i.sort_key,
    register_number = coalesce(nullif(i.register_number, ''), e.register_number),
    activity_codes = CASE WHEN i.codes = '{}' THEN e.activity_codes ELSE i.codes END,
    size_from = CASE WHEN i.size_from IS NULL AND i.size_to IS NULL THEN e.size_from ELSE i.size_from END,
    size_to = CASE WHEN i.size_from IS NULL AND i.size_to IS NULL THEN e.size_to ELSE i.size_to END
FROM incoming i
WHERE e.id = i.found_id AND i.employer_changes <> '{}'
"""

NEW_SITES = """
INSERT INTO employers_site
    (public_id, employer_id, name, address, address_key, postcode, country, time_zone, latitude, longitude, email,
     phone, bring, photos_allowed, region, meets)
SELECT gen_random_uuid(), employer_id, '', address, address_key, postcode, country, time_zone, latitude, longitude,
    email, phone, '', true, '', '{}'
FROM incoming WHERE site_turn = 1 ORDER BY employer_id, address_key
ON CONFLICT (employer_id, address_key) DO NOTHING
"""

CHANGED_SITES = """
UPDATE employers_site s
SET address = coalesce(nullif(i.address, ''), s.address),
    postcode = coalesce(nullif(i.postcode, ''), s.postcode),
    latitude = coalesce(i.latitude, s.latitude),
    longitude = coalesce(i.longitude, s.longitude),
    email = coalesce(nullif(i.email, ''), s.email),
    phone = coalesce(nullif(i.phone, ''), s.phone)
FROM incoming i
WHERE s.id = i.site_id AND i.site_changes <> '{}'
"""

NEW_LINKS = """
INSERT INTO employers_schoolemployer (public_id, school_id, employer_id, tier, notes)
SELECT gen_random_uuid(), %(school)s, employer_id, 'standard', '' FROM incoming
GROUP BY employer_id ORDER BY employer_id
ON CONFLICT (school_id, employer_id) DO NOTHING
"""
