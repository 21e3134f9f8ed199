"""What is wrong with a set-up: `manage.py doctor` asks each check, and prints a line for each finding.

A check is a function that yields sentences, each with what is wrong and how to mend it; none where all
is well. `set_up.py` looks at settings and what is installed, `folders.py` at the data folder,
`database.py` at the database and its replicas.
"""

from collections.abc import Callable, Iterable

Check = Callable[[], Iterable[str]]


def findings(check: Check) -> list[str]:
    """What a check finds; that it could not look is a finding too."""
    try:
        return list(check())
    except Exception as error:  # whatever is wrong is to be told, and the others asked
        why = " ".join(str(error).split()) or type(error).__name__
        return [f"this could not be looked at: {why}"]
