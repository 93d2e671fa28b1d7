-- title: 有基期的目标连上基期 | A target whose base is known has it joined to it
-- level: warning
SELECT t.fact_id, t.as_reported, b.fact_id AS base_id, b.as_reported AS base
FROM core.observation t JOIN core.observation b
  ON b.kind = 'actual' AND b.region_id = t.region_id AND b.indicator_id = t.indicator_id AND b.year = t.year - 1
  AND b.subject IS NOT DISTINCT FROM t.subject AND b.industry_id IS NOT DISTINCT FROM t.industry_id
  AND b.organisation_id IS NOT DISTINCT FROM t.organisation_id AND b.per IS NOT DISTINCT FROM t.per
  AND b.filter IS NOT DISTINCT FROM t.filter AND b.period_kind IS NOT DISTINCT FROM t.period_kind
WHERE t.kind = 'target' AND t.restates IS NULL AND t.baseline_id IS NULL
