"""The database: open, lock, run, time out, serialise. Nobody else runs SQL."""
