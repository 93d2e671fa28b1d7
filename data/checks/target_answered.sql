-- title: 有了数字的目标要有结果 | A target whose figure has come out has its outcome joined to it
-- level: warning
SELECT t.fact_id, t.as_reported, a.fact_id AS outcome_id, a.as_reported AS outcome
FROM core.observation t JOIN core.observation a
  ON a.kind = 'actual' AND a.region_id = t.region_id AND a.indicator_id = t.indicator_id AND a.year >= t.year
  AND a.subject IS NOT DISTINCT FROM t.subject AND a.industry_id IS NOT DISTINCT FROM t.industry_id
  AND a.per IS NOT DISTINCT FROM t.per AND a.filter IS NOT DISTINCT FROM t.filter
WHERE t.kind = 'target' AND t.restates IS NULL
  AND NOT EXISTS (SELECT 1 FROM core.target_outcome x WHERE x.target_id = t.fact_id)
