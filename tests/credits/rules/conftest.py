"""Files that are wrong are refused by the command with the path of what is wrong."""

import json

import pytest
from django.core.management import CommandError, call_command

from tests.credits.rules.builders import evidence


@pytest.fixture
def command_refuses(tmp_path):
    """`command_refuses(rules, work=[...])` are the lines of the refusal."""

    def run(rules: dict, **more) -> str:
        paths = tmp_path / "rules.json", tmp_path / "evidence.json"
        for path, content in zip(paths, (rules, evidence(**more)), strict=True):
            path.write_text(json.dumps(content), encoding="utf-8")
        with pytest.raises(CommandError) as refusal:
            call_command("evaluate_credit", rules=paths[0], evidence=paths[1])
        assert refusal.value.returncode == 2
        return str(refusal.value)

    return run
