"""Print the figures of the house, and fail if its imports run in circles: `python .ci/house.py`.

A room is a top-level module or package of `ipcli`, an arrow an import between two rooms.
"""

from __future__ import annotations

import sys
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent


def find_circles(graph: grimp.ImportGraph, modules: set[str]) -> list[set[str]]:
    """Return the sets of modules that import each other, by Tarjan's algorithm without recursion limits in the way."""
    sys.setrecursionlimit(10_000)
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    circles: list[set[str]] = []

    def visit(module: str) -> None:
        index[module] = low[module] = len(index)
        stack.append(module)
        for other in graph.find_modules_directly_imported_by(module) & modules:
            if other not in index:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in stack:
                low[module] = min(low[module], index[other])
        if low[module] == index[module]:
            circle = set()
            while module not in circle:
                circle.add(stack.pop())
            if len(circle) > 1:
                circles.append(circle)

    for module in sorted(modules):
        if module not in index:
            visit(module)
    return circles


def count_lines(*patterns: str) -> tuple[int, int]:
    """Return how many lines, and how many files, there are under the patterns."""
    files = [path for pattern in patterns for path in sorted(ROOT.glob(pattern)) if path.is_file()]
    return sum(path.read_text(encoding="utf-8").count("\n") for path in files), len(files)


def main() -> int:
    """Print the figures; return 1 if there is a circle."""
    graph = grimp.build_graph("ipcli")
    modules = set(graph.modules)
    rooms = {module.split(".")[1] for module in modules if "." in module}
    arrows = {
        (module.split(".")[1], other.split(".")[1])
        for module in modules - {"ipcli"}
        for other in graph.find_modules_directly_imported_by(module) & (modules - {"ipcli"})
    }
    arrows = {(one, other) for one, other in arrows if one != other}
    circles = find_circles(graph, modules)
    lines, files = count_lines("src/**/*.py")
    print(f"src: {lines} lines of Python in {files} files")
    print(f"rooms {len(rooms)}, arrows {len(arrows)}, circles {len(circles)}")
    print(f"sql/: {count_lines('sql/*.sql')[0]} lines, data/views.sql: {count_lines('data/views.sql')[0]}")
    print(f"tests: {count_lines('tests/**/*.py')[0]} lines")
    texts = count_lines(
        "src/ipcli/help/*.txt", "src/ipcli/completion/*", "src/ipcli/output/templates/*", "tools/*.py"
    )
    print(f"beside: {texts[0]} lines of help, scripts, templates and tools")
    for circle in circles:
        print("circle:", ", ".join(sorted(circle)))
    return 1 if circles else 0


if __name__ == "__main__":
    sys.exit(main())
