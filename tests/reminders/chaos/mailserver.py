"""A mail server that has a message on its disk before it says 250: `python -m ... PORT FILE`, one JSON line each."""

import asyncio
import email
import json
import os
import re
import sys
import time

from aiosmtpd.smtp import SMTP

TOKEN = re.compile(r"/link/([\w-]{40,})/")


class Register:
    """Notes Message-ID, recipients, the tokens of links, and the moment."""

    def __init__(self, file: int) -> None:
        self.file = file

    async def handle_DATA(self, server, session, envelope) -> str:
        message = email.message_from_bytes(envelope.content)
        text = next(part for part in message.walk() if part.get_content_type() == "text/plain")
        body = text.get_payload(decode=True).decode()
        row = {
            "message_id": message["Message-ID"],
            "to": envelope.rcpt_tos,
            "tokens": TOKEN.findall(body),
            "at": time.time(),
        }
        os.write(self.file, json.dumps(row).encode() + b"\n")
        os.fsync(self.file)
        return "250 Message accepted"


async def serve(port: int, path: str) -> None:
    register = Register(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(register, hostname="mail.test"), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2]))
