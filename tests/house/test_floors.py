"""The floors of the house: imports and foreign keys go only downwards, siblings never see each other."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
FLOORS = {
    "core": 0,
    "accounts": 1,
    "employers": 2,
    "schools": 2,
    "placements": 3,
    "credits": 4,
    "reminders": 5,
    "exchange": 5,
    "reports": 6,
    "demo": 7,
    "config": 8,
}
ROOMS = {"services", "utils", "helpers", "managers", "signals"}


def source_files() -> list[Path]:
    return sorted(path for app in FLOORS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def imported_modules(path: Path) -> list[tuple[int, str]]:
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} relative import"
            found.append((node.lineno, node.module or ""))
    return found


def allowed(app: str, other: str) -> bool:
    return app == other or FLOORS[other] < FLOORS[app]


@pytest.mark.parametrize("path", source_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_imports_only_from_lower_floors(path):
    app = path.relative_to(ROOT).parts[0]
    upward = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for line, module in imported_modules(path)
        if (other := module.split(".")[0]) in FLOORS and not allowed(app, other)
    ]
    assert upward == []


def test_foreign_keys_point_only_to_lower_floors():
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in FLOORS
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model._meta.app_label in FLOORS
        if not allowed(model._meta.app_label, field.related_model._meta.app_label)
    ]
    assert upward == []


def test_no_room_has_a_name_that_says_nothing():
    assert [str(path) for path in source_files() if path.stem in ROOMS or ROOMS & set(path.parts)] == []


def test_every_app_of_the_house_is_installed_and_none_else():
    ours = {config.name for config in apps.get_app_configs() if Path(config.path).is_relative_to(ROOT / config.name)}
    assert ours == set(FLOORS) - {"config"}
