-- title: 实际值 | Actual figures
-- about: 已经实现的数字，每个一行。 | One row an actual figure.
-- param: district text[] values=indicators.district | 区市，含其功能区，可多次 | District with its zones, repeatable
-- param: industry text[] values=industries.industry | 产业，可多次 | Industry, repeatable
-- param: track text[] values=tracks.track | 细分赛道，可多次 | Sub-track, repeatable
-- param: tier text[] values=industries.tier | 层级，可多次 | Tier, repeatable
-- param: organisation text[] values=organisations.name | 机构或企业，可多次 | Organisation, repeatable
-- param: indicator text[] values=indicators.indicator | 指标，可多次 | Indicator, repeatable
-- param: subject text[] values=indicators.subject | 对象，可多次 | Subject, repeatable
-- param: year integer[] | 年份，可多次 | Year, repeatable
-- param: min number | 数值不低于（按下界） | At least, by lower bound
-- param: max number | 数值不高于（按下界） | At most, by lower bound
-- param: search text | 文字包含 | Text contains
-- example: ipcli indicators --district 即墨 --year 2024
-- column: dated 时间：数字所属的年份或期间（2025Q1 为一季度），或截至之日 | When: year or period of the figure (2025Q1 is a quarter), or the day up to which it counts
-- show: district, industry, subject, indicator, stated, dated, per, filter
-- order: value = coalesce(lower, value)
SELECT fact_id, district, within, tier, industry, track, subject, indicator, stated, value, unit, comparator, lower, upper, per, filter, year, dated, period_start, period_end, period_kind, year_basis, value_std, unit_std, project, organisation, carrier, note, city, source_id, para_no, as_reported, evidence, grade, n_sources
FROM indicators
WHERE city = $city
  AND ($district IS NULL OR district = ANY($district) OR within = ANY($district))
  AND ($industry IS NULL OR industry = ANY($industry))
  AND ($track IS NULL OR track = ANY($track))
  AND ($tier IS NULL OR tier = ANY($tier))
  AND ($organisation IS NULL OR organisation = ANY($organisation))
  AND ($indicator IS NULL OR indicator = ANY($indicator))
  AND ($subject IS NULL OR subject = ANY($subject))
  AND ($year IS NULL OR year = ANY($year))
  AND ($min IS NULL OR coalesce(lower, value) >= $min)
  AND ($max IS NULL OR coalesce(lower, value) <= $max)
  AND ($search IS NULL OR contains(lower(concat_ws(' ', district, industry, track, subject, indicator, project, organisation, note, as_reported)), lower($search)))
  AND ($grade IS NULL OR grade = ANY($grade))
ORDER BY fact_id
