"""A released report is final: the database itself refuses to change one."""

from django.db import migrations

CREATE = """
CREATE FUNCTION assessment_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A released report is never changed; a new one is inserted.';
END $$;
CREATE TRIGGER assessment_snapshot_frozen BEFORE UPDATE ON assessment_reportsnapshot
FOR EACH ROW EXECUTE FUNCTION assessment_refuse_change();
"""
DROP = """
DROP TRIGGER assessment_snapshot_frozen ON assessment_reportsnapshot;
DROP FUNCTION assessment_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("assessment", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
