"""The command line: it reads what people type, asks the api, and writes what it answers."""
