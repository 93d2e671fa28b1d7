-- title: 目标 | Targets
-- about: 每个目标一行；印有基期的列出基期与所需增幅（推算）。 | One row a target; with the baseline where one is printed, and the growth it requires (derived).
-- param: district text[] values=targets.district | 区市，含其功能区，可多次 | District with its zones, repeatable
-- param: industry text[] values=industries.industry | 产业，可多次 | Industry, repeatable
-- param: track text[] values=tracks.track | 细分赛道，可多次 | Sub-track, repeatable
-- param: tier text[] values=industries.tier | 层级，可多次 | Tier, repeatable
-- param: organisation text[] values=organisations.name | 机构或企业，可多次 | Organisation, repeatable
-- param: indicator text[] values=targets.indicator | 指标，可多次 | Indicator, repeatable
-- param: subject text[] values=targets.subject | 对象，可多次 | Subject, repeatable
-- param: due integer[] | 目标年，可多次 | Target year, repeatable
-- param: min number | 数值不低于（按下界） | At least, by lower bound
-- param: max number | 数值不高于（按下界） | At most, by lower bound
-- param: search text | 文字包含 | Text contains
-- example: ipcli targets --district 崂山 --industry AI
-- example: ipcli targets --due 2025 -f csv
-- show: district, industry, subject, indicator, stated, due_year, per, filter, baseline_value, baseline_year, required_growth_pct, state
-- order: value = coalesce(lower, value)
SELECT fact_id, district, within, tier, industry, track, subject, indicator, stated, value, unit, comparator, lower, upper, per, filter, modality, cue, due_year, dated, state, period_start, period_end, period_kind, year_basis, baseline_value, baseline_comparator, baseline_year, required_growth_pct, required_points, value_std, unit_std, project, organisation, carrier, note, city, source_id, para_no, as_reported, evidence, grade, n_sources
FROM targets
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
  AND ($search IS NULL OR contains(lower(concat_ws(' ', district, industry, track, subject, indicator, project, organisation, note, as_reported)), lower($search)))
  AND ($grade IS NULL OR grade = ANY($grade))
ORDER BY fact_id
