"""Turn logging on: settings, plan, journal, role, log group, and all of it in order."""
