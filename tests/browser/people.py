"""People in front of the site: they open pages, fill in forms and read their mail. Each new screen is looked at."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Response

KEYS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/link/)[\w-]+|\d{4}-\d\d-\d\d|(?<=mailbox/)[\w-]+|(?<=\?).*")
HOURS = re.compile(r"(\d+) (?:h|س)(?: (\d\d))?\b")


def words(locator: Locator) -> str:
    """What stands there, on one line."""
    return " ".join(" ".join(locator.all_inner_texts()).split())


def amounts(locator: Locator) -> list[str]:
    """The hours that stand there, in their order, as "7 h 30" whatever the language."""
    return [f"{whole} h {rest}".strip() for whole, rest in HOURS.findall(words(locator))]


class Visitor:
    """One person with one browser. `seen` is shared by all who walk, so that each screen is looked at once."""

    def __init__(self, browser: Browser, url: str, *, language: str, width: int, script: bool, seen: set, found: list):
        self.url, self.language, self.width, self.script = url, language, width, script
        self.seen, self.found = seen, found
        self.context = browser.new_context(
            locale=language, viewport={"width": width, "height": 800}, java_script_enabled=script
        )
        self.context.set_default_timeout(30_000)
        self.page: Page = self.context.new_page()

    # ── Moving ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def go(self, path: str, status: int = 200) -> None:
        """Open an address of the site, or a whole one as it stands in a letter."""
        self._arrive(self.page.goto(path if path.startswith("http") else f"{self.url}{path}"), status)

    def click(self, place: Locator | str, status: int = 200) -> None:
        """Press something that leads to another page."""
        place = self.page.locator(place).first if isinstance(place, str) else place
        with self.page.expect_navigation() as moved:
            place.click()
        self._arrive(moved.value, status)

    def submit(self, form: str, status: int = 200, **values: Any) -> None:
        """Fill in the form that `form` names by one of its fields or a part of its address, and send it."""
        place = self.form(form)
        for name, value in values.items():
            self.fill(place, name, value)
        self.click(place.locator("button:not([type=button])").last, status)

    def form(self, name: str) -> Locator:
        return self.page.locator(f"main form:has([name='{name}']), main form[action*='{name}']").last

    def fill(self, form: Locator, name: str, value: Any) -> None:
        kind = form.locator(f"[name='{name}']").first.evaluate("one => one.type || one.tagName")
        if kind in ("radio", "checkbox"):
            self._tick(form, name, value)
            return
        field = form.locator(f"[name='{name}']")
        _unfold(field)
        if kind.startswith("select"):
            field.select_option(label=value)
        elif kind == "file":
            field.set_input_files(value)
        else:
            field.fill(str(value))

    def _tick(self, form: Locator, name: str, value: Any) -> None:
        """Press the label; `value` is the value of a box, or whether the only box is to be ticked."""
        boxes = form.locator(f"[name='{name}']" if isinstance(value, bool) else f"[name='{name}'][value='{value}']")
        self.fill_box(boxes, value is not False)

    def fill_box(self, box: Locator, ticked: bool) -> None:
        """Press the label, for the box itself may be hidden behind it."""
        if box.is_checked() != ticked:
            self.page.locator(f"label[for='{box.get_attribute('id')}']").click()

    def _arrive(self, response: Response | None, status: int) -> None:
        assert response is not None
        assert response.status == status, (
            f"{response.status} at {response.url}: {words(self.page.locator('body'))[:600]}"
        )
        self.look()

    # ── Looking ──────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    @property
    def title(self) -> str:
        return words(self.page.locator("h1"))

    def look(self) -> None:
        """axe, and nothing sideways, on each screen that nobody has looked at yet."""
        path = self.page.url.removeprefix(self.url)
        screen = KEYS.sub("*", path), self.title
        if screen in self.seen:
            return
        self.seen.add(screen)
        if self.page.locator("html").get_attribute("lang") != self.language:
            self.found.append(f"{screen} is not in {self.language}")
        if (wide := self.page.evaluate("document.documentElement.scrollWidth")) > self.width:
            self.found.append(f"{screen} is {wide} px wide on a screen of {self.width} px")
        with self._drawn() as page:
            self.found += [
                f"{screen} {violation['id']}: {violation['nodes'][0]['target']}"
                for violation in Axe().run(page).response["violations"]
            ]

    @contextmanager
    def _drawn(self) -> Iterator[Page]:
        """The page, for axe. axe is a script, so a page without scripts is drawn once more with them."""
        if self.script:
            yield self.page
            return
        browser, html = self.context.browser, self.page.content()
        assert browser is not None
        with closing(browser.new_context(viewport=self.page.viewport_size)) as context:
            page = context.new_page()
            page.route(self.page.url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
            page.goto(self.page.url)
            yield page

    # ── Signing in and reading mail ──────────────────────────────────────────────────────────────────────────────────

    def sign_in_on_demo(self, role: str) -> None:
        self.go("/demo/")
        self.click(f"button[name=as][value={role}]")
        self.choose_language()

    def sign_in(self, address: str) -> None:
        """With the code from the mail, on whatever page asks for it."""
        if "/accounts/login/" not in self.page.url:
            self.go("/accounts/login/")
        self.submit("email", email=address)
        code = re.search(r"^\d[\d-]{3,}$", self.newest_letter(address), re.MULTILINE)
        assert code, "no code in the newest letter"
        self.submit("code", code=code.group())

    def speak(self) -> None:
        """Choose the language on the page, when it is not the right one."""
        if self.page.locator("html").get_attribute("lang") != self.language:
            self.choose_language()

    def choose_language(self) -> None:
        """From now on pages and letters are in this language."""
        if self.page.locator("details.menu").first.is_visible():
            self.page.locator("details.menu > summary").first.click()
        button = self.page.locator(f"form.languages button[value={self.language}]")
        self.click(button.locator("visible=true").first)

    def newest_letter(self, address: str) -> str:
        """The text of the newest letter to an address, read in the demo's mailbox."""
        with self._tab() as page:
            page.goto(f"{self.url}/demo/mailbox/")
            page.locator("article.need", has_text=address).first.locator("a").first.click()
            page.wait_for_url("**/demo/mailbox/*/")
            return page.locator("main section").inner_text()

    def link_for(self, address: str, number: int = 0) -> str:
        """An address of the site from the newest letter to somebody."""
        return re.findall(rf"{re.escape(self.url)}/\S+", self.newest_letter(address))[number]

    @contextmanager
    def _tab(self) -> Iterator[Page]:
        page = self.context.new_page()
        yield page
        page.close()


def _unfold(field: Locator) -> None:
    """Open what the field is folded into, as with a finger."""
    for fold in field.locator("xpath=ancestor::details[not(@open)]").all():
        fold.locator("summary").first.click()
