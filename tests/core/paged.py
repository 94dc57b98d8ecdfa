"""A client whose answer comes in pages."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock


def paged(operation: str, *pages: dict[str, Any]) -> Any:
    """Return a client that pages through one operation only.

    Args:
        operation: as `get_paginator` takes it.
        pages: the answers.
    """
    paginators = {operation: Mock(**{"paginate.return_value": pages})}
    return Mock(**{"get_paginator.side_effect": paginators.__getitem__})
