"""Two entries of one firm, or of one person there, become one: which rows go over, what is joined where both have one,
and the way back.

Nothing is deleted. Where the firm that is kept has such a row already, the other one stays where it is, out of sight,
and what pointed to it points to the one that is kept. Every value that changes is written down with the one before.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.db.models import PROTECT, Field, Model, Q, UniqueConstraint

from accounts.models import ContactPoint, Membership, Person
from employers.duplicates import Firm, same_place
from employers.models import (
    Capacity,
    Employer,
    Merge,
    NotOnePerson,
    NotSame,
    PersonMerge,
    SchoolEmployer,
    Site,
    Supervisor,
)
from employers.queries import at_work

type Moved = dict[str, dict[str, list[Any]]]
"""{"app.model.field": {key of the row: [value before, value after]}}"""

STAYS = (Merge, PersonMerge, NotSame, NotOnePerson)
"""What people have said of these two rows is about these two rows."""
OPEN = {
    "placements.signature": Q(signed_at=None),
    "placements.hostrequest": Q(answered_at=None),
    "reminders.outbox": Q(state="waiting"),
}
"""What a person still has to do goes over; done, it keeps the name under which it was done. By model."""
_TIERS = (SchoolEmployer.Tier.LIGHT, SchoolEmployer.Tier.STANDARD, SchoolEmployer.Tier.ENHANCED)


# ── What is joined ───────────────────────────────────────────────────────────────────────────────────────────────────


def _first(kept: Any, gone: Any) -> Any:
    return kept if kept not in (None, "", []) else gone


def _least(kept: Any, gone: Any) -> Any:
    """The smaller or the earlier one of those that are given."""
    return min((one for one in (kept, gone) if one is not None), default=None)


def _greatest(kept: Any, gone: Any) -> Any:
    return max((one for one in (kept, gone) if one is not None), default=None)


def _all(kept: list, gone: list) -> list:
    return [*kept, *(one for one in gone if one not in kept)]


def _notes(kept: str, gone: str) -> str:
    return kept if gone.strip() in kept else "\n\n".join(filter(None, (kept.strip(), gone.strip())))


def _longer(kept: date | None, gone: date | None) -> date | None:
    """Nobody has left who is still there under one of the two."""
    return None if None in (kept, gone) else _greatest(kept, gone)


JOINED: dict[type[Model], dict[str, Callable[[Any, Any], Any]]] = {
    Employer: {"register_number": _first, "activity_codes": _all},
    Site: {
        "name": _first, "region": _first, "email": _first, "phone": _first, "bring": _first, "latitude": _first,
        "longitude": _first, "meets": _all, "photos_allowed": lambda kept, gone: kept and gone,
    },
    Supervisor: {"starts_on": _least, "ends_on": _longer},
    # The stricter one stands: the closer check, the nearer end, what was taken back.
    SchoolEmployer: {
        "owner_id": _first, "notes": _notes, "approved_until": _least, "not_approved_since": _least,
        "suspended_at": _least, "recognised_on": _first, "tier": lambda kept, gone: max(kept, gone, key=_TIERS.index),
    },
    Capacity: {
        "at_once": _least, "a_year": _least, "paused_until": _greatest, "left_on": _least,
        "quiet_months": lambda kept, gone: sorted(_all(kept, gone)),
    },
}  # fmt: skip
"""By model and field: what stands where both firms have such a row. Other fields of the kept row stay as they are."""


def differences(kept: Model, gone: Model) -> dict[str, Any]:
    """What changes at the row that is kept."""
    joined = {
        field: join(getattr(kept, field), getattr(gone, field)) for field, join in JOINED.get(type(kept), {}).items()
    }
    return {field: value for field, value in joined.items() if value != getattr(kept, field)}


# ── There ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def absorb(gone: Employer, kept: Employer) -> Moved:
    """Everything that belongs to `gone` belongs to `kept`; what has changed by it."""
    moved: Moved = defaultdict(dict)
    account, own_account = gone.organisation, kept.organisation
    if account and own_account:
        _repoint(Membership._meta.get_field("organisation"), account, own_account, moved)
    elif account:
        _change(gone, {"organisation_id": None}, moved)
        _change(kept, {"organisation_id": account.pk}, moved)
    _fold(gone, kept, moved)
    _change(gone, {"merged_into_id": kept.pk}, moved)
    return dict(moved)


def _fold(gone: Model, kept: Model, moved: Moved) -> None:
    kept.refresh_from_db()
    _change(kept, differences(kept, gone), moved)
    for field in _pointing_to(type(gone)):
        _repoint(field, gone, kept, moved)


def _pointing_to(model: type[Model]) -> Iterator[Field]:
    """Every foreign key to the model, also those of apps that this one does not know."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and relation.related_model not in STAYS:
            yield relation.field  # type: ignore[union-attr]


def absorb_person(gone: Person, kept: Person, *, today: date) -> Moved:
    """Whom `gone` guides, `kept` guides, and reads letters and links; what has changed by it.

    What was said or signed protects its person from being deleted, and by that it is known here: it stays.
    """
    moved: Moved = defaultdict(dict)
    if account := gone.user_id:
        _change(gone, {"user_id": None}, moved)
        _change(kept, {"user_id": account}, moved)
    field: Any
    for field in _pointing_to(Person):
        only = OPEN.get(field.model._meta.label_lower)
        if only is not None or field.remote_field.on_delete is not PROTECT:
            _repoint(field, gone, kept, moved, only or Q())
    # What `kept` has already is out of use where it is left over: nobody is chosen or found by it.
    for point in gone.contact_points.order_by("pk"):
        _change(point, {"state": ContactPoint.State.REPLACED}, moved)
    for left in gone.supervisors.filter(at_work(today)).order_by("pk"):
        _change(left, {"ends_on": today - timedelta(days=1)}, moved)
    return dict(moved)


def _repoint(field: Any, gone: Model, kept: Model, moved: Moved, only: Q = Q()) -> None:
    rows = field.model._base_manager.filter(only, **{field.name: gone.pk})
    unique = list(_unique_with(field))
    if not unique:
        _note(field, rows.values_list("pk", flat=True), gone.pk, kept.pk, moved)
        rows.update(**{field.name: kept.pk})
        return
    for row, twin in [(row, _twin(row, field, kept, unique)) for row in rows.order_by("pk")]:
        if twin:
            _fold(row, twin, moved)
        else:
            _change(row, {field.attname: kept.pk}, moved)


def _unique_with(field: Any) -> Iterator[tuple[tuple[str, ...], Q]]:
    """What may be there only once together with this field, and under which condition."""
    if field.unique:
        yield (field.name,), Q()
    for names in field.model._meta.unique_together:
        if field.name in names:
            yield tuple(names), Q()
    for constraint in field.model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and field.name in constraint.fields:
            yield tuple(constraint.fields), constraint.condition or Q()


def _twin(row: Any, field: Any, kept: Any, unique: Iterable[tuple[tuple[str, ...], Q]]) -> Model | None:
    """The row of the firm that is kept which takes the place of this one."""
    if isinstance(row, Site):
        return same_site(row, kept.sites.order_by("pk"))
    for names, condition in unique:
        others = {name: getattr(row, row._meta.get_field(name).attname) for name in names if name != field.name}
        if None not in others.values():
            found = field.model._base_manager.filter(condition, **others, **{field.name: kept.pk}).first()
            if found:
                return found
    return None


def same_site(site: Site, others: Iterable[Site]) -> Site | None:
    """The site at the same address, also when it is written in another way."""
    near = (one for one in others if one.address_key == site.address_key or same_place(entry_at(one), entry_at(site)))
    return next(near, None)


def entry_at(site: Site) -> Firm:
    """The site as it is compared, of a firm without a name."""
    known = site.latitude is not None and site.longitude is not None
    return Firm(
        key=site.pk,
        name="",
        address=site.address,
        postcode=site.postcode,
        phone=site.phone,
        email=site.email,
        position=(site.latitude, site.longitude) if known else None,  # type: ignore[arg-type]
    )


def _change(row: Model, values: dict[str, Any], moved: Moved) -> None:
    """Without `save`, so that nothing else of the row changes."""
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in changed.items():
        _note(_field(type(row), name), [row.pk], getattr(row, name), value, moved)
        setattr(row, name, value)
    if changed:
        type(row)._base_manager.filter(pk=row.pk).update(**changed)


def _field(model: type[Model], attname: str) -> Any:
    return next(field for field in model._meta.concrete_fields if field.attname == attname)


def _note(field: Any, keys: Iterable[int], before: Any, after: Any, moved: Moved) -> None:
    """What was there before the first of two changes is what comes back."""
    rows = moved[f"{field.model._meta.label_lower}.{field.name}"]
    for key in keys:
        first, _last = rows.get(str(key), [_plain(before), None])
        rows[str(key)] = [first, _plain(after)]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


# ── And back ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def take_apart(moved: Moved) -> int:
    """Give every row back what it had before; how many rows have changed again since, or are gone, and stay so."""
    steps = [
        (field, before, after, keys)
        for label, rows in moved.items()
        for field in (apps.get_model(label.rsplit(".", 1)[0])._meta.get_field(label.rsplit(".", 1)[1]),)
        for before, after, keys in _alike(rows)
    ]
    # What may be there only once is given up at one place before it comes back to the other.
    return sum(_give_back(*step) for step in sorted(steps, key=lambda step: step[1] is not None))


def _alike(rows: dict[str, list[Any]]) -> Iterator[tuple[Any, Any, list[str]]]:
    """The rows with the same value before and after, so that they change with one query."""
    groups: dict[str, tuple[Any, Any, list[str]]] = {}
    for key, (before, after) in rows.items():
        groups.setdefault(repr((before, after)), (before, after, []))[2].append(key)
    yield from groups.values()


def _give_back(field: Any, before: Any, after: Any, keys: list[str]) -> int:
    rows = field.model._base_manager.filter(pk__in=keys)
    still = rows.filter(**{f"{field.name}__isnull": True} if after is None else {field.name: field.to_python(after)})
    return len(keys) - still.update(**{field.name: None if before is None else field.to_python(before)})


def follow_their_sites(kept: Employer, gone: Employer) -> None:
    """A placement that was planned since the merge, at no other sites than those that are the other firm's again.

    A school that knew only the one firm knows both from then on, the other one as it knew the one.
    """
    elsewhere = Site.objects.exclude(employer=gone)
    field: Any = Employer._meta.get_field("placements")
    there = field.related_model.objects.filter(employer=kept, segments__site__employer=gone)
    there = there.exclude(segments__site__in=elsewhere)
    schools = set(there.values_list("school", flat=True))
    there.update(employer=gone)
    known = ("school_id", "owner_id", "tier", "approved_until", "not_approved_since", "suspended_at")
    SchoolEmployer.objects.bulk_create(
        [
            SchoolEmployer(employer=gone, **values)
            for values in SchoolEmployer.objects.filter(employer=kept, school__in=schools).values(*known)
        ],
        ignore_conflicts=True,
    )
