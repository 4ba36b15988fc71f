"""A student's days without a network: kept by the browser, sent once, never over what somebody else wrote."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import chromium, serve
from tests.conftest import TODAY

EVENING = datetime(TODAY.year, TODAY.month, TODAY.day, 18, tzinfo=UTC)
DAYS = """
import json
from accounts.roles import Role
from demo import cast
from placements.models import WorkEntry
lina = cast.member(Role.STUDENT).user.person
rows = WorkEntry.objects.filter(learner=lina, day__gte="{since}").exclude(state="withdrawn")
print(json.dumps([[str(row.day), row.logged_minutes, row.state, row.origin] for row in rows.order_by("span")]))
"""
HOST_WRITES = """
from datetime import date, time
from django.utils import timezone
from accounts.roles import Role
from accounts.access import actor_of
from demo import cast
from placements.models import Placement
from placements.workflow.weeks import add_day
marek = cast.member(Role.SUPERVISOR)
placement = Placement.objects.filter(learner=cast.member(Role.STUDENT).user.person, state="running").get()
add_day(placement=placement, tasks=[], person=marek.user.person, day=date.fromisoformat("{day}"), starts_at=time(8),
        ends_at=time(14), break_minutes=0, by=actor_of(marek), at=timezone.now())
"""
SIGN_OUT_EVERYBODY = "from django.contrib.sessions.models import Session; Session.objects.all().delete()"
CACHED = """async () => {
  const texts = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) texts.push([request.url, await (await cache.match(request)).text()]);
  }
  return texts;
}"""
EVERYTHING = """() => new Promise((done) => {
  const asked = indexedDB.open("passerelle", 1);
  asked.onsuccess = async () => {
    const all = {};
    const change = asked.result.transaction(["rows", "kept", "facts"]);
    for (const name of change.objectStoreNames) {
      change.objectStore(name).getAll().onsuccess = (event) => { all[name] = event.target.result; };
    }
    change.oncomplete = () => done(all);
  };
})"""
# Only the page in this language: the worker that keeps it drops what an earlier one kept when it takes over.
CACHED_PAGE = """async () => {
  const kept = [];
  for (const name of await caches.keys()) kept.push(...(await (await caches.open(name)).keys()).map(({url}) => url));
  return String(kept.filter((url) => url.includes("/offline/"))) === `${location.origin}/offline/?language=en`;
}"""
REFUSED = """async () => queue.put({
  key: "k", user: await queue.user(), stamp: "s", kind: "new", fields: [], state: "refused", messages: [],
})"""
SESSION = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from accounts.roles import Role
from demo import cast
user = cast.member(Role.STUDENT, cast.WESTGATE).user
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session.create()
print(session.session_key)
"""


@pytest.fixture
def fresh_site(template, tmp_path):
    """On the day of the demo world, so that its planned days are not logged yet."""
    with serve(template, tmp_path) as site:
        yield site


class Phone:
    """One browser that can be closed and opened again."""

    def __init__(self, playwright, site, folder: Path):
        self.playwright, self.site, self.folder = playwright, site, folder

    @contextmanager
    def opened(self, *, offline: bool = False) -> Iterator[Page]:
        context: BrowserContext = self.playwright.chromium.launch_persistent_context(
            str(self.folder), executable_path=chromium(), locale="en", viewport={"width": 320, "height": 800},
            args=["--no-sandbox", "--disable-background-networking", "--disable-gpu", "--disable-component-update"],
        )  # fmt: skip
        context.set_default_timeout(20_000)
        context.clock.set_fixed_time(EVENING)
        context.set_offline(offline)
        page = context.new_page()
        try:
            yield page
        finally:
            context.close()

    def sign_in(self, page: Page, role: str = "student") -> None:
        page.goto(f"{self.site.url}/demo/")
        with page.expect_navigation():
            page.locator(f"button[name=as][value={role}]").click()

    def get_ready(self, page: Page) -> None:
        """Signed in once with a network, until the phone keeps what it needs."""
        self.sign_in(page)
        until(page, "async () => Boolean(await queue.kept(await queue.user()))")
        until(page, CACHED_PAGE)

    def stored(self, since: date) -> list[tuple]:
        out = self.site.manage("shell", "-v", "0", "-c", DAYS.format(since=since))
        return [tuple(row) for row in json.loads(out)]


@pytest.fixture
def phone(playwright, fresh_site, tmp_path):
    fresh_site.at(EVENING)
    return Phone(playwright, fresh_site, tmp_path / "profile")


def log(page: Page, day: date | None = None, **fields: str) -> None:
    """A day in the form of the page without a network; what is not named stays as it is planned."""
    form, rows = page.locator("[data-day-form]"), page.locator("[data-rows] > li")
    before = rows.count()
    if day or fields:
        form.locator("details[data-times]:not([open]) > summary").click()
    if day:
        form.locator("[name=day]").fill(day.isoformat())
    for name, value in fields.items():
        form.locator(f"[name={name}]").fill(value)
    form.locator("label[for^=task-]").first.click()
    form.locator("label[for=id_alone_1]").click()
    form.locator("button.btn-primary").click()
    rows.nth(before).wait_for()
    page.locator("[data-part=saved]").wait_for()


def until(page: Page, truth: str) -> None:
    """Wait for something that the page itself has to wait for."""
    end = time.monotonic() + 20
    while not page.evaluate(truth):
        assert time.monotonic() < end, truth
        time.sleep(0.05)


def settled(page: Page, part: str) -> str:
    page.locator(f"[data-part={part}]").wait_for()
    return page.locator(f"[data-part={part}]").inner_text()


# ── What arrives ─────────────────────────────────────────────────────────────────────────────────────────────────────

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
FRIDAY = date(2026, 11, 20)


def test_days_logged_without_a_network_arrive_once_after_the_browser_was_closed(phone):
    with phone.opened() as page:
        phone.get_ready(page)
        assert phone.stored(MONDAY) == []
        page.context.set_offline(True)
        page.goto(f"{phone.site.url}/")
        page.locator(".lead-line", has_text="Marek Motors").wait_for()
        log(page)
        log(page)
        log(page, TUESDAY, starts_at="17:00", ends_at="18:45", break_minutes="15")
        assert page.locator("[data-rows] > li").count() == 3
        assert phone.stored(MONDAY) == []
    with phone.opened(offline=True) as page:
        page.goto(f"{phone.site.url}/")
        page.locator("[data-rows] > li").nth(2).wait_for()
        kept = page.evaluate(EVERYTHING)["rows"]
    arrived = [
        ("2026-11-23", 450, "logged", "learner"),
        ("2026-11-24", 450, "logged", "learner"),
        ("2026-11-24", 90, "logged", "learner"),
    ]
    with phone.opened() as page:
        page.goto(f"{phone.site.url}/")
        assert "Days that were sent from this phone: 3." in settled(page, "sent")
        assert phone.stored(MONDAY) == arrived
        assert page.evaluate(EVERYTHING)["rows"] == []
        # The answer was lost on its way: the phone sends all of them again.
        page.evaluate("async (rows) => { for (const row of rows) await queue.put(row); }", kept)
        page.goto(f"{phone.site.url}/")
        assert "Days that were sent from this phone: 3." in settled(page, "sent")
        assert phone.stored(MONDAY) == arrived


@pytest.mark.whole
def test_a_day_that_is_sent_from_a_page_when_the_network_is_gone_is_kept(phone):
    with phone.opened() as page:
        phone.get_ready(page)
        page.goto(f"{phone.site.url}/")
        form = page.locator("main form.sheet").first
        form.locator("label[for^=id_tasks]").first.click()
        form.locator("label[for=id_alone_2]").click()
        page.context.set_offline(True)
        form.locator("button.btn-primary").click()
        page.locator("[data-rows] > li").wait_for()
        assert "Kept on this phone." in settled(page, "saved")
        page.context.set_offline(False)
        assert "Days that were sent: 1." in settled(page, "sent")
        assert phone.stored(MONDAY) == [("2026-11-24", 450, "logged", "learner")]


@pytest.mark.whole
def test_a_waiting_day_can_be_changed_and_removed(phone):
    with phone.opened() as page:
        phone.get_ready(page)
        page.context.set_offline(True)
        page.goto(f"{phone.site.url}/offline/")
        log(page)
        log(page)
        page.locator("[data-do=edit]").first.click()
        page.locator("[data-day-form] [name=ends_at]").fill("12:00")
        page.locator("[data-day-form] button.btn-primary").click()
        page.get_by_text("08:00 to 12:00").wait_for()
        page.locator("[data-do=remove]").last.click()
        page.locator("#remove-row [data-yes]").click()
        page.locator("[data-rows] > li").nth(1).wait_for(state="detached")
        page.context.set_offline(False)
        assert "Days that were sent: 1." in settled(page, "sent")
        assert phone.stored(MONDAY) == [("2026-11-23", 210, "logged", "learner")]


@pytest.mark.whole
def test_a_day_logged_before_can_be_changed_without_a_network(phone):
    with phone.opened() as page:
        phone.get_ready(page)
        assert phone.stored(FRIDAY) == [("2026-11-20", 420, "logged", "learner")]
        page.context.set_offline(True)
        page.goto(f"{phone.site.url}/")
        page.locator("[data-logged] button").first.click()
        page.locator("[data-day-form] [name=ends_at]").fill("14:30")
        page.locator("[data-day-form] button.btn-primary").click()
        settled(page, "saved")
        page.context.set_offline(False)
        # More than 72 hours after it was logged the school asks why, as on the page with a network.
        page.get_by_text("You logged this day more than 3 days ago. Say why you change it.").wait_for()
        page.locator("[data-do=edit]").click()
        page.locator("[data-day-form] [name=late_reason]").fill("No network in the yard")
        page.locator("[data-day-form] button.btn-primary").click()
        assert "Days that were sent: 1." in settled(page, "sent")
        assert phone.stored(FRIDAY) == [("2026-11-20", 360, "logged", "learner")]


# ── What stands by then ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.whole
def test_a_day_that_the_host_wrote_in_the_meantime_shows_both_and_loses_neither(phone):
    with phone.opened() as page:
        phone.get_ready(page)
        page.context.set_offline(True)
        page.goto(f"{phone.site.url}/")
        log(page, MONDAY)
        log(page, TUESDAY)
        phone.site.manage("shell", "-v", "0", "-c", HOST_WRITES.format(day=MONDAY))
        page.context.set_offline(False)
        page.goto(f"{phone.site.url}/")
        assert "Days that need your answer: 1" in settled(page, "asks").replace("on this phone ", "")
        both = [("2026-11-23", 360, "confirmed", "host"), ("2026-11-24", 450, "logged", "learner")]
        assert phone.stored(MONDAY) == both
        page.locator("[data-part=asks] a").click()
        day = page.locator("[data-rows] > li")
        day.wait_for()
        assert "You, on this phone: 08:00 to 16:00, break 30 min, 7 h 30." in day.inner_text()
        assert "Your supervisor: 08:00 to 14:00, break 0 min, 6 h." in day.inner_text()
        page.locator("[data-do=insist]").click()
        page.wait_for_url("**/reply/")
        page.goto(f"{phone.site.url}/offline/")
        page.locator("[data-do=drop]").click()
        assert page.locator("#remove-row").get_by_text("What is saved at your school stays as it is.").is_visible()
        page.locator("#remove-row [data-close]").click()
        assert day.count() == 1
        page.locator("[data-do=drop]").click()
        page.locator("#remove-row [data-yes]").click()
        day.wait_for(state="detached")
        assert phone.stored(MONDAY) == both


# ── Whose phone ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.whole
def test_whoever_is_signed_out_keeps_the_days_and_sends_them_after_signing_in(phone):
    with phone.opened() as page:
        phone.get_ready(page)
        page.context.set_offline(True)
        page.goto(f"{phone.site.url}/")
        log(page)
        phone.site.manage("shell", "-v", "0", "-c", SIGN_OUT_EVERYBODY)
        page.context.set_offline(False)
        assert "Your days stay on this phone" in settled(page, "signed-out")
        assert page.locator("[data-rows] > li").count() == 1
        assert phone.stored(MONDAY) == []
        page.locator("[data-part=signed-out] a").click()
        page.wait_for_url("**/accounts/login/**")
        phone.sign_in(page)
        assert "Days that were sent from this phone: 1." in settled(page, "sent")
        assert phone.stored(MONDAY) == [("2026-11-24", 450, "logged", "learner")]


@pytest.mark.whole
def test_somebody_else_on_the_same_phone_sees_nothing_of_the_first(phone):
    with phone.opened() as page:
        phone.get_ready(page)
        page.context.set_offline(True)
        page.goto(f"{phone.site.url}/")
        log(page)
        key = phone.site.manage("shell", "-v", "0", "-c", SESSION).strip()
        page.context.clear_cookies()
        page.context.add_cookies([{"name": "sessionid", "value": key, "url": phone.site.url}])
        page.context.set_offline(False)
        # The page is still open: what is sent from it says whose it is.
        page.goto(f"{phone.site.url}/")
        first = page.evaluate(EVERYTHING)["rows"][0]["user"]
        until(page, f"async () => (await queue.user()) !== '{first}'")
        page.goto(f"{phone.site.url}/offline/")
        page.wait_for_load_state("networkidle")
        shown = page.locator("body").inner_text()
        assert "Marek Motors" not in shown
        assert "On this phone" not in shown
        assert phone.stored(MONDAY) == []
        assert "Marek Motors" not in json.dumps(page.evaluate(EVERYTHING)["kept"])
        phone.sign_in(page)
        assert "Days that were sent from this phone: 1." in settled(page, "sent")
        assert phone.stored(MONDAY) == [("2026-11-24", 450, "logged", "learner")]


@pytest.mark.whole
def test_signing_out_asks_when_days_wait_and_leaves_nothing_behind(phone):
    with phone.opened() as page:
        phone.get_ready(page)
        page.evaluate(REFUSED)
        page.goto(f"{phone.site.url}/my/hours/")
        page.locator("form[data-sign-out] button").click()
        page.locator("#sign-out[open]").wait_for()
        assert "Days on this phone that are not sent yet: 1." in page.locator("#sign-out").inner_text()
        page.locator("#sign-out [data-close]").click()
        assert len(page.evaluate(EVERYTHING)["rows"]) == 1
        page.locator("form[data-sign-out] button").click()
        with page.expect_navigation():
            page.locator("#sign-out [data-yes]").click()
        assert page.evaluate(EVERYTHING) == {"rows": [], "kept": [], "facts": []}
        assert page.evaluate("caches.keys()") == []
        phone.get_ready(page)
        page.context.set_offline(True)
        page.goto(f"{phone.site.url}/")
        page.locator(".lead-line", has_text="Marek Motors").wait_for()


@pytest.mark.whole
@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_the_page_without_a_network_is_for_everybody(phone, language):
    with phone.opened() as page:
        phone.get_ready(page)
        with page.expect_navigation():
            page.locator(f"form.languages button[value={language}]").click()
        until(page, CACHED_PAGE.replace("=en", f"={language}"))
        page.context.set_offline(True)
        page.goto(f"{phone.site.url}/")
        log(page)
        page.locator("[data-day-form] button.btn-primary").click()
        page.locator("[data-problems]").wait_for()
        page.locator("[data-day-form] details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
        assert page.locator("html").get_attribute("lang") == language
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert [found["id"] for found in Axe().run(page).response["violations"]] == []


@pytest.mark.whole
def test_the_cache_holds_the_empty_page_and_its_files_and_nothing_of_anybody(phone):
    with phone.opened() as page:
        phone.get_ready(page)
        for path in ("/", "/my/hours/", "/my/credit/"):
            page.goto(f"{phone.site.url}{path}")
        cached = page.evaluate(CACHED)
        addresses = sorted(url.removeprefix(phone.site.url) for url, _text in cached)
        assert [url for url in addresses if not url.startswith("/static/")] == ["/offline/?language=en"]
        assert len(addresses) == 10
        for url, text in cached:
            for name in ("Lina", "Kowal", "Marek", "Novak", "Harbour", "Oil and filter"):
                assert name not in text, (url, name)
