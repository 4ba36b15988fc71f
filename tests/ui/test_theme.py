"""The stylesheet: readable in light and dark, in both directions of writing, also in old browsers."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = (Path(settings.BASE_DIR) / "static" / "css" / "passerelle.css").read_text()
OLD = dict(re.findall(r"--(p-[\w-]+): (#[0-9a-f]{6});", CSS))
BOTH = {name: (light, dark) for name, light, dark in re.findall(r"--(p-[\w-]+): light-dark\((#\w{6}), (#\w{6})\)", CSS)}
TONES = ("good", "warn", "bad", "info")
TEXTS = [
    *[(text, ground) for text in ("p-ink", "p-muted", "p-accent") for ground in ("p-paper", "p-surface", "p-sunk")],
    *[(f"p-{tone}", ground) for tone in TONES for ground in (f"p-{tone}-soft", "p-paper", "p-surface")],
    *[("p-ink", f"p-{tone}-soft") for tone in (*TONES, "accent")],
    *[("p-accent", f"p-{tone}-soft") for tone in ("good", "warn", "info", "accent")],
    ("p-on-accent", "p-accent"),
    ("p-on-accent", "p-accent-strong"),
    ("p-accent-strong", "p-paper"),
    ("p-paper", "p-bad"),
]
EDGES = [("p-field", "p-surface"), ("p-field", "p-paper"), ("p-accent", "p-accent-soft"), ("p-tick", "p-surface")]


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_text_can_be_read(text, ground, theme):
    assert contrast(BOTH[text][theme], BOTH[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_the_edge_of_a_field_can_be_seen(edge, ground, theme):
    assert contrast(BOTH[edge][theme], BOTH[ground][theme]) >= 3


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_the_white_tick_can_be_seen_in_its_box(theme):
    assert contrast("#ffffff", BOTH["p-tick"][theme]) >= 3


def test_old_browsers_get_the_same_light_colours():
    assert {name: light for name, (light, _dark) in BOTH.items()} == {name: OLD[name] for name in BOTH}
    assert OLD.keys() == BOTH.keys()


def test_no_rule_names_left_or_right():
    rules = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
    assert re.findall(r"[\w-]*(?:margin|padding|border|inset)?-?\b(?:left|right)\b\s*:", rules) == []
