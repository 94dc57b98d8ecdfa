"""Who besides administrators can turn logging off or delete what was logged; reads only."""
