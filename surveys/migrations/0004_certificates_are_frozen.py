"""A certificate is final: the database itself refuses to change one."""

from django.db import migrations

CREATE = """
CREATE FUNCTION surveys_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A certificate is never changed.';
END $$;
CREATE TRIGGER surveys_certificate_frozen BEFORE UPDATE ON surveys_certificate
FOR EACH ROW EXECUTE FUNCTION surveys_refuse_change();
"""
DROP = """
DROP TRIGGER surveys_certificate_frozen ON surveys_certificate;
DROP FUNCTION surveys_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0003_retention")]
    operations = [migrations.RunSQL(CREATE, DROP)]
