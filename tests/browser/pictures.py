"""`make pictures`: the main screens of the demo world, in each language, wide and narrow, as files to look at.

They go to build/pictures/. With --readme the few that README shows go to docs/pictures/ instead.
"""

import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright

from accounts.roles import Role
from config.launch.preparation import ROOT
from tests.browser.conftest import FLAGS, chromium
from tests.browser.stage import Stage, stage


@dataclass(frozen=True)
class Picture:
    """`who` is a role of the cast, or nobody for whoever has a link; without a height the whole page is drawn."""

    name: str
    path: str
    who: str = ""
    language: str = "en"
    width: int = 1280
    height: int = 0


def screens(site: Stage) -> list[Picture]:
    found = site.addresses()
    return [
        Picture("day", "/", Role.COORDINATOR),
        Picture("placement", found["placement"], Role.COORDINATOR),
        Picture("plan", f"{found['placement']}plan/change/", Role.COORDINATOR),
        Picture("class", "/", Role.TEACHER),
        Picture("host", found["weeks"]),
        Picture("closing", found["closing"]),
        Picture("student", "/", Role.STUDENT),
        Picture("hours", "/my/hours/", Role.STUDENT),
    ]


def every(site: Stage) -> Iterator[Picture]:
    for one in screens(site):
        for language, _name in settings.LANGUAGES:
            for width in (1280, 320):
                yield replace(one, name=f"{one.name}_{language}_{width}", language=language, width=width)


def best(site: Stage) -> Iterator[Picture]:
    """One screen each, as large as README shows it."""
    for one in screens(site):
        if one.name in ("day", "placement"):
            yield replace(one, height=720)
        if one.name in ("host", "closing", "student"):
            yield replace(one, width=390, height=800)


def draw(browser: Browser, site: Stage, pictures: list[Picture], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for picture in pictures:
        size = {"width": picture.width, "height": picture.height or 800}
        with closing(browser.new_context(locale=picture.language, viewport=size)) as context:
            if picture.who:
                context.request.post(f"{site.url}/demo/sign-in/", form={"as": picture.who})
            page: Page = context.new_page()
            page.goto(f"{site.url}{picture.path}")
            page.screenshot(path=folder / f"{picture.name}.png", full_page=not picture.height)


def main(arguments: list[str]) -> int:
    readme = "--readme" in arguments
    folder = ROOT / "docs" / "pictures" if readme else ROOT / "build" / "pictures"
    with stage() as site, sync_playwright() as playwright:
        pictures = list(best(site) if readme else every(site))
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        draw(browser, site, pictures, folder)
        browser.close()
    sys.stdout.write(f"{len(pictures)} pictures are in {folder.relative_to(ROOT)}/\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
