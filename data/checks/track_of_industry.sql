-- title: 赛道属于本行的产业 | A track belongs to its row's industry
-- level: error
SELECT x.fact_id, k.name
FROM (
  SELECT fact_id, industry_id, track_id FROM core.alignment
  UNION ALL SELECT fact_id, industry_id, track_id FROM core.observation
  UNION ALL SELECT fact_id, industry_id, track_id FROM core.project
  UNION ALL SELECT fact_id, industry_id, track_id FROM core.carrier
  UNION ALL SELECT fact_id, industry_id, track_id FROM core.milestone
  UNION ALL SELECT fact_id, industry_id, track_id FROM core.honour
  UNION ALL SELECT fact_id, industry_id, track_id FROM core.organisation_role
) x JOIN core.track k ON k.fact_id = x.track_id
WHERE x.industry_id IS DISTINCT FROM k.industry_id
