"""The port the site answers on: free before we start, answering once we did."""

import errno
import http.client
import socket

from config.launch.terminal import Refusal


def free_or_refuse(text: str) -> int:
    """The port as a number; refuses one that is taken, not allowed, or none at all."""
    if not (text.isdecimal() and 0 < int(text) < 65536):
        raise Refusal(f"PORT must be a number from 1 to 65535, not {text!r}: try `make run PORT=8001`.")
    port = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as problem:
            why = "is used by another program" if problem.errno == errno.EADDRINUSE else "may not be used"
            other = port + 1 if 1024 <= port < 65535 else 8001
            raise Refusal(f"Port {port} {why}: choose another one, as in `make run PORT={other}`.") from None
    return port


def healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"X-Forwarded-Proto": "https"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
