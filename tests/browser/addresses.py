"""What hosts find in their letters, in the small demo world of the tests."""

import json
from datetime import UTC, datetime

from tests.browser.conftest import Site

TUESDAY = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
ADDRESSES = """
import json
from django.utils import timezone
from accounts import links
from accounts.models import Link, Person
from accounts.roles import Role
from placements.models import Feedback, Placement, Signature
from tests.house.access import TABLE
from tests.house.things import Things

things = Things(Role.SUPERVISOR)
unsigned = Signature.objects.get(party="host", agreement__plan__placement__learner__family_name="Brandt")
ended = Placement.objects.get(school=things.school, segments__supervisor__person__family_name="Falk")
Feedback.objects.filter(placement=ended).delete()

def mint(person, purpose, subject_id):
    link = links.mint(person=person, school=things.school, purpose=purpose, subject_id=subject_id, at=timezone.now())
    return f"/link/{link[1]}/"

print(json.dumps({
    "weeks": f"/link/{things['confirm']}/",
    "day": TABLE["placements:link_day"].path(things),
    "request": f"/link/{things['request']}/",
    "closing": mint(Person.objects.get(family_name="Falk"), Link.Purpose.FEEDBACK, ended.pk),
    "sign": mint(unsigned.person, Link.Purpose.SIGN, unsigned.pk),
}))
"""


def addresses_of(site: Site) -> dict[str, str]:
    """Whole addresses, on the evening of the world's day: Marek's weeks and a day of his student, a request to him,
    Nina's closing feedback (not given yet, whatever was sent before), Sofia's agreement."""
    site.at(TUESDAY)
    found = json.loads(site.manage("shell", "-v", "0", "-c", ADDRESSES))
    return {name: f"{site.url}{path}" for name, path in found.items()}
