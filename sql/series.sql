-- title: 历年数值 | One indicator over the years
-- about: 实际值、目标与预计排在一条时间线上；没有年份的数字不在其中；只到一季度、前三季度或某日的照此标明，不算全年。 | Actual figures, targets and forecasts on one time line; figures without a year are not in it; those of a quarter, of three quarters or up to a day say so and are not the year's.
-- example: ipcli series --indicator 整车产量 --district 即墨
-- show: indicator, district, subject, dated, kind, stated, per, filter
-- order: value = coalesce(lower, value)
-- order: stated = coalesce(lower, value)
-- column: dated 时间：数字所属的年份或期间（2025Q1 为一季度），或截至之日 | When: year or period of the figure (2025Q1 is a quarter), or the day up to which it counts
-- column: kind 类别：实际、目标、预测、计划或产能 | Kind: actual, target, forecast, plan or capacity
WITH points AS (
  SELECT 'actual' AS kind, * FROM indicators
  UNION ALL BY NAME SELECT 'target' AS kind, due_year AS year, * FROM targets
  UNION ALL BY NAME SELECT due_year AS year, * FROM forecasts
)
SELECT fact_id, indicator, district, within, industry, subject, year, dated, period_kind, kind, stated, comparator, value,
       lower, upper, unit, value_std, unit_std, filter, per, year_basis, note, city, source_id, para_no, as_reported,
       evidence, grade, n_sources
FROM points
WHERE city = $city AND (year IS NOT NULL OR $undated)
  AND one_of($indicator, indicator)
  AND placed($district, district, within)
  AND one_of($industry, industry) AND one_of($subject, subject)
  AND of_year($year, year, $undated)
  AND says($search, concat_ws(' ', district, industry, subject, indicator, note, as_reported))
  AND one_of($grade, grade)
ORDER BY indicator, district, subject, year, core.ends(period_end, year), kind, fact_id
