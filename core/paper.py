"""PDFs by typst. A drawing gets everything as data, so nothing that people wrote is ever read as typst."""

import io
import json
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings
from django.utils.translation import gettext as _

LATIN, ARABIC = "Libertinus Serif", "IBM Plex Sans Arabic"
_ARABIC_FONTS = str(files("fontpkg_ibm_plex_sans_arabic") / "files")


@dataclass(frozen=True)
class Drawn:
    """A PDF. `accessible` when it keeps PDF/UA-1: every letter has a font and every piece a tag."""

    pdf: bytes
    accessible: bool


def draw(drawing: Path, data: dict[str, Any], at: datetime) -> Drawn:
    """The same data and moment give the same bytes. A letter without a font breaks PDF/UA-1: the paper is plain then
    and says so in `data["note"]`."""
    try:
        return Drawn(_compile(drawing, data, at, ["ua-1"]), accessible=True)
    except typst.TypstError:
        note = _("Some letters of this document have no font here; they are shown as boxes.")
        return Drawn(_compile(drawing, {**data, "note": note}, at, []), accessible=False)


def qr(address: str) -> str:
    """A square to scan, as SVG."""
    drawing = io.BytesIO()
    segno.make(address, micro=False, error="m").save(drawing, kind="svg", border=2)
    return drawing.getvalue().decode()


def direction(text: str) -> str:
    """ "rtl" or "ltr", as the first letter of the text runs; a text without letters runs from the left."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return "rtl" if next((kind for kind in strong if kind in ("L", "R", "AL")), "L") != "L" else "ltr"


def _compile(drawing: Path, data: dict[str, Any], at: datetime, standards: list) -> bytes:
    """With fonts of packages and of the installation, never the machine's: the paper is the same everywhere."""
    fonts = [ARABIC, LATIN] if data["lang"] == "ar" else [LATIN, ARABIC]
    return typst.compile(
        str(drawing),
        format="pdf",
        sys_inputs={"data": json.dumps({**data, "fonts": fonts})},
        font_paths=[_ARABIC_FONTS, str(settings.VAR_DIR / "fonts")],
        ignore_system_fonts=True,
        pdf_standards=standards,
        timestamp=int(at.timestamp()),
    )
