"""The page of a run that a colleague can open: everything in one file."""
