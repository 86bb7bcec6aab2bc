"""Says of a total that is counted to a limit only that it has one."""

from freehold.contract.operations.page_schemas import MOST_COUNTED, TOTAL_WORD, is_capped
from freehold.publishing.schemas.schema_parts import schema_holders
from freehold.publishing.tree import Part, schemas_in

_SENTENCE = f"Rows beyond {MOST_COUNTED:,} are not counted."


def bound_capped_totals(root: Part) -> None:
    """Give each capped total its maximum, and a sentence, in place."""
    for holder, key in schema_holders(root):
        for schema in schemas_in(holder[key]):
            if is_capped(schema.get(TOTAL_WORD)):
                said = str(schema.get("description", "")).rstrip()
                schema["description"] = f"{said} {_SENTENCE}" if said else _SENTENCE
                schema["maximum"] = min(schema.get("maximum", MOST_COUNTED), MOST_COUNTED)
