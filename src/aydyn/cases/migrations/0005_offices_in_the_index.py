from django.db import migrations

from aydyn.cases import searching


def add_offices(_apps, schema_editor):
    """Whose a published case is stands in the index of words from now on (PostgreSQL)."""
    if schema_editor.connection.vendor == "postgresql":
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(f"UPDATE cases_publictext SET search = search || {searching.OFFICE_OF_CASE}")  # noqa: S608


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_the_desk_of_many")]

    operations = [migrations.RunPython(add_offices, migrations.RunPython.noop)]
