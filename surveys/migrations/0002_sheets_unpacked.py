"""A read-only view for human eyes: closed sheets, one row an answer. It has no order but the sorted one."""

from django.db import migrations

CREATE = """
CREATE VIEW surveys_sheets_unpacked AS
SELECT c.organization_id, c.id AS campaign_id, u.path AS unit, b.panel, s.number AS sheet, f.id AS field,
       NULLIF(get_byte(b.sheets, s.number * b.width + f.position), 0) AS value
FROM surveys_answerblock b
JOIN surveys_campaignunit u ON u.id = b.unit_id
JOIN surveys_campaign c ON c.id = u.campaign_id
JOIN surveys_instrumentversion v ON v.id = c.instrument_version_id
CROSS JOIN LATERAL generate_series(0, length(b.sheets) / b.width - 1) AS s(number)
CROSS JOIN LATERAL (
    SELECT id, (row_number() OVER (ORDER BY part, place) - 1)::int AS position
    FROM (
        SELECT value #>> '{}' AS id, 0 AS part, ordinality AS place
        FROM jsonb_array_elements(c.background) WITH ORDINALITY
        UNION ALL
        SELECT value ->> 'id', 1, ordinality
        FROM jsonb_array_elements(v.definition -> 'items') WITH ORDINALITY
        WHERE value ->> 'kind' <> 'text'
    ) AS named
) AS f
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, "DROP VIEW surveys_sheets_unpacked")]
