"""Time, calls and memory beside other ways to do the same; ``make benchmark`` runs all of it."""
