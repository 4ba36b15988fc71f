"""Every page of every role, in every language, light and dark, wide and narrow: axe finds nothing, nothing scrolls
sideways. Every day the first page of each role; all of them where there is time."""

import json
from collections.abc import Sequence

import pytest
from django.conf import settings

from accounts.roles import Role
from tests.browser.looks import Sweep

VISITOR = "visitor"
NO_PAGES = (".csv", ".json", ".pdf", ".ics", ".zip", "/csv/", "/file/", "/healthz", "/readyz", "/language/")
# The living page shows each example in both themes, so its landmarks come twice.
KNOWN = {"/ui/": frozenset({"landmark-unique"})}
PATHS = """
import json
from accounts.roles import Role
from tests.house.access import TABLE
from tests.house.things import Things

def paths(things, rows):
    return sorted({row.path(things) for row in rows})

rows = TABLE.values()
print(json.dumps({
    "visitor": paths(Things(Role.SUPERVISOR), [row for row in rows if row.get and row.public]),
    **{
        role: paths(Things(role), [row for row in rows if role in row.get and not (row.public and row.template != "/")])
        for role in Role
    },
}))
"""


@pytest.fixture(scope="module")
def paths(site) -> dict[str, list[str]]:
    """What each role may open, with things that exist on this site. What is open to everybody is a visitor's."""
    found = json.loads(site.manage("shell", "-v", "0", "-c", PATHS))
    return {who: [path for path in mine if not path.endswith(NO_PAGES)] for who, mine in found.items()}


@pytest.fixture(scope="module")
def drawn() -> set:
    """What was seen with an earlier role is not looked at again."""
    return set()


WHO = pytest.mark.parametrize("who", [*Role, VISITOR])


@WHO
def test_axe_finds_nothing_on_the_first_page_and_nothing_scrolls_sideways(site, browser, who):
    assert faults(site, browser, Sweep(set()), who, ["/"], ["en"]) == []


@pytest.mark.whole
@WHO
def test_axe_finds_nothing_and_nothing_scrolls_sideways(site, paths, drawn, browser, who):
    languages = [code for code, _name in settings.LANGUAGES]
    assert faults(site, browser, Sweep(drawn), who, paths[who], languages) == []


def faults(site, browser, sweep: Sweep, who: str, paths: Sequence[str], languages: Sequence[str]) -> list[str]:
    """What is wrong on these pages for one role, in words."""
    for language in languages:
        context = browser.new_context(locale=language, reduced_motion="reduce")
        page = context.new_page()
        if who != VISITOR:
            context.request.post(f"{site.url}/demo/sign-in/", form={"as": who})
        for path in paths:
            answer = page.goto(f"{site.url}{path}")
            if "text/html" not in answer.headers["content-type"]:
                continue
            assert page.locator("html").get_attribute("lang") == language, path
            sweep.look_at(page, path, KNOWN.get(path, frozenset()))
        context.close()
    return sweep.found
