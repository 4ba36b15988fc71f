"""Signing takes one screen of a small phone: five lines, the place for the name and the button, for every party."""

import json

import pytest

WAITING = """
import json
from django.utils import timezone
from accounts import links
from accounts.models import Link
from accounts.roles import Role
from demo import cast
from placements.models import Agreement, PlanVersion, Signature
school = cast.member(Role.COORDINATOR).organisation
agreement = Agreement.objects.filter(
    plan__placement__school=school, state="partly_signed", plan__placement__learner__family_name="Brandt"
).get()
PlanVersion.objects.filter(pk=agreement.plan_id).update(changes=["times", "supervisor"])
agreement.signatures.update(signed_at=None)
print(json.dumps({
    place.party: links.mint(
        person=place.person, school=school, purpose=Link.Purpose.SIGN, subject_id=place.pk, at=timezone.now()
    )[1]
    for place in agreement.signatures.all()
}))
"""


@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.whole), "fr"])
def test_five_lines_and_the_place_for_the_name_fit_a_screen_of_320_by_640(site, browser, language):
    tokens = json.loads(site.manage("shell", "-v", "0", "-c", WAITING))
    context = browser.new_context(locale=language, viewport={"width": 320, "height": 640})
    page = context.new_page()
    ends = {}
    for party, token in tokens.items():
        page.goto(f"{site.url}/link/{token}/")
        box = page.locator("form.short button").bounding_box()
        ends[party] = box["y"] + box["height"]
    context.close()
    assert set(ends) == {"student", "guardian", "host", "school"}
    assert max(ends.values()) <= 640, ends
