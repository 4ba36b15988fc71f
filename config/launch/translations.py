"""Committed .po files become the .mo files that gettext reads; the machine may have no msgfmt."""

from pathlib import Path


def compile_stale(root: Path) -> None:
    """Compile each .po of the project that is newer than its .mo. Fuzzy entries stay out."""
    for source in sorted([*root.glob("locale/*/LC_MESSAGES/*.po"), *root.glob("*/locale/*/LC_MESSAGES/*.po")]):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            compile_one(source, target)


def compile_one(source: Path, target: Path) -> None:
    import polib  # noqa: PLC0415 - seldom needed, and a second start counts its milliseconds

    fresh = target.with_suffix(".mo.new")
    polib.pofile(str(source)).save_as_mofile(str(fresh))
    fresh.replace(target)
