"""A provider of mail on this machine: it speaks the interface of the real one and keeps what it was sent."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ANSWERS = {
    "brevo": {"messageId": "<id-1@brevo.test>"},
    "mailgun": {"id": "<id-1@mailgun.test>", "message": "Queued. Thank you."},
    "mailjet": {"Messages": [{"Status": "success", "To": [{"Email": "milan.novak@college.test", "MessageID": 11}]}]},
    "postmark": {"ErrorCode": 0, "Message": "OK", "MessageID": "id-1", "To": "milan.novak@college.test"},
    "sparkpost": {"results": {"total_rejected_recipients": 0, "total_accepted_recipients": 1, "id": "11"}},
}
NO_SUCH_MAILBOX = {
    "ErrorCode": 406,
    "Message": "You tried to send to a recipient that has been marked as inactive. Found inactive addresses: "
    "milan.novak@college.test. Inactive recipients are ones that have generated a hard bounce.",
}
UNHEARD_OF = {"ErrorCode": 406, "Message": "A sentence that nobody has seen before."}


@contextmanager
def provider(answer: dict, status: int = 200) -> Iterator[tuple[str, list[str]]]:
    """Its address, and the bodies that were posted to it."""
    posted: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            posted.append(self.rfile.read(int(self.headers["Content-Length"])).decode(errors="replace"))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *words):
            """Tests are silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", posted
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
