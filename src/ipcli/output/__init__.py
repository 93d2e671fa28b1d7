"""A result as bytes or as a page for people."""
