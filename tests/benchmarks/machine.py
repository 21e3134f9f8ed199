"""On what a run was made: figures of two machines cannot be compared, their ratios can."""

import os
import platform
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path

import psutil

from summitkb.embedded_postgres.server import PROGRAMS
from tests.served import ROOT


def described() -> dict[str, str]:
    return {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "PostgreSQL": _told([str(PROGRAMS / "postgres"), "--version"]).split()[-1],
        "SQLite": sqlite3.sqlite_version,
        "Datasette": version("datasette"),
        "Django": version("django"),
        "gunicorn": version("gunicorn"),
        "commit": _commit(),
        "load before": f"{os.getloadavg()[0]:.1f}",
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")),
        platform.machine(),
    )


def _commit() -> str:
    """Short, and whether the files were as it has them."""
    commit = _told(["git", "rev-parse", "--short=12", "HEAD"])
    changed = _told(["git", "status", "--porcelain", "--untracked-files=no"])
    return (commit or "unknown") + (" and changes" if changed else "")


def _told(command: list[str]) -> str:
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)
    except OSError:
        return ""
    return done.stdout.strip()
