-- title: 基期是同一事物更早的实际值 | A baseline is an actual of the same place and indicator, before the target's year
-- level: error
SELECT t.fact_id, t.baseline_id
FROM core.observation t LEFT JOIN core.observation b ON b.fact_id = t.baseline_id
WHERE t.baseline_id IS NOT NULL
  AND (b.fact_id IS NULL OR b.kind <> 'actual' OR b.indicator_id <> t.indicator_id OR b.region_id <> t.region_id OR b.year >= t.year)
