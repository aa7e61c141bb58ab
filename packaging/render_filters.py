"""Writes the dashboard's api/filters.gen.ts: the filters of calls, and how addresses hold them.

python packaging/render_openapi.py | python packaging/render_filters.py
"""

import json
import sys
from typing import Any

# Those whose filters are in the address of a page.
CALLS = ("logs", "export_logs", "export_heartbeats")
NO_FILTERS = frozenset({"limit", "page", "reason", "zone"})
HEAD = """\
// Written by `make api-types` from the OpenAPI document.

/** The filters of calls, by the operation: each with how `lib/search.ts` reads it. */
export const FILTERS = {
"""


def render(document: dict[str, Any]) -> str:
    """Return the module."""
    operations = {
        operation["operationId"]: operation
        for path in document["paths"].values()
        for operation in path.values()
    }
    calls = (_call(name, operations[name], document) for name in CALLS)
    return f"{HEAD}{''.join(calls)}}} as const\n"


def _call(name: str, operation: dict[str, Any], document: dict[str, Any]) -> str:
    filters = [
        f"    {each['name']}: {json.dumps(_kind(each['schema'], document))},\n"
        for each in operation["parameters"]
        if each["in"] == "query" and each["name"] not in NO_FILTERS
    ]
    return f"  {name}: {{\n{''.join(filters)}  }},\n"


def _kind(schema: dict[str, Any], document: dict[str, Any]) -> str | list[str]:
    """Return the name of a reader, or the values other than the default."""
    if "allOf" in schema:
        name = schema["allOf"][0]["$ref"].rpartition("/")[2]
        values = document["components"]["schemas"][name]["enum"]
        return [value for value in values if value != schema.get("default")]
    if schema.get("type") == "array":
        return "texts"
    if schema.get("format") == "date":
        return "day"
    return {"string": "text", "integer": "whole", "boolean": "flag"}[schema["type"]]


if __name__ == "__main__":
    sys.stdout.write(render(json.load(sys.stdin)))
