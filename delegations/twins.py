"""What two people, or two delegations, have in common that may be one."""

from summitkb.editing.twins import declare_marks

# Whoever wrote it may have put the family name first.
declare_marks(
    "people",
    "the same name",
    """SELECT id, (SELECT string_agg(word, ' ' ORDER BY word)
            FROM regexp_split_to_table(derived.folded(name_of), ' ') AS word)
        FROM people, unnest(other_names || ARRAY[name, native_name]::varchar[]) AS name_of
        WHERE publication <> 'withdrawn'""",
)
declare_marks(
    "people",
    "the same item of Wikidata",
    "SELECT id, wikidata FROM people WHERE publication <> 'withdrawn'",
)
# That a country or a bloc comes once is a constraint; it does not see one that was entered twice.
declare_marks(
    "delegations",
    "the same event and sender",
    """SELECT d.id, d.event_id || ' ' || derived.folded(coalesce(c.name, b.name))
        FROM delegations AS d
        LEFT JOIN countries AS c ON c.code = d.country_id LEFT JOIN blocs AS b ON b.id = d.bloc_id
        WHERE d.publication <> 'withdrawn'""",
)
