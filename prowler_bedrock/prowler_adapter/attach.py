"""Put our check folders beside Prowler's own, in memory, for the running process.

Prowler imports the packages named by ``prowler.compliance`` entry points before it discovers any
check; ours calls `attach`. Prowler finds checks, metadata and fixers by walking the ``__path__``
of ``prowler.providers.aws.services.bedrock``, so a folder at its front is found first, and one at
its end only under names that Prowler itself lacks.
"""

from __future__ import annotations

import importlib
import os
import sys

from prowler_bedrock.check_id import CHECK_ID
from prowler_bedrock.prowler_adapter.announce import announce
from prowler_bedrock.prowler_adapter.guard import CHECKS_PACKAGE, stop_if_replaced

OPT_OUT_VARIABLE = "PROWLER_BEDROCK_USE_BUILTIN"
SERVICE_PACKAGE = "prowler.providers.aws.services.bedrock"


def opted_out() -> bool:
    """Say whether the environment asks for Prowler's built-in check."""
    return os.environ.get(OPT_OUT_VARIABLE, "").strip().lower() in {"1", "true", "yes", "on"}


def attach() -> None:
    """Make Prowler find our checks and fixers, in front of a built-in of the same CheckID.

    With the opt-out, the built-in is in charge and our other checks stay. Nothing is written to
    disk. Where Prowler is not as expected, its built-in check stays in charge and standard error
    says so.

    Raises:
        SystemExit: when ``--checks-folder`` would destroy a built-in check.
    """
    stop_if_replaced(sys.argv)
    out = opted_out()
    try:
        service_path = importlib.import_module(SERVICE_PACKAGE).__path__
        (checks_path,) = importlib.import_module(CHECKS_PACKAGE).__path__
        if checks_path not in service_path:
            service_path.insert(len(service_path) if out else 0, checks_path)
    except Exception as error:  # A guest must not break its host, whatever Prowler changed.
        print(
            f"prowler-bedrock: could not attach to this Prowler ({type(error).__name__}: {error}); "
            f"Prowler's own {CHECK_ID} is in charge.",
            file=sys.stderr,
        )
        return
    if out:
        announce(
            f"prowler-bedrock: {OPT_OUT_VARIABLE} is set, Prowler's own {CHECK_ID} is in charge."
        )
    else:
        announce(f"prowler-bedrock: the plugin's {CHECK_ID} is in charge ({checks_path}).")
