from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0021_plan_line_of_activity")]

    operations = [
        migrations.AddIndex(
            model_name="agreementfile",
            index=models.Index(
                condition=models.Q(("kind", "signed")), fields=["agreement"], name="partnerships_file_signed"
            ),
        ),
    ]
