import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def _columns(model: str) -> list[migrations.AddField]:
    by = models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )
    words = models.TextField(blank=True, db_default="", default="")
    at = models.DateTimeField(blank=True, null=True)
    named = {"not_followed_because": words, "not_followed_at": at, "not_followed_by": by}
    return [migrations.AddField(model_name=model, name=name, field=field) for name, field in named.items()]


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0010_contact_against_the_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [*_columns("review"), *_columns("committeereview")]
