-- title: 预计、规划与产能 | Forecasts, plans and capacities
-- about: 预计、规划数与设计产能，每个一行。 | One row a forecast, plan or capacity.
-- param: district text[] values=forecasts.district | 区市，含其功能区，可多次 | District with its zones, repeatable
-- param: industry text[] values=industries.industry | 产业，可多次 | Industry, repeatable
-- param: track text[] values=tracks.track | 细分赛道，可多次 | Sub-track, repeatable
-- param: tier text[] values=industries.tier | 层级，可多次 | Tier, repeatable
-- param: organisation text[] values=organisations.name | 机构或企业，可多次 | Organisation, repeatable
-- param: indicator text[] values=forecasts.indicator | 指标，可多次 | Indicator, repeatable
-- param: subject text[] values=forecasts.subject | 对象，可多次 | Subject, repeatable
-- param: due integer[] | 目标年，可多次 | Target year, repeatable
-- param: min number | 数值不低于（按下界） | At least, by lower bound
-- param: max number | 数值不高于（按下界） | At most, by lower bound
-- param: search text | 文字包含 | Text contains
-- param: kind text[] choices=forecast,plan,capacity | 类别，可多次 | Kind, repeatable
-- example: ipcli forecasts --kind capacity
-- show: kind, district, industry, subject, indicator, stated, due_year, after_event, per, filter
-- order: value = coalesce(lower, value)
SELECT fact_id, kind, district, within, tier, industry, track, subject, indicator, stated, value, unit, comparator, lower, upper, per, filter, modality, cue, after_event, due_year, dated, period_start, period_end, period_kind, year_basis, value_std, unit_std, project, organisation, carrier, note, city, source_id, para_no, as_reported, evidence, grade, n_sources
FROM forecasts
WHERE city = $city
  AND ($district IS NULL OR district = ANY($district) OR within = ANY($district))
  AND ($industry IS NULL OR industry = ANY($industry))
  AND ($track IS NULL OR track = ANY($track))
  AND ($tier IS NULL OR tier = ANY($tier))
  AND ($organisation IS NULL OR organisation = ANY($organisation))
  AND ($indicator IS NULL OR indicator = ANY($indicator))
  AND ($subject IS NULL OR subject = ANY($subject))
  AND ($due IS NULL OR due_year = ANY($due))
  AND ($min IS NULL OR coalesce(lower, value) >= $min)
  AND ($max IS NULL OR coalesce(lower, value) <= $max)
  AND ($search IS NULL OR contains(lower(concat_ws(' ', district, industry, track, subject, indicator, after_event, project, organisation, note, as_reported)), lower($search)))
  AND ($kind IS NULL OR kind = ANY($kind))
  AND ($grade IS NULL OR grade = ANY($grade))
ORDER BY fact_id
