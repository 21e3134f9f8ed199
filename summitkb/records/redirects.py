"""Where a record is found that once had another key: addresses are permanent.

A record gives up its key when it is merged into another (`summitkb.editing.merging`), and a part when
what its key is made of changes. Either leaves a redirect. A record that is there comes before one.
"""

import pgtrigger
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat

from summitkb.records.history import tracked
from summitkb.records.structure import key_field


class LeadsToTheEnd(pgtrigger.Trigger):
    """What led to a key that leads on leads where that does; nothing leads from a key to itself."""

    name = "leads_to_the_end"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update
    func = """
        DELETE FROM redirects WHERE address = NEW."table" || '/' || NEW.key;
        UPDATE redirects SET key = NEW.key
        WHERE "table" = NEW."table" AND key = substr(NEW.address, length(NEW."table") + 2);
        RETURN NULL;
    """


@tracked
class Redirect(models.Model):
    """One row is one address that a record no longer has, with the key that it leads to."""

    address = models.CharField(
        primary_key=True,
        max_length=421,
        db_collation="C",
        help_text="The table and the former key, as in people/sergei-shoygu.",
    )
    table = models.CharField(
        max_length=20, db_collation="C", help_text="The table, which stays the same."
    )
    key = models.CharField(
        max_length=400, db_collation="C", help_text="The key that the record has now."
    )

    name = models.CharField(
        max_length=500,
        blank=True,
        db_default="",
        help_text="What a public record that was merged was called, where that was another name.",
    )
    was_public = models.BooleanField(
        db_default=True, help_text="Whether the public was ever led to the former key."
    )

    class Meta:
        db_table = "redirects"
        ordering = ["address"]
        default_permissions = ()
        indexes = [models.Index(fields=["table", "key"], name="redirects_to")]
        constraints = [
            models.CheckConstraint(
                condition=Q(address__startswith=Concat("table", Value("/"))),
                name="redirect_within_table",
                violation_error_message="A redirect begins with its table.",
            ),
            models.CheckConstraint(
                condition=~Q(address=Concat("table", Value("/"), "key")),
                name="redirect_leads_away",
                violation_error_message="A redirect leads to another key.",
            ),
        ]
        triggers = [LeadsToTheEnd()]

    def __str__(self):
        return f"{self.address} → {self.table}/{self.key}"


class AddressFollows(pgtrigger.Trigger):
    """The address of a public part leads to it when its key has changed."""

    name = "address_follows"
    when = pgtrigger.After
    operation = pgtrigger.Update

    def get_func(self, model):
        table, key = model._meta.db_table, key_field(model).column
        return f"""
            IF NEW."{key}" <> OLD."{key}" AND OLD.publication IN ('published', 'withdrawn') THEN
                INSERT INTO redirects (address, "table", key)
                VALUES ('{table}/' || OLD."{key}", '{table}', NEW."{key}")
                ON CONFLICT (address) DO UPDATE SET key = EXCLUDED.key;
            END IF;
            RETURN NULL;
        """


class MergedStaysMerged(pgtrigger.Trigger):
    """A key that was given up in a merge is not given to another record: its address is taken."""

    name = "merged_stays_merged"
    when = pgtrigger.After
    operation = pgtrigger.Insert
    declare = [("now", "text")]

    def get_func(self, model):
        table, key = model._meta.db_table, model._meta.pk.column
        return f"""
            SELECT key INTO now FROM redirects WHERE address = '{table}/' || NEW."{key}";
            IF now IS NOT NULL THEN
                RAISE EXCEPTION '{table}/% was merged into {table}/%; use that.', NEW."{key}", now
                USING ERRCODE = 'check_violation', CONSTRAINT = 'merged_stays_merged';
            END IF;
            RETURN NULL;
        """
