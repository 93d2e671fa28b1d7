"""Making and checking the data: tables, build, spellings, figure phrases. Loaded by maintenance commands only."""
