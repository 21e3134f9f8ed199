"""A believable large knowledge base, made up from a seed, to measure how fast SummitKB is at that size.

    python -m tests.benchmarks.generate --statements 100000 --seed 1

fills the configured database, which is migrated and empty. The countries, blocs, memberships and
topics, and what these are cited from, are those of the bundled record; all else is made up.

`words` and `names` are what its texts are made of, `chances` says what is how frequent. `record` makes
all rows in their order, event by event, of what `people`, `gatherings`, `talks` and `evidence` give.
`filling` writes them to the database, and what its triggers would have made of them.
"""
