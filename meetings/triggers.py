"""What the database watches over in this app, because a constraint on one row cannot say it."""

import pgtrigger

_CHECK = """
    PERFORM FROM meetings WHERE id = {meeting} FOR NO KEY UPDATE;
    SELECT count(DISTINCT p.delegation_id) INTO sides
    FROM meetings m LEFT JOIN participants p ON p.meeting_id = m.id
    WHERE m.id = {meeting} AND m.kind = 'bilateral' GROUP BY m.id;
    IF sides <> 2 THEN
        RAISE EXCEPTION 'A bilateral meeting has exactly two delegations; % has %.',
            {meeting}, sides
        USING ERRCODE = 'check_violation', CONSTRAINT = 'bilateral_has_two_delegations';
    END IF;
"""


class BilateralHasTwoDelegations(pgtrigger.Trigger):
    """The participants of a bilateral meeting come from exactly two delegations, at commit.

    The meeting is locked before they are counted, or two sessions that each add a side would both
    count two.
    """

    name = "bilateral_sides"
    when = pgtrigger.After
    timing = pgtrigger.Deferred
    declare = [("sides", "integer")]


class OfMeeting(BilateralHasTwoDelegations):
    operation = pgtrigger.Insert | pgtrigger.Update
    condition = pgtrigger.Q(new__kind="bilateral")
    func = _CHECK.format(meeting="NEW.id") + "RETURN NULL;"


class OfParticipants(BilateralHasTwoDelegations):
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    func = f"""
        IF TG_OP <> 'INSERT' THEN {_CHECK.format(meeting="OLD.meeting_id")} END IF;
        IF TG_OP <> 'DELETE' THEN {_CHECK.format(meeting="NEW.meeting_id")} END IF;
        RETURN NULL;
    """
