"""What is asked: queries, names, words. Imports neither DuckDB nor Typer."""
