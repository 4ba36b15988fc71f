"""Reads for the pages about firms that are on the list twice: what is proposed, and what a merge would change."""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership
from core.formats import listed
from core.names import by_name, sort_key
from employers.access import employers_visible_to, merges_visible_to
from employers.duplicates import Firm, Kind, Likeness, Sign, compare, proposals
from employers.merging import differences, entry_at, same_site
from employers.models import Capacity, Employer, Merge, NotSame, SchoolEmployer, Site
from employers.queries import as_wishes
from employers.rules import UNDO_FOR, wishes_in_words

SIGNS = {
    Sign.NUMBER: gettext_lazy("the same number in the register"),
    Sign.PHONE: gettext_lazy("the same phone"),
    Sign.EMAIL: gettext_lazy("the same e-mail address"),
    Sign.NAME: gettext_lazy("the same name"),
    Sign.NEARLY: gettext_lazy("nearly the same name"),
    Sign.PLACE: gettext_lazy("the same address"),
}


@dataclass(frozen=True)
class Double:
    """Two firms of a school that may be one; `kept` is known longer."""

    kept: Employer
    gone: Employer
    likeness: Likeness

    @property
    def is_branch(self) -> bool:
        return self.likeness.kind == Kind.BRANCH

    @property
    def why(self) -> str:
        return _in_words(self.likeness)


def _in_words(likeness: Likeness) -> str:
    return listed([str(SIGNS[sign]) for sign in likeness.signs])


def doubles(viewer: Membership) -> list[Double]:
    """What is proposed to the school, certain ones first; never two firms of which somebody said that they are two."""
    visible = employers_visible_to(viewer)
    owner: dict[Firm, int] = {firm: pk for pk, firm in _entries(visible)}
    said, found = _said(), dict[tuple[int, int], Likeness]()
    for one, other, likeness in proposals(owner):
        low, high = sorted((owner[one], owner[other]))
        if low != high and (low, high) not in said:
            found[low, high] = _nearer(found.get((low, high)), likeness)
    firms = visible.in_bulk({pk for pair in found for pk in pair})
    rows = [Double(firms[low], firms[high], likeness) for (low, high), likeness in found.items()]
    return sorted(rows, key=lambda row: (not row.likeness.certain, row.kept.sort_key, row.kept.pk))


def others(viewer: Membership, firm: Employer, q: str) -> QuerySet[Employer]:
    """The other firms of the school with their sites, by name; `q` finds names without accents and case."""
    found = employers_visible_to(viewer).exclude(pk=firm.pk).filter(sort_key__contains=sort_key(q))
    return by_name(found.prefetch_related("sites"), "sort_key")


def _entries(visible: QuerySet[Employer]) -> Iterator[tuple[int, Firm]]:
    """As `entries`, for many firms at once and without their rows."""
    of_site = ("pk", "address", "postcode", "phone", "email", "latitude", "longitude")
    rows = visible.order_by("pk", "sites__pk").values_list(
        "pk", "name", "country", "register_number", *(f"sites__{name}" for name in of_site)
    )
    for pk, name, country, number, site, address, postcode, phone, email, north, east in rows:
        yield pk, Firm(
            key=f"{pk}:{site}", name=name, country=country, register_number=number, address=address or "",
            postcode=postcode or "", phone=phone or "", email=email or "",
            position=None if north is None or east is None else (north, east),
        )  # fmt: skip


def _nearer(one: Likeness | None, other: Likeness) -> Likeness:
    """Two firms have many sites; what is alike at one of them counts most."""
    if one is None:
        return other
    return min(one, other, key=lambda likeness: (likeness.kind != Kind.SAME, not likeness.certain))


def entries(employer: Employer) -> list[Firm]:
    """A firm as it is compared: one entry for each of its sites."""
    bare = Firm(f"{employer.pk}:", employer.name, employer.country, employer.register_number)
    return [
        replace(
            entry_at(site),
            key=f"{bare.key}{site.pk}",
            name=bare.name,
            country=bare.country,
            register_number=bare.register_number,
        )
        for site in employer.sites.all()
    ] or [bare]


def _said() -> set[tuple[int, int]]:
    """What was said of a firm that is part of another one now holds for the other one."""
    rows = NotSame.objects.values_list("one", "one__merged_into", "other", "other__merged_into")
    pairs = (sorted((into or one, other_into or other)) for one, into, other, other_into in rows)
    return {(low, high) for low, high in pairs}


def said_two(viewer: Membership) -> QuerySet[NotSame]:
    firms = employers_visible_to(viewer).values("pk")
    rows = NotSame.objects.filter(one__in=firms, other__in=firms)
    return rows.select_related("one", "other", "person").order_by("-at", "-pk")


def merges(viewer: Membership) -> QuerySet[Merge]:
    """What the school has made one, the last first."""
    return merges_visible_to(viewer).select_related("kept", "gone", "person").order_by("-at", "-pk")


def open_merges(viewer: Membership, now: datetime) -> QuerySet[Merge]:
    """Those that can be undone."""
    return merges(viewer).filter(undone_at=None, at__gte=now - UNDO_FOR)


def merge_of(viewer: Membership, kept: UUID, gone: UUID) -> Merge | None:
    """The merge of these two that stands."""
    return merges(viewer).filter(kept__public_id=kept, gone__public_id=gone, undone_at=None).first()


# ── What a merge would change ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Line:
    """One thing of both entries in words, and how it is afterwards."""

    label: str
    kept: list[str]
    gone: list[str]
    after: list[str]


@dataclass(frozen=True)
class Preview:
    kept: Employer
    gone: Employer
    likeness: Likeness
    lines: list[Line]

    @property
    def why(self) -> str:
        return _in_words(self.likeness)


def preview(kept: Employer, gone: Employer, viewer: Membership) -> Preview:
    """Both entries as the school sees them; what other schools keep of them is not counted."""
    both = {one.pk: one for one in _with_all(viewer).filter(pk__in={kept.pk, gone.pk})}
    kept, gone = both[kept.pk], both[gone.pk]
    alike = [compare(one, other) for one in entries(kept) for other in entries(gone)]
    likeness = min(alike, key=lambda like: (like.kind != Kind.SAME, like.kind != Kind.BRANCH, not like.certain))
    return Preview(kept, gone, likeness, list(_lines(kept, gone, viewer)))


def _with_all(viewer: Membership) -> QuerySet[Any]:
    own = Q(placements__school=viewer.organisation_id)
    return (
        employers_visible_to(viewer)
        .select_related("capacity")
        .prefetch_related("sites__supervisors__person")
        .annotate(students=Count("placements", filter=own, distinct=True))
    )


def _lines(kept: Any, gone: Any, viewer: Membership) -> Iterator[Line]:
    number = kept.register_number or gone.register_number
    yield Line(_("Name"), [kept.name], [gone.name], [kept.name])
    yield Line(_("Number in the register"), _some(kept.register_number), _some(gone.register_number), _some(number))
    yield _sites(kept, gone)
    yield _people(kept, gone)
    yield Line(_("Placements"), [str(kept.students)], [str(gone.students)], [str(kept.students + gone.students)])
    yield from _relations(kept, gone, viewer)
    if hasattr(kept, "capacity") or hasattr(gone, "capacity"):
        yield _limits(kept, gone)


def _some(text: str) -> list[str]:
    return [text] if text else []


def _sites(kept: Employer, gone: Employer) -> Line:
    own, others = list(kept.sites.all()), list(gone.sites.all())
    more = [site for site in others if same_site(site, own) is None]
    return Line(_("Sites"), *([_place(site) for site in sites] for sites in (own, others, own + more)))


def _place(site: Site) -> str:
    return ", ".join(filter(None, (site.name, site.address, site.postcode))) or _("No address")


def _people(kept: Employer, gone: Employer) -> Line:
    own, others = (
        list(dict.fromkeys(guide.person.full_name for site in one.sites.all() for guide in site.supervisors.all()))
        for one in (kept, gone)
    )
    return Line(_("Supervisors"), own, others, list(dict.fromkeys(own + others)))


def _relations(kept: Employer, gone: Employer, viewer: Membership) -> Iterator[Line]:
    rows = SchoolEmployer.objects.filter(school=viewer.organisation_id, employer__in=(kept, gone))
    by_firm = {row.employer_id: row for row in rows.select_related("owner")}
    one, other = by_firm[kept.pk], by_firm[gone.pk]
    after = {name: getattr(one, name) for name in ("tier", "approved_until", "notes")} | differences(one, other)
    owner = one.owner or other.owner
    yield Line(_("Looked after by"), *(_some(who.full_name if who else "") for who in (one.owner, other.owner, owner)))
    tiers = dict(SchoolEmployer.Tier.choices)
    yield Line(_("Tier"), *([str(tiers[tier])] for tier in (one.tier, other.tier, after["tier"])))
    days = (one.approved_until, other.approved_until, after["approved_until"])
    yield Line(_("Approved until"), *(_some(date_format(day, "j M Y") if day else "") for day in days))
    yield Line(_("Notes of the school"), *(_some(text) for text in (one.notes, other.notes, after["notes"])))


def _limits(kept: Employer, gone: Employer) -> Line:
    own, other = getattr(kept, "capacity", None), getattr(gone, "capacity", None)
    after = copy(own or other)
    if own and other:
        for name, value in differences(own, other).items():
            setattr(after, name, value)
    return Line(_("Limits of the firm"), *(_wishes(one) for one in (own, other, after)))


def _wishes(capacity: Capacity | None) -> list[str]:
    return wishes_in_words(as_wishes(capacity), timezone.localdate()) if capacity else []
