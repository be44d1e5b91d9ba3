import json

import django.db.models.deletion
from django.db import migrations, models

from aydyn.cases import searching


def make_index(apps, schema_editor):
    """The full-text index, with what has been published so far."""
    database = schema_editor.connection
    searching.create(database)
    PublicText = apps.get_model("cases", "PublicText")
    for text in PublicText.objects.select_related("case").iterator():
        words = f"{text.case.number} {text.question} {text.answer}"
        searching.write(database, text.case_id, text.case.language, words)


def drop_index(_apps, schema_editor):
    searching.drop(schema_editor.connection)


def note_what_was(apps, _schema_editor):
    """The log of moderation, from the acts of before."""
    CaseEvent, Moderation = apps.get_model("cases", "CaseEvent"), apps.get_model("cases", "Moderation")
    Entry, Office = apps.get_model("record", "Entry"), apps.get_model("people", "Office")
    for event in CaseEvent.objects.filter(act="case.hidden").select_related("case").order_by("pk").iterator():
        Moderation.objects.create(
            case=event.case, kind="hidden", office=event.case.office, ground=event.ground, day=event.day,
            entry_id=event.entry_id,
        )  # fmt: skip
    for entry in Entry.objects.filter(act="content.erased").order_by("pk").iterator():
        said = json.loads(bytes(entry.data))
        event = CaseEvent.objects.filter(entry__hash=bytes.fromhex(said["cause"])).first()
        office = Office.objects.filter(code=said["by"].removeprefix("office:")).first()
        if event is None or office is None:
            continue
        known = Moderation.objects.filter(case_id=event.case_id, kind="erased", day=entry.created.date()).first()
        if known is not None:
            Moderation.objects.filter(pk=known.pk).update(entries=known.entries + 1)
            continue
        Moderation.objects.create(
            case_id=event.case_id, kind="erased", office=office, ground=said["public"]["ground"][:60],
            day=entry.created.date(), entry=entry,
        )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_the_whole_engine"),
        ("people", "0002_organisations_absences_notices_keys"),
        ("record", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Figure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=80, unique=True)),
                ("data", models.JSONField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="HeldDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True)),
                ("count", models.PositiveIntegerField(default=0)),
                ("last", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Moderation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=8)),
                ("ground", models.CharField(max_length=60)),
                ("day", models.DateField()),
                ("entries", models.PositiveIntegerField(default=1)),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="record.entry"
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.office"
                    ),
                ),
            ],
            options={"ordering": ["-pk"]},
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["procedure", "filed_on", "id"], name="cases_by_kind"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("due__isnull", False)), fields=["filed_on", "id"], name="cases_longest_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("result_kind__in", ["refused", "withdrawn"])),
                fields=["result_kind", "filed_on", "id"],
                name="cases_by_rare_end",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=models.Q(("held", True)), fields=["filed_on"], name="cases_held"),
        ),
        migrations.RunPython(make_index, drop_index),
        migrations.RunPython(note_what_was, migrations.RunPython.noop),
    ]
