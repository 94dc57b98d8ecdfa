"""The only code that imports Prowler: attaching to it, its service class, its fixer."""
