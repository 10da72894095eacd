from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from pgmq.install import get_embedded_install_sql


def install(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """The queue's tables and functions, unless the site has them already (as an extension)."""
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'pgmq'")
        if cursor.fetchone() is None:
            cursor.execute(get_embedded_install_sql())


class Migration(migrations.Migration):
    initial = True
    operations = [migrations.RunPython(install, migrations.RunPython.noop, elidable=False)]
