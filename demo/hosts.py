"""What the hosts of the cast have set and offered themselves, and what the school knows of one of them."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from accounts.roles import Role
from demo.lives import actor, moment
from demo.people import School
from employers.models import Check, Employer, SchoolEmployer, Supervisor
from employers.rules import Wishes
from employers.workflow import offer_places, recognise, record_check, set_limits
from placements.models import Contact
from placements.workflow.contacts import note_contact

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


def is_known(school: School, garage: str) -> None:
    """The school has looked at the garage half a year ago, recognises it, and called last week."""
    office, looked_on = school.coordinators[0], school.today - timedelta(days=180)
    relation = SchoolEmployer.objects.select_related("employer").get(
        school=school.organisation, employer__sites__name=garage
    )
    by: dict[str, Any] = {"by": actor(Role.COORDINATOR, office), "at": moment(looked_on, 15)}
    notes = {
        Check.Kind.INSURANCE: "Harbour Mutual, seen as a copy.",
        Check.Kind.HAZARDS: "Lifts, brake dust, solvents. Goggles are there for everybody.",
        Check.Kind.VISIT: "",
    }
    for kind, note in notes.items():
        insured = relation.approved_until if kind == Check.Kind.INSURANCE else None
        record_check(
            relation=relation, kind=kind, done_on=looked_on, valid_until=insured, note=note, person=office, **by
        )
    relation.refresh_from_db()
    recognise(relation=relation, reason="Two of our students were taken on last year.", **by)
    called_on = school.today - timedelta(days=7)
    note_contact(
        school=school.organisation, employer=relation.employer, on=called_on, method=Contact.Method.PHONE,
        seen="Marek has room for two more in spring.", learned="", person=office, public_id=uuid4(),
        by=actor(Role.COORDINATOR, office), at=moment(called_on, 11),
    )  # fmt: skip
