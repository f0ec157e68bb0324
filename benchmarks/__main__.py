"""Run every benchmark, each in a process of its own: ``make bench``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run the files in order; fail when one of them does."""
    failed = []
    for file in sorted(Path(__file__).parent.glob("bench_*.py")):
        print(f"\n## {file.stem.removeprefix('bench_')}\n", flush=True)
        if subprocess.run([sys.executable, str(file)], check=False).returncode:  # noqa: S603
            failed.append(file.name)
    if failed:
        print(f"\nfailed: {', '.join(failed)}", file=sys.stderr)
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
