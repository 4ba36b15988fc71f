"""The credit of many students at once: work and papers stream by, one case for each enrolment.

One wording for all, as in a replay, or for each the one that holds.
Where the rule set looks no closer than at weeks (credits.rules.grain), the database adds the work up by week; else
every entry comes by itself. Memory holds a chunk of enrolments, however many there are.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import QuerySet

from credits.evidence import Answers, Gathered, Needs, answers_of, evidence_of, known_of, last_day, read
from credits.rules import evidence as documents
from credits.rules.case import Case, Item, MissingFact, case_of
from credits.rules.evaluate import evaluate
from credits.rules.grain import grain_of
from credits.rules.result import Result
from credits.worked import COLUMNS, counted_entries, host_key, with_meant, work_of
from placements.models import Activity
from schools.models import Cohort, Enrolment, RuleSetVersion
from schools.rule_sets.document import RuleSet

CHUNK = 2000
NEEDS = [field.name for field in fields(Needs)]

type Lines = tuple[int, list[documents.Work]]
"""An enrolment and its days of work."""

type Sums = tuple[int, list[Item]]
"""An enrolment and its work, added up by week."""


@dataclass(frozen=True)
class Ruled:
    """A wording with those for work on other days, and what they look at."""

    rule_set: RuleSet
    needs: Needs
    others: Sequence[RuleSet] = ()


@dataclass(frozen=True)
class Rulings:
    """Which wording holds for an enrolment whose last day of work is known, among all that may; nothing where none."""

    among: Collection[Ruled]
    of: Callable[[Enrolment, date], Ruled | None]

    @cached_property
    def by_week(self) -> bool:
        return all(grain_of(one.rule_set) == "week" for one in self.among)

    @cached_property
    def needs(self) -> Needs:
        """All that one of them looks at."""
        return Needs(**{name: any(getattr(one.needs, name) for one in self.among) for name in NEEDS})


def under(version: RuleSetVersion) -> Rulings:
    """One wording for everybody."""
    rule_set, needs = read(version)
    only = Ruled(rule_set, needs, [read(one)[0] for one in _other_wordings(version)])
    return Rulings([only], lambda _enrolment, _last_day: only)


def evaluations(
    version: RuleSetVersion, enrolments: QuerySet[Enrolment], *, today: date
) -> Iterator[tuple[int, Result | None]]:
    """What one wording says of each of these enrolments, in the order of their ids; nothing where a fact is missing."""
    for key, case in cases(version, enrolments, today=today):
        yield key, evaluated(case)


def evaluated(case: Case) -> Result | None:
    """Nothing where a fact is missing."""
    try:
        return evaluate(case)
    except MissingFact:
        return None


def beside_cohort(found: Gathered, enrolment: Enrolment, *, today: date) -> Gathered:
    """With the counted minutes of the other students of the cohort, where a rule asks for their average."""
    if not read(found.wording)[1].cohort:
        return found
    version = RuleSetVersion.objects.defer("content").get(pk=found.wording.pk)
    counted = counted_minutes(under(version), enrolment.cohort, today=today)
    others = [minutes for key, minutes in counted.items() if key != enrolment.pk]
    return replace(found, evidence=replace(found.evidence, cohort_minutes=sorted(others)))


def counted_minutes(rulings: Rulings, cohort: Cohort, *, today: date) -> dict[int, int]:
    """Minutes that count, by enrolment of the cohort; whoever the rule set is not for, or lacks a fact, is left out."""
    return {
        one.enrolment.pk: result.counted_minutes
        for one in _seen(rulings.among, Enrolment.objects.filter(cohort=cohort))
        if (case := one.case(rulings, today)) and (result := evaluated(case)) and result.result != "not_applicable"
    }


def cases(version: RuleSetVersion, enrolments: QuerySet[Enrolment], *, today: date) -> Iterator[tuple[int, Case]]:
    """As `evaluations`, the cases alone."""
    for enrolment, case in cases_under(under(version), enrolments, today=today):
        yield enrolment.pk, case


def cases_under(rulings: Rulings, enrolments: QuerySet[Enrolment], *, today: date) -> Iterator[tuple[Enrolment, Case]]:
    """The case of each enrolment for which a wording holds, in the order of their ids."""
    for enrolment, [case] in cases_beside([rulings], enrolments, today=today):
        if case:
            yield enrolment, case


def cases_beside(
    several: Sequence[Rulings], enrolments: QuerySet[Enrolment], *, today: date
) -> Iterator[tuple[Enrolment, list[Case | None]]]:
    """The cases of each enrolment under several rulings, all from one read; nothing where no wording holds.

    Where a rule asks for it, the others of each cohort are counted before.
    """
    averages: dict[tuple[int, int], dict[int, int]] = {}
    for one in _seen([ruled for rulings in several for ruled in rulings.among], enrolments):
        yield one.enrolment, [_beside_others(one, rulings, averages, today) for rulings in several]


def _beside_others(
    one: "Seen", rulings: Rulings, averages: dict[tuple[int, int], dict[int, int]], today: date
) -> Case | None:
    case = one.case(rulings, today)
    if case is None or not rulings.needs.cohort:
        return case
    key = id(rulings), one.enrolment.cohort_id
    if key not in averages:
        averages[key] = counted_minutes(rulings, one.enrolment.cohort, today=today)
    return replace(case, cohort_minutes=[some for pk, some in averages[key].items() if pk != one.enrolment.pk])


@dataclass(frozen=True)
class Seen:
    """All that is known of an enrolment: beside its work, and the work by the day or by the week."""

    enrolment: Enrolment
    row: dict[str, Any]
    answers: Answers
    days: list[documents.Work]
    sums: list[Item]

    def case(self, rulings: Rulings, today: date) -> Case | None:
        """Under the wording that holds; nothing where none does."""
        last = max((row.last_day for row in self.sums), default=last_day(self.days, today))
        ruled = rulings.of(self.enrolment, last)
        if ruled is None:
            return None
        found = evidence_of(
            self.enrolment, self.row, self.answers, rule_set=ruled.rule_set, work=self.days, today=today
        )
        case = case_of(ruled.rule_set, found, ruled.others)
        return replace(case, items=[*case.items, *self.sums]) if self.sums else case


def _seen(among: Collection[Ruled], enrolments: QuerySet[Enrolment]) -> Iterator[Seen]:
    """One transaction, so that the work can stream beside the reads of each chunk."""
    together = Rulings(among, lambda _enrolment, _day: None)
    whole = enrolments.order_by("pk").select_related("student", "cohort__version").prefetch_related("student__school")
    with nullcontext() if connection.in_atomic_block else _for_all_rows():
        known = _known(together.needs, whole)
        if together.by_week:
            for (enrolment, row, answers), sums in _beside(known, weeks(enrolments)):
                yield Seen(enrolment, row, answers, [], sums)
        else:
            for (enrolment, row, answers), days in _beside(known, _days(enrolments)):
                yield Seen(enrolment, row, answers, days, [])


@contextmanager
def _for_all_rows() -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PLANNED)
        yield


def _other_wordings(version: RuleSetVersion) -> QuerySet[RuleSetVersion]:
    """Those for work on other days, where the day of the work chooses."""
    dated = RuleSetVersion.objects.filter(rule_set=version.rule_set_id, chosen_by="activity_date").exclude(
        pk=version.pk
    )
    return dated if version.chosen_by == "activity_date" else dated.none()


type Known = tuple[Enrolment, dict[str, Any], Answers]
"""An enrolment, its row of `known_of`, and what the needs of the rule sets brought for its chunk."""


def _known(needs: Needs, whole: QuerySet[Enrolment]) -> Iterator[Known]:
    """In the order of enrolments, read by the chunk."""
    for chunk in _chunks(whole):
        known = {row["pk"]: row for row in known_of(Enrolment.objects.filter(pk__in=[one.pk for one in chunk]))}
        answers = answers_of(chunk, known.values(), needs)
        for one in chunk:
            yield one, known[one.pk], answers


def _beside[T](known: Iterator[Known], work: Iterator[tuple[int, list[T]]]) -> Iterator[tuple[Known, list[T]]]:
    """Both come in the order of enrolments; not every enrolment has work."""
    waiting = next(work, None)
    for one in known:
        while waiting and waiting[0] < one[0].pk:
            waiting = next(work, None)
        yield one, waiting[1] if waiting and waiting[0] == one[0].pk else []


def _chunks(whole: QuerySet[Enrolment]) -> Iterator[list[Enrolment]]:
    last = 0
    while chunk := list(whole.filter(pk__gt=last)[:CHUNK]):
        yield chunk
        if len(chunk) < CHUNK:
            return
        last = chunk[-1].pk


# ── Work ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _days(enrolments: QuerySet[Enrolment]) -> Iterator[Lines]:
    rows = with_meant(counted_entries()).filter(placement__enrolment__in=enrolments.order_by().values("pk"))
    ordered = rows.order_by("placement__enrolment", "span", "pk").values_list("placement__enrolment", *COLUMNS)
    for enrolment, some in groupby(ordered.iterator(chunk_size=CHUNK), key=itemgetter(0)):
        yield enrolment, [work_of(row[1:]) for row in some]


# A week is its number since Monday, 1 January 1900. "begun" is whether an agreement was there: from its moment on, or
# from its day on where somebody wrote it down. "answer" keeps apart what the host has not answered, refused, shortened
# and agreed to: sums of each say what its entries say. "void" is the reason why work counts nowhere, as in
# credits.rules.validity; work that is void in a part is kept apart from work that is void as a whole.
GROUPED = """
    SELECT placement.enrolment_id, placement.id, placement.employer_id, (entry.day - DATE '1900-01-01') / 7 AS week,
      unit.code,
      lower(entry.span) >= agreed.at OR entry.day >= noted.day AS begun,
      CASE WHEN entry.confirmed_minutes IS NULL THEN 0 WHEN entry.confirmed_minutes = 0 THEN 1
        WHEN entry.confirmed_minutes < entry.logged_minutes THEN 2 ELSE 3 END AS answer,
      entry.remote, entry.activity, entry.setting, entry.realism, entry.make_up,
      CASE WHEN placement.unagreed_since IS NOT NULL AND (lower(entry.span) >= agreed.at) IS NOT TRUE THEN 1
        WHEN entry.day BETWEEN earlier.starts_on AND earlier.ends_on THEN 2
        WHEN after.minutes >= entry.logged_minutes THEN 3 WHEN after.minutes > 0 THEN 4 ELSE 0 END AS void,
      min(after.minutes) AS after_end, sum(entry.logged_minutes) AS minutes, sum(entry.confirmed_minutes) AS confirmed,
      count(*) AS entries,
      bit_or(1 << (entry.day - DATE '1900-01-01') %% 7) AS weekdays,
      min(entry.day) AS first_day, max(entry.day) AS last_day, min(lower(entry.span)) AS begins
    FROM placements_workentry entry
    JOIN placements_placement placement ON placement.id = entry.placement_id
    LEFT JOIN schools_unit unit ON unit.id = entry.unit_id
    LEFT JOIN (SELECT plan.placement_id, min(LEAST(agreement.counts_from, agreement.in_force_at)) AS at
      FROM placements_agreement agreement JOIN placements_planversion plan ON plan.id = agreement.plan_id
      JOIN placements_placement own ON own.id = plan.placement_id AND own.enrolment_id IN ({enrolments}) GROUP BY 1
      ) agreed
      ON agreed.placement_id = placement.id
    LEFT JOIN (SELECT placement_id, min("on") AS day FROM credits_record WHERE kind = 'agreement' GROUP BY 1) noted
      ON noted.placement_id = placement.id
    LEFT JOIN placements_earlierwork earlier ON earlier.placement_id = placement.id
    CROSS JOIN LATERAL (SELECT CASE WHEN placement.valid_until < upper(entry.span) THEN floor(extract(epoch FROM
      upper(entry.span) - GREATEST(lower(entry.span), placement.valid_until)) / 60)::int ELSE 0 END AS minutes) after
    WHERE placement.enrolment_id IN ({enrolments}) AND entry.state <> 'withdrawn'
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
"""
VOID: tuple[documents.VoidReason | None, ...] = (None, "no_agreement", "in_sum", "after_end", "after_end")
IN_PART = 4
# A replay reads everything: the plan for all rows, and room for their sums.
PLANNED = "SET LOCAL cursor_tuple_fraction = 1; SET LOCAL work_mem = '128MB'"


def grouped(enrolments: QuerySet[Enrolment]) -> tuple[str, tuple]:
    """The query of the sums, in no order, and its parameters."""
    inner, values = enrolments.order_by().values("pk").query.sql_with_params()
    return GROUPED.format(enrolments=inner), values * GROUPED.count("{enrolments}")


def weeks(enrolments: QuerySet[Enrolment]) -> Iterator[Sums]:
    for enrolment, some in groupby(_rows(enrolments), key=itemgetter(0)):
        yield enrolment, [_sum(row) for row in some]


def _rows(enrolments: QuerySet[Enrolment]) -> Iterator[tuple]:
    try:
        sql, values = grouped(enrolments)
    except EmptyResultSet:  # Django knows without asking that nobody is meant
        return
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY 1", values)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def _sum(row: tuple) -> Item:
    """A row of `GROUPED`. Stretches of one learner never overlap (a constraint), so their ends are not needed."""
    (
        _enrolment, placement, employer, week, unit, _begun, answer, remote, activity, setting, realism, make_up, void,
        after_end, minutes, confirmed, entries, weekdays, first_day, last_day, begins,
    ) = row  # fmt: skip
    return Item(
        key=f"{placement}/{week}",
        day=first_day,
        last_day=last_day,
        minutes=minutes,
        confirmed=confirmed if answer else None,
        days=weekdays.bit_count(),
        entries=entries,
        begins=begins,
        activity=activity,
        setting=setting,
        realism=realism,
        remote=remote,
        paid=activity == Activity.JOB,
        host=host_key(employer),
        placement=str(placement),
        unit=unit or None,
        make_up=make_up,
        void=after_end if void == IN_PART else minutes if void else 0,
        void_because=VOID[void],
    )
