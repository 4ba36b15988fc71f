"""What the hosts of the cast have set and offered themselves."""

from datetime import timedelta

from accounts.roles import Role
from demo.lives import actor, moment
from demo.people import School
from employers.models import Employer, Supervisor
from employers.rules import Wishes
from employers.workflow import offer_places, set_limits

DECEMBER = 12


def speak(school: School, garage: str, bakery: str) -> None:
    """The baker takes two students at a time and is not asked in December; the foreman offers two places in spring."""
    here = Supervisor.objects.filter(site__employer__school_employers__school=school.organisation)
    baker, foreman = here.get(site__name=bakery), here.get(site__name=garage)
    bread = Employer.objects.get(sites=baker.site_id)
    set_limits(
        employer=bread, wishes=Wishes(at_once=2, quiet_months=frozenset({DECEMBER})), seen=None,
        person=baker.person, by=actor(Role.OWNER, baker.person), at=moment(school.today - timedelta(days=20)),
    )  # fmt: skip
    offer_places(
        school=school.organisation, site=foreman.site, title="Cars and vans, brakes and tyres", places=2,
        starts_on=school.monday + timedelta(days=7 * 10), ends_on=school.monday + timedelta(days=7 * 18 + 4),
        occupation_codes=[], offered_by=foreman.person, by=actor(Role.SUPERVISOR, foreman.person),
        at=moment(school.today - timedelta(days=3)),
    )  # fmt: skip
