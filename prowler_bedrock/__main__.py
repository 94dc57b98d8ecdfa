"""``prowler-bedrock`` and ``python -m prowler_bedrock``: the command line."""

import sys


def main() -> None:
    """Run the command line; Ctrl-C while it is still being loaded ends it without a traceback."""
    try:
        from prowler_bedrock.command_line.app import main as run
    except KeyboardInterrupt:
        # As a shell says that SIGINT ended a program.
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
