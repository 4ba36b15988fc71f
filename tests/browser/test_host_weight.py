"""The first page of a host weighs little: everything that a browser loads for it, compressed as it travels."""

LIMIT = 100_000
MINT = """
from django.utils import timezone
from accounts import links
from accounts.models import Link
from accounts.roles import Role
from demo import cast
marek = cast.member(Role.SUPERVISOR).user.person
school = cast.member(Role.COORDINATOR).organisation
print(links.mint(person=marek, school=school, purpose=Link.Purpose.CONFIRM, subject_id=0, at=timezone.now())[1])
"""


def test_the_first_page_of_a_host_weighs_less_than_100_kb_with_everything_it_loads(packed_site, browser):
    token = packed_site.manage("shell", "-v", "0", "-c", MINT).strip()
    context = browser.new_context(viewport={"width": 320, "height": 800})
    page = context.new_page()
    arrived = []
    page.on("requestfinished", lambda request: arrived.append(request))
    page.goto(f"{packed_site.url}/link/{token}/", wait_until="networkidle")
    assert page.locator("article button[formaction]").count() > 0
    weights = {request.url.removeprefix(packed_site.url): _weight(request) for request in arrived}
    context.close()
    assert any(".css" in url for url in weights)
    assert sum(weights.values()) < LIMIT, weights


def _weight(request) -> int:
    """Bytes of the answer on the wire, head and body."""
    sizes = request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]
