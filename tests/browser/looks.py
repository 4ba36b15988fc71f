"""One page in every look: axe, and nothing sideways. A page is loaded once; then only screen and colours change.

Nothing is looked at twice: what is drawn like something before has the same rules to keep, whatever its words.
"""

from playwright.sync_api import Page

AXE = "/static/axe/axe.min.js"
# Off by default in axe, for it is of WCAG 2.2: what is pressed measures 24 px or stands apart.
ALL_RULES = {"resultTypes": ["violations"], "preload": False, "rules": {"target-size": {"enabled": True}}}
# Light and dark differ in colours and in nothing else: no name, no role, no place. These are the slow rules.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
COLOURS = {"resultTypes": ["violations"], "preload": False, "runOnly": OF_COLOURS}
# Words and directions change no colours.
WITHOUT_COLOURS = {**ALL_RULES, "rules": {**ALL_RULES["rules"], **{rule: {"enabled": False} for rule in OF_COLOURS}}}
RUN = "([part, options]) => axe.run(part ?? document, options).then(answer => answer.violations)"
# axe passes over what is folded.
UNFOLD = "for (const fold of document.querySelectorAll('#main details')) fold.open = true"
# A part, without the content in it, as its elements with what styles or names them; of alike neighbours one stands.
DRAWING = """
(place) => {
  const kept = new Set(["class", "type", "role", "hidden", "disabled", "open", "dir", "lang", "tabindex"]);
  const said = /^aria-(label|labelledby|describedby|controls|valuenow|valuetext)$/;
  const draw = (one) => {
    const marks = [...one.attributes]
      .filter(({name}) => kept.has(name) || name.startsWith("aria-"))
      .map(({name, value}) => said.test(name) ? name : `${name}=${value}`);
    const inside = [];
    for (const child of one.childNodes) {
      if (child.id === "main") continue;
      const drawn = child.nodeType === 1 ? draw(child) : child.nodeType === 3 && child.data.trim() ? "words" : "";
      if (drawn && drawn !== inside.at(-1)) inside.push(drawn);
    }
    return `<${one.localName} ${marks.sort().join(" ")}>${inside.join("")}</>`;
  };
  return draw(document.querySelector(place));
}
"""

DESK, PHONE = (1280, 800), (320, 640)
DAY_AT_DESK, NIGHT_AT_DESK = (DESK, "light"), (DESK, "dark")
NIGHT_ON_PHONE, DAY_ON_PHONE = (PHONE, "dark"), (PHONE, "light")
# What is new is seen in all four looks.
NEW = {DAY_AT_DESK: ALL_RULES, NIGHT_AT_DESK: COLOURS, NIGHT_ON_PHONE: ALL_RULES, DAY_ON_PHONE: COLOURS}
# Seen already in the other direction: places differ.
MIRRORED = {DAY_AT_DESK: WITHOUT_COLOURS, NIGHT_ON_PHONE: ALL_RULES}
# Seen already in another language: other names, and longer words press on each other where it is narrowest.
IN_OTHER_WORDS = {NIGHT_ON_PHONE: WITHOUT_COLOURS}


class Sweep:
    """What was drawn so far, and what was found."""

    def __init__(self, drawn: set[tuple[str, ...]]) -> None:
        self.drawn = drawn
        self.found: list[str] = []

    def look_at(self, page: Page, path: str, known: frozenset[str] = frozenset()) -> None:
        """See the page that is open in every look it still needs; `known` are rules that it may break."""
        page.evaluate(UNFOLD)
        language, direction = page.evaluate("[document.documentElement.lang, document.documentElement.dir]")
        content, frame = (
            self._needed(page.evaluate(DRAWING, place), direction, language) for place in ("#main", "body")
        )  # fmt: skip
        if content or frame:
            page.add_script_tag(url=AXE)
        where = f"{path} in {language}"
        part = None if content else {"exclude": ["#main"]}
        for look, rules in max(content, frame, key=len).items():
            self._axe(page, where, look, part, rules, known)
        self._measure(page, where)

    def _needed(self, drawing: str, direction: str, language: str) -> dict[tuple, dict]:
        """The looks in which this is still to be seen, each with its rules."""
        keys = {(drawing,): NEW, (drawing, direction): MIRRORED, (drawing, direction, language): IN_OTHER_WORDS}
        needed = next((looks for key, looks in keys.items() if key not in self.drawn), {})
        self.drawn |= keys.keys()
        return needed

    def _axe(self, page: Page, where: str, look: tuple, part: dict | None, rules: dict, known: frozenset[str]) -> None:
        (width, height), scheme = look
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        self.found += [
            f"{where}, {scheme}, {width} px: {violation['id']} at {violation['nodes'][0]['target']}"
            for violation in page.evaluate(RUN, [part, rules])
            if violation["id"] not in known
        ]

    def _measure(self, page: Page, where: str) -> None:
        width, height = PHONE
        page.set_viewport_size({"width": width, "height": height})
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            self.found.append(f"{where} is {wide} px wide on a screen of {width} px")
