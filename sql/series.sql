-- title: 历年数值 | One indicator over the years
-- about: 实际值、目标与预计排在一条时间线上；没有年份的数字不在其中。 | Actual figures, targets and forecasts on one time line; figures without a year are not in it.
-- param: indicator text[] values=indicators.indicator | 指标，可多次 | Indicator, repeatable
-- param: district text[] values=districts.district | 区市，含其功能区，可多次 | District with its zones, repeatable
-- param: industry text[] values=industries.industry | 产业，可多次 | Industry, repeatable
-- param: subject text[] values=indicators.subject | 对象，可多次 | Subject, repeatable
-- param: year integer[] | 年份，可多次 | Year, repeatable
-- param: search text | 文字包含 | Text contains
-- example: ipcli series --indicator 整车产量 --district 即墨
-- show: indicator, district, subject, year, kind, stated
-- order: value = coalesce(lower, value)
-- column: kind 类别 | Kind: actual, target, forecast, plan or capacity
WITH points AS (
  SELECT fact_id, 'actual' AS kind, city, district, within, industry, subject, indicator, year, period_kind, stated, comparator, value, lower, upper, unit,
         value_std, unit_std, filter, per, year_basis, note, source_id, para_no, as_reported, evidence, grade, n_sources
  FROM indicators
  UNION ALL
  SELECT fact_id, 'target', city, district, within, industry, subject, indicator, due_year, period_kind, stated, comparator, value, lower, upper, unit,
         value_std, unit_std, filter, per, year_basis, note, source_id, para_no, as_reported, evidence, grade, n_sources
  FROM targets
  UNION ALL
  SELECT fact_id, kind, city, district, within, industry, subject, indicator, due_year, period_kind, stated, comparator, value, lower, upper, unit,
         value_std, unit_std, filter, per, year_basis, note, source_id, para_no, as_reported, evidence, grade, n_sources
  FROM forecasts
)
SELECT fact_id, indicator, district, within, industry, subject, year, period_kind, kind, stated, comparator, value, lower, upper, unit, value_std, unit_std,
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
ORDER BY indicator, district, subject, year, kind, fact_id
