"""Fewer and smaller index rows for every record: bands by number, links and their log without names.

The tables are made anew and refilled: no engine turns a UUID key into a number.
"""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from rongshu.library.near_duplicates import fingerprint_of_sketch

FINGERPRINT = "rongshu_library_versionfingerprint"
BAND = "rongshu_library_fingerprintband"
LINK = "rongshu_library_classification"
ENTRY = "rongshu_library_classificationentry"
KEPT = {
    FINGERPRINT: ("version_id", "resource_id", "text_digest", "sketch"),
    LINK: ("resource_id", "category_id"),
    ENTRY: ("resource_id", "category_id", "is_removal", "person_id", "rule", "confidence", "at"),
}
PORTION = 5000


def put_aside(table):
    """Copy what is to be kept, in its order, while its table is made anew."""
    first = "version_id" if table == FINGERPRINT else "id"
    names = ", ".join(KEPT[table])
    return migrations.RunSQL(
        f"CREATE TABLE kept_{table} AS SELECT {names} FROM {table} ORDER BY {first}"
    )


def put_back(table):
    """Refill a table; its rows are numbered in the order in which they were."""
    names = ", ".join(KEPT[table])
    return migrations.RunSQL(
        [f"INSERT INTO {table} ({names}) SELECT {names} FROM kept_{table}", f"DROP TABLE kept_{table}"]
    )


def make_the_key_the_table(apps, schema_editor):
    """On SQLite a row of the bands is its key and nothing else."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"DROP TABLE {BAND}")
        schema_editor.execute(
            f"CREATE TABLE {BAND} (band integer NOT NULL, fingerprint_id bigint NOT NULL,"
            " bits bigint NOT NULL,"
            " PRIMARY KEY (band, fingerprint_id)) WITHOUT ROWID"
        )


def fill_bands(apps, schema_editor):
    """Tell the bands of every stored sketch, a portion at a time."""
    fingerprints = apps.get_model("rongshu_library", "VersionFingerprint").objects.exclude(sketch=b"")
    band_model = apps.get_model("rongshu_library", "FingerprintBand")
    last = 0
    while rows := list(fingerprints.filter(pk__gt=last).order_by("pk").values_list("pk", "sketch")[:PORTION]):
        known = [(pk, fingerprint_of_sketch(bytes(sketch))) for pk, sketch in rows]
        band_model.objects.bulk_create(
            band_model(band=band, bits=each.bits, fingerprint_id=pk)
            for pk, each in known
            for band in set(each.bands)
        )
        last = rows[-1][0]


class Migration(migrations.Migration):
    dependencies = [("rongshu_library", "0003_signed_approvals")]

    operations = [
        *(put_aside(table) for table in KEPT),
        migrations.DeleteModel("FingerprintBand"),
        migrations.DeleteModel("VersionFingerprint"),
        migrations.DeleteModel("ClassificationEntry"),
        migrations.DeleteModel("Classification"),
        migrations.CreateModel(
            name="VersionFingerprint",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("text_digest", models.CharField(db_index=True, max_length=80)),
                ("sketch", models.BinaryField()),
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="fingerprint",
                        to="rongshu_library.resourceversion",
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="rongshu_library.resource",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FingerprintBand",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "band", "fingerprint_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("band", models.IntegerField()),
                ("bits", models.BigIntegerField()),
                (
                    "fingerprint",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="bands",
                        to="rongshu_library.versionfingerprint",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Classification",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "category",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="classifications",
                        to="rongshu_library.category",
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="classifications",
                        to="rongshu_library.resource",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["category", "resource"], name="classification_by_category")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("resource", "category"), name="classified_once_per_category"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ClassificationEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("is_removal", models.BooleanField(default=False)),
                ("rule", models.CharField(blank=True, max_length=200)),
                ("confidence", models.FloatField(null=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "category",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rongshu_library.category",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rongshu_accounts.person",
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="classification_log",
                        to="rongshu_library.resource",
                    ),
                ),
            ],
        ),
        *(put_back(table) for table in KEPT),
        migrations.RunPython(make_the_key_the_table, migrations.RunPython.noop),
        migrations.RunPython(fill_bands, migrations.RunPython.noop),
    ]
