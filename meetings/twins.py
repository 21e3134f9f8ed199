"""What two meetings have in common that may be one."""

from summitkb.editing.twins import declare_marks

# Whatever the event. Of larger meetings many have the same sides on one day.
declare_marks(
    "meetings",
    "the same two sides on the same day",
    """SELECT m.id, string_agg(DISTINCT coalesce(d.country_id, d.bloc_id), ' ') || ' ' || m.date
        FROM meetings AS m JOIN participants AS p ON p.meeting_id = m.id
        JOIN delegations AS d ON d.id = p.delegation_id
        WHERE m.kind = 'bilateral' AND length(m.date) = 10 AND m.publication <> 'withdrawn'
        GROUP BY m.id""",
)
