"""Files that people hand in: looked at by content, cleaned, and kept as bytes (docs/decisions/0040)."""

import hashlib
import io
import warnings
from datetime import date, datetime

from django.core.files import File
from django.http import HttpResponse
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts.models import Document, Organisation, Person
from core.workflow import Refused

LARGEST = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000
LONGEST_EDGE = 2400
IMAGES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
PDF = "application/pdf"


def read(file: File) -> tuple[bytes, str]:
    """The bytes to keep and their media type, told by the content and never by the name.

    A picture is drawn anew: upright, at most 2,400 pixels long, without place and camera. Raises `Refused` for more
    than 10 MB, for other kinds of files and for pictures that are broken or far too large.
    """
    content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Refused(_("This file is larger than 10 MB."))
    if content.startswith(b"%PDF-"):
        return content, PDF
    picture = open_picture(content)
    return written(picture, picture.format or "JPEG")


def open_picture(content: bytes) -> Image.Image:
    """A picture, upright; its `format` is that of the content."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            found = Image.open(io.BytesIO(content), formats=list(IMAGES))
            kind = found.format
            if found.width * found.height > MOST_PIXELS:
                raise Refused(_("This picture is too large. Take it with a smaller size."))
            upright = ImageOps.exif_transpose(found)
            upright.format = kind
            return upright
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning) as error:
        raise Refused(_("Hand in a PDF, or a picture as JPEG, PNG or WebP.")) from error


def written(picture: Image.Image, kind: str) -> tuple[bytes, str]:
    """The bytes of a picture that hold its pixels and nothing else."""
    smaller = picture.convert("RGB") if kind == "JPEG" else picture.copy()
    smaller.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    smaller.info.clear()
    target = io.BytesIO()
    smaller.save(target, format=kind)
    return target.getvalue(), IMAGES[kind]


def store(*, organisation: Organisation, kind: Document.Kind, file: File, person: Person, at: datetime) -> Document:
    """Keep a file that was handed in; see `read` for what is refused."""
    return keep(*read(file), organisation=organisation, kind=kind, person=person, at=at)


def keep(
    content: bytes,
    media_type: str,
    *,
    organisation: Organisation,
    kind: Document.Kind,
    person: Person,
    at: datetime,
    retain_until: date | None = None,
) -> Document:
    """Keep bytes that were read or drawn here, at most until a day where one is named."""
    return Document.objects.create(
        organisation=organisation,
        kind=kind,
        media_type=media_type,
        content=content,
        hash=hashlib.sha256(content).hexdigest(),
        added_by=person,
        added_at=at,
        retain_until=retain_until,
    )


def answer(document: Document) -> HttpResponse:
    """The file for a person who may see it; whoever calls this has looked at that. Nothing of it stays on the way."""
    response = HttpResponse(bytes(document.content), content_type=document.media_type)
    name = f"{document.kind}-{document.public_id}.{document.media_type.rpartition('/')[2]}"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
