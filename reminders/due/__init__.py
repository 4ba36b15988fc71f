"""What is due, for whom and when: pure. Facts of the moment give lines; a line that no fact gives any more is done.

Days that count forward are working days of the school's calendar; days before a start are days of the calendar, and
fall back to the last working day. All moments are in UTC.
"""
