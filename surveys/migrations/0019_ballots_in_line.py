from django.db import migrations

# A ballot is random bytes of some kilobytes. Out of line it would be three rows instead of one, and PostgreSQL would
# try in vain to compress it first. Ballots of more than a page still go out of line.
IN_LINE = """
ALTER TABLE surveys_ballot ALTER COLUMN sealed SET STORAGE EXTERNAL;
ALTER TABLE surveys_ballot SET (toast_tuple_target = 8160);
"""
AS_BEFORE = """
ALTER TABLE surveys_ballot RESET (toast_tuple_target);
ALTER TABLE surveys_ballot ALTER COLUMN sealed SET STORAGE EXTENDED;
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0018_kiosks")]
    operations = [migrations.RunSQL(IN_LINE, AS_BEFORE)]
