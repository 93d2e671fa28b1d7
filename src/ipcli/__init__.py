"""ipcli: query a city's industrial system, every figure with its source."""

__version__ = "0.1.0"
