"""Every page of every role: axe finds nothing, and nothing scrolls sideways on a phone."""

import json
import os

import pytest
from axe_playwright_python.sync_playwright import Axe

from accounts.roles import Role

WHOLE = os.environ.get("PASSERELLE_BROWSER") == "required"
SCREENS = [("en", "light", 1280), ("fr", "dark", 320)]
# The living page shows each example in both themes, so its landmarks come twice.
FILES = (".csv", ".json", ".pdf", "/file/")
KNOWN = {"/ui/": {"landmark-unique"}}
PATHS = '''
import json
from accounts.roles import Role
from tests.house.access import TABLE, Things

def opens(row, role):
    """What is open to everybody is the same for everybody, but for the first page: one role looks at it."""
    return role == Role.ADMINISTRATOR or not row.public or row.template == "/"

things = {role: Things(role) for role in Role}
print(json.dumps({
    role: sorted({row.path(things[role]) for row in TABLE.values() if role in row.get and opens(row, role)})
    for role in Role
}))
'''


@pytest.fixture(scope="module")
def paths(site) -> dict[str, list[str]]:
    """What each role may open, with things that exist on this site."""
    return json.loads(site.manage("shell", "-v", "0", "-c", PATHS))


def look_at(page, url: str, path: str, width: int) -> list[str]:
    answer = page.goto(f"{url}{path}")
    if "text/html" not in answer.headers["content-type"]:
        return []
    found = [
        f"{path} {violation['id']}: {violation['nodes'][0]['target']}"
        for violation in Axe().run(page).response["violations"]
        if violation["id"] not in KNOWN.get(path, set())
    ]
    if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
        found.append(f"{path} is {wide} px wide on a screen of {width} px")
    return found


@pytest.mark.parametrize(("language", "scheme", "width"), SCREENS)
@pytest.mark.parametrize("role", Role)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(site, paths, browser, role, language, scheme, width):
    context = browser.new_context(locale=language, color_scheme=scheme, viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(f"{site.url}/demo/")
    page.locator(f"button[name=as][value={role}]").click()
    mine = [path for path in paths[role] if path not in {"/healthz", "/language/"} and not path.endswith(FILES)]
    found = [problem for path in (mine if WHOLE else ["/"]) for problem in look_at(page, site.url, path, width)]
    context.close()
    assert found == [], "\n".join(found)
