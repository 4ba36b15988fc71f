"""By when the authority of a country has to know of an accident at work: dated data, to be read by whoever checks it.

Only the notice that a school can plan for is here. What has to be told at once stands with no days, so that the page
says "today". `week` counts the weekdays of the law: 7 all days, 6 without Sundays and public holidays, 5 working days.
A school may set its own days (Organisation.accident_days), which then hold for accidents in its own country.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Clock:
    """From `since` on: accidents that need `care` or more are told within `days`, counted in a week of `week` days."""

    since: date
    care: str
    days: int
    week: int
    source: str


CLOCKS: dict[str, tuple[Clock, ...]] = {
    "GB": (
        Clock(date(2013, 10, 1), "hospital", 10, 7, "RIDDOR 2013 (SI 2013/1471), schedule 1: specified injuries"),
        Clock(date(2013, 10, 1), "doctor", 15, 7, "RIDDOR 2013, regulation 4: more than seven days away"),
    ),
    "FR": (
        Clock(date(1985, 12, 21), "first_aid", 2, 6, "Code de la sécurité sociale, article R441-3: 48 heures"),
    ),
    "DE": (Clock(date(1997, 1, 1), "doctor", 3, 7, "SGB VII § 193 (4): more than three days away"),),
    "IE": (Clock(date(2016, 8, 1), "doctor", 10, 5, "S.I. 370/2016: more than three days away"),),
    "NL": (Clock(date(2007, 1, 1), "hospital", 0, 7, "Arbeidsomstandighedenwet, artikel 9: at once"),),
    "AU": (Clock(date(2012, 1, 1), "hospital", 0, 7, "Work Health and Safety Act 2011, section 38: at once"),),
    "US": (Clock(date(2015, 1, 1), "hospital", 1, 7, "29 CFR 1904.39: in-patient within 24 hours"),),
}  # fmt: skip

EMERGENCY = {"US": "911", "CA": "911", "AU": "000", "NZ": "111"}
EUROPE = "112"


def emergency_number(country: str) -> str:
    """What to dial when somebody is in danger; 112 works in all of Europe and on most mobile networks."""
    return EMERGENCY.get(country, EUROPE)
