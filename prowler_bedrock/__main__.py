"""``python -m prowler_bedrock``: the command line."""

from prowler_bedrock.command_line.app import main

main()
