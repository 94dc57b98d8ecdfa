"""The score of mutation testing, module by module."""
