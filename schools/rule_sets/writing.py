"""A stored wording as the text of its file."""

import json
from dataclasses import fields, is_dataclass
from typing import Any

from schools.rule_sets import document, parts

# The database keeps no order of names; the file has them in the order in which docs/rule_sets.md explains them.
_KINDS = [kind for room in (document, parts) for kind in vars(room).values() if is_dataclass(kind)]
_FIRST = ("format", "key", "type", "label", "name", "en", "fr", "from", "to")
_ORDER = {
    name: place
    for place, name in enumerate(
        dict.fromkeys((*_FIRST, *(one.name for kind in (document.RuleSet, *_KINDS) for one in fields(kind))))
    )
}


def written(content: Any) -> str:
    """JSON with two spaces of indent, as in the files that come with the program."""
    return f"{json.dumps(_in_order(content), ensure_ascii=False, indent=2)}\n"


def _in_order(value: Any) -> Any:
    if isinstance(value, list):
        return [_in_order(one) for one in value]
    if not isinstance(value, dict):
        return value
    names = sorted(value, key=lambda name: (_ORDER.get(name, len(_ORDER)), name))
    return {name: _in_order(value[name]) for name in names}
