"""A page that shows the findings of a scan: Regions by checks."""
