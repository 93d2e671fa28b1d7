"""Making and checking the data: tables, build, names index, figure phrases. Loaded by maintenance commands only."""
