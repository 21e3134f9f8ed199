"""How hypothesis makes things up for a test with a database: always the same, and so many of them."""

from hypothesis import HealthCheck, settings


def made_up(examples: int) -> settings:
    return settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
