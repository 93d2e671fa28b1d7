-- title: 重述指向同一地点与指标 | A restated figure is of the same place and indicator
-- level: error
SELECT r.fact_id, r.restates
FROM core.observation r LEFT JOIN core.observation b ON b.fact_id = r.restates
WHERE r.restates IS NOT NULL
  AND (b.fact_id IS NULL OR b.indicator_id <> r.indicator_id OR b.region_id <> r.region_id OR b.restates IS NOT NULL)
