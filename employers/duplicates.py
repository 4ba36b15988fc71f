"""Whether two entries are one firm, a branch of it, or two firms: by register number, name, place and contact. Pure.

A register number decides where both have one. Without it the name has to say the same, or a phone number or an address
for mail has to be the same too. One word more in a name ("Holdings", "North") often makes it another firm.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import combinations
from math import asin, cos, radians, sin, sqrt

from rapidfuzz.distance import DamerauLevenshtein

from core.names import sort_key
from employers.rules import address_key, register_key

LONG_NAME = 10
SAME_STREET = 0.6
NEAR_KM = 0.15
CROWD = 40
"""So many entries with one phone number or postcode and name are a call centre or a mall, and say nothing."""

# How a company calls its legal form, in the countries that our schools are in.
_FORMS = frozenset({
    "ltd", "limited", "plc", "llp", "lp", "inc", "incorporated", "corp", "corporation", "company", "co", "cic",
    "cio", "cyf", "ccc", "gmbh", "mbh", "ag", "kg", "ohg", "ug", "ev", "eg", "sarl", "sas", "sasu", "sa", "eurl",
    "snc", "scop", "bv", "nv", "vof", "srl", "spa", "sl", "slu", "lda", "ab", "oy", "oyj", "as", "aps", "pty", "pte",
})  # fmt: skip
_LONG_FORMS = re.compile(r"\b(?:public limited company|community interest company|limited liability partnership)\b")
_ALIAS = re.compile(r"\b(?:trading as|t a|formerly|previously known as|also known as|aka)\b")
_LONGER = {
    "bros": "brothers", "intl": "international", "int": "international", "mfg": "manufacturing", "svcs": "services",
    "svc": "service", "assoc": "association", "univ": "university", "coll": "college", "natl": "national",
    "dept": "department", "govt": "government", "eng": "engineering", "st": "saint", "mt": "mount", "hosp": "hospital",
    "ctr": "centre", "center": "centre", "n": "and", "et": "and", "und": "and",
}  # fmt: skip


class Kind(StrEnum):
    """What two entries are to each other."""

    SAME = "same"
    BRANCH = "branch"
    DIFFERENT = "different"


class Sign(StrEnum):
    """What speaks for it, in the order of its weight."""

    NUMBER = "number"
    PHONE = "phone"
    EMAIL = "email"
    NAME = "name"
    NEARLY = "nearly"
    PLACE = "place"


@dataclass(frozen=True)
class Likeness:
    """`certain` means that nobody has to look twice; `signs` say why."""

    kind: Kind
    certain: bool = False
    signs: tuple[Sign, ...] = ()


@dataclass(frozen=True)
class Firm:
    """One entry at one address, as it was typed. Empty is not known; a position is in degrees."""

    key: int | str
    name: str
    country: str = "GB"
    register_number: str = ""
    address: str = ""
    postcode: str = ""
    phone: str = ""
    email: str = ""
    position: tuple[float, float] | None = None

    @cached_property
    def number(self) -> str:
        return register_key(self.register_number)

    @cached_property
    def digits(self) -> str:
        """The last nine digits of the phone number: the same with and without a country code and a leading zero."""
        return digits_of(self.phone)

    @cached_property
    def mail(self) -> str:
        return self.email.strip().casefold()

    @cached_property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """The words of the name without its legal form; those of a second name apart."""
        return tuple(words for part in _ALIAS.split(_plain(self.name)) if (words := _core(part)))

    @cached_property
    def area(self) -> str:
        return re.sub(r"[^0-9a-z]", "", sort_key(self.postcode))

    @cached_property
    def street(self) -> frozenset[str]:
        """The words of the address, in no order."""
        known = frozenset(address_key(self.address, "").split())
        return known - frozenset(_plain(self.postcode).split()) - {self.area}

    @cached_property
    def houses(self) -> frozenset[str]:
        return frozenset(word for word in self.street if word[0].isdigit())


def digits_of(phone: str) -> str:
    found = re.sub(r"\D", "", phone.replace("(0)", ""))
    return found[-9:] if len(found) >= 7 else ""


@dataclass(frozen=True)
class Guide:
    """A supervisor of a firm as it is compared: at which sites, and the addresses and numbers as they were typed."""

    name: str
    sites: frozenset[int]
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


def same_person(one: Guide, other: Guide) -> tuple[Sign, ...]:
    """What speaks for one person in two entries of a firm; nothing where they are two.

    The address of a workshop may be everybody's there: beside it a word of the name has to be the same.
    """
    mine, theirs = _plain(one.name).split(), _plain(other.name).split()
    if not any(len(word) > 1 for word in {*mine} & {*theirs}):
        return ()
    numbers, others = ({digits_of(phone) for phone in guide.phones} - {""} for guide in (one, other))
    mails, other_mails = ({mail.strip().casefold() for mail in guide.emails} for guide in (one, other))
    found = {
        Sign.PHONE: numbers & others,
        Sign.EMAIL: mails & other_mails,
        Sign.NAME: sorted(mine) == sorted(theirs) and one.sites & other.sites,
    }
    return tuple(sign for sign, speaks in found.items() if speaks)


def compare(one: Firm, other: Firm) -> Likeness:
    """What the two entries are to each other."""
    signs = tuple(_signs(one, other))
    if one.country != other.country:
        return Likeness(Kind.DIFFERENT)
    if one.number and other.number and one.number != other.number:
        return _with_two_numbers(one, other, signs)
    place = same_place(one, other)
    if Sign.NUMBER in signs:
        return Likeness(Kind.BRANCH if place is False else Kind.SAME, certain=True, signs=signs)
    contact = Sign.PHONE in signs or Sign.EMAIL in signs
    if Sign.NAME in signs:
        return _with_one_name(place, contact, signs)
    if place and contact and (Sign.NEARLY in signs or _begin_alike(one, other)):
        return Likeness(Kind.SAME, certain=Sign.NEARLY in signs, signs=signs)
    if place and Sign.NEARLY in signs:
        return Likeness(Kind.SAME, signs=signs)
    if place is False and Sign.NEARLY in signs and contact:
        return Likeness(Kind.BRANCH, signs=signs)
    return Likeness(Kind.DIFFERENT, signs=signs)


def _with_two_numbers(one: Firm, other: Firm, signs: tuple[Sign, ...]) -> Likeness:
    """Two numbers are two firms, unless one is the other mistyped and everything else agrees."""
    contact = Sign.PHONE in signs or Sign.EMAIL in signs
    if Sign.NAME in signs and contact and _is_mistyped(one.number, other.number):
        kind = Kind.BRANCH if same_place(one, other) is False else Kind.SAME
        return Likeness(kind, signs=signs)
    return Likeness(Kind.DIFFERENT, certain=not _is_mistyped(one.number, other.number), signs=signs)


def _with_one_name(place: bool | None, contact: bool, signs: tuple[Sign, ...]) -> Likeness:
    """The same name: at one place it is one firm; elsewhere it is a branch when somebody answers for both."""
    if place is False:
        return Likeness(Kind.BRANCH, certain=contact, signs=signs) if contact else Likeness(Kind.DIFFERENT, signs=signs)
    if place or contact:
        return Likeness(Kind.SAME, certain=bool(place), signs=signs)
    return Likeness(Kind.DIFFERENT, signs=signs)


def proposals(firms: Collection[Firm]) -> Iterator[tuple[Firm, Firm, Likeness]]:
    """Each pair that may be one firm, once, the certain ones and those with a register number first.

    Only entries that have something in common are compared, so that 100,000 of them take seconds.
    """
    pairs = {tuple(sorted((one.key, other.key), key=str)): (one, other) for one, other in _candidates(firms)}
    found = [(one, other, compare(one, other)) for one, other in pairs.values()]
    alike = [row for row in found if row[2].kind != Kind.DIFFERENT]
    order = {sign: place for place, sign in enumerate(Sign)}
    yield from sorted(
        alike, key=lambda row: (not row[2].certain, min((order[sign] for sign in row[2].signs), default=len(order)))
    )


def _candidates(firms: Iterable[Firm]) -> Iterator[tuple[Firm, Firm]]:
    groups: dict[tuple[str, ...], list[Firm]] = defaultdict(list)
    for firm in firms:
        for key in _keys(firm):
            groups[key].append(firm)
    for key, group in groups.items():
        if len(group) <= CROWD or key[0] == "number":
            yield from combinations(group, 2)


def _keys(firm: Firm) -> set[tuple[str, ...]]:
    keys: set[tuple[str, ...]] = {("name", "".join(sorted("".join(words)))) for words in firm.names}
    keys |= {("at", firm.area, word) for words in firm.names for word in words[:2] if firm.area}
    if firm.area and firm.street:
        keys.add(("spot", firm.area, *sorted(firm.street)[:2]))
    named = {"number": firm.number and f"{firm.country}{firm.number}", "phone": firm.digits, "mail": firm.mail}
    return keys | {(name, value) for name, value in named.items() if value}


# ── What speaks for it ───────────────────────────────────────────────────────────────────────────────────────────────


def _signs(one: Firm, other: Firm) -> Iterator[Sign]:
    if one.number and one.number == other.number:
        yield Sign.NUMBER
    if one.digits and one.digits == other.digits:
        yield Sign.PHONE
    if one.mail and one.mail == other.mail:
        yield Sign.EMAIL
    pairs = [(mine, theirs) for mine in one.names for theirs in other.names]
    if any(_are_same(mine, theirs) for mine, theirs in pairs):
        yield Sign.NAME
    elif any(_are_nearly_same(mine, theirs) for mine, theirs in pairs):
        yield Sign.NEARLY
    if same_place(one, other):
        yield Sign.PLACE


def _are_same(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """The same words in any order, or with other spaces."""
    return sorted(mine) == sorted(theirs) or "".join(mine) == "".join(theirs)


def _are_nearly_same(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """One slip of the pen, two in a long name; another number or another company of a group is no slip."""
    changed = set(mine) ^ set(theirs)
    if changed & _ANOTHER or any(word.isdigit() for word in changed):
        return False
    whole, other = "".join(mine), "".join(theirs)
    slips = 2 if min(len(whole), len(other)) >= LONG_NAME else 1
    return _slips(whole, other, slips) <= slips


def _slips(one: str, other: str, most: int) -> int:
    """Letters left out, added, changed, or swapped with the next one; more than `most` is not counted further."""
    return DamerauLevenshtein.distance(one, other, score_cutoff=most)


def _begin_alike(one: Firm, other: Firm) -> bool:
    """The first word is the same, and neither is the other with a word that makes it another company of a group."""
    return any(
        mine[0] == theirs[0] and not _adds_company(set(mine), set(theirs))
        for mine in one.names
        for theirs in other.names
    )


def _adds_company(mine: set[str], theirs: set[str]) -> bool:
    return (mine <= theirs or theirs <= mine) and bool((mine ^ theirs) & _ANOTHER)


_ANOTHER = frozenset({
    "holding", "holdings", "trustee", "trustees", "trust", "pension", "pensions", "properties", "property",
    "investments", "finance", "foundation", "international", "north", "south", "east", "west", "northern",
    "southern", "eastern", "western", "midlands",
})  # fmt: skip


def _is_mistyped(one: str, other: str) -> bool:
    return len(one) == len(other) and _slips(one, other, 1) == 1


def same_place(one: Firm, other: Firm) -> bool | None:
    """None where one of the two has no address."""
    if not (one.street or one.area) or not (other.street or other.area):
        return None
    if one.houses and other.houses and not one.houses & other.houses:
        return False
    shared = _shared(one.street, other.street)
    if one.area and other.area and one.area != other.area:
        return bool(one.position and other.position and _km(one.position, other.position) <= NEAR_KM) and (
            shared >= SAME_STREET
        )
    return shared >= SAME_STREET


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """How much of the shorter address stands in the longer one; everything where one is only a postcode."""
    shorter = min(len(one), len(other))
    return len(one & other) / shorter if shorter else 1.0


def _km(one: tuple[float, float], other: tuple[float, float]) -> float:
    (north, east), (north_too, east_too) = (tuple(map(radians, position)) for position in (one, other))
    bend = sin((north - north_too) / 2) ** 2 + cos(north) * cos(north_too) * sin((east - east_too) / 2) ** 2
    return 2 * 6371 * asin(sqrt(bend))


# ── Names ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _plain(text: str) -> str:
    """Lower-case words without accents and signs; "&" is "and", "t/a" is "t a", an apostrophe parts nothing."""
    joined = re.sub(r"['’`]", "", sort_key(text).replace("&", " and "))
    return " ".join(re.findall(r"\w+", joined))


def _core(part: str) -> tuple[str, ...]:
    """The words of a name without its legal form, and without a "the" before it."""
    words = [_LONGER.get(word, word) for word in _LONG_FORMS.sub(" ", part).split()]
    while len(words) > 1 and (words[-1] in _FORMS or _slips(words[-1], "limited", 1) == 1):
        words.pop()
    while len(words) > 1 and words[0] == "the":
        words.pop(0)
    return tuple(words)
