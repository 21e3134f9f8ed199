"""Exact counts of facets in large lists: for each value of a facet, the set of rows that have it.

SQL is the definition (`summitkb.browse.facets`). This is a faster way to the same numbers where a
list is long: each row has a number, each value a roaring bitmap of the numbers of its rows, and how
many rows have a value under a filter is the size of an intersection.

* `columns`: what the database keeps for it, a number for each row and a transaction for each change.
* `moments`: what a transaction sees, and which rows others changed since an earlier one.
* `reach`: the rows of a list whose values change where a row of another table did.
* `index`: the bitmaps of one list at one moment.
* `stored`: files of them, so that a process that starts has what another made.
* `shelf`: those at hand in this process. They are made in the background, and brought forward to the
  moment of a page by the rows that were touched in between; where there are none for its moment the
  page counts by SQL.
"""
