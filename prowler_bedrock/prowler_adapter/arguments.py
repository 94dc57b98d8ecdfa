"""Read single options of the command line that Prowler is started with."""

from __future__ import annotations

import argparse
from typing import NoReturn


class QuietParser(argparse.ArgumentParser):
    """A parser that says nothing: what is wrong with a command line is said by its own program."""

    def __init__(self) -> None:
        super().__init__(add_help=False)

    def error(self, message: str) -> NoReturn:
        """End the parsing.

        Args:
            message: what is wrong.

        Raises:
            SystemExit: always.
        """
        raise SystemExit(message)

    def known(self, arguments: list[str]) -> argparse.Namespace | None:
        """Return the options that were added, or ``None`` where the command line is none.

        Args:
            arguments: the command line without the program's name.
        """
        try:
            return self.parse_known_args(arguments)[0]
        except SystemExit:
            return None
