from credits.workflow.deciding import DECISION, decide, propose
from credits.workflow.issuing import TRANSCRIPT, issue

__all__ = ["DECISION", "TRANSCRIPT", "decide", "issue", "propose"]
