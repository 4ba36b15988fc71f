"""A passkey in a real browser, with the authenticator that Chromium pretends to have: made, used, and where there is
none, said so. A passkey belongs to a name, so these pages are opened under localhost."""

import re

import pytest

from accounts.roles import Role


@pytest.fixture
def home(site) -> str:
    return site.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def page(browser):
    context = browser.new_context(locale="en", viewport={"width": 320, "height": 800})
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield page
    context.close()


@pytest.fixture
def problems(page) -> list[str]:
    """What the browser complains of, such as a script that the page's policy forbids."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    return found


def authenticator(page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    kind = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": kind})


def code_in(mail: str) -> str:
    return re.search(r"^(\d{6})$", mail, re.MULTILINE)[1]


def newest_mail(page, home) -> str:
    page.goto(f"{home}/demo/mailbox/")
    page.locator("main a[href^='/demo/mailbox/']").first.click()
    return page.locator("main").inner_text()


def add_passkey(page, home) -> None:
    """As somebody does it: a code from the mail first, then the finger."""
    page.goto(f"{home}/accounts/ways/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Send me a code").click()
    digits = code_in(newest_mail(page, home))
    page.goto(f"{home}/accounts/ways/passkeys/new/")
    page.get_by_label("Code from the mail").fill(digits)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name of the passkey").fill("Phone in the workshop")
    page.get_by_role("button", name="Make the passkey").click()
    page.wait_for_url("**/accounts/ways/")


def test_a_supervisor_adds_a_passkey_signs_out_and_signs_in_with_it(page, home, problems):
    authenticator(page)
    page.context.request.post(f"{home}/demo/sign-in/", form={"as": Role.SUPERVISOR})
    add_passkey(page, home)
    assert "Phone in the workshop" in page.locator("main").inner_text()
    page.get_by_role("button", name="Sign out").first.click()
    page.goto(f"{home}/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{home}/host/")
    page.goto(f"{home}/accounts/ways/")
    assert "Last used on" in page.locator("main").inner_text()
    assert problems == []


@pytest.mark.whole
def test_where_there_is_no_passkey_the_page_says_so_and_the_code_is_there(page, home, problems):
    authenticator(page)
    page.goto(f"{home}/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("No passkey was used.").wait_for()
    assert page.get_by_role("button", name="Send me the code").is_visible()
    assert page.get_by_role("button", name="Use a passkey").is_enabled()
    assert problems == []


@pytest.mark.whole
def test_an_address_of_numbers_and_a_browser_without_scripts_offer_no_passkey(page, site, browser, home):
    page.goto(f"{site.url}/accounts/login/")
    assert page.get_by_role("button", name="Send me the code").is_visible()
    assert not page.get_by_role("button", name="Use a passkey").is_visible()
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(f"{home}/accounts/login/")
    assert not plain.get_by_role("button", name="Use a passkey").is_visible()
    plain.context.close()
