import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import aydyn.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(default=aydyn.kernel.ids.public_id, max_length=40, unique=True)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("address", models.CharField(blank=True, max_length=254)),
                ("filter", models.JSONField()),
                ("language", models.CharField(max_length=8)),
                ("confirmed", models.BooleanField(default=False)),
                ("last_pk", models.BigIntegerField()),
                ("created", models.DateTimeField()),
                ("looked", models.DateTimeField(null=True)),
                ("sent_on", models.DateField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["address"], name="portal_alerts_of_address"),
                    models.Index(
                        condition=models.Q(("confirmed", True)), fields=["looked", "id"], name="portal_alerts_to_look"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("address", ""), ("person__isnull", False))
                        | models.Q(("person__isnull", True), models.Q(("address", ""), _negated=True)),
                        name="portal_alert_goes_somewhere",
                    )
                ],
            },
        ),
    ]
