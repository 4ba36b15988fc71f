"""Draws the icons of the installed app from our own mark: `python -m tests.browser.icons`, after the mark changed."""

from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import ROOT, chromium

IMAGES = ROOT / "static" / "img"
PAGE = """<body style='margin: 0; background: {ground}'>
  <img style='display: block; width: 100vw; padding: {padding}; box-sizing: border-box' src='{mark}'>"""
# A maskable icon is cut to any shape: the mark keeps to the middle, its ground goes to the edge.
DRAWINGS = {"192": (192, "transparent", "0"), "512": (512, "transparent", "0"), "maskable-512": (512, "#0b6b61", "12%")}


def draw(folder: Path = IMAGES) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for name, (size, ground, padding) in DRAWINGS.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            mark = (IMAGES / "favicon.svg").read_text()
            page.set_content(PAGE.format(ground=ground, padding=padding, mark=_address(mark)))
            page.wait_for_function("document.images[0].complete")
            page.screenshot(path=folder / f"icon-{name}.png", omit_background=True)
            page.close()
        browser.close()


def _address(svg: str) -> str:
    return "data:image/svg+xml," + svg.replace("#", "%23").replace('"', "%22")


if __name__ == "__main__":
    draw()
