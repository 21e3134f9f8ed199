"""What the database watches over in this app, because a constraint on one row cannot say it."""

import pgtrigger

# The first and the last side of an index and whether there is one between: to count them for each of
# some thousand participants would be a count of all of them every time.
_CHECK = """
    PERFORM FROM meetings WHERE id = {meeting} FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM meetings WHERE id = {meeting} AND kind = 'bilateral') THEN
        SELECT min(delegation_id), max(delegation_id) INTO low, high
        FROM participants WHERE meeting_id = {meeting};
        IF low IS NULL OR low = high OR EXISTS (
            SELECT FROM participants
            WHERE meeting_id = {meeting} AND delegation_id > low AND delegation_id < high
        ) THEN
            SELECT count(DISTINCT delegation_id) INTO sides
            FROM participants WHERE meeting_id = {meeting};
            RAISE EXCEPTION 'A bilateral meeting has exactly two delegations; % has %.',
                {meeting}, sides
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bilateral_has_two_delegations';
        END IF;
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
    declare = [("low", "text"), ("high", "text"), ("sides", "integer")]


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
