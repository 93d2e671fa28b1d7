-- title: 别名有所指 | An alias names something that exists in its city
-- level: error
WITH known AS (
  SELECT city_id, 'city' AS kind, name FROM core.region WHERE level = 'city'
  UNION ALL SELECT city_id, kind, name FROM core.entity
  UNION ALL SELECT city_id, 'organisation', name FROM core.organisation
  UNION ALL SELECT r.city_id, 'project', p.name FROM core.project p JOIN core.region r USING (region_id)
  UNION ALL SELECT r.city_id, 'carrier', c.name FROM core.carrier c JOIN core.region r USING (region_id)
)
SELECT a.city_id, a.kind, a.alias, a.name
FROM core.alias a ANTI JOIN known USING (city_id, kind, name)
WHERE a.kind NOT IN ('status', 'modality', 'stance_class')
