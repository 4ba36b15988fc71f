"""Verbs of a photo of work: the learner adds one to a logged day, with parts hidden, and takes it back (E41)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import documents
from accounts.models import Document
from accounts.roles import Role
from core.workflow import Actor, Move, Refused, Workflow
from placements.blurring import CELLS, blurred
from placements.models import WorkEntry, WorkPhoto

MOST = 6
KEPT = timedelta(days=365)
"""How long after the last day of the placement a photo is kept at most."""

PHOTOS = Workflow(
    noun="photo",
    moves=(
        Move("add", gettext_lazy("Add a photo"), (), None, frozenset({Role.STUDENT})),
        Move("remove", gettext_lazy("Remove a photo"), (), None, frozenset({Role.STUDENT})),
    ),
    school_id=lambda photo: photo.entry.placement.school_id,
    timeline=lambda photo: f"placement:{photo.entry.placement_id}",
)


def why_not(entry: WorkEntry) -> str | None:
    """Why no photo can be added to this day; nothing when it can. `entry` comes with its segment's site."""
    if not entry.segment.site.photos_allowed:
        return _("No photos may be taken at this workplace. Describe the work in words instead.")
    if entry.state == WorkEntry.State.WITHDRAWN:
        return _("This day was taken back.")
    if entry.photos.count() >= MOST:
        return _("A day has room for 6 photos. Remove one first.")
    return None


def add_photo(
    *,
    entry: WorkEntry,
    file: File,
    consent: bool,
    hide: Collection[int] = (),
    public_id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> WorkPhoto:
    """Keep a photo without its place and with the parts `hide` (0 to 8) unreadable; only this picture is stored.

    The same `public_id` again gives the photo that is there. Raises `Refused` where the workplace allows no photos,
    without the learner's word that nobody is on it against their will, and for files that are no pictures.
    """
    PHOTOS.must_allow("add", by)
    if not consent:
        raise Refused(_("Say that nobody is on the photo, or that everybody on it agreed."))
    if not set(hide) <= set(CELLS):
        raise Refused(_("A picture has nine parts."))
    with transaction.atomic():
        day = _locked(entry)
        if public_id and (known := WorkPhoto.objects.filter(public_id=public_id).first()):
            if known.entry_id != day.pk:
                raise Refused(_("This form has been used before. Please open it again."))
            return known
        if problem := why_not(day):
            raise Refused(problem)
        document = documents.keep(
            *_picture(file, hide),
            organisation=day.placement.school,
            kind=Document.Kind.PHOTO,
            person=day.learner,
            at=at,
            retain_until=day.placement.ends_on + KEPT,
        )
        photo = WorkPhoto.objects.create(
            public_id=public_id or uuid4(), entry=day, document=document, consent=consent, at=at
        )
        PHOTOS.log(photo, "add", by=by, at=at, details={"day": day.day.isoformat(), "hidden": len(set(hide))})
    return photo


def remove_photo(*, photo: WorkPhoto, by: Actor, at: datetime) -> None:
    """The picture is gone for good; twice is like once."""
    PHOTOS.must_allow("remove", by)
    with transaction.atomic():
        row = (
            WorkPhoto.objects.select_for_update(of=("self",))
            .select_related("entry__placement", "document")
            .filter(pk=photo.pk)
            .first()
        )
        if row is None:
            return
        PHOTOS.log(row, "remove", by=by, at=at, details={"day": row.entry.day.isoformat()})
        row.delete()
        row.document.delete()


def _picture(file: File, hide: Collection[int]) -> tuple[bytes, str]:
    content, media_type = documents.read(file)
    if media_type == documents.PDF:
        raise Refused(_("Hand in a picture as JPEG, PNG or WebP."))
    if not hide:
        return content, media_type
    picture = documents.open_picture(content)
    return documents.written(blurred(picture, hide), picture.format or "JPEG")


def _locked(entry: WorkEntry) -> WorkEntry:
    return (
        WorkEntry.objects.select_for_update(of=("self",))
        .select_related("segment__site", "placement__school", "learner")
        .get(pk=entry.pk)
    )
