"""python -m config.launch run | manage ARGUMENTS ... | with-database COMMAND ..."""

import signal
import sys

from config.launch import commands, site
from config.launch.children import Stopped
from config.launch.terminal import Refusal, complain


def main(arguments: list[str]) -> int:
    match arguments:
        case ["run"]:
            return site.run()
        case ["manage", *rest]:
            return commands.manage(rest)
        case ["with-database", *rest] if rest:
            return commands.with_database(rest)
    complain(__doc__)
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Refusal as refusal:
        complain(refusal)
        sys.exit(1)
    except Stopped:
        sys.exit(128 + signal.SIGINT)
