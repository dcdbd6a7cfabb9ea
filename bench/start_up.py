"""How long `painpath screen` takes for one letter, start-up and all, and how much memory: beside a bare Python."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from kit import LETTERS, show

ROUNDS = 15
LETTER = LETTERS / "L013.txt"
"""The longest of the sample letters."""
PDF = (
    "import sys; from datetime import date; from pathlib import Path; from painpath.demo.files import make;"
    "Path(sys.argv[2]).write_bytes(make(Path(sys.argv[1]).read_text(), 'pdf', name='letter', on=date.today())[0])"
)


def main() -> None:
    """Run every command in turns and print medians."""
    screen = [str(Path(sys.executable).with_name("painpath")), "screen"]
    with tempfile.TemporaryDirectory() as folder:
        pdf = str(Path(folder, "letter.pdf"))
        # In a process of its own: a child's peak memory counts from what its parent had when it started.
        subprocess.run([sys.executable, "-c", PDF, str(LETTER), pdf], check=True)
        nowhere = {**os.environ, "XDG_CACHE_HOME": "/dev/null"}
        commands: dict[str, tuple[list[str], dict[str, str] | None]] = {
            "python -c pass": ([sys.executable, "-c", "pass"], None),
            "screen letter.txt --json": ([*screen, str(LETTER), "--json"], None),
            "screen letter.txt": ([*screen, str(LETTER)], None),
            "screen letter.pdf --json": ([*screen, pdf, "--json"], None),
            "screen letter.txt --json, pathway not compiled": ([*screen, str(LETTER), "--json"], nowhere),
        }
        for command, environment in commands.values():
            run(command, environment)
        taken = [[run(*command) for command in commands.values()] for _ in range(ROUNDS)]
    results = [(median(s for s, _ in column), max(m for _, m in column)) for column in zip(*taken, strict=True)]
    bare = results[0][0]
    show(
        f"Whole process, median of {ROUNDS}",
        ("command", "seconds", "times bare Python", "peak MB"),
        (
            (name, f"{seconds:.3f}", f"{seconds / bare:.0f}", f"{memory:.0f}")
            for name, (seconds, memory) in zip(commands, results, strict=True)
        ),
    )


def run(command: list[str], environment: dict[str, str] | None) -> tuple[float, float]:
    """Seconds and peak megabytes of one process."""
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    taken = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed.")
    return taken, usage.ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)


if __name__ == "__main__":
    main()
