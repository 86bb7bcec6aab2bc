"""The order of a list whose requests say in a parameter of its own whether it is descending."""


def directed(order: str, direction: str | None) -> str:
    """The name of an order with a direction: `-title` for `title` and `desc`; without one, as it is."""
    if direction is None:
        return order
    name = order.removeprefix("-")
    return f"-{name}" if direction.lower().startswith("desc") else name
