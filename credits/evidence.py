"""The evidence of an enrolment, gathered from everything the program knows: the document of docs/rule_sets.md.

Ids of the database stand for hosts, placements and people; no name is in it.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _
from pydantic import TypeAdapter

from accounts.models import ClosedDay
from core.chain import digest
from core.workflow import Refused
from credits.models import Evaluation, LedgerEntry, Record
from credits.rules import evidence as documents
from credits.rules.awards import written
from credits.rules.case import Case, case_of
from credits.rules.evidence import Evidence
from employers.models import SchoolEmployer
from placements.models import Activity, Agreement, Placement, PlanVersion, Signature, TaskDone, WorkEntry
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
        rule_set = checked(_RULES, RuleSetVersion.objects.values_list("content", flat=True).get(pk=wording.pk))
        _READ[wording.hash] = rule_set, _needs(rule_set)
    return _READ[wording.hash]


def _needs(rule_set: RuleSet) -> Needs:
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
    wording = _without_content(evaluation.rule_set_version)
    more = evaluation.other_wordings
    rows = RuleSetVersion.objects.filter(pk__in=more).defer("content").order_by("pk") if more else []
    evidence = checked(_ADAPTER, evaluation.evidence)
    return Gathered(wording, read(wording)[0], [_without_content(row) for row in rows], evidence, names or {})


def _without_content(version: RuleSetVersion) -> Wording:
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
    work = [work_of(row) for row in _entries(enrolment)]
    wording, others = _wording(known["wordings"], enrolment, _last_day(work, today))
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
    """The document, from its row of `known_of` and what the rule set's needs brought."""
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
        work=work,
        planned=[_planned(row) for row in placements],
        hosts=list(_hosts(placements, today)),
        periods=answers.holidays.get(enrolment.student.school_id, []),
        records=[
            *_agreements(placements, answers.signatures),
            *_feedback(placements),
            *(_record(row) for row in known["records_known"]),
        ],
        outcomes=answers.outcomes.get(enrolment.pk, []),
        credited=[_given(row) for row in known["given"]],
        exceptions=[_exception(row) for row in known["exceptions"] if not row["consideration"]],
        considerations=[_consideration(row) for row in known["exceptions"] if row["consideration"]],
    )


def known_of(enrolments: QuerySet[Enrolment]) -> QuerySet[Enrolment, Any]:
    """Everything but the work and the wordings, a row for each enrolment, in one query."""
    return enrolments.annotate(
        placements_known=ArraySubquery(_placements()),
        records_known=ArraySubquery(_records()),
        given=ArraySubquery(_ledger()),
        exceptions=ArraySubquery(_own_exceptions()),
    ).values("pk", "placements_known", "records_known", "given", "exceptions")


def answers_of(enrolments: Collection[Enrolment], known: Iterable[dict[str, Any]], needs: Needs) -> Answers:
    """The reads that the rule set needs, each in one query (outcomes in two) for all these enrolments."""
    agreements = [row["agreement"] for one in known for row in one["placements_known"] if row["agreement"]]
    return Answers(
        holidays=_holidays(enrolments) if needs.periods else {},
        signatures=_signatures(agreements) if needs.signatures else {},
        outcomes=_outcomes(enrolments) if needs.outcomes else {},
    )


def _last_day(work: list[documents.Work], today: date) -> date:
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


# ── Work ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

COLUMNS = (
    "pk", "span", "zone", "break_minutes", "logged_minutes", "confirmed_minutes", "activity", "setting", "realism",
    "remote", "placement_id", "placement__employer_id", "unit__code",
)  # fmt: skip


def _entries(enrolment: Enrolment) -> QuerySet[WorkEntry, tuple]:
    return WorkEntry.objects.filter(placement__enrolment=enrolment).order_by("span", "pk").values_list(*COLUMNS)


def work_of(row: tuple) -> documents.Work:
    key, span, zone, pause, logged, confirmed, activity, setting, realism, remote, placement, employer, unit = row
    place = ZoneInfo(zone)
    return documents.Work(
        id=str(key),
        since=span.lower.astimezone(place).isoformat(timespec="minutes"),
        until=span.upper.astimezone(place).isoformat(timespec="minutes"),
        zone=zone,
        break_minutes=pause,
        minutes=logged,
        confirmed_minutes=confirmed,
        activity=activity,
        setting=setting,
        realism=realism,
        remote=remote,
        paid=activity == Activity.JOB,
        host=host_key(employer),
        placement=str(placement),
        unit=unit or None,
    )


def host_key(employer: int | None) -> str:
    """Work at no employer is work in the school's own workshop."""
    return f"employer:{employer}" if employer else "school"


# ── Placements, hosts, papers ────────────────────────────────────────────────────────────────────────────────────────


def _placements() -> QuerySet:
    """With when the first agreement came in force, the planned minutes, and until when the school approves the host."""
    agreed = Agreement.objects.filter(plan__placement=OuterRef("pk"), in_force_at__isnull=False).order_by("in_force_at")
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
                feedback="feedback__given_at",
                agreed_at=Subquery(agreed.values("in_force_at")[:1]),
                agreement=Subquery(agreed.values("pk")[:1]),
                planned=Subquery(plan.values("planned_minutes")[:1]),
                approved_until=Subquery(approved.values("approved_until")[:1]),
            )
        )
    )


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
    """The school's own workshop is recognised; a firm while the school approves it."""
    approved = _day(row["approved_until"])
    recognised = row["employer"] is None or (approved is not None and approved >= today)
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


def _agreements(placements: list[dict], signed: dict[int, list[documents.Signature]]) -> Iterator[documents.Record]:
    for row in placements:
        if not row["agreed_at"]:
            continue
        yield documents.Record(
            kind="agreement",
            on=datetime.fromisoformat(row["agreed_at"]),
            host=host_key(row["employer"]),
            placement=str(row["pk"]),
            since=_day(row["starts_on"]),
            until=_day(row["ends_on"]),
            signatures=signed.get(row["agreement"], []),
        )


def _signatures(agreements: list[int]) -> dict[int, list[documents.Signature]]:
    found: dict[int, list[documents.Signature]] = {}
    for row in Signature.objects.filter(agreement__in=agreements, signed_at__isnull=False).order_by("signed_at", "pk"):
        assert row.signed_at is not None
        found.setdefault(row.agreement_id, []).append(documents.Signature(by=row.party, at=row.signed_at))
    return found


def _feedback(placements: list[dict]) -> Iterator[documents.Record]:
    for row in placements:
        if row["feedback"]:
            yield documents.Record(
                kind="feedback",
                on=datetime.fromisoformat(row["feedback"]),
                by="host",
                host=host_key(row["employer"]),
                placement=str(row["pk"]),
            )


def _records() -> QuerySet:
    """What somebody of the school wrote down."""
    fields = ("kind", "on", "by", "result", "score", "signed_by")
    rows = Record.objects.filter(enrolment=OuterRef("pk")).order_by("on", "pk")
    about = {"placement": "placement_id", "employer": "placement__employer_id", "unit": "unit__code"}
    return rows.values(row=JSONObject(**{name: name for name in fields}, **about))


def _record(row: dict) -> documents.Record:
    on = date.fromisoformat(row["on"])
    return documents.Record(
        kind=row["kind"],
        on=on,
        by=row["by"] or None,
        result=row["result"] or None,
        score=row["score"],
        host=host_key(row["employer"]) if row["placement"] else None,
        placement=str(row["placement"]) if row["placement"] else None,
        unit=row["unit"] or None,
        signatures=[documents.Signature(by=party, at=on) for party in row["signed_by"]],
    )


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
    """An outcome was shown to whoever confirmed work with one of its tasks."""
    done = TaskDone.objects.filter(
        entry__placement__enrolment__in=[one.pk for one in enrolments], entry__claims__side="host"
    ).order_by()
    seen = done.values_list("entry__placement__enrolment", "template__outcomes", "entry__claims__person").distinct()
    people: dict[tuple[int, int], set[str]] = {}
    for enrolment, outcome, person in seen:
        people.setdefault((enrolment, outcome), set()).add(f"person:{person}")
    taught = _taught(enrolments)
    return {
        one.pk: [
            documents.Outcome(key=str(key), unit=code or None, shown_to=sorted(people.get((one.pk, key), ())))
            for key, code in taught.get(one.cohort.version_id, [])
        ]
        for one in enrolments
    }


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
