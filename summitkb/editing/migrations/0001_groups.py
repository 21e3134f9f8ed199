from django.contrib.auth.management import create_permissions
from django.db import migrations

from summitkb.editing.groups import APPS, make_groups


def make(apps, schema_editor):
    """Django makes permissions after all migrations have run; the groups want them now."""
    for label in APPS:
        config = apps.get_app_config(label)
        config.models_module = True  # which says that there are models
        create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
        config.models_module = None
    make_groups(apps.get_model("auth", "Group"), apps.get_model("auth", "Permission"))


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("records", "0007_quote_checks"),
        ("delegations", "0004_permissions"),
        ("meetings", "0004_permissions"),
    ]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
