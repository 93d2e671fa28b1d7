"""What is asked: queries, names, words. Knows neither DuckDB nor Typer."""
