-- title: 印载增速与推算一致 | Growth printed agrees with growth computed, where both years are printed
-- level: warning
SELECT g.fact_id, g.value AS printed, round((a.value_std / b.value_std - 1) * 100, 1) AS computed
FROM core.observation g
JOIN core.indicator i USING (indicator_id)
JOIN core.observation a ON a.indicator_id = i.growth_of AND a.region_id = g.region_id AND a.year = g.year
  AND a.industry_id IS NOT DISTINCT FROM g.industry_id AND a.subject IS NOT DISTINCT FROM g.subject
  AND a.period_kind IS NOT DISTINCT FROM g.period_kind AND a.kind = 'actual' AND a.comparator = 'eq'
JOIN core.observation b ON b.indicator_id = i.growth_of AND b.region_id = g.region_id AND b.year = g.year - 1
  AND b.industry_id IS NOT DISTINCT FROM g.industry_id AND b.subject IS NOT DISTINCT FROM g.subject
  AND b.period_kind IS NOT DISTINCT FROM g.period_kind AND b.kind = 'actual' AND b.comparator = 'eq'
WHERE g.kind = 'actual' AND g.comparator = 'eq' AND abs(g.value - computed) > 0.5
