from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0004_drop_template_version")]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state__in", ["pending", "retry"])),
                fields=["not_before", "id"],
                name="outbox_message_waiting",
            ),
        ),
    ]
