-- title: 一行所指同属一城 | What a row refers to is of its own city
-- level: error
WITH owner AS (
  SELECT 'source ' || source_id AS id, city_id FROM core.source
  UNION ALL SELECT 'industry ' || industry_id, t.city_id FROM core.industry JOIN core.tier t USING (tier_id)
  UNION ALL SELECT 'organisation ' || organisation_id, city_id FROM core.organisation
  UNION ALL SELECT 'carrier ' || c.fact_id, r.city_id FROM core.carrier c JOIN core.region r USING (region_id)
  UNION ALL SELECT 'project ' || p.fact_id, r.city_id FROM core.project p JOIN core.region r USING (region_id)
), refers AS (
  SELECT c.fact_id, r.city_id, 'source ' || c.source_id AS id FROM core.cited c JOIN core.region r USING (region_id)
  UNION ALL
  SELECT x.fact_id, r.city_id, unnest(
    ['industry ' || x.industry_id, 'project ' || x.project_id, 'organisation ' || x.organisation_id, 'carrier ' || x.carrier_id])
  FROM core.statement x JOIN core.region r USING (region_id) WHERE x.kind <> 'project_status'
)
SELECT f.fact_id, f.city_id, f.id AS refers_to, o.city_id AS of_city
FROM refers f JOIN owner o USING (id)
WHERE f.city_id IS DISTINCT FROM o.city_id
