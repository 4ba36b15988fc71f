"""What a school does with its firms: it comes to know them, notes their people and the places they offer."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, Person
from accounts.people import new_person, people_at
from accounts.roles import HOST, Role
from core.names import sort_key
from core.workflow import Actor, Move, Refused, Workflow
from employers.models import Employer, Offer, SchoolEmployer, Shutdown, Site, Supervisor
from employers.rules import Stop, address_key, identity

LONGEST_SHUTDOWN = 366
_WRITERS = frozenset({Role.COORDINATOR})
_LEADERS = frozenset({Role.COORDINATOR, Role.HEAD})
RELATIONS = Workflow(
    noun="relation",
    moves=(
        Move("register", gettext_lazy("Add a firm"), (), None, _WRITERS),
        Move("edit", gettext_lazy("Change what the school keeps"), (), None, _WRITERS),
        Move("suspend", gettext_lazy("No new placements here"), (), None, frozenset({Role.SAFEGUARDING})),
        Move("restore", gettext_lazy("New placements again"), (), None, frozenset({Role.SAFEGUARDING})),
        Move("stop", gettext_lazy("The firm stops"), (), None, _LEADERS),
        Move("go_on", gettext_lazy("The firm goes on"), (), None, _LEADERS),
    ),
    school_id=lambda relation: relation.school_id,
)
OFFERS = Workflow(
    noun="offer",
    moves=(Move("offer", gettext_lazy("Add an offer"), (), None, _WRITERS),),
    school_id=lambda offer: offer.school_id,
)
SUPERVISORS = Workflow(
    noun="supervisor",
    moves=(
        Move("add", gettext_lazy("Add a supervisor"), (), None, _WRITERS),
        Move("name", gettext_lazy("Name who follows"), (), None, frozenset(HOST)),
        Move("end", gettext_lazy("Set last day"), (), None, _WRITERS),
    ),
    # A supervisor is known to every school that works with the firm, so the row belongs to no school.
    school_id=lambda supervisor: None,
)
SITES = Workflow(
    noun="site",
    moves=(
        Move("add", gettext_lazy("Add a workshop"), (), None, _WRITERS),
        Move("region", gettext_lazy("Choose the region"), (), None, _WRITERS),
        Move("close", gettext_lazy("Add days without work"), (), None, _WRITERS),
        Move("open", gettext_lazy("Take days without work away"), (), None, _WRITERS),
        Move("photos", gettext_lazy("Say whether photos are allowed"), (), None, frozenset({*_WRITERS, Role.OWNER})),
    ),
    # As a supervisor: the days of a firm are the same for every school.
    school_id=lambda site: site.organisation_id,
)


@transaction.atomic
def register_employer(
    *, school: Organisation, name: str, register_number: str, address: str, postcode: str, email: str, phone: str,
    owner: Person | None, by: Actor, at: datetime,
) -> tuple[SchoolEmployer, bool]:  # fmt: skip
    """The school's relation to a firm and whether it is new.

    A firm that another school knows (employers.rules.identity) is linked, not doubled; a new address becomes a site.
    """
    RELATIONS.must_allow("register", by)
    employer = _employer(school.country, name, register_number, postcode)
    site, _new_site = Site.objects.get_or_create(
        employer=employer,
        address_key=address_key(address, postcode),
        defaults={
            "address": address, "postcode": postcode, "country": school.country, "time_zone": school.time_zone,
            "email": email, "phone": phone,
        },
    )  # fmt: skip
    relation, new = SchoolEmployer.objects.get_or_create(school=school, employer=employer, defaults={"owner": owner})
    RELATIONS.log(relation, "register", by=by, at=at, details={"site": site.pk, "new": new})
    return relation, new


def _employer(country: str, name: str, register_number: str, postcode: str) -> Employer:
    employer, _new = Employer.objects.select_related("merged_into").get_or_create(
        identity=identity(country, register_number, name, postcode),
        defaults={
            "name": name, "sort_key": sort_key(name), "country": country, "register_number": register_number
        },
    )  # fmt: skip
    return employer.merged_into or employer


@transaction.atomic
def edit_relation(
    *, relation: SchoolEmployer, owner: Person | None, tier: str, approved_until: date | None, notes: str,
    by: Actor, at: datetime,
) -> None:  # fmt: skip
    """Change who looks after the firm, how closely it is checked, and what the school notes for itself."""
    RELATIONS.must_allow("edit", by)
    relation.owner, relation.tier, relation.approved_until, relation.notes = owner, tier, approved_until, notes
    relation.save(update_fields=["owner", "tier", "approved_until", "notes"])
    RELATIONS.log(relation, "edit", by=by, at=at, details={"tier": tier})


@transaction.atomic
def stop(*, relation: SchoolEmployer, why: Stop, since: date, by: Actor, at: datetime) -> bool:
    """The firm has closed, for every school, or this one no longer approves it; whether that is new.

    Raises `Refused` for the safeguarding lead's reason, which has a verb of its own.
    """
    RELATIONS.must_allow("stop", by)
    SchoolEmployer.objects.select_for_update(of=("self",)).get(pk=relation.pk)
    employer = relation.employer
    if why == Stop.SUSPENDED:
        raise Refused(_("Only the safeguarding lead decides this."))
    before = employer.closed_on if why == Stop.CLOSED else relation.not_approved_since
    if before == since:
        return False
    if why == Stop.CLOSED:
        employer.closed_on = since
        employer.save(update_fields=["closed_on"])
    else:
        relation.not_approved_since = since
        relation.save(update_fields=["not_approved_since"])
    RELATIONS.log(relation, "stop", by=by, at=at, details={"why": str(why), "since": since.isoformat()})
    return True


@transaction.atomic
def go_on(*, relation: SchoolEmployer, by: Actor, at: datetime) -> None:
    """It was a mistake, or it is over: the firm is open and approved again."""
    RELATIONS.must_allow("go_on", by)
    employer = relation.employer
    employer.closed_on, relation.not_approved_since = None, None
    employer.save(update_fields=["closed_on"])
    relation.save(update_fields=["not_approved_since"])
    RELATIONS.log(relation, "go_on", by=by, at=at)


@transaction.atomic
def suspend_employer(*, school: Organisation, employer: Employer, by: Actor, at: datetime) -> None:
    """No new placements of the school at this firm until it is restored; asked again, the first day stays."""
    RELATIONS.must_allow("suspend", by)
    relation, _new = SchoolEmployer.objects.select_for_update().get_or_create(school=school, employer=employer)
    if relation.suspended_at is None:
        relation.suspended_at = at
        relation.save(update_fields=["suspended_at"])
        RELATIONS.log(relation, "suspend", by=by, at=at)


@transaction.atomic
def restore_employer(*, school: Organisation, employer: Employer, by: Actor, at: datetime) -> None:
    """New placements at this firm again."""
    RELATIONS.must_allow("restore", by)
    relation = SchoolEmployer.objects.select_for_update().get(school=school, employer=employer)
    if relation.suspended_at:
        relation.suspended_at = None
        relation.save(update_fields=["suspended_at"])
        RELATIONS.log(relation, "restore", by=by, at=at)


@transaction.atomic
def offer_places(
    *, school: Organisation, site: Site, title: str, starts_on: date, ends_on: date, places: int,
    occupation_codes: list[str], by: Actor, at: datetime,
) -> Offer:  # fmt: skip
    """Note places that a site offers to the school; both days belong to the period.

    Raises `Refused` when the last day is before the first.
    """
    OFFERS.must_allow("offer", by)
    if ends_on < starts_on:
        raise Refused(_("The last day is before the first day."))
    offer = Offer.objects.create(
        school=school, site=site, title=title, starts_on=starts_on, ends_on=ends_on, places=places,
        occupation_codes=occupation_codes,
    )  # fmt: skip
    OFFERS.log(offer, "offer", by=by, at=at, details={"places": places})
    return offer


@transaction.atomic
def add_supervisor(
    *, site: Site, given_name: str, family_name: str, email: str, starts_on: date, by: Actor, at: datetime
) -> Supervisor:
    """Somebody who guides students at the site. Who works for the same firm under this address is one person.

    Raises `Refused` when the person guides students at this site now.
    """
    SUPERVISORS.must_allow("add", by)
    person = _person_of(site, email)
    person = person or new_person(given_name=given_name, family_name=family_name, email=email)
    supervisor, new = Supervisor.objects.select_for_update().get_or_create(
        person=person, site=site, defaults={"starts_on": starts_on}
    )
    if not new:
        _come_back(supervisor)
    SUPERVISORS.log(supervisor, "add", by=by, at=at)
    return supervisor


def _person_of(site: Site, email: str) -> Person | None:
    known = people_at(email).filter(supervisors__site__employer=site.employer_id)
    return known.first() if site.employer_id else None


def _come_back(supervisor: Supervisor) -> None:
    if supervisor.ends_on is None:
        raise Refused(_("This person guides students at this site already."))
    supervisor.ends_on = None
    supervisor.save(update_fields=["ends_on"])


@transaction.atomic
def end_supervisor(*, supervisor: Supervisor, last_day: date, by: Actor, at: datetime) -> None:
    """Set the last day of a supervisor; the row stays. Raises `Refused` for a day before the first one."""
    SUPERVISORS.must_allow("end", by)
    if supervisor.starts_on and last_day < supervisor.starts_on:
        raise Refused(_("The last day is before the first day."))
    supervisor.ends_on = last_day
    supervisor.save(update_fields=["ends_on"])
    SUPERVISORS.log(supervisor, "end", by=by, at=at, details={"last_day": last_day.isoformat()})


# ── Sites and their days ─────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def add_own_site(*, school: Organisation, name: str, by: Actor, at: datetime) -> Site:
    """A workshop of the school as a place of work; the same name again gives the one that is there."""
    SITES.must_allow("add", by)
    Organisation.objects.select_for_update().get(pk=school.pk)
    site, new = Site.objects.get_or_create(
        organisation=school, name=" ".join(name.split()),
        defaults={"country": school.country, "region": school.region, "time_zone": school.time_zone},
    )  # fmt: skip
    if new:
        SITES.log(site, "add", by=by, at=at)
    return site


@transaction.atomic
def guide_at(*, site: Site, person: Person, by: Actor, at: datetime) -> Supervisor:
    """Somebody who is known, such as a teacher in the school's workshop, guides students at this site."""
    SUPERVISORS.must_allow("add", by)
    return _guide(site, person, "add", by=by, at=at)


@transaction.atomic
def name_successor(*, site: Site, person: Person, by: Actor, at: datetime) -> Supervisor:
    """Whoever guided students at the site says who does it now."""
    SUPERVISORS.must_allow("name", by)
    return _guide(site, person, "name", by=by, at=at)


def _guide(site: Site, person: Person, verb: str, *, by: Actor, at: datetime) -> Supervisor:
    supervisor, new = Supervisor.objects.select_for_update().get_or_create(person=person, site=site)
    if supervisor.ends_on:
        _come_back(supervisor)
    if new:
        SUPERVISORS.log(supervisor, verb, by=by, at=at)
    return supervisor


@transaction.atomic
def choose_region(*, site: Site, region: str, by: Actor, at: datetime) -> None:
    """Whose public holidays hold at the site, such as SCT or NSW; empty: only those of the whole country."""
    SITES.must_allow("region", by)
    site.region = region
    site.save(update_fields=["region"])
    SITES.log(site, "region", by=by, at=at, details={"region": region})


@transaction.atomic
def allow_photos(*, site: Site, allowed: bool, by: Actor, at: datetime) -> None:
    """Whether students may take photos of their work at the site (E41). Those that are kept already stay."""
    SITES.must_allow("photos", by)
    row = Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
    if row.photos_allowed == allowed:
        return
    row.photos_allowed = allowed
    row.save(update_fields=["photos_allowed"])
    SITES.log(row, "photos", by=by, at=at, details={"allowed": allowed})


@transaction.atomic
def close_site(*, site: Site, starts_on: date, ends_on: date, name: str, by: Actor, at: datetime) -> Shutdown:
    """Nobody works at the site on these days, both included. The same days again give the same row.

    Raises `Refused` when the last day is before the first, and for more than a year.
    """
    SITES.must_allow("close", by)
    if ends_on < starts_on:
        raise Refused(_("The last day is before the first day."))
    if (ends_on - starts_on).days > LONGEST_SHUTDOWN:
        raise Refused(_("This is more than a year. Check both days."))
    Site.objects.select_for_update().get(pk=site.pk)
    shutdown, new = Shutdown.objects.get_or_create(
        site=site, starts_on=starts_on, ends_on=ends_on, defaults={"name": name}
    )
    if new:
        details = {"starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat()}
        SITES.log(site, "close", by=by, at=at, details=details)
    return shutdown


@transaction.atomic
def open_site(*, shutdown: Shutdown, by: Actor, at: datetime) -> None:
    """Take days without work away again."""
    SITES.must_allow("open", by)
    details = {"starts_on": shutdown.starts_on.isoformat(), "ends_on": shutdown.ends_on.isoformat()}
    SITES.log(shutdown.site, "open", by=by, at=at, details=details)
    shutdown.delete()
