"""The access table: every address, and which roles of the school get in. One screen, read by people and by tests."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.utils import timezone

from accounts import links
from accounts.access import actor_of
from accounts.calendars import turn_on
from accounts.models import Document, Link
from accounts.roles import Role
from credits.models import Decision, Record
from credits.workflow import issue
from demo import cast as demo_cast
from employers.models import Employer, Offer, Round, SchoolEmployer, Shutdown, Site, Supervisor
from employers.workflow import merge_employers
from exchange.models import ImportRun
from placements.models import (
    Absence,
    Adjustment,
    Agreement,
    Appointment,
    Concern,
    Contact,
    Demonstration,
    EarlierWork,
    Feedback,
    HandOver,
    HostRequest,
    HourClaim,
    Incident,
    Matching,
    MatchingStudent,
    MatchRun,
    Placement,
    PlanVersion,
    Reflection,
    SafeguardingNote,
    Segment,
    Signature,
    SkillReview,
    TeacherReport,
    WeekSheet,
    Wish,
    WorkEntry,
    WorkPhoto,
)
from reminders.choices import token_of
from reminders.models import Kind, MessageClass, Outbox
from reports.models import SavedView
from schools.models import (
    AgreementBlock,
    Cohort,
    Outcome,
    Programme,
    RuleException,
    RuleSet,
    RuleSetDraft,
    RuleSetVersion,
    Skill,
    SkillScale,
    Student,
)
from schools.queries import document_of
from schools.rule_sets.shipped import add_version

C, T, H = Role.COORDINATOR, Role.TEACHER, Role.HEAD
S, G = Role.STUDENT, Role.GUARDIAN
V, O = Role.SUPERVISOR, Role.OWNER  # noqa: E741  one letter a role keeps the table on one screen
P, A = Role.SAFEGUARDING, Role.ADMINISTRATOR
ALL = tuple(Role)
NONE: tuple[Role, ...] = ()


@dataclass(frozen=True)
class Row:
    """Names in braces are things of the first school (see `Things`); a public row needs no sign-in."""

    template: str
    get: tuple[Role, ...] = NONE
    post: tuple[Role, ...] = NONE
    public: bool = False
    data: str = ""
    secrets: tuple[str, ...] = ("Kowal", "Novak", "Marek Motors", "Sunrise Bakery")

    def form(self, things: "Things") -> dict[str, str]:
        """What a POST sends: "field=thing" or nothing."""
        field, _equals, thing = self.data.partition("=")
        return {field: things[thing]} if field else {}

    def path(self, things: "Things") -> str:
        return self.template.format_map(things) if self.names_a_thing else self.template

    @property
    def names_a_thing(self) -> bool:
        return "{" in self.template


TABLE = {
    # config
    "healthz": Row("/healthz", ALL, public=True),
    "readyz": Row("/readyz", ALL, public=True),
    "set_language": Row("/language/", post=ALL, public=True),
    # accounts
    "account_login": Row("/accounts/login/", ALL, ALL, public=True),
    "account_request_login_code": Row("/accounts/login/code/", ALL, ALL, public=True),
    "account_confirm_login_code": Row("/accounts/login/code/confirm/", ALL, ALL, public=True),
    "mfa_login_webauthn": Row("/accounts/login/passkey/", ALL, ALL, public=True),
    "account_logout": Row("/accounts/logout/", post=ALL, public=True),
    "accounts:switch": Row("/accounts/role/", post=ALL, data="membership=membership"),
    "accounts:no_role": Row("/accounts/no-role/", ALL),
    "accounts:ways": Row("/accounts/ways/", ALL),
    "accounts:passkey_new": Row("/accounts/ways/passkeys/new/", ALL, ALL),
    "accounts:passkey": Row("/accounts/ways/passkeys/{passkey}/", ALL, ALL),
    "accounts:passkey_remove": Row("/accounts/ways/passkeys/{passkey}/remove/", ALL, ALL),
    "accounts:members": Row("/accounts/members/", (A,)),
    "accounts:member_new": Row("/accounts/members/new/", (A,), (A,)),
    "accounts:member_end": Row("/accounts/members/{teacher}/teacher/end/", (A,), (A,)),
    # schools
    "schools:programmes": Row("/programmes/", (C, T, H, A)),
    "schools:programme_new": Row("/programmes/new/", (C, A), (C, A)),
    "schools:programme": Row("/programmes/{programme}/", (C, T, H, A)),
    "schools:new_year": Row("/programmes/new-year/", (C, A), (C, A)),
    "schools:programme_copy": Row("/programmes/{programme}/copy/", (C, A), (C, A)),
    "schools:programme_edit": Row("/programmes/{programme}/edit/", (C, A), (C, A)),
    "schools:unit_new": Row("/programmes/{programme}/units/new/", (C, A), (C, A)),
    "schools:unit": Row("/programmes/{programme}/units/1/", (C, A), (C, A)),
    "schools:unit_remove": Row("/programmes/{programme}/units/1/remove/", (C, A), (C, A)),
    "schools:deadlines": Row("/programmes/{programme}/days/", (C, T, H, A), (C, A)),
    "schools:asked": Row("/programmes/{programme}/feedback/", (C, T, H, A), (C, A)),
    "schools:skill_new": Row("/programmes/{programme}/skills/new/", (C, A), (C, A)),
    "schools:skill_end": Row("/programmes/skills/{own_skill}/end/", (C, A), (C, A)),
    "schools:cohort_new": Row("/programmes/{programme}/cohorts/new/", (C, A), (C, A)),
    "schools:cohort": Row("/programmes/cohorts/{cohort}/", (C, T, H)),
    "schools:enrol": Row("/programmes/cohorts/{cohort}/enrol/", (C,), (C,)),
    "placements:moving_up": Row("/programmes/cohorts/{cohort}/move/", (C,), (C,)),
    "schools:school_days": Row("/programmes/cohorts/{cohort}/school-days/", (C,), (C,)),
    "schools:own_school_days": Row("/students/{enrolment}/school-days/", (C,), (C,)),
    "schools:blocks": Row("/programmes/terms/", (C, A)),
    "schools:block_new": Row("/programmes/terms/new/", (C, A), (C, A)),
    "schools:block": Row("/programmes/terms/{block}/", (C, A), (C, A)),
    "schools:block_move": Row("/programmes/terms/{block}/move/", NONE, (C, A)),
    "schools:block_remove": Row("/programmes/terms/{block}/remove/", (C, A), (C, A)),
    "schools:rule_sets": Row("/programmes/rules/", (C, T, H, A)),
    "schools:rule_set_new": Row("/programmes/rules/new/", (C, A), (C, A)),
    "schools:rule_set_bring": Row("/programmes/rules/new/save/", NONE, (C, A)),
    "schools:rule_set": Row("/programmes/rules/{rule_set}/", (C, T, H, A)),
    "schools:rule_set_version": Row("/programmes/rules/{rule_set}/1/", (C, T, H, A)),
    "schools:rule_set_file": Row("/programmes/rules/{rule_set}/1.json", (C, T, H, A)),
    "schools:rule_set_copy": Row("/programmes/rules/{rule_set}/copy/", NONE, (C, A)),
    "schools:rule_set_upload": Row("/programmes/rules/{rule_set}/upload/", (C, A), (C, A)),
    "schools:rule_set_save": Row("/programmes/rules/{rule_set}/save/", NONE, (C, A)),
    "schools:exceptions": Row("/students/{enrolment}/exceptions/", (C, T, H), (C, H)),
    "schools:facts": Row("/students/{enrolment}/exceptions/facts/", NONE, (C, H)),
    "schools:exception_withdraw": Row("/students/exceptions/{exception}/withdraw/", (C, H), (C, H)),
    # employers
    "employers:employers": Row("/employers/", (C, T, H)),
    "employers:employer_new": Row("/employers/new/", (C,), (C,)),
    "employers:employer": Row("/employers/{employer}/", (C, T, H, O)),
    "employers:relation": Row("/employers/{employer}/notes/", (C,), (C,)),
    "employers:check": Row("/employers/{employer}/checks/visit/", (C, T), (C, T)),
    "employers:recognise": Row("/employers/{employer}/recognise/", (C, H), (C, H)),
    "employers:no_longer": Row("/employers/{employer}/no-longer/", (C, H), (C, H)),
    "employers:doubles": Row("/employers/duplicates/", (C,)),
    "employers:twice": Row("/employers/{employer}/twice/", (C,)),
    "employers:double": Row("/employers/duplicates/{employer}/{second_employer}/", (C,), (C,)),
    "employers:double_two": Row("/employers/duplicates/{employer}/{second_employer}/two/", NONE, (C,)),
    "employers:double_again": Row("/employers/duplicates/{employer}/{second_employer}/again/", NONE, (C,)),
    "employers:merge": Row("/employers/merges/{merge}/", (C,)),
    "employers:merge_undo": Row("/employers/merges/{merge}/undo/", NONE, (C,)),
    "employers:offer_new": Row("/employers/sites/{site}/offers/new/", (C,), (C,)),
    "employers:supervisor_new": Row("/employers/sites/{site}/supervisors/new/", (C,), (C,)),
    "employers:closed_days": Row("/employers/sites/{site}/closed/", (C,), (C,)),
    "employers:photos": Row("/employers/sites/{site}/photos/", (C, O), (C, O)),
    "employers:region": Row("/employers/sites/{site}/region/", NONE, (C,)),
    "employers:closed_days_remove": Row("/employers/sites/closed/{shutdown}/remove/", NONE, (C,)),
    "employers:supervisor_end": Row("/employers/supervisors/{supervisor}/end/", (C,), (C,)),
    # placements: plan and agreement
    "placements:places": Row("/places/", (C, T, H)),
    "placements:class_week": Row("/class/week/", (T,)),
    "placements:rounds": Row("/rounds/", (C,)),
    "placements:round_new": Row("/rounds/new/", (C,), (C,)),
    "placements:round": Row("/rounds/{round}/", (C,)),
    "placements:round_close": Row("/rounds/{round}/close/", NONE, (C,)),
    "placements:wishes": Row("/wishes/", (S,), (S,)),
    "placements:wish_firms": Row("/wishes/firms/", (S,)),
    "placements:wish_firm": Row("/wishes/firms/{wished_firm}/", NONE, (S,)),
    "placements:matchings": Row("/matchings/", (C,)),
    "placements:matching_new": Row("/matchings/new/", (C,), (C,)),
    "placements:matching": Row("/matchings/{matching}/", (C,)),
    "placements:match": Row("/matchings/{matching}/find/", NONE, (C,)),
    "placements:matching_wish": Row("/matchings/{matching}/wishes/{enrolment}/", (C,), (C,)),
    "placements:matching_pin": Row("/matchings/{matching}/settle/{enrolment}/", NONE, (C,)),
    "placements:match_run": Row("/matchings/runs/{match_run}/", (C,)),
    "placements:match_cancel": Row("/matchings/runs/{match_run}/stop/", NONE, (C,)),
    "placements:match_choose": Row("/matchings/runs/{match_run}/choose/{enrolment}/", (C,)),
    "placements:match_compare": Row("/matchings/runs/{match_run}/compare/{earlier_run}/", (C,)),
    "placements:match_plan": Row("/matchings/runs/{match_run}/plan/", (C,), (C,)),
    "placements:again": Row("/placements/{placement}/again/", (C,), (C,)),
    "placements:new": Row("/placements/new/", (C,), (C,)),
    "placements:plan": Row("/placements/{placement}/plan/", (C,), (C,)),
    "placements:new_for_teacher": Row("/placements/new/teacher/?site={site}", (C,), (C,)),
    "placements:change": Row("/placements/{placement}/plan/change/", (C,), (C,)),
    "placements:dates": Row("/placements/{placement}/plan/dates/", (C,), (C,)),
    "placements:segments": Row("/placements/{placement}/workplaces/", (C,)),
    "placements:segment_new": Row("/placements/{placement}/workplaces/new/", (C,), (C,)),
    "placements:workshop_new": Row("/placements/{placement}/workplaces/workshop/", NONE, (C,)),
    "placements:segment": Row("/placements/{placement}/workplaces/{segment}/", (C,), (C,)),
    "placements:segment_remove": Row("/placements/{placement}/workplaces/{segment}/remove/", NONE, (C,)),
    "placements:propose": Row("/placements/{placement}/propose/", (C,), (C,)),
    "placements:withdraw": Row("/placements/{placement}/withdraw/", NONE, (C,)),
    "placements:guardian": Row("/placements/{placement}/guardian/", NONE, (C,)),
    "placements:move": Row("/placements/{placement}/move/pause/", (C, H), (C, H)),
    "placements:transfer": Row("/placements/{broken}/transfer/", (C,), (C,)),
    "placements:host_stops": Row("/employers/{employer}/stops/", (C, H), (C, H)),
    "placements:firm_contact": Row("/employers/{employer}/contacts/new/", (C, T, H), (C, T, H)),
    "placements:employer_time": Row("/employers/{employer}/time/", (C, T, H)),
    "placements:host_goes_on": Row("/employers/{employer}/goes-on/", NONE, (C, H)),
    "placements:link_not_me": Row("/link/{confirm}/not-me/", ALL, ALL, public=True, secrets=()),
    "placements:interrupt": Row("/placements/interrupt/", (C, H), (C, H)),
    "placements:links": Row("/placements/{placement}/links/", (C,)),
    "placements:link_revoke": Row("/placements/{placement}/links/{link}/revoke/", NONE, (C,)),
    "placements:sign": Row("/sign/{signature}/", (S, G, V, O, C), (S, G, V, O, C)),
    "placements:refuse": Row("/sign/{signature}/refuse/", (S, G, V, O, C), (S, G, V, O, C)),
    "placements:sign_paper": Row("/sign/{paper}/paper/", (C,), (C,)),
    "placements:paper_scan": Row("/sign/{paper}/paper/scan/", NONE, (C,)),
    "placements:paper_file": Row("/sign/{paper}/paper/file/", (C,)),
    "placements:paper_take_back": Row("/sign/{paper}/paper/take-back/", NONE, (C,)),
    "placements:agreement_pdf": Row("/agreements/{agreement}/agreement.pdf", (C, T, H, S, G, V)),
    "placements:agreement_difference": Row("/agreements/{amended}/changes/", (C, T, H, S, G, V)),
    "placements:link_pdf": Row("/link/{sign}/agreement.pdf", ALL, public=True, secrets=()),
    "placements:link": Row("/link/{sign}/", ALL, ALL, public=True, secrets=()),
    "placements:link_refuse": Row("/link/{sign}/refuse/", ALL, ALL, public=True, secrets=()),
    "placements:link_forward": Row("/link/{confirm}/forward/", ALL, ALL, public=True, secrets=()),
    "placements:link_account": Row("/link/{many}/account/", ALL, ALL, public=True, secrets=()),
    "placements:host_account_close": Row("/host/account/close/", (V,), (V,)),
    "placements:link_renew": Row("/link/{confirm}/renew/", ALL, ALL, public=True, secrets=()),
    # placements: what a host sets and offers itself
    "placements:host_capacity": Row("/host/limits/", (V, O), (V, O)),
    "placements:host_offers": Row("/host/offers/", (V, O), (V, O)),
    "placements:host_not_this_year": Row("/host/offers/not-this-year/", NONE, (V, O)),
    "placements:host_offer_withdraw": Row("/host/offers/{offer}/withdraw/", NONE, (V, O)),
    "placements:host_plan": Row("/host/plan/{placement}/", (V,)),
    "placements:link_plan": Row("/link/{confirm}/plan/{placement}/", ALL, public=True, secrets=()),
    "placements:link_capacity": Row("/link/{confirm}/limits/", ALL, ALL, public=True, secrets=()),
    "placements:link_offers": Row("/link/{confirm}/offers/", ALL, ALL, public=True, secrets=()),
    "placements:link_not_this_year": Row("/link/{confirm}/offers/not-this-year/", NONE, ALL, public=True, secrets=()),
    "placements:link_offer_withdraw": Row(
        "/link/{confirm}/offers/{offer}/withdraw/", NONE, ALL, public=True, secrets=()
    ),
    # placements: a request to a host
    "placements:request_new": Row("/placements/{planned}/request/", (C,), (C,)),
    "placements:requests": Row("/requests/", (V, O)),
    "placements:request": Row("/requests/{asked}/", (V, O), (V, O)),
    "placements:request_decline": Row("/requests/{asked}/no/", (V, O), (V, O)),
    "placements:request_undo": Row("/requests/{asked}/undo/", NONE, (V, O)),
    "placements:request_take_back": Row("/requests/{asked}/take-back/", NONE, (C,)),
    "placements:link_request_decline": Row("/link/{request}/no/", ALL, ALL, public=True, secrets=()),
    "placements:request_settle": Row("/requests/{asked}/settle/", NONE, (V, O)),
    "placements:link_request_settle": Row("/link/{request}/request/settle/", NONE, ALL, public=True, secrets=()),
    "placements:doubts": Row("/placements/{placement}/doubts/", (C,), (C,)),
    "placements:link_request_undo": Row("/link/{request}/request/undo/", NONE, ALL, public=True, secrets=()),
    # placements: hours and hosts
    "placements:log": Row("/placements/{placement}/log/", (S,), (S,)),
    "placements:hours": Row("/placements/{placement}/hours/", (C, T, H, S, G, V)),
    "placements:change_day": Row("/hours/{entry}/change/", (S,), (S,)),
    "placements:take_back": Row("/hours/{entry}/take-back/", (S,), (S,)),
    "placements:reply": Row("/hours/{entry}/reply/", (S,), (S,)),
    "placements:settle": Row("/hours/{entry}/settle/", (C,), (C,)),
    "placements:absence_new": Row("/placements/{placement}/absence/", (S, C), (S, C)),
    "placements:absence_withdraw": Row("/absences/{absence}/withdraw/", (S, C), (S, C)),
    "placements:absence_judge": Row("/absences/{absence}/judge/", (C,), (C,)),
    "placements:photo": Row("/hours/{entry}/photos/", (C, T, S, V), (S,)),
    "placements:photo_file": Row("/photos/{photo}/", (C, T, S, V)),
    "placements:photo_remove": Row("/photos/{photo}/remove/", NONE, (S,)),
    "placements:host": Row("/host/", (V, O)),
    "placements:host_week": Row("/host/week/{placement}/{monday}/", (V,), (V,)),
    "placements:host_confirm": Row("/host/week/{placement}/{monday}/confirm/", NONE, (V,)),
    "placements:host_settle": Row("/host/week/{placement}/{monday}/settle/", NONE, (V,)),
    "placements:link_settle": Row(
        "/link/{confirm}/week/{placement}/{monday}/settle/", NONE, ALL, public=True, secrets=()
    ),
    "placements:host_undo": Row("/host/week/{placement}/{monday}/undo/", NONE, (V,)),
    "placements:host_confirm_all": Row("/host/week/2026-11-16/confirm/", NONE, (V, O)),
    "placements:host_day": Row("/host/students/{placement}/day/", (V,), (V,)),
    "placements:host_absence": Row("/host/students/{placement}/absence/", (V,), (V,)),
    "placements:host_absence_withdraw": Row("/host/absences/{absence}/withdraw/", (V,), (V,)),
    "placements:host_reply": Row("/host/hours/{entry}/reply/", (V,), (V,)),
    "placements:host_closing": Row("/host/closing/{placement}/", (V,), (V,)),
    "placements:link_week": Row("/link/{confirm}/week/{placement}/{monday}/", ALL, ALL, public=True, secrets=()),
    "placements:link_confirm": Row(
        "/link/{confirm}/week/{placement}/{monday}/confirm/", NONE, ALL, public=True, secrets=()
    ),
    "placements:link_undo": Row("/link/{confirm}/week/{placement}/{monday}/undo/", NONE, ALL, public=True, secrets=()),
    "placements:link_confirm_all": Row("/link/{confirm}/week/{monday}/confirm/", NONE, ALL, public=True, secrets=()),
    "placements:link_day": Row("/link/{confirm}/students/{placement}/day/", ALL, ALL, public=True, secrets=()),
    "placements:link_absence": Row("/link/{confirm}/students/{placement}/absence/", ALL, ALL, public=True, secrets=()),
    "placements:link_absence_withdraw": Row(
        "/link/{confirm}/absences/{absence}/withdraw/", ALL, ALL, public=True, secrets=()
    ),
    "placements:link_reply": Row("/link/{confirm}/hours/{entry}/reply/", ALL, ALL, public=True, secrets=()),
    "placements:my_week": Row("/my/week/", (S,)),
    "placements:my_calendar": Row("/my/calendar/", (S,), (S,)),
    "placements:calendar_feed": Row("/calendar/{feed}.ics", ALL, public=True, secrets=("Kowal", "Novak")),
    "placements:feedback": Row("/placements/{with_feedback}/feedback/", (C, T, H, S), (C, T, S)),
    "placements:follow_up": Row("/placements/{ended}/after/", (S,), (S,)),
    "placements:reflections": Row("/questions/", (T, S)),
    "placements:reflection_new": Row("/placements/{placement}/question/", (T,), (T,)),
    "placements:reflection": Row("/questions/{question}/", (T, S), (T, S)),
    "placements:reflection_withdraw": Row("/questions/{question}/take-back/", NONE, (T,)),
    "placements:queue": Row("/my/queue/", (S,), (S,)),
    "placements:offline": Row("/offline/", ALL, public=True),
    "placements:worker": Row("/sw.js", ALL, public=True),
    "placements:manifest": Row("/manifest.webmanifest", ALL, public=True),
    "placements:link_closing": Row("/link/{feedback}/closing/{placement}/", ALL, ALL, public=True, secrets=()),
    "placements:host_closing_take_back": Row("/host/closing/{placement}/take-back/", (V,), (V,)),
    "placements:host_receipt": Row("/host/feedback/{heard}/", (V,)),
    "placements:host_skills": Row("/host/skills/{marked}/", (V,), (V,)),
    "placements:link_closing_take_back": Row(
        "/link/{feedback}/closing/{placement}/take-back/", ALL, ALL, public=True, secrets=()
    ),
    "placements:link_receipt": Row("/link/{confirm}/feedback/{heard}/", ALL, public=True, secrets=()),
    "placements:link_skills": Row("/link/{confirm}/skills/{marked}/", ALL, ALL, public=True, secrets=()),
    "placements:skills": Row("/placements/{marked}/skills/", (C, T, H)),
    "placements:own_skills": Row("/placements/{marked}/skills/own/", (S,), (S,)),
    # placements: alerts
    "placements:alerts": Row("/alerts/", (C, T)),
    "placements:alerts_of": Row("/placements/{placement}/alerts/", (C, T, H, S, V), (C, T)),
    # placements: earlier work and other work
    "placements:earlier_work": Row("/placements/{earlier}/earlier/", (C, T, H, S), (C, T)),
    "placements:earlier_talk": Row("/placements/{earlier}/earlier/talk/", NONE, (C, T)),
    "placements:earlier_file": Row("/placements/{earlier}/earlier/file/", (C, T, H)),
    "placements:earlier_paper": Row("/placements/{earlier}/earlier/paper/", (C,), (C,)),
    "placements:host_earlier_confirm": Row("/host/earlier/{earlier}/", (V,), (V,)),
    "placements:link_earlier_confirm": Row("/link/{confirm}/earlier/{earlier}/", ALL, ALL, public=True, secrets=()),
    "placements:other_work": Row("/placements/{placement}/other-work/", (S,), (S,)),
    # placements: on paper and by phone
    "placements:week_sheet": Row("/placements/{placement}/sheets/", (C, S), (C, S)),
    "placements:host_week_sheet": Row("/host/sheets/{placement}/", (V,), (V,)),
    "placements:week_sheet_pdf": Row("/sheets/{week_sheet}/week.pdf", (C, S, V)),
    "placements:report_hours": Row("/placements/{placement}/report/", (C, T), (C, T)),
    "placements:sheet_find": Row("/sheet/", (C, S, V, O)),
    "placements:sheet_upload": Row("/sheet/{sheet_code}/", (C, S, V), (C, S, V)),
    "placements:sheet_file": Row("/sheets/{sent_sheet}/file/", (C, T, S, V)),
    "placements:link_week_sheet": Row("/link/{confirm}/sheets/{placement}/", ALL, ALL, public=True, secrets=()),
    "placements:link_week_sheet_pdf": Row("/link/{confirm}/sheets/{week_sheet}/week.pdf", ALL, public=True, secrets=()),
    "placements:link_sheet_upload": Row("/link/{confirm}/sheet/{sheet_code}/", ALL, ALL, public=True, secrets=()),
    # placements: contacts
    "placements:learned": Row("/learned/", (C, T, H)),
    "placements:contacts": Row("/placements/{placement}/contacts/", (C, T, H, S, V)),
    "placements:contact_new": Row("/placements/{placement}/contacts/new/", (C, T, H)),
    "placements:contact_form": Row("/placements/{placement}/contacts/new/review/", (C, T, H, V), (C, T, H, V)),
    "placements:contact_correct": Row("/contacts/{contact}/correct/", (T,), (T,)),
    "placements:induction": Row("/placements/{placement}/induction/", (S,), (S,)),
    "placements:first_week": Row("/placements/{placement}/first-week/", (S,), (S,)),
    "placements:host_induction": Row("/host/induction/{placement}/", (V,), (V,)),
    "placements:host_first_week": Row("/host/first-week/{placement}/", (V,), (V,)),
    "placements:host_briefing": Row("/host/briefing/{placement}/", (V,), (V,)),
    "placements:link_induction": Row("/link/{confirm}/induction/{placement}/", ALL, ALL, public=True, secrets=()),
    "placements:link_first_week": Row("/link/{confirm}/first-week/{placement}/", ALL, ALL, public=True, secrets=()),
    "placements:link_briefing": Row("/link/{confirm}/briefing/{placement}/", ALL, ALL, public=True, secrets=()),
    # placements: confidence
    "placements:incidents": Row("/incidents/", (C, H)),
    "placements:incident": Row("/incidents/{incident}/", (C, H), (C, H)),
    "placements:incident_new": Row("/placements/{placement}/incident/", (S, C, T, H), (S, C, T, H)),
    "placements:host_incident": Row("/host/incident/{placement}/", (V,), (V,)),
    "placements:link_incident": Row("/link/{confirm}/incident/{placement}/", ALL, ALL, public=True, secrets=()),
    "placements:link_incident_words": Row("/link/{confirm}/incident/{placement}/own/", ALL, ALL, public=True),
    "placements:concerns": Row("/concerns/", (C, H)),
    "placements:concern": Row("/concerns/{concern}/", (C, H), (C, H)),
    "placements:host_concern": Row("/host/concern/{placement}/", (V,), (V,)),
    "placements:host_concern_end": Row("/host/concern/{placement}/end/", (V,), (V,)),
    "placements:link_concern": Row("/link/{confirm}/concern/{placement}/", ALL, ALL, public=True, secrets=()),
    "placements:link_concern_end": Row("/link/{confirm}/concern/{placement}/end/", ALL, ALL, public=True),
    "placements:adjustments": Row("/adjustments/", (S,), (S,)),
    "placements:adjustment": Row("/adjustments/{adjustment}/", (S,), (S,)),
    "placements:adjustment_withdraw": Row("/adjustments/{adjustment}/take-back/", NONE, (S,)),
    "placements:adjustments_teacher": Row("/placements/{placement}/adjustments/", (T,)),
    "placements:adjustments_refused": Row("/adjustments/refused/", (C,)),
    "placements:host_adjustments": Row("/host/adjustments/{placement}/", (V,), (V,)),
    "placements:link_adjustments": Row("/link/{confirm}/adjustments/{placement}/", ALL, ALL, public=True),
    "placements:talk": Row("/talk/", (S,), (S,)),
    "placements:notes": Row("/talk/notes/", (P,)),
    "placements:note": Row("/talk/notes/{note}/", (P,), (P,)),
    "placements:appointment_new": Row("/placements/{placement}/appointments/new/", (C, T, H), (C, T, H)),
    "placements:appointment": Row("/appointments/{appointment}/", (C, T, H), (C, T, H)),
    "placements:appointment_cancel": Row("/appointments/{appointment}/cancel/", NONE, (C, T, H)),
    # placements: what was learned
    "placements:demonstrations": Row("/placements/{placement}/demonstrations/", (C, T, H, S)),
    "placements:demonstration_new": Row("/placements/{placement}/demonstrations/new/", (T,), (T,)),
    "placements:demonstration_finish": Row("/demonstrations/{demonstration}/finish/", NONE, (T,)),
    "placements:demonstration_reopen": Row("/demonstrations/{demonstration}/reopen/", NONE, (T,)),
    "placements:demonstration_take_back": Row("/demonstrations/{demonstration}/parts/{part}/take-back/", NONE, (T,)),
    "placements:host_demonstration": Row("/host/demonstration/{placement}/", (V,), (V,)),
    "placements:link_demonstration": Row(
        "/link/{confirm}/demonstration/{placement}/", ALL, ALL, public=True, secrets=()
    ),
    "placements:teacher_report": Row("/placements/{own_placement}/teacher-report/", (C, T, H), (T,)),
    "placements:teacher_report_accept": Row("/placements/{own_placement}/teacher-report/accept/", NONE, (H,)),
    "placements:teacher_report_reopen": Row("/placements/{own_placement}/teacher-report/reopen/", NONE, (H,)),
    # reminders
    "reminders:letters": Row("/letters/", (C, H, P)),
    "reminders:left_out": Row("/letters/left-out/", (C, H, P)),
    "reminders:letter": Row("/letters/{letter}/", (C, H)),
    "reminders:about": Row("/placements/{placement}/letters/", (C, H)),
    "reminders:many_again": Row("/letters/again/", (C,), (C,)),
    "reminders:choices": Row("/letters/mine/", ALL, ALL),
    "reminders:off": Row("/letters/off/{off}/", ALL, ALL, public=True),
    "reminders:previews": Row("/letters/preview/", (C, H, P)),
    "reminders:preview": Row("/letters/preview/sign/", (C, H, P)),
    "reminders:correct": Row("/letters/{undelivered}/address/", (C,), (C,)),
    "reminders:send_again": Row("/letters/{letter}/send-again/", NONE, (C,)),
    # credits
    "credits:to_decide": Row("/credit/", (T,)),
    "credits:pace": Row("/credit/pace/", (C, T, H)),
    "credits:effect_new": Row("/programmes/rules/{rule_set}/effect/", NONE, (C,)),
    "credits:effect": Row("/programmes/rules/effect/{draft}/", (C, H)),
    "credits:host_missing": Row("/host/missing/{placement}/", (V,)),
    "credits:link_missing": Row("/link/{confirm}/missing/{placement}/", ALL, public=True, secrets=()),
    "credits:decided": Row("/credit/decisions/{decision}/", (C, T, H, S)),
    "credits:records": Row("/credit/{enrolment}/papers/", (C, T, H), (C, T)),
    "credits:record_remove": Row("/credit/papers/{record}/remove/", (C, T), (C, T)),
    "credits:decision": Row("/credit/{enrolment}/", (C, T, H), (T,)),
    "credits:ask": Row("/credit/decisions/{decision}/ask/", (S,), (S,)),
    "credits:correction": Row("/credit/requests/{correction}/", (C, T, H), (T,)),
    "credits:transcript": Row("/credit/transcript/{student}/", (C, T, H)),
    "credits:transcript_issue": Row("/credit/transcript/{student}/issue/", NONE, (C, T, H, S)),
    "credits:transcript_pdf": Row("/credit/transcript/{student}/{issued}.pdf", (C, T, H, S)),
    "credits:my_transcript": Row("/my/transcript/", (S,)),
    "credits:check": Row("/check/", ALL, public=True),
    "credits:check_code": Row("/check/{code}/", ALL, public=True),
    # exchange
    "exchange:imports": Row("/imports/", (C, A)),
    "exchange:upload": Row("/imports/new/employers/", (C, A), (C, A)),
    "exchange:run": Row("/imports/{run}/", (C, A)),
    "exchange:errors": Row("/imports/{run}/errors.csv", (C, A)),
    "exchange:errors_again": Row("/imports/{roster}/errors.zip", (C, A)),
    "exchange:columns": Row("/imports/{run}/columns/", (C, A), (C, A)),
    "exchange:lines": Row("/imports/{run}/lines/new/", (C, A), (C, A)),
    "exchange:take_over": Row("/imports/{run}/take-over/", NONE, (C, A)),
    "exchange:discard": Row("/imports/{run}/discard/", NONE, (C, A)),
    "exchange:resume": Row("/imports/{run}/resume/", NONE, (C, A)),
    # reports
    "reports:home": Row("/", ALL, public=True),
    "reports:search": Row("/search/?q=ma", (C, T, H)),
    "reports:saved_views": Row("/lists/views/", (C, T, H)),
    "reports:saved_view": Row("/lists/views/{saved_view}/", (C,), (C,)),
    "reports:saved_view_delete": Row("/lists/views/{saved_view}/delete/", post=(C,)),
    "reports:saved_view_new": Row("/lists/placements/views/new/", post=(C, T, H)),
    "reports:export": Row("/lists/placements/csv/", (C, T, H)),
    "reports:hand_on": Row("/placements/hand-on/", (C, H), (C, H)),
    "reports:interrupt_listed": Row("/placements/interrupt/listed/", (C, H), (C, H)),
    "reports:hand_overs": Row("/hand-overs/", (C, H)),
    "reports:hand_over": Row("/hand-overs/{hand_over}/", (C, H), (C,)),
    "reports:colleagues": Row("/day/colleagues/", (C,)),
    "reports:placements": Row("/placements/", (C, T, H)),
    "reports:placement": Row("/placements/{placement}/", (C, T, H, S, G, V, P)),
    "reports:relationship": Row("/employers/{employer}/log/", (C, T, H)),
    "reports:late_contacts": Row("/contacts/late/", (C, T)),
    "reports:handling": Row("/day/{placement}/differ/", (C,), (C,)),
    "reports:handling_take": Row("/day/{placement}/differ/take/", NONE, (C,)),
    "reports:students": Row("/students/", (C, T, H)),
    "reports:student": Row("/students/{student}/", (C, T, H)),
    "reports:my_hours": Row("/my/hours/", (S,)),
    "reports:my_credit": Row("/my/credit/", (S,)),
    "reports:my_learning": Row("/my/learning/", (S,)),
    "reports:my_documents": Row("/my/documents/", (S,)),
    # demo: the lists and the mailbox are for whoever runs the demo
    "demo:people": Row("/demo/", ALL, public=True, secrets=()),
    "demo:sign_in": Row("/demo/sign-in/", post=NONE, public=True),
    "demo:ui": Row("/ui/", ALL, public=True, secrets=()),
    "demo:mailbox": Row("/demo/mailbox/", ALL, public=True, secrets=()),
    "demo:message": Row("/demo/mailbox/no-such-letter/", public=True),
}


class Things(dict):
    """Things of the first school, made when a path names them; the signature is that of the role's own person."""

    def __init__(self, role: Role):
        self.role = role
        self.now = timezone.now()
        self.school = demo_cast.member(Role.COORDINATOR).organisation
        self.lina = demo_cast.member(Role.STUDENT).user.person
        self.by_lina = actor_of(demo_cast.member(Role.STUDENT))
        self.foreman = demo_cast.member(Role.SUPERVISOR).user.person
        self.lina_at_motors = Placement.objects.filter(school=self.school, learner=self.lina).order_by("pk")[0]

    def __missing__(self, name: str) -> str:
        if name == "monday":
            return (self.lina_at_motors.starts_on + timedelta(days=28)).isoformat()
        if name == "link":
            return str(links.find(self.token(Link.Purpose.SIGN)).pk)
        if name in ("code", "issued"):
            paper = issue(student=self.student(), by=self.by_lina, at=self.now)
            return paper.code if name == "code" else str(paper.sequence)
        if name == "part":
            return str(self.demonstration().parts.order_by("pk")[0].pk)
        if name == "segment":
            return str(self.lina_at_motors.segments.order_by("pk")[0].pk)
        if name in ("sheet_code", "feed", "many", "passkey", "off"):
            return getattr(self, f"_{name}")()
        if name == "membership":
            return str(demo_cast.member(self.role).pk)
        if name in Link.Purpose.values:
            return self.token(name)
        return str(getattr(self, name)().public_id)

    def _many(self) -> str:
        """The link of the foreman when he has three students: who has many is offered an account."""
        known = self.lina_at_motors
        dates = {"starts_on": known.starts_on, "ends_on": known.ends_on}
        for _more in range(2):
            more = Placement.objects.create(
                school=self.school, learner=self.lina, employer=known.employer, state="running", **dates
            )
            Segment.objects.create(placement=more, site=self.supervisor().site, supervisor=self.supervisor(), **dates)
        return self.token(Link.Purpose.CONFIRM)

    def _passkey(self) -> str:
        said = {"type": Authenticator.Type.WEBAUTHN, "data": {"name": "My phone", "credential": {}}}
        return str(Authenticator.objects.create(user=demo_cast.member(self.role).user, **said).pk)

    def _off(self) -> str:
        return token_of(self.foreman, MessageClass.TASKS)

    def _sheet_code(self) -> str:
        return self.week_sheet().code

    def _feed(self) -> str:
        return turn_on(person=self.lina, key=uuid4(), by=self.by_lina, at=self.now)

    def saved_view(self):
        """One of the coordinator's own: no other role and nobody else opens it."""
        owner = demo_cast.member(Role.COORDINATOR).user.person
        return SavedView.objects.create(
            school=self.school, person=owner, list="placements", name="Late", query="state=running", at=self.now
        )

    def hand_over(self):
        """From the head to the coordinator, who has not read it."""
        people = {"giver": Role.HEAD, "receiver": Role.COORDINATOR}
        named = {name: demo_cast.member(role).user.person for name, role in people.items()}
        found = HandOver.objects.create(school=self.school, note="Call Marek Motors first.", at=self.now, **named)
        found.things.create(placement=self.lina_at_motors)
        return found

    def teacher(self):
        return demo_cast.member(Role.TEACHER).user.person

    def programme(self):
        return Programme.objects.filter(school=self.school).order_by("pk")[0]

    def cohort(self):
        return Cohort.objects.filter(version__programme__school=self.school).order_by("pk")[0]

    def own_skill(self):
        """A skill that one programme asks about beside the common ones."""
        scale = SkillScale.objects.filter(school=None).order_by("pk")[0]
        words = {"name": {"en": "Torque"}, "anchors": {"en": ["One", "Two", "Three", "Four"]}, "position": 1}
        programme = self.programme()
        return Skill.objects.get_or_create(scale=scale, programme=programme, key="torque", defaults=words)[0]

    def rule_set(self):
        """The school's own; the general one, whose words it has, is open to every school."""
        shipped = RuleSetVersion.objects.filter(rule_set__general=True).latest("number")
        own, new = RuleSet.objects.get_or_create(key=shipped.rule_set.key, school=self.school)
        if new:
            add_version(own, document_of(shipped), shipped.content, at=self.now)
        return own

    def draft(self):
        """The words of now, not adopted."""
        own = self.rule_set()
        said = {"rule_set": own, "person": demo_cast.member(Role.COORDINATOR).user.person}
        return RuleSetDraft.objects.create(**said, content=own.versions.latest("number").content, at=self.now)

    def block(self):
        words = {"position": 1, "text": "The school insures its students."}
        return AgreementBlock.objects.get_or_create(school=self.school, heading="Insurance", defaults=words)[0]

    def exception(self):
        return RuleException.objects.create(
            enrolment=self.enrolment(), rule="hours", reason="Was ill", approver=self.teacher(), at=self.now
        )

    def employer(self):
        return Employer.objects.get(name="Sunrise Bakery")

    def second_employer(self):
        return Employer.objects.get(name="Marek Motors")

    def merge(self):
        again = Employer.objects.create(name="Sunrise Bakery Ltd", sort_key="sunrise bakery ltd", identity="test:again")
        SchoolEmployer.objects.create(school=self.school, employer=again)
        by = actor_of(demo_cast.member(Role.COORDINATOR))
        return merge_employers(school=self.school, kept=self.employer(), gone=again, person=None, by=by, at=self.now)

    def site(self):
        return Site.objects.get(name="Sunrise Bakery")

    def offer(self):
        """At the site of the role's own firm."""
        dates = {"starts_on": self.now.date(), "ends_on": self.now.date() + timedelta(days=30)}
        return Offer.objects.create(school=self.school, site=self.asked_site(), title="Places", places=1, **dates)

    def shutdown(self):
        return Shutdown.objects.create(site=self.site(), starts_on=self.now.date(), ends_on=self.now.date())

    def supervisor(self):
        return Supervisor.objects.get(person=self.foreman)

    def placement(self):
        return self.lina_at_motors

    def heard(self):
        """A placement on which the foreman has given feedback."""
        said = {"independence": 2, "observed": "Asked well.", "host_again": "yes", "given_at": self.now}
        Feedback.objects.get_or_create(placement=self.lina_at_motors, person=self.foreman, defaults=said)
        return self.lina_at_motors

    def marked(self):
        """A placement of which the host has marked the skills at the start."""
        review, new = SkillReview.objects.get_or_create(
            placement=self.lina_at_motors,
            moment=SkillReview.Moment.START,
            side=HourClaim.Side.HOST,
            defaults={"person": self.foreman, "at": self.now},
        )
        if new:
            review.marks.create(skill=Skill.objects.filter(programme=None).order_by("pk")[0], level=2)
        return self.lina_at_motors

    def planned(self):
        """A placement that no host has taken yet, of the same student."""
        dates = {"starts_on": self.now.date(), "ends_on": self.now.date() + timedelta(days=30)}
        return Placement.objects.get_or_create(
            school=self.school, learner=self.lina, state=Placement.State.PLANNED, purpose="student",
            employer=self.asked_site().employer, defaults=dates,
        )[0]  # fmt: skip

    def asked_site(self):
        return self.site() if self.role == Role.OWNER else self.supervisor().site

    def asked(self):
        """The request is put to the role's own person."""
        own = demo_cast.member(self.role).user.person
        site = self.asked_site()
        person = own if self.role in (Role.SUPERVISOR, Role.OWNER) else self.foreman
        return HostRequest.objects.get_or_create(
            placement=self.planned(), site=site, person=person,
            defaults={"asked_at": self.now, "answer_by": self.now.date() + timedelta(days=7)},
        )[0]  # fmt: skip

    def ended(self):
        """The student's placement, over by now."""
        Placement.objects.filter(pk=self.lina_at_motors.pk).update(state=Placement.State.ENDED)
        return self.lina_at_motors

    def broken(self):
        """An earlier placement of the student that ended early."""
        return Placement.objects.create(
            school=self.school, learner=self.lina, enrolment=self.enrolment(), employer=self.lina_at_motors.employer,
            state=Placement.State.BROKEN, end_reason="work", end_initiator="host", end_direction="company",
            starts_on=self.now.date(), ends_on=self.now.date(),
        )  # fmt: skip

    def student(self):
        return Student.objects.get(person=self.lina)

    def enrolment(self):
        return self.lina_at_motors.enrolment

    def decision(self):
        return Decision.objects.get(enrolment=self.enrolment())

    def with_feedback(self):
        """The host has given closing feedback."""
        said = {"independence": 2, "observed": "Asked first.", "host_again": "yes", "given_at": self.now}
        Feedback.objects.get_or_create(placement=self.lina_at_motors, defaults={"person": self.foreman, **said})
        return self.lina_at_motors

    def appointment(self):
        """A visit of the teacher next week."""
        said = {"kind": "visit", "method": "in_person", "minutes": 30, "made_at": self.now, "changed_at": self.now}
        return Appointment.objects.create(
            placement=self.lina_at_motors, person=self.teacher(), starts_at=self.now + timedelta(days=7), **said
        )

    def question(self):
        """Asked by the teacher, and answered."""
        said = {"question": "What was hard?", "answer": "The press.", "asked_at": self.now, "answered_at": self.now}
        return Reflection.objects.get_or_create(placement=self.lina_at_motors, reader=self.teacher(), defaults=said)[0]

    def correction(self):
        return self.decision().corrections.get()

    def agreement(self):
        return Agreement.objects.filter(plan__placement=self.lina_at_motors).order_by("-plan__number")[0]

    def signature(self):
        own = Signature.objects.filter(person=demo_cast.member(self.role).user.person).order_by("pk")
        return own.first() or Signature.objects.order_by("pk")[0]

    def paper(self):
        """The host's place, signed on paper with a scan."""
        place = Signature.objects.get(agreement=self.agreement(), party="host")
        place.document = Document.objects.create(
            organisation=self.school, kind=Document.Kind.AGREEMENT, media_type="application/pdf", content=b"%PDF-",
            added_by=self.teacher(), added_at=self.now,
        )  # fmt: skip
        place.channel, place.recorded_by = Signature.Channel.PAPER, self.teacher()
        place.save()
        return place

    def amended(self):
        """A second version, sent to the host."""
        first = PlanVersion.objects.get(placement=self.lina_at_motors, number=1)
        words = {"text": f"{first.text}\nMore", "text_hash": "0" * 64, "changes": ["terms"]}
        plan, _new = PlanVersion.objects.get_or_create(placement=self.lina_at_motors, number=2, defaults=words)
        agreement, new = Agreement.objects.get_or_create(plan=plan, defaults={"state": Agreement.State.PROPOSED})
        if new:
            Signature.objects.create(agreement=agreement, party="host", person=self.foreman, order=1)
        return agreement

    def entry(self):
        return WorkEntry.objects.filter(placement=self.lina_at_motors).latest("day")

    def absence(self):
        words = {"minutes": 60, "cause": "student", "side": "student", "person": self.lina, "at": self.now}
        day = self.lina_at_motors.starts_on + timedelta(days=30)
        return Absence.objects.get_or_create(placement=self.lina_at_motors, day=day, defaults=words)[0]

    def contact(self):
        """A visit that the teacher wrote down today."""
        return Contact.objects.create(
            school=self.school, placement=self.lina_at_motors, kind=Contact.Kind.VISIT, method="in_person",
            on=self.now.date(), person=self.teacher(), with_student=True, at=self.now,
        )  # fmt: skip

    def demonstration(self):
        """Begun before the teacher."""
        outcome = Outcome.objects.filter(unit__version=self.enrolment().cohort.version_id).order_by("pk")[0]
        shown, new = Demonstration.objects.get_or_create(student=self.student(), outcome=outcome)
        if new:
            part = {"placement": self.lina_at_motors, "assessor": self.teacher(), "side": "school", "seen": "Alone."}
            shown.parts.create(**part, on=self.lina_at_motors.starts_on, at=self.now)
        return shown

    def own_placement(self):
        """A teacher's own, with a report."""
        day, teacher = self.now.date(), self.teacher()
        found, _new = Placement.objects.get_or_create(
            school=self.school, learner=teacher, purpose="teacher", employer=self.lina_at_motors.employer,
            defaults={"state": "ended", "starts_on": day, "ends_on": day},
        )  # fmt: skip
        words = {"learned": "Hybrid brakes.", "material": "A lesson.", "written_at": self.now}
        TeacherReport.objects.get_or_create(placement=found, defaults=words)
        return found

    def photo(self):
        document = Document.objects.create(
            organisation=self.school,
            kind=Document.Kind.PHOTO,
            media_type="image/png",
            content=b"a picture",
            added_by=self.lina,
            added_at=self.now,
        )
        return WorkPhoto.objects.create(entry=self.entry(), document=document, consent=True, at=self.now)

    def earlier(self):
        """A job that the student had before, at the garage."""
        known = self.lina_at_motors
        dates = {"starts_on": known.starts_on, "ends_on": known.ends_on}
        job = Placement.objects.create(
            school=self.school, learner=self.lina, enrolment=known.enrolment, employer=known.employer, purpose="job",
            teacher=self.teacher(), **dates,
        )  # fmt: skip
        supervisor = self.supervisor()
        Segment.objects.create(placement=job, site=supervisor.site, supervisor=supervisor, **dates)
        EarlierWork.objects.create(
            placement=job, days=10, minutes=3000, relevance="Tyres", document=self.sent_sheet().document, **dates
        )
        return job

    def week_sheet(self):
        week = self.lina_at_motors.starts_on - timedelta(days=self.lina_at_motors.starts_on.weekday())
        more = {"code": "K7QF-M2XW", "printed_at": self.now}
        return WeekSheet.objects.get_or_create(placement=self.lina_at_motors, week_starts_on=week, defaults=more)[0]

    def sent_sheet(self):
        sheet = self.week_sheet()
        sheet.document = Document.objects.create(
            organisation=self.school, kind=Document.Kind.WEEK_SHEET, media_type="application/pdf", content=b"%PDF-",
            added_by=self.lina, added_at=self.now,
        )  # fmt: skip
        sheet.save()
        return sheet

    def incident(self):
        return Incident.objects.create(
            placement=self.lina_at_motors, kind="accident", care="doctor", happened_at=self.now, what="Fell",
            side="student", person=self.lina, at=self.now, tell_by=self.now.date(),
        )  # fmt: skip

    def concern(self):
        return Concern.objects.create(
            placement=self.lina_at_motors, kind="end", category="origin", person=self.foreman, at=self.now
        )

    def adjustment(self):
        return Adjustment.objects.create(student=self.student(), text="Larger print", written_at=self.now)

    def note(self):
        return SafeguardingNote.objects.create(school=self.school, student=self.student(), written_at=self.now)

    def run(self):
        return ImportRun.objects.create(
            school=self.school,
            kind=ImportRun.Kind.EMPLOYERS,
            created_at=self.now,
            called_at=self.now,
            file_name="firms.csv",
        )

    def matching(self):
        made, new = Matching.objects.get_or_create(
            school=self.school,
            name="Batch",
            defaults={"starts_on": self.now.date(), "ends_on": self.now.date(), "at": self.now},
        )
        if new:
            MatchingStudent.objects.create(matching=made, enrolment=self.enrolment())
        return made

    def round(self):
        days = {"starts_on": self.now.date() + timedelta(days=90), "ends_on": self.now.date() + timedelta(days=150)}
        made = Round.objects.get_or_create(school=self.school, **days, defaults={"at": self.now})[0]
        made.firms.get_or_create(employer=self.lina_at_motors.employer, defaults={"person": self.foreman})
        return made

    def wished_firm(self):
        firm = self.lina_at_motors.employer
        wish, _new = Wish.objects.get_or_create(enrolment=self.enrolment(), defaults={"at": self.now})
        wish.hosts.get_or_create(employer=firm, defaults={"position": 1})
        return firm

    def match_run(self, number=2):
        problem = {"seekers": [], "places": [], "room": [], "keep": [], "never": []}
        result = {"matches": [], "unmatched": [], "proven": True, "score": []}
        return MatchRun.objects.get_or_create(
            matching=self.matching(),
            number=number,
            defaults={"problem": problem, "result": result, "at": self.now, "state": MatchRun.State.RUNNING},
        )[0]

    def earlier_run(self):
        return self.match_run(1)

    def roster(self):
        run = self.run()
        run.kind = ImportRun.Kind.ROSTER
        run.save()
        return run

    def record(self):
        return Record.objects.create(
            enrolment=self.enrolment(), kind="visit", on=self.now.date(), written_by=self.teacher(), at=self.now
        )

    def letter(self):
        letter, _created = Outbox.objects.get_or_create(
            person=self.foreman,
            school=self.school,
            day=self.now.date(),
            defaults={"letter": Kind.CONFIRM, "message_id": "<row@test>", "next_attempt_at": self.now},
        )
        return letter

    def undelivered(self):
        letter = self.letter()
        letter.state = Outbox.State.FAILED
        letter.save()
        return letter

    def token(self, purpose: str) -> str:
        subjects = {
            Link.Purpose.SIGN: Signature.objects.get(agreement=self.agreement(), party="host").pk,
            Link.Purpose.CONFIRM: 0,
            Link.Purpose.FEEDBACK: self.lina_at_motors.pk,
            Link.Purpose.REQUEST: self.asked().pk if purpose == Link.Purpose.REQUEST else 0,
            Link.Purpose.FOLLOW_UP: self.lina_at_motors.pk,
        }
        person = self.lina if purpose == Link.Purpose.FOLLOW_UP else self.foreman
        _link, token = links.mint(
            person=person, school=self.school, purpose=purpose, subject_id=subjects[purpose], at=self.now
        )
        return token
