-- title: 历年数值 | One indicator over the years
-- about: 实际值、目标与预计排在一条时间线上；没有年份的数字不在其中；只到一季度、前三季度或某日的照此标明，不算全年。 | Actual figures, targets and forecasts on one time line; figures without a year are not in it; those of a quarter, of three quarters or up to a day say so and are not the year's.
-- param: indicator text[] values=indicators.indicator | 指标，可多次 | Indicator, repeatable
-- param: district text[] values=districts.district | 区市，含其功能区，可多次 | District with its zones, repeatable
-- param: industry text[] values=industries.industry | 产业，可多次 | Industry, repeatable
-- param: subject text[] values=indicators.subject | 对象，可多次 | Subject, repeatable
-- param: year integer[] | 年份，可多次 | Year, repeatable
-- param: search text | 文字包含 | Text contains
-- example: ipcli series --indicator 整车产量 --district 即墨
-- show: indicator, district, subject, dated, kind, stated, per, filter
-- order: value = coalesce(lower, value)
-- column: dated 时间：数字所属的年份或期间（2025Q1 为一季度），或截至之日 | When: year or period of the figure (2025Q1 is a quarter), or the day up to which it counts
-- column: kind 类别：实际、目标、预测、计划或产能 | Kind: actual, target, forecast, plan or capacity
WITH points AS (
  SELECT fact_id, 'actual' AS kind, city, district, within, industry, subject, indicator, year, dated, period_end, period_kind, stated, comparator, value, lower, upper, unit,
         value_std, unit_std, filter, per, year_basis, note, source_id, para_no, as_reported, evidence, grade, n_sources
  FROM indicators
  UNION ALL
  SELECT fact_id, 'target', city, district, within, industry, subject, indicator, due_year, dated, period_end, period_kind, stated, comparator, value, lower, upper, unit,
         value_std, unit_std, filter, per, year_basis, note, source_id, para_no, as_reported, evidence, grade, n_sources
  FROM targets
  UNION ALL
  SELECT fact_id, kind, city, district, within, industry, subject, indicator, due_year, dated, period_end, period_kind, stated, comparator, value, lower, upper, unit,
         value_std, unit_std, filter, per, year_basis, note, source_id, para_no, as_reported, evidence, grade, n_sources
  FROM forecasts
)
SELECT fact_id, indicator, district, within, industry, subject, year, dated, period_kind, kind, stated, comparator, value, lower, upper, unit, value_std, unit_std,
       filter, per, year_basis, note, city, source_id, para_no, as_reported, evidence, grade, n_sources
FROM points
WHERE city = $city AND year IS NOT NULL
  AND ($indicator IS NULL OR indicator = ANY($indicator))
  AND ($district IS NULL OR district = ANY($district) OR within = ANY($district))
  AND ($industry IS NULL OR industry = ANY($industry))
  AND ($subject IS NULL OR subject = ANY($subject))
  AND ($year IS NULL OR year = ANY($year))
  AND ($search IS NULL OR contains(lower(concat_ws(' ', district, industry, subject, indicator, note, as_reported)), lower($search)))
  AND ($grade IS NULL OR grade = ANY($grade))
ORDER BY indicator, district, subject, year, coalesce(period_end, make_date(year, 12, 31)), kind, fact_id
