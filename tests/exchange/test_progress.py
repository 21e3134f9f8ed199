"""The bar: only on a terminal, only after a second."""

import io

import pytest

from summitkb.exchange.progress import Bar, Silence, progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def bar():
    bar = Bar(Terminal(), Clock())
    bar.begin("Checking", 200)
    return bar


def test_what_is_done_within_a_second_shows_nothing(bar):
    bar.advance(100)
    bar.end()

    assert bar._stream.getvalue() == ""


def test_a_bar_is_drawn_over_itself_and_removed(bar):
    bar._clock.now = 1.0
    bar.advance(50)
    bar._clock.now = 1.05
    bar.advance(10)  # too soon to be drawn again
    bar._clock.now = 1.2
    bar.advance(400)  # more than there was to do
    bar.end()

    assert bar._stream.getvalue() == (
        "\r\033[KChecking ███████······················· "
        " 25%"
        "\r\033[KChecking ██████████████████████████████ 100%"
        "\r\033[K"
    )


def test_a_stage_of_unknown_length_is_named(bar):
    bar._clock.now = 1.0
    bar.advance(0)
    bar.begin("The database checks", 0)

    assert bar._stream.getvalue().endswith("\r\033[KThe database checks …")


def test_there_is_a_bar_on_a_terminal_alone():
    assert type(progress(Terminal())) is Bar
    assert type(progress(io.StringIO())) is Silence
