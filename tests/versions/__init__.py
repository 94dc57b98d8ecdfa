"""A fast part of the tests, and a real scan, on every supported pair of Prowler and Python.

``make versions`` runs it; its output is the README's table.
"""
