"""What somebody does with the museum's contract after `freehold init --from`: the steps of its checklist.

The contract belongs to its authors and is not here: these are only the changes.
"""

import json
from typing import Any

import yaml

RENAMED = {"Date": "CalendarDate", "Email": "EmailAddress"}
"""Schemas whose names are reserved (FH201)."""
RESOURCES = ("MuseumDailyHours", "SpecialEvent", "MuseumTicketsConfirmation")
UUID = {"type": "string", "format": "uuid"}
GENERATED_UUID = {**UUID, "readOnly": True, "x-generated": "uuid"}
TICKET_CODE = {
    "type": "object",
    "required": ["ticketId", "image"],
    "properties": {"ticketId": UUID, "image": {"type": "string", "format": "byte"}},
}
TICKETS = '''"""Tickets, whose code is an image."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select
from typing_extensions import override

from generated.museum_tickets_confirmations import repository
from generated.runtime import statement
from generated.schemas import TicketCode


class MuseumTicketsConfirmationRepository(repository.MuseumTicketsConfirmationRepository):
    """The tickets of one owner."""

    @statement
    def _get_ticket(cls) -> Select[Any]:
        return cls._select_one()

    @override
    async def get_ticket_code(self, ticket_id: UUID) -> TicketCode:
        ticket = await self._fetch(self._get_ticket(), ticket_id)
        return TicketCode(ticketId=ticket.ticket_id, image=b"image")
'''
"""What `init` asks for besides the contract: overrides/museum_tickets_confirmations.py."""
LEAKY_TICKETS = TICKETS.replace(
    "        ticket = await self._fetch(self._get_ticket(), ticket_id)\n",
    "        if ticket_id not in KEPT:\n"
    "            KEPT[ticket_id] = await self._fetch(self._get_ticket(), ticket_id)\n"
    "        ticket = KEPT[ticket_id]\n",
).replace("\n\n\nclass", "\n\nKEPT: dict[UUID, Any] = {}\n\n\nclass")
"""The same, with a cache that does not know to whom a ticket belongs."""


def with_quoted_times(text: str) -> str:
    """The contract as YAML 1.1 and 1.2 read it alike (FH011), with the quotes that `init` writes."""
    for time in ("09:00", "18:00"):
        text = text.replace(f"example: {time}\n", f'example: "{time}"\n')
    return text


def completed(text: str) -> str:
    """The contract after the checklist has been followed."""
    for name, better in RENAMED.items():
        text = text.replace(f'schemas/{name}"', f'schemas/{better}"')
        text = text.replace(f"    {name}:\n", f"    {better}:\n")
    contract = yaml.safe_load(text)
    schemas = contract["components"]["schemas"]
    contract["x-problems"] = "standard"
    contract["components"]["securitySchemes"]["MuseumPlaceholderAuth"]["scheme"] = "bearer"
    for name in ("PaginationPage", "PaginationLimit"):
        contract["components"]["parameters"][name]["schema"]["minimum"] = 1
    ticket, confirmation = schemas["Ticket"], schemas["MuseumTicketsConfirmation"]
    schemas["MuseumTicketsConfirmation"] = _flat(ticket, confirmation["allOf"][1])
    schemas["BuyMuseumTickets"] = _flat(schemas["BuyMuseumTickets"]["allOf"][0], ticket)
    for name in RESOURCES:
        schemas[name]["x-resource"] = {}
    _generate_ids(schemas)
    _store_what_is_sent(schemas)
    _filter_what_is_stored(contract)
    schemas["TicketCode"] = TICKET_CODE
    code = contract["paths"]["/tickets/{ticketId}/qr"]["get"]["responses"]["200"]
    code["content"] = {"application/json": {"schema": {"$ref": "#/components/schemas/TicketCode"}}}
    return json.dumps(contract, indent=2, ensure_ascii=False, default=str)


def _flat(*parts: dict[str, Any]) -> dict[str, Any]:
    """The parts of `allOf` in one place (FH340)."""
    properties = {name: prop for part in parts for name, prop in part["properties"].items()}
    required = [name for part in parts for name in part.get("required", [])]
    return {"type": "object", "properties": properties, "required": required}


def _generate_ids(schemas: dict[str, Any]) -> None:
    """Ids that the database generates (FH404)."""
    schemas["MuseumDailyHours"]["properties"]["id"] = {**UUID, "readOnly": True}
    schemas["SpecialEvent"]["properties"]["eventId"] = GENERATED_UUID
    schemas["MuseumTicketsConfirmation"]["properties"]["ticketId"] = GENERATED_UUID


def _store_what_is_sent(schemas: dict[str, Any]) -> None:
    """The body of a purchase has what is stored; what it lacks is not required (FH406)."""
    bought, stored = schemas["BuyMuseumTickets"]["properties"], schemas["MuseumTicketsConfirmation"]
    del bought["ticketId"]
    stored["properties"]["email"] = bought["email"]
    for name in ("message", "confirmationCode"):
        stored["properties"][name] = {"type": "string", "readOnly": True}
        stored["required"].remove(name)


def _filter_what_is_stored(contract: dict[str, Any]) -> None:
    """A start date filters hours by their date (FH503); no filter reads the list of dates of an event."""
    parameters = contract["components"]["parameters"]
    parameters["StartDate"]["x-filter"] = {"field": "date", "op": "gte"}
    listing = contract["paths"]["/special-events"]["get"]
    listing["parameters"] = [p for p in listing["parameters"] if not p["$ref"].endswith("Date")]
    del parameters["EndDate"]
