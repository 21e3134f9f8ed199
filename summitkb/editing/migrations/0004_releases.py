from django.contrib.auth.management import create_permissions
from django.db import migrations

from summitkb.editing.groups import make_groups


def make(apps, schema_editor):
    """As 0001 does: who may cut releases, before Django makes permissions by itself."""
    config = apps.get_app_config("exchange")
    config.models_module = True
    create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    config.models_module = None
    make_groups(apps.get_model("auth", "Group"), apps.get_model("auth", "Permission"))


class Migration(migrations.Migration):
    dependencies = [("editing", "0003_twins"), ("exchange", "0001_releases")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
