"""Two texts beside each other, word by word."""

import pytest

from summitkb.browse.changes.differences import differences


@pytest.mark.parametrize(
    ("before", "after", "marked"),
    [
        ("", "", ("", "")),
        ("as it was", "as it was", ("as it was", "as it was")),
        ("", "new", ("", "<ins>new</ins>")),
        ("old", "", ("<del>old</del>", "")),
        ("at noon", "at one", ("at <del>noon</del>", "at <ins>one</ins>")),
        ("a b c d", "a d", ("a <del>b c </del>d", "a d")),
        ("RUS|IRN", "RUS|CHN", ("<del>RUS|IRN</del>", "<ins>RUS|CHN</ins>")),
        ("<b> stays", "<i> stays", ("<del>&lt;b&gt;</del> stays", "<ins>&lt;i&gt;</ins> stays")),
    ],
)
def test_what_went_and_what_came_is_marked_and_nothing_is_run(before, after, marked):
    assert differences(before, after) == marked
