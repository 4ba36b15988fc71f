"""Somebody who uses the keyboard alone, and looks where the focus is at each stop."""

from playwright.sync_api import Page

# More stops than any page has: whoever presses Tab so often is trapped.
MOST = 150
STOP = """
(place) => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const drawn = [one, ...(one.labels ?? [])];
  const outlined = ({outlineStyle, outlineWidth}) => outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
  const ringed = one.matches("input, select, textarea") && getComputedStyle(one).boxShadow !== "none";
  // The button in a field for a date belongs to the browser, which draws a frame around it.
  const isInside = !one.matches(":focus");
  const size = (part) => part.getBoundingClientRect();
  const seen = drawn.filter((part) => size(part).width > 1 && size(part).height > 1);
  const boxes = seen.map(size);
  const top = Math.min(...boxes.map((box) => box.top)), bottom = Math.max(...boxes.map((box) => box.bottom));
  const isOnTop = ({left, right, top, bottom}) => {
    const found = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return found && drawn.some((part) => part.contains(found) || found.contains(part));
  };
  return {
    name: `${one.localName} ${one.name || one.getAttribute("href") || one.id} ${one.textContent.trim().slice(0, 40)}`,
    isThere: place ? one.matches(place) : false,
    shows: isInside || ringed || drawn.some((part) => outlined(getComputedStyle(part))),
    isOnScreen: boxes.length > 0 && bottom > 0 && top < innerHeight && boxes.some(isOnTop),
    isContent: !!one.closest("main"),
    top: top + scrollY, bottom: bottom + scrollY,
  };
}
"""


class Keyboard:
    """Finds its way on one page; `found` is what was not right at a stop."""

    def __init__(self, page: Page, found: list[str]) -> None:
        self.page, self.found = page, found
        self.before: dict | None = None

    def go(self, url: str) -> None:
        self.page.goto(url)
        self.walk()

    def walk(self) -> None:
        """Through the whole page once and out at its end."""
        self.before = None
        first = self.press("Tab")
        assert first, "nothing on this page takes the focus"
        for _ in range(MOST):
            stop = self.press("Tab")
            if stop is None or (stop["name"], stop["top"]) == (first["name"], first["top"]):
                return
        raise AssertionError(f"Tab never leaves {self.page.url}")

    def reach(self, place: str, key: str = "Tab") -> None:
        """Press Tab, or Shift+Tab, until that has the focus."""
        self.before = None
        for _ in range(MOST):
            stop = self.press(key, place)
            if stop and stop["isThere"]:
                return
        raise AssertionError(f"{key} never comes to {place} on {self.page.url}")

    def tick(self, place: str) -> None:
        """A box: reach it and press Space."""
        self.reach(place)
        self.page.keyboard.press("Space")

    def unfold(self, place: str) -> None:
        self.reach(place)
        self.page.keyboard.press("Enter")

    def choose(self, name: str, number: int = 0) -> None:
        """One answer of several: Tab goes to the group, arrows go through it."""
        self.reach(f"[name={name}]")
        self.page.keyboard.press("Space")
        for _ in range(number):
            self.page.keyboard.press("ArrowDown")

    def type(self, place: str, text: str) -> None:
        self.reach(place)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def send(self, place: str) -> None:
        """Reach a button or a link and press Enter, which leads to another page."""
        self.reach(place)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def press(self, key: str, place: str = "") -> dict | None:
        """One key, and what is seen afterwards: the stop, or nothing when the focus has left the page."""
        self.page.keyboard.press(key)
        stop = self.page.evaluate(STOP, place)
        if stop is None:
            self.before = None
            return None
        where = f"{self.page.url}: {stop['name']}"
        if not stop["shows"]:
            self.found.append(f"{where} does not show the focus")
        if not stop["isOnScreen"]:
            self.found.append(f"{where} is off the screen or covered")
        before = self.before
        if key == "Tab" and before and before["isContent"] and stop["isContent"] and stop["bottom"] <= before["top"]:
            self.found.append(f"{where} comes after {before['name']} but stands above it")
        self.before = stop
        return stop
