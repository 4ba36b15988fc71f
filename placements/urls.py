from datetime import date

from django.urls import URLPattern, path, register_converter

from placements.views import (
    absences,
    adjustments,
    agreements,
    alerts,
    appointments,
    breaking,
    capacity,
    class_week,
    closing,
    concerns,
    contact_answers,
    contacts,
    demonstrations,
    doubts,
    earlier,
    employer_time,
    feedback,
    firm_contacts,
    following_up,
    handing_over,
    host,
    host_account,
    host_plan,
    hours,
    incidents,
    interrupting,
    links,
    matching,
    moves,
    moving_up,
    offline,
    other_work,
    own_days,
    photos,
    places,
    placing,
    plans,
    queue,
    reflections,
    reporting,
    requests,
    rounds,
    segments,
    settling,
    sheets,
    signing,
    skills,
    stopping,
    talk,
    teacher_reports,
    wishes,
)

app_name = "placements"


class DayConverter:
    """A date in an address, as 2026-11-16."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


class VerbConverter:
    """A step in the life of a placement, as its table of moves names it."""

    regex = "start_unagreed|start|pause|resume|end|cancel|break|restore"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(DayConverter, "day")
register_converter(VerbConverter, "verb")

_WEEK = "week/<uuid:public_id>/<day:week_starts_on>/"

_hours: list[URLPattern] = [
    path("placements/<uuid:public_id>/log/", hours.log, name="log"),
    path("placements/<uuid:public_id>/hours/", hours.placement_hours, name="hours"),
    path("hours/<uuid:public_id>/change/", hours.change_day, name="change_day"),
    path("hours/<uuid:public_id>/take-back/", hours.take_back, name="take_back"),
    path("hours/<uuid:public_id>/reply/", settling.reply, name="reply"),
    path("hours/<uuid:public_id>/settle/", settling.settle, name="settle"),
    path("placements/<uuid:public_id>/absence/", absences.absence_new, name="absence_new"),
    path("absences/<uuid:public_id>/withdraw/", absences.absence_withdraw, name="absence_withdraw"),
    path("absences/<uuid:public_id>/judge/", absences.absence_judge, name="absence_judge"),
    path("hours/<uuid:public_id>/photos/", photos.photo, name="photo"),
    path("photos/<uuid:public_id>/", photos.photo_file, name="photo_file"),
    path("photos/<uuid:public_id>/remove/", photos.photo_remove, name="photo_remove"),
    path("host/", host.host, name="host"),
    path(f"host/{_WEEK}", host.host_week, name="host_week"),
    path(f"host/{_WEEK}confirm/", host.host_confirm, name="host_confirm"),
    path(f"host/{_WEEK}undo/", host.host_undo, name="host_undo"),
    path(f"host/{_WEEK}settle/", host.host_settle, name="host_settle"),
    path("host/week/<day:week_starts_on>/confirm/", host.host_confirm_all, name="host_confirm_all"),
    path("host/students/<uuid:public_id>/day/", host.host_day, name="host_day"),
    path("host/students/<uuid:public_id>/absence/", absences.host_absence, name="host_absence"),
    path("host/absences/<uuid:public_id>/withdraw/", absences.host_absence_withdraw, name="host_absence_withdraw"),
    path("host/hours/<uuid:public_id>/reply/", settling.host_reply, name="host_reply"),
    path("host/closing/<uuid:public_id>/", closing.host_closing, name="host_closing"),
    path(f"link/<str:token>/{_WEEK}", host.link_week, name="link_week"),
    path(f"link/<str:token>/{_WEEK}confirm/", host.link_confirm, name="link_confirm"),
    path(f"link/<str:token>/{_WEEK}undo/", host.link_undo, name="link_undo"),
    path(f"link/<str:token>/{_WEEK}settle/", host.link_settle, name="link_settle"),
    path("placements/<uuid:public_id>/doubts/", doubts.doubts, name="doubts"),
    path("link/<str:token>/week/<day:week_starts_on>/confirm/", host.link_confirm_all, name="link_confirm_all"),
    path("link/<str:token>/students/<uuid:public_id>/day/", host.link_day, name="link_day"),
    path("link/<str:token>/students/<uuid:public_id>/absence/", absences.link_absence, name="link_absence"),
    path(
        "link/<str:token>/absences/<uuid:public_id>/withdraw/",
        absences.link_absence_withdraw,
        name="link_absence_withdraw",
    ),
    path("link/<str:token>/hours/<uuid:public_id>/reply/", settling.link_reply, name="link_reply"),
    path("link/<str:token>/closing/<uuid:public_id>/", closing.link_closing, name="link_closing"),
    path("talk/", talk.talk, name="talk"),
    path("talk/notes/", talk.notes, name="notes"),
    path("talk/notes/<uuid:public_id>/", talk.note, name="note"),
]

_closing: list[URLPattern] = [
    path("host/closing/<uuid:public_id>/take-back/", closing.host_closing_take_back, name="host_closing_take_back"),
    path("host/feedback/<uuid:public_id>/", closing.host_receipt, name="host_receipt"),
    path("host/skills/<uuid:public_id>/", skills.host_skills, name="host_skills"),
    path(
        "link/<str:token>/closing/<uuid:public_id>/take-back/",
        closing.link_closing_take_back,
        name="link_closing_take_back",
    ),
    path("link/<str:token>/feedback/<uuid:public_id>/", closing.link_receipt, name="link_receipt"),
    path("link/<str:token>/skills/<uuid:public_id>/", skills.link_skills, name="link_skills"),
    path("placements/<uuid:public_id>/skills/", skills.skills, name="skills"),
    path("placements/<uuid:public_id>/skills/own/", skills.own_skills, name="own_skills"),
]

_agreements: list[URLPattern] = [
    path("placements/new/", placing.new, name="new"),
    path("placements/<uuid:public_id>/again/", placing.again, name="again"),
    path("placements/new/teacher/", placing.new_for_teacher, name="new_for_teacher"),
    path("placements/<uuid:public_id>/plan/", plans.plan, name="plan"),
    path("placements/<uuid:public_id>/plan/change/", plans.change, name="change"),
    path("placements/<uuid:public_id>/plan/dates/", plans.dates, name="dates"),
    path("placements/<uuid:public_id>/workplaces/", segments.segments, name="segments"),
    path("placements/<uuid:public_id>/workplaces/new/", segments.segment_new, name="segment_new"),
    path("placements/<uuid:public_id>/workplaces/workshop/", segments.workshop_new, name="workshop_new"),
    path("placements/<uuid:public_id>/workplaces/<int:pk>/", segments.segment, name="segment"),
    path("placements/<uuid:public_id>/workplaces/<int:pk>/remove/", segments.segment_remove, name="segment_remove"),
    path("placements/<uuid:public_id>/propose/", agreements.propose, name="propose"),
    path("placements/<uuid:public_id>/withdraw/", agreements.withdraw, name="withdraw"),
    path("placements/<uuid:public_id>/guardian/", agreements.guardian, name="guardian"),
    path("placements/<uuid:public_id>/move/<verb:verb>/", moves.move, name="move"),
    path("placements/<uuid:public_id>/links/", links.links_of, name="links"),
    path("placements/<uuid:public_id>/links/<int:pk>/revoke/", links.revoke, name="link_revoke"),
    path("sign/<uuid:public_id>/", signing.sign, name="sign"),
    path("sign/<uuid:public_id>/refuse/", signing.refuse, name="refuse"),
    path("sign/<uuid:public_id>/paper/", agreements.sign_paper, name="sign_paper"),
    path("sign/<uuid:public_id>/paper/scan/", agreements.paper_scan, name="paper_scan"),
    path("sign/<uuid:public_id>/paper/file/", agreements.paper_file, name="paper_file"),
    path("sign/<uuid:public_id>/paper/take-back/", agreements.paper_take_back, name="paper_take_back"),
    path("agreements/<uuid:public_id>/agreement.pdf", agreements.agreement_pdf, name="agreement_pdf"),
    path("agreements/<uuid:public_id>/changes/", agreements.agreement_difference, name="agreement_difference"),
    path("link/<str:token>/agreement.pdf", agreements.link_pdf, name="link_pdf"),
    path("link/<str:token>/", links.link, name="link"),
    path("link/<str:token>/refuse/", links.refuse, name="link_refuse"),
    path("link/<str:token>/forward/", links.forward, name="link_forward"),
    path("link/<str:token>/account/", host_account.link_account, name="link_account"),
    path("host/account/close/", host_account.host_account_close, name="host_account_close"),
    path("link/<str:token>/renew/", links.renew, name="link_renew"),
]

_HELPS = "adjustments/<uuid:public_id>/"

_care: list[URLPattern] = [
    path("incidents/", incidents.incident_list, name="incidents"),
    path("incidents/<uuid:public_id>/", incidents.incident, name="incident"),
    path("placements/<uuid:public_id>/incident/", incidents.incident_new, name="incident_new"),
    path("host/incident/<uuid:public_id>/", incidents.host_incident, name="host_incident"),
    path("link/<str:token>/incident/<uuid:public_id>/", incidents.link_incident, name="link_incident"),
    path("link/<str:token>/incident/<uuid:public_id>/own/", incidents.link_incident_words, name="link_incident_words"),
    path("concerns/", concerns.concern_list, name="concerns"),
    path("concerns/<uuid:public_id>/", concerns.concern, name="concern"),
    path("host/concern/<uuid:public_id>/", concerns.host_concern, name="host_concern"),
    path("host/concern/<uuid:public_id>/end/", concerns.host_concern_end, name="host_concern_end"),
    path("link/<str:token>/concern/<uuid:public_id>/", concerns.link_concern, name="link_concern"),
    path("link/<str:token>/concern/<uuid:public_id>/end/", concerns.link_concern_end, name="link_concern_end"),
    path("adjustments/", adjustments.adjustments, name="adjustments"),
    path("adjustments/refused/", adjustments.adjustments_refused, name="adjustments_refused"),
    path(_HELPS, adjustments.adjustment, name="adjustment"),
    path(f"{_HELPS}take-back/", adjustments.adjustment_withdraw, name="adjustment_withdraw"),
    path("placements/<uuid:public_id>/adjustments/", adjustments.adjustments_teacher, name="adjustments_teacher"),
    path(f"host/{_HELPS}", adjustments.host_adjustments, name="host_adjustments"),
    path(f"link/<str:token>/{_HELPS}", adjustments.link_adjustments, name="link_adjustments"),
]

_requests: list[URLPattern] = [
    path("placements/<uuid:public_id>/request/", requests.new, name="request_new"),
    path("requests/", requests.host_requests, name="requests"),
    path("requests/<uuid:public_id>/", requests.host_request, name="request"),
    path("requests/<uuid:public_id>/no/", requests.host_decline, name="request_decline"),
    path("requests/<uuid:public_id>/undo/", requests.host_undo, name="request_undo"),
    path("requests/<uuid:public_id>/settle/", requests.host_settle, name="request_settle"),
    path("requests/<uuid:public_id>/take-back/", requests.take_back, name="request_take_back"),
    path("link/<str:token>/no/", requests.link_decline, name="link_request_decline"),
    path("link/<str:token>/request/undo/", requests.link_undo, name="link_request_undo"),
    path("link/<str:token>/request/settle/", requests.link_settle, name="link_request_settle"),
]

_wishes: list[URLPattern] = [
    path("host/limits/", capacity.host_capacity, name="host_capacity"),
    path("host/offers/", capacity.host_offers, name="host_offers"),
    path("host/offers/not-this-year/", capacity.host_not_this_year, name="host_not_this_year"),
    path("host/offers/<uuid:public_id>/withdraw/", capacity.host_offer_withdraw, name="host_offer_withdraw"),
    path("host/plan/<uuid:public_id>/", host_plan.host_plan, name="host_plan"),
    path("link/<str:token>/plan/<uuid:public_id>/", host_plan.link_plan, name="link_plan"),
    path("link/<str:token>/limits/", capacity.link_capacity, name="link_capacity"),
    path("link/<str:token>/offers/", capacity.link_offers, name="link_offers"),
    path("link/<str:token>/offers/not-this-year/", capacity.link_not_this_year, name="link_not_this_year"),
    path(
        "link/<str:token>/offers/<uuid:public_id>/withdraw/", capacity.link_offer_withdraw, name="link_offer_withdraw"
    ),
]

_breaking: list[URLPattern] = [
    path("placements/<uuid:public_id>/transfer/", breaking.transfer, name="transfer"),
    path("employers/<uuid:public_id>/stops/", stopping.host_stops, name="host_stops"),
    path("employers/<uuid:public_id>/contacts/new/", firm_contacts.firm_contact, name="firm_contact"),
    path(
        "employers/contacts/<uuid:public_id>/correct/", firm_contacts.firm_contact_correct, name="firm_contact_correct"
    ),
    path("employers/<uuid:public_id>/time/", employer_time.employer_time, name="employer_time"),
    path("employers/<uuid:public_id>/goes-on/", stopping.host_goes_on, name="host_goes_on"),
    path("link/<str:token>/not-me/", handing_over.link_not_me, name="link_not_me"),
    path("placements/interrupt/", interrupting.interruption, name="interrupt"),
]

_paper: list[URLPattern] = [
    path("placements/<uuid:public_id>/earlier/", earlier.earlier_work, name="earlier_work"),
    path("placements/<uuid:public_id>/earlier/talk/", earlier.earlier_talk, name="earlier_talk"),
    path("placements/<uuid:public_id>/earlier/file/", earlier.earlier_file, name="earlier_file"),
    path("placements/<uuid:public_id>/earlier/paper/", earlier.earlier_paper, name="earlier_paper"),
    path("host/earlier/<uuid:public_id>/", earlier.host_earlier_confirm, name="host_earlier_confirm"),
    path("link/<str:token>/earlier/<uuid:public_id>/", earlier.link_earlier_confirm, name="link_earlier_confirm"),
    path("placements/<uuid:public_id>/other-work/", other_work.other_work, name="other_work"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("placements/<uuid:public_id>/alerts/", alerts.alerts_of_placement, name="alerts_of"),
    path("placements/<uuid:public_id>/sheets/", sheets.week_sheet, name="week_sheet"),
    path("placements/<uuid:public_id>/report/", reporting.report_hours, name="report_hours"),
    path("host/sheets/<uuid:public_id>/", sheets.host_week_sheet, name="host_week_sheet"),
    path("sheets/<uuid:public_id>/week.pdf", sheets.week_sheet_pdf, name="week_sheet_pdf"),
    path("sheets/<uuid:public_id>/file/", sheets.sheet_file, name="sheet_file"),
    path("sheet/", sheets.sheet_find, name="sheet_find"),
    path("sheet/<slug:code>/", sheets.sheet_upload, name="sheet_upload"),
    path("link/<str:token>/sheets/<uuid:public_id>/", sheets.link_week_sheet, name="link_week_sheet"),
    path("link/<str:token>/sheets/<uuid:public_id>/week.pdf", sheets.link_week_sheet_pdf, name="link_week_sheet_pdf"),
    path("link/<str:token>/sheet/<slug:code>/", sheets.link_sheet_upload, name="link_sheet_upload"),
]

_phone: list[URLPattern] = [
    path("my/queue/", queue.queue, name="queue"),
    path("offline/", offline.offline, name="offline"),
    path("sw.js", offline.worker, name="worker"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
]

_contacts: list[URLPattern] = [
    path("learned/", contacts.learned, name="learned"),
    path("placements/<uuid:public_id>/contacts/", contacts.contacts, name="contacts"),
    path("placements/<uuid:public_id>/contacts/new/", contacts.contact_new, name="contact_new"),
    path("placements/<uuid:public_id>/contacts/new/<slug:kind>/", contacts.contact_form, name="contact_form"),
    path("placements/<uuid:public_id>/appointments/new/", appointments.appointment_new, name="appointment_new"),
    path("appointments/<uuid:public_id>/", appointments.appointment, name="appointment"),
    path("appointments/<uuid:public_id>/cancel/", appointments.appointment_cancel, name="appointment_cancel"),
    path("contacts/<uuid:public_id>/correct/", contacts.contact_correct, name="contact_correct"),
    path("placements/<uuid:public_id>/induction/", contact_answers.own_induction, name="induction"),
    path("placements/<uuid:public_id>/first-week/", contact_answers.own_first_week, name="first_week"),
    path("host/induction/<uuid:public_id>/", contact_answers.host_induction, name="host_induction"),
    path("host/first-week/<uuid:public_id>/", contact_answers.host_first_week, name="host_first_week"),
    path("host/briefing/<uuid:public_id>/", contact_answers.host_briefing, name="host_briefing"),
    path("link/<str:token>/induction/<uuid:public_id>/", contact_answers.link_induction, name="link_induction"),
    path("link/<str:token>/first-week/<uuid:public_id>/", contact_answers.link_first_week, name="link_first_week"),
    path("link/<str:token>/briefing/<uuid:public_id>/", contact_answers.link_briefing, name="link_briefing"),
]

_own: list[URLPattern] = [
    path("my/week/", own_days.my_week, name="my_week"),
    path("my/calendar/", own_days.my_calendar, name="my_calendar"),
    path("calendar/<str:token>.ics", own_days.calendar_feed, name="calendar_feed"),
    path("placements/<uuid:public_id>/feedback/", feedback.feedback, name="feedback"),
    path("placements/<uuid:public_id>/after/", following_up.follow_up, name="follow_up"),
    path("placements/<uuid:public_id>/question/", reflections.reflection_new, name="reflection_new"),
    path("questions/", reflections.reflections, name="reflections"),
    path("questions/<uuid:public_id>/", reflections.reflection, name="reflection"),
    path("questions/<uuid:public_id>/take-back/", reflections.reflection_withdraw, name="reflection_withdraw"),
]

_SHOWN = "demonstrations/<uuid:public_id>/"

_learning: list[URLPattern] = [
    path("placements/<uuid:public_id>/demonstrations/", demonstrations.demonstrations, name="demonstrations"),
    path("placements/<uuid:public_id>/demonstrations/new/", demonstrations.demonstration_new, name="demonstration_new"),
    path(f"{_SHOWN}finish/", demonstrations.demonstration_finish, name="demonstration_finish"),
    path(f"{_SHOWN}reopen/", demonstrations.demonstration_reopen, name="demonstration_reopen"),
    path(f"{_SHOWN}parts/<int:pk>/take-back/", demonstrations.demonstration_take_back, name="demonstration_take_back"),
    path("host/demonstration/<uuid:public_id>/", demonstrations.host_demonstration, name="host_demonstration"),
    path(
        "link/<str:token>/demonstration/<uuid:public_id>/", demonstrations.link_demonstration, name="link_demonstration"
    ),
    path("placements/<uuid:public_id>/teacher-report/", teacher_reports.teacher_report, name="teacher_report"),
    path(
        "placements/<uuid:public_id>/teacher-report/accept/",
        teacher_reports.teacher_report_accept,
        name="teacher_report_accept",
    ),
    path(
        "placements/<uuid:public_id>/teacher-report/reopen/",
        teacher_reports.teacher_report_reopen,
        name="teacher_report_reopen",
    ),
]

_matching: list[URLPattern] = [
    path("places/", places.places, name="places"),
    path("class/week/", class_week.class_week, name="class_week"),
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/new/", rounds.round_new, name="round_new"),
    path("rounds/<uuid:public_id>/", rounds.round, name="round"),
    path("rounds/<uuid:public_id>/close/", rounds.round_close, name="round_close"),
    path("wishes/", wishes.wishes, name="wishes"),
    path("wishes/firms/", wishes.wish_firms, name="wish_firms"),
    path("wishes/firms/<uuid:public_id>/", wishes.wish_firm, name="wish_firm"),
    path("programmes/cohorts/<uuid:public_id>/move/", moving_up.moving_up, name="moving_up"),
    path("matchings/", matching.matchings, name="matchings"),
    path("matchings/new/", matching.matching_new, name="matching_new"),
    path("matchings/<uuid:public_id>/", matching.matching, name="matching"),
    path("matchings/<uuid:public_id>/find/", matching.match, name="match"),
    path("matchings/<uuid:public_id>/wishes/<uuid:enrolment>/", matching.matching_wish, name="matching_wish"),
    path("matchings/<uuid:public_id>/settle/<uuid:enrolment>/", matching.matching_pin, name="matching_pin"),
    path("matchings/runs/<uuid:public_id>/", matching.match_run, name="match_run"),
    path("matchings/runs/<uuid:public_id>/stop/", matching.match_cancel, name="match_cancel"),
    path("matchings/runs/<uuid:public_id>/choose/<uuid:enrolment>/", matching.match_choose, name="match_choose"),
    path("matchings/runs/<uuid:public_id>/compare/<uuid:other>/", matching.match_compare, name="match_compare"),
    path("matchings/runs/<uuid:public_id>/plan/", matching.match_plan, name="match_plan"),
]

urlpatterns: list[URLPattern] = [
    *_paper,
    *_requests,
    *_wishes,
    *_hours,
    *_matching,
    *_closing,
    *_agreements,
    *_care,
    *_breaking,
    *_contacts,
    *_learning,
    *_own,
    *_phone,
]
