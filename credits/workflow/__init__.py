from credits.workflow.correcting import CORRECTION, ask_correction, decline, uphold
from credits.workflow.deciding import DECISION, decide, propose
from credits.workflow.issuing import TRANSCRIPT, issue

__all__ = ["CORRECTION", "DECISION", "TRANSCRIPT", "ask_correction", "decide", "decline", "issue", "propose", "uphold"]
