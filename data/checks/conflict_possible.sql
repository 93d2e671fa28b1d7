-- title: 说法有别而不相斥 | Figures for one claim that differ and may both be true
-- level: warning
WITH claim AS (
  SELECT b.*, i.class,
    coalesce(b.lower_std, '-infinity'::DOUBLE) AS low, coalesce(b.upper_std, 'infinity'::DOUBLE) AS high
  FROM core.observation b JOIN core.indicator i USING (indicator_id)
  WHERE b.restates IS NULL AND b.comparator <> 'qualitative'
), pair AS (
  -- The same claim: all that says what is measured, where and when. Undated actuals may be of different days.
  SELECT a.fact_id, b.fact_id AS other_id, a.as_reported, b.as_reported AS other,
    a.high < b.low OR b.high < a.low
      OR (a.high = b.low AND NOT (a.upper_inclusive AND b.lower_inclusive))
      OR (b.high = a.low AND NOT (b.upper_inclusive AND a.lower_inclusive)) AS apart,
    (a.comparator, a.value_std, a.lower_std, a.upper_std)
      IS NOT DISTINCT FROM (b.comparator, b.value_std, b.lower_std, b.upper_std) AS alike
  FROM claim a JOIN claim b ON a.fact_id < b.fact_id
    AND a.kind = b.kind AND a.region_id = b.region_id AND a.indicator_id = b.indicator_id
    AND a.subject IS NOT DISTINCT FROM b.subject AND a.industry_id IS NOT DISTINCT FROM b.industry_id
    AND a.track_id IS NOT DISTINCT FROM b.track_id AND a.project_id IS NOT DISTINCT FROM b.project_id
    AND a.organisation_id IS NOT DISTINCT FROM b.organisation_id AND a.carrier_id IS NOT DISTINCT FROM b.carrier_id
    AND a.per IS NOT DISTINCT FROM b.per AND a.filter IS NOT DISTINCT FROM b.filter
    AND a.after_event IS NOT DISTINCT FROM b.after_event AND a.year IS NOT DISTINCT FROM b.year
    AND a.period_start IS NOT DISTINCT FROM b.period_start AND a.period_end IS NOT DISTINCT FROM b.period_end
    AND a.period_kind IS NOT DISTINCT FROM b.period_kind
    AND (a.year IS NOT NULL OR a.class = 'investment' OR a.kind <> 'actual')
)
SELECT p.fact_id, p.other_id, p.as_reported, p.other FROM pair p
WHERE NOT p.apart AND NOT p.alike AND NOT EXISTS (
  SELECT 1 FROM core.conflict c
  WHERE (c.fact_id, c.other_id) IN ((p.fact_id, p.other_id), (p.other_id, p.fact_id)))
