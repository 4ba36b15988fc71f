"""`make lighthouse`: what Lighthouse says of the pages that hosts and students open on a phone.

Each page three times, the median counts. Prints a table, writes build/lighthouse.json, ends with 1 when a score is
too low. Needs Node and Chromium; nothing else of the project does.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from accounts.roles import Role
from config.launch.preparation import ROOT
from tests.browser.stage import Stage, stage

# The last version for Node 20.
TOOL = "lighthouse@12.8.2"
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 100}
RUNS = 3
MEASURES = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")


def pages(site: Stage) -> dict[str, tuple[str, str]]:
    """Name, path and whose cookie."""
    found, student = site.addresses(), site.session(Role.STUDENT)
    return {
        "host's weeks by link": (found["weeks"], ""),
        "host's closing feedback": (found["closing"], ""),
        "student's today": ("/", student),
        "student's hours": ("/my/hours/", student),
        "student's day log": (f"{found['placement']}log/", student),
    }


def judge(url: str, cookie: str) -> dict:
    """One run on a phone as Lighthouse imagines it: the scores of 100, the measures, and what was not right."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [
            *("npx", "--yes", TOOL, url, "--quiet", "--output=json", f"--output-path={report}"),
            *(f"--only-categories={','.join(LEAST)}", f"--extra-headers={json.dumps({'Cookie': cookie})}"),
            "--chrome-flags=--headless=new --no-sandbox --disable-background-networking --disable-gpu",
        ]
        environment = {**os.environ, "CHROME_PATH": shutil.which("chromium") or "", "TMPDIR": folder}
        subprocess.run(command, cwd=folder, env=environment, check=True)
        said = json.loads(report.read_text())
    assert said["finalDisplayedUrl"] == url, f"another page was judged: {said['finalDisplayedUrl']}"
    wrong = [
        name for category in said["categories"].values() for reference in category["auditRefs"]
        if (name := reference["id"]) and reference["weight"] and (said["audits"][name]["score"] or 0) < 1
        and said["audits"][name]["scoreDisplayMode"] not in ("notApplicable", "manual", "informative")
    ]  # fmt: skip
    return {
        "scores": {name: round(100 * said["categories"][name]["score"]) for name in LEAST},
        "measures": {name: said["audits"][name]["numericValue"] for name in MEASURES},
        "wrong": sorted(set(wrong)),
    }


def median(runs: list[dict]) -> dict[str, int]:
    return {name: round(statistics.median(run["scores"][name] for run in runs)) for name in LEAST}


def table(scores: dict[str, dict[str, int]], runs: dict[str, list[dict]]) -> Iterator[str]:
    yield f"{'page':28}" + "".join(f"{name:>16}" for name in LEAST)
    for name, row in scores.items():
        yield f"{name:28}" + "".join(f"{value:16}" for value in row.values())
        if wrong := sorted({audit for run in runs[name] for audit in run["wrong"]}):
            yield f"    not full marks: {', '.join(wrong)}"


def main() -> int:
    for tool in ("npx", "chromium"):
        if not shutil.which(tool):
            sys.stderr.write(f"{tool} is missing: Lighthouse needs Node 18.16 or newer, and Chromium.\n")
            return 1
    with stage() as site:
        runs = {
            name: [judge(f"{site.url}{path}", cookie) for _ in range(RUNS)]
            for name, (path, cookie) in pages(site).items()
        }
    scores = {name: median(three) for name, three in runs.items()}
    target = ROOT / "build" / "lighthouse.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({"tool": TOOL, "scores": scores, "runs": runs}, indent=1))
    sys.stdout.write("\n".join(table(scores, runs)) + "\n")
    return int(any(row[name] < least for row in scores.values() for name, least in LEAST.items()))


if __name__ == "__main__":
    sys.exit(main())
