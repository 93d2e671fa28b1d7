"""The prompt."""

from ipcli.cli.command import command


@command(title="x")
def shell() -> int:
    """x"""
    return 0
