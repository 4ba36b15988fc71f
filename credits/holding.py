"""Which wording holds for each of many enrolments: that of today, or as if a draft had been adopted."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from credits.evidence import Needs, Wording, needs_of, read, without_content
from credits.replay import Ruled, Rulings
from schools.models import Enrolment, RuleSetDraft, RuleSetVersion
from schools.rule_sets.choosing import chosen
from schools.rule_sets.document import RuleSet
from schools.rule_sets.reading import content_hash, read_rule_set


@dataclass(frozen=True)
class Page:
    """A wording, stored or not, with what it says and what it looks at."""

    wording: Wording
    rule_set: RuleSet
    needs: Needs


type Books = Mapping[int | None, list[Page]]
"""The wordings of each rule set, by its key; None stands for the general one."""


def holding(enrolments: QuerySet[Enrolment]) -> Rulings:
    """The wordings of today, in one query."""
    return _rulings(_books(enrolments))


def with_and_without(draft: RuleSetDraft, enrolments: QuerySet[Enrolment]) -> list[Rulings]:
    """As `holding`, and beside it as if the draft were the newest wording of its rule set."""
    books = _books(enrolments)
    known = books.get(draft.rule_set_id, [])
    return [_rulings(books), _rulings({**books, draft.rule_set_id: [*known, _page_of(draft, known)]})]


def _books(enrolments: QuerySet[Enrolment]) -> Books:
    named = enrolments.order_by().values("cohort__version__rule_set")
    versions = RuleSetVersion.objects.filter(Q(rule_set__in=named) | Q(rule_set__general=True)).select_related(
        "rule_set"
    )
    books: dict[int | None, list[Page]] = defaultdict(list)
    for version in versions.order_by("pk"):
        page = Page(without_content(version), *read(version))
        books[version.rule_set_id].append(page)
        if version.rule_set.general:
            books[None].append(page)
    return books


def _page_of(draft: RuleSetDraft, others: Collection[Page]) -> Page:
    rule_set = read_rule_set(json.dumps(draft.content))
    wording = Wording(
        pk=0,
        number=1 + max((page.wording.number for page in others), default=0),
        hash=content_hash(draft.content),
        chosen_by=rule_set.chosen_by,
        valid_from=rule_set.valid_from,
        valid_to=rule_set.valid_to,
    )
    return Page(wording, rule_set, needs_of(rule_set))


def _rulings(books: Books) -> Rulings:
    pages = [page for book in books.values() for page in book]

    def of(enrolment: Enrolment, day: date) -> Ruled | None:
        return _ruled(books.get(enrolment.cohort.version.rule_set_id, []), enrolment.cohort.starts_on, day)

    return Rulings([Ruled(page.rule_set, page.needs) for page in pages], of)


def _ruled(book: Collection[Page], cohort_start: date, day: date) -> Ruled | None:
    """As for one enrolment (credits.evidence): the newest that holds, and those for work on other days."""
    found = chosen([page.wording for page in book], cohort_start=cohort_start, today=day)
    if found is None:
        return None
    dated = found.chosen_by == "activity_date"
    others = [page.rule_set for page in book if dated and page.wording.chosen_by == "activity_date"]
    mine = next(page for page in book if page.wording == found)
    return Ruled(mine.rule_set, mine.needs, [one for one in others if one is not mine.rule_set])
