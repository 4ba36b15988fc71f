"""The evidence of an enrolment, gathered from everything the program knows: the document of docs/rule_sets.md.

Ids of the database stand for hosts, placements and people; no name is in it.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import JSONObject, Least
from django.utils.translation import gettext as _
from pydantic import TypeAdapter

from accounts.models import ClosedDay
from core.chain import digest
from core.workflow import Refused
from credits import noted
from credits.models import Evaluation, LedgerEntry
from credits.rules import evidence as documents
from credits.rules.awards import written
from credits.rules.case import Case, case_of
from credits.rules.evidence import Evidence
from credits.worked import COLUMNS, counted_entries, earlier_work, host_key, judged, with_meant, work_of
from employers.models import SchoolEmployer
from placements.models import Agreement, DemonstrationPart, EarlierWork, Placement, PlanVersion, TaskDone, WorkEntry
from schools.models import Enrolment, Outcome, RuleException, RuleSetVersion
from schools.queries import wordings_of
from schools.rule_sets.choosing import chosen
from schools.rule_sets.document import CohortAverage, Outcomes, RuleSet
from schools.rule_sets.parts import Amount, RecordMatch, Where
from schools.rule_sets.reading import checked, walk

_ADAPTER = TypeAdapter(Evidence)
_RULES = TypeAdapter(RuleSet)
SIZES = ((10, "micro"), (50, "small"), (250, "medium"))


@dataclass(frozen=True)
class Wording:
    """A version of a rule set, without its content."""

    pk: int
    number: int
    hash: str
    chosen_by: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class Gathered:
    """The wording that holds for an enrolment, its evidence, and hosts and placements in people's words."""

    wording: Wording
    rule_set: RuleSet
    others: list[Wording]
    evidence: Evidence
    names: dict[str, str]

    @property
    def case(self) -> Case:
        return case_of(self.rule_set, self.evidence, [read(one)[0] for one in self.others])

    @property
    def fingerprint(self) -> str:
        """The same evidence under the same wordings gives the same SHA-256 on every day and in any order."""
        data = as_data(self.evidence)
        data.pop("today")
        for name in ("work", "records", "hosts"):
            data[name] = sorted(data.get(name, []), key=str)
        if "absences" in data:  # evidence of before they were gathered keeps its hash
            data["absences"].sort(key=str)
        return digest(" ".join([self.wording.hash, *sorted(one.hash for one in self.others)]), data)


@dataclass(frozen=True)
class Needs:
    """What a rule set looks at beyond work and papers: reads that are spared when it does not."""

    outcomes: bool
    periods: bool
    signatures: bool
    cohort: bool


@dataclass(frozen=True)
class Answers:
    """What the needs of a rule set brought: holidays by school, signatures by agreement, outcomes by enrolment."""

    holidays: dict[int, list[documents.Period]]
    signatures: dict[int, list[documents.Signature]]
    outcomes: dict[int, list[documents.Outcome]]


_READ: dict[str, tuple[RuleSet, Needs]] = {}


def read(wording: Wording | RuleSetVersion) -> tuple[RuleSet, Needs]:
    """The document of a stored wording. It never changes and was checked when stored: a process reads it once."""
    if wording.hash not in _READ:
        content = vars(wording).get("content")  # where it was not deferred
        found = content or RuleSetVersion.objects.values_list("content", flat=True).get(pk=wording.pk)
        rule_set = checked(_RULES, found)
        _READ[wording.hash] = rule_set, needs_of(rule_set)
    return _READ[wording.hash]


def needs_of(rule_set: RuleSet) -> Needs:
    parts = [part for _path, part in walk(rule_set)]
    return Needs(
        outcomes=any(isinstance(part, Outcomes) for part in parts),
        periods=any(isinstance(part, Where) and part.periods for part in parts),
        signatures=any(isinstance(part, RecordMatch) and (part.signed_by or part.minors_signed_by) for part in parts),
        cohort=any(isinstance(part, CohortAverage) for part in parts),
    )


def as_data(evidence: Evidence) -> dict[str, Any]:
    """Plain JSON values, as in a file; what is left out is as the format says."""
    return _ADAPTER.dump_python(evidence, mode="json", by_alias=True, exclude_defaults=True)


def stored(evaluation: Evaluation, names: dict[str, str] | None = None) -> Gathered:
    """What was gathered for a decision then, under the wordings of then; `evaluation` comes with its version.

    Its case gives the stored result again, and its fingerprint the stored hash.
    """
    wording = without_content(evaluation.rule_set_version)
    more = evaluation.other_wordings
    rows = RuleSetVersion.objects.filter(pk__in=more).defer("content").order_by("pk") if more else []
    evidence = checked(_ADAPTER, evaluation.evidence)
    return Gathered(wording, read(wording)[0], [without_content(row) for row in rows], evidence, names or {})


def without_content(version: RuleSetVersion) -> Wording:
    return Wording(**{name: getattr(version, name) for name in Wording.__dataclass_fields__})


def names_of(enrolment: Enrolment) -> dict[str, str]:
    """Hosts and placements of an enrolment in people's words."""
    rows = Placement.objects.filter(enrolment=enrolment).values("pk", "employer", "employer__name").order_by("pk")
    return _names([{"pk": row["pk"], "employer": row["employer"], "name": row["employer__name"]} for row in rows])


def gathered(enrolment: Enrolment, *, today: date) -> Gathered:
    """All that is known today: two queries, and one more for each of outcomes, holidays and signatures that are asked.

    `enrolment` comes with its cohort's version and the student's school. Raises `Refused` when no wording holds.
    """
    known = known_of(Enrolment.objects.filter(pk=enrolment.pk)).annotate(wordings=_wordings(enrolment)).get()
    entries = with_meant(counted_entries()).filter(placement__enrolment=enrolment).order_by("span", "pk")
    work = [work_of(row) for row in entries.values_list(*COLUMNS)]
    wording, others = _wording(known["wordings"], enrolment, last_day(work, today))
    rule_set, needs = read(wording)
    answers = answers_of([enrolment], [known], needs)
    evidence = evidence_of(enrolment, known, answers, rule_set=rule_set, work=work, today=today)
    return Gathered(wording, rule_set, others, evidence, _names(known["placements_known"]))


def evidence_of(
    enrolment: Enrolment,
    known: dict[str, Any],
    answers: Answers,
    *,
    rule_set: RuleSet,
    work: list[documents.Work],
    today: date,
) -> Evidence:
    """The document, from its row of `known_of`, the days of work, and what the rule set's needs brought."""
    placements = known["placements_known"]
    return Evidence(
        format="passerelle-evidence/1",
        today=today,
        zone=enrolment.student.school.time_zone,
        birth_date=enrolment.student.birth_date,
        cohort_start=enrolment.cohort.starts_on,
        cohort_end=enrolment.cohort.ends_on,
        programme_minutes=enrolment.cohort.version.whole_minutes,
        facts=_facts(enrolment, rule_set),
        work=[*judged(work, placements), *earlier_work(placements)],
        absences=[noted.absence(row) for row in known["absences_known"]],
        planned=[_planned(row) for row in placements],
        hosts=list(_hosts(placements, today)),
        periods=answers.holidays.get(enrolment.student.school_id, []),
        records=[
            *noted.agreements(placements, answers.signatures),
            *noted.feedback(placements),
            *(noted.contact(row) for row in known["contacts_known"]),
            *(noted.record(row) for row in known["records_known"]),
        ],
        outcomes=answers.outcomes.get(enrolment.pk, []),
        credited=[_given(row) for row in known["given"]],
        exceptions=[_exception(row) for row in known["exceptions"] if not row["consideration"]],
        considerations=[_consideration(row) for row in known["exceptions"] if row["consideration"]],
    )


def known_of(enrolments: QuerySet[Enrolment]) -> QuerySet[Enrolment, Any]:
    """Everything but the work and the wordings, a row for each enrolment, in one query."""
    known = {
        "placements_known": _placements(),
        "absences_known": noted.absences(),
        "contacts_known": noted.contacts(),
        "records_known": noted.records(),
        "given": _ledger(),
        "exceptions": _own_exceptions(),
    }
    return enrolments.annotate(**{name: ArraySubquery(rows) for name, rows in known.items()}).values("pk", *known)


def answers_of(enrolments: Collection[Enrolment], known: Iterable[dict[str, Any]], needs: Needs) -> Answers:
    """The reads that the rule set needs, each in one query (outcomes in two) for all these enrolments."""
    agreements = [row["agreement"] for one in known for row in one["placements_known"] if row["agreement"]]
    return Answers(
        holidays=_holidays(enrolments) if needs.periods else {},
        signatures=noted.signatures_of(agreements) if needs.signatures else {},
        outcomes=_outcomes(enrolments) if needs.outcomes else {},
    )


def last_day(work: list[documents.Work], today: date) -> date:
    """The day that chooses a wording where the day of the work does: of the last work, else today."""
    return max((date.fromisoformat((one.since or "")[:10]) for one in work), default=today)


def _wording(rows: list[dict], enrolment: Enrolment, day: date) -> tuple[Wording, list[Wording]]:
    """The one that holds, and those for work on other days, where the day of the work chooses."""
    versions = [
        Wording(**{**row, "valid_from": _day(row["valid_from"]), "valid_to": _day(row["valid_to"])}) for row in rows
    ]
    found = chosen(versions, cohort_start=enrolment.cohort.starts_on, today=day)
    if found is None:
        raise Refused(_("No rule set holds for this cohort. Choose one in its programme."))
    dated = found.chosen_by == "activity_date"
    return found, [one for one in versions if dated and one.chosen_by == "activity_date" and one != found]


def _wordings(enrolment: Enrolment) -> ArraySubquery:
    fields = {name: name for name in Wording.__dataclass_fields__}
    return ArraySubquery(wordings_of(enrolment).values(row=JSONObject(**fields)))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


# ── Hosts and plans ───────────────────────────────────────────────────────────────────────────────────────────────────


def _placements() -> QuerySet:
    """With from when an agreement holds, what is planned, until when the school approves the host, and earlier work.

    What was ratified in time holds from the start without agreement (`counts_from`).
    """
    in_force = Agreement.objects.filter(plan__placement=OuterRef("pk"), in_force_at__isnull=False)
    agreed = in_force.annotate(holds_from=Least("counts_from", "in_force_at")).order_by("holds_from", "pk")
    plan = PlanVersion.objects.filter(placement=OuterRef("pk")).order_by("-number")
    approved = SchoolEmployer.objects.filter(school=OuterRef("school"), employer=OuterRef("employer"))
    return (
        Placement.objects.filter(enrolment=OuterRef("pk"))
        .exclude(state=Placement.State.CANCELLED)
        .order_by("starts_on", "pk")
        .values(
            row=JSONObject(
                pk="pk",
                starts_on="starts_on",
                ends_on="ends_on",
                employer="employer_id",
                name="employer__name",
                country="employer__country",
                codes="employer__activity_codes",
                people="employer__size_from",
                purpose="purpose",
                valid_until="valid_until",
                unagreed_since="unagreed_since",
                earlier=Subquery(_earlier()),
                feedback="feedback__given_at",
                agreed_at=Subquery(agreed.values("holds_from")[:1]),
                agreement=Subquery(agreed.values("pk")[:1]),
                planned=Subquery(plan.values("planned_minutes")[:1]),
                approved_until=Subquery(approved.values("approved_until")[:1]),
            )
        )
    )


def _earlier() -> QuerySet:
    fields = ("pk", "starts_on", "ends_on", "days", "minutes", "confirmed_minutes", "talked_on")
    rows = EarlierWork.objects.filter(placement=OuterRef("pk")).order_by()
    return rows.values(row=JSONObject(**{name: name for name in fields}))


def _names(placements: list[dict]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in placements:
        if row["employer"]:
            found[str(row["pk"])] = found[host_key(row["employer"])] = row["name"]
    return found


def _planned(row: dict) -> documents.Planned:
    return documents.Planned(minutes=row["planned"] or 0, host=host_key(row["employer"]), placement=str(row["pk"]))


def _hosts(placements: list[dict], today: date) -> Iterator[documents.Host]:
    seen = {host_key(row["employer"]): row for row in placements}
    for key in sorted(seen):
        yield _described(key, seen[key], today)


def _described(key: str, row: dict, today: date) -> documents.Host:
    """The school's own workshop is recognised; a firm that was approved until the end of its last placement (E9)."""
    approved, last = _day(row["approved_until"]), date.fromisoformat(row["ends_on"])
    recognised = row["employer"] is None or (approved is not None and approved >= min(today, last))
    return documents.Host(
        id=key,
        recognised=recognised,
        checked=recognised,
        sector=row["codes"][0][:2] if row["codes"] else None,
        size=_size(row["people"]),
        country=row["country"] or None,
    )


def _size(people: int | None) -> str | None:
    """micro below 10, small below 50, medium below 250 people, else large."""
    if people is None:
        return None
    return next((name for bound, name in SIZES if people < bound), "large")


# ── The student ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _facts(enrolment: Enrolment, rule_set: RuleSet) -> dict[str, Any]:
    """The facts that the rule set names: those the program knows, and what the school wrote down."""
    known = {
        "required_minutes": enrolment.cohort.version.required_minutes,
        **({"pathway": enrolment.pathway} if enrolment.pathway else {}),
        **enrolment.facts,
    }
    return {name: value for name, value in known.items() if name in rule_set.facts}


def _holidays(enrolments: Collection[Enrolment]) -> dict[int, list[documents.Period]]:
    """Each closed day of a school is a holiday of one day."""
    found: dict[int, list[documents.Period]] = {}
    days = ClosedDay.objects.filter(organisation__in={one.student.school_id for one in enrolments}).order_by("day")
    for school, day in days.values_list("organisation", "day"):
        found.setdefault(school, []).append(documents.Period(key=f"closed-{day}", kind="holiday", since=day, until=day))
    return found


def _outcomes(enrolments: Collection[Enrolment]) -> dict[int, list[documents.Outcome]]:
    """An outcome was shown to whoever confirmed work with one of its tasks, and to all who assessed it (E2)."""
    people: dict[tuple[int, int], set[str]] = {}
    for enrolment, outcome, person in _seen_in_work(enrolments).union(_demonstrated(enrolments)).order_by():
        people.setdefault((enrolment, outcome), set()).add(f"person:{person}")
    taught = _taught(enrolments)
    return {
        one.pk: [
            documents.Outcome(key=str(key), unit=code or None, shown_to=sorted(people.get((one.pk, key), ())))
            for key, code in taught.get(one.cohort.version_id, [])
        ]
        for one in enrolments
    }


def _seen_in_work(enrolments: Collection[Enrolment]) -> QuerySet[TaskDone, tuple]:
    """Enrolment, outcome and person: where the host confirmed some of the work and has not taken it back."""
    done = TaskDone.objects.filter(
        entry__placement__enrolment__in=[one.pk for one in enrolments],
        entry__confirmed_minutes__gt=0,
        entry__claims__side="host",
        entry__claims__confirmation__isnull=False,
    ).exclude(entry__state=WorkEntry.State.WITHDRAWN)
    seen = done.order_by().values_list("entry__placement__enrolment", "template__outcomes", "entry__claims__person")
    return seen.distinct()


def _demonstrated(enrolments: Collection[Enrolment]) -> QuerySet[DemonstrationPart, tuple]:
    """As `_seen_in_work`: every assessor of a demonstration that is finished, whichever host each part was at."""
    parts = DemonstrationPart.objects.filter(
        placement__enrolment__in=[one.pk for one in enrolments], demonstration__finished_at__isnull=False
    )
    return parts.order_by().values_list("placement__enrolment", "demonstration__outcome", "assessor").distinct()


def _taught(enrolments: Collection[Enrolment]) -> dict[int, list[tuple[int, str]]]:
    """By version of a programme, its outcomes with the code of their unit."""
    found: dict[int, list[tuple[int, str]]] = {}
    rows = Outcome.objects.filter(unit__version__in={one.cohort.version_id for one in enrolments})
    for version, key, code in rows.order_by("unit__position", "position", "pk").values_list(
        "unit__version", "pk", "unit__code"
    ):
        found.setdefault(version, []).append((key, code))
    return found


def _ledger() -> QuerySet:
    rows = LedgerEntry.objects.filter(enrolment=OuterRef("pk")).order_by("award", "unit__code")
    sums = rows.values("award", "unit__code").annotate(minutes_sum=Sum("minutes"), credit_sum=Sum("credit"))
    return sums.values(row=JSONObject(award="award", unit="unit__code", minutes="minutes_sum", credit="credit_sum"))


def _given(row: dict) -> documents.Given:
    return documents.Given(
        award=row["award"], unit=row["unit"] or None, minutes=row["minutes"], credit=written(row["credit"])
    )


def _own_exceptions() -> QuerySet:
    """Personal exceptions and special consideration that were not withdrawn."""
    fields = ("rule", "minutes", "consideration", "reason", "expires_on")
    rows = RuleException.objects.filter(enrolment=OuterRef("pk"), withdrawn_at__isnull=True).order_by("at", "pk")
    return rows.values(row=JSONObject(approver="approver_id", **{name: name for name in fields}))


def _exception(row: dict) -> documents.PersonalException:
    return documents.PersonalException(
        rule=row["rule"],
        approver=f"person:{row['approver']}",
        reason=row["reason"][:200],
        expires_on=_day(row["expires_on"]),
        at_least=Amount(minutes=row["minutes"]) if row["minutes"] is not None else None,
    )


def _consideration(row: dict) -> documents.SpecialConsideration:
    return documents.SpecialConsideration(
        rule=row["rule"],
        approver=f"person:{row['approver']}",
        reason=row["consideration"],
        expires_on=_day(row["expires_on"]),
        at_least=Amount(minutes=row["minutes"] or 0),
    )
