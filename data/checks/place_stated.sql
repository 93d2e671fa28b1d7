-- title: 地点有出处 | The place of a firm, project or park comes from a document
-- level: warning
-- A firm's, project's or park's statements name one district, or one of them says in its note why not.
WITH placed AS (
  SELECT project_id AS owner, region_id, fact_id, note FROM core.observation WHERE project_id IS NOT NULL
  UNION ALL SELECT carrier_id, region_id, fact_id, note FROM core.observation WHERE carrier_id IS NOT NULL
  UNION ALL SELECT project_id, region_id, fact_id, note FROM core.milestone WHERE project_id IS NOT NULL
  UNION ALL SELECT carrier_id, region_id, fact_id, note FROM core.milestone WHERE carrier_id IS NOT NULL
), home AS (
  SELECT fact_id AS owner, region_id, note FROM core.project UNION ALL SELECT fact_id, region_id, note FROM core.carrier
)
SELECT p.fact_id, p.region_id, h.owner, h.region_id AS owner_region
FROM placed p JOIN home h USING (owner)
JOIN core.region r ON r.region_id = p.region_id JOIN core.region q ON q.region_id = h.region_id
WHERE p.region_id <> h.region_id AND p.region_id IS DISTINCT FROM q.parent_id AND h.region_id IS DISTINCT FROM r.parent_id
  AND p.note IS NULL AND h.note IS NULL
