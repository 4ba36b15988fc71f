"""The places where students work, who guides them there, and the days on which nobody works."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, Person
from accounts.people import new_person, people_at
from accounts.roles import HOST, Role
from core.workflow import Actor, Move, Refused, Workflow
from employers.models import Employer, Shutdown, Site, Supervisor
from employers.rules import address_key

LONGEST_SHUTDOWN = 366
_WRITERS = frozenset({Role.COORDINATOR})
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
        Move("add", gettext_lazy("Add a place of work"), (), None, _WRITERS),
        Move("describe", gettext_lazy("Describe the workplace"), (), None, frozenset({*_WRITERS, Role.OWNER})),
        Move("region", gettext_lazy("Choose the region"), (), None, _WRITERS),
        Move("close", gettext_lazy("Add days without work"), (), None, _WRITERS),
        Move("open", gettext_lazy("Take days without work away"), (), None, _WRITERS),
        Move("photos", gettext_lazy("Say whether photos are allowed"), (), None, frozenset({*_WRITERS, Role.OWNER})),
    ),
    # As a supervisor: the days of a firm are the same for every school.
    school_id=lambda site: site.organisation_id,
)


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


@dataclass(frozen=True)
class Workplace:
    """What is known of a place of work; a position is latitude and longitude in degrees."""

    address: str
    postcode: str = ""
    phone: str = ""
    email: str = ""
    bring: str = ""
    meets: tuple[str, ...] = ()
    position: tuple[float, float] | None = None

    @property
    def values(self) -> dict[str, Any]:
        """As the columns of `Site`."""
        north, east = self.position or (None, None)
        return {
            "address": self.address,
            "address_key": address_key(self.address, self.postcode),
            "postcode": self.postcode,
            "phone": self.phone,
            "email": self.email,
            "bring": self.bring,
            "meets": list(self.meets),
            "latitude": north,
            "longitude": east,
        }


@transaction.atomic
def add_site(*, employer: Employer, school: Organisation, place: Workplace, by: Actor, at: datetime) -> Site:
    """One more place of work of a firm. Raises `Refused` for an address that the firm has already."""
    SITES.must_allow("add", by)
    Employer.objects.select_for_update(no_key=True).get(pk=employer.pk)
    _must_be_new(employer.pk, place)
    site = Site.objects.create(employer=employer, country=school.country, time_zone=school.time_zone, **place.values)
    SITES.log(site, "add", by=by, at=at)
    return site


@transaction.atomic
def describe_site(*, site: Site, place: Workplace, by: Actor, at: datetime) -> None:
    """What is known of it now, for every school. Raises `Refused` for the address of another site of the firm."""
    SITES.must_allow("describe", by)
    row = Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
    changed = {name: value for name, value in place.values.items() if getattr(row, name) != value}
    if not changed:
        return
    if "address_key" in changed:
        _must_be_new(row.employer_id, place, row.pk)
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))
    SITES.log(row, "describe", by=by, at=at, details={"changed": sorted(changed)})


def _must_be_new(employer_id: int | None, place: Workplace, but: int = 0) -> None:
    same = Site.objects.filter(employer=employer_id, address_key=place.values["address_key"])
    if same.exclude(pk=but).exists():
        raise Refused(_("The firm has a site at this address already."))


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
