-- title: 时间线 | Timeline
-- about: 里程碑、项目状态、目标的到期与结果，按时间排列；日期只到已知的精度。 | Milestones, states of projects, due dates of targets and their outcomes in the order of time; dates are as precise as they are known.
-- param: district text[] values=districts.district | 区市，含其功能区，可多次 | District with its zones, repeatable
-- param: industry text[] values=industries.industry | 产业，可多次 | Industry, repeatable
-- param: from date | 起始日 | From
-- param: to date | 截止日 | To
-- param: search text | 文字包含 | Text contains
-- example: ipcli timeline --district 即墨
-- example: ipcli timeline --industry 低空经济 --from 2025-01-01
-- show: dated, event, what, state, district, industry
-- column: dated 时间：按已知的精度 | When: as far as it is known
-- column: day 日期：那段时间的最后一天，供排序 | Day: the last day of that time, for sorting
-- column: event 事件：里程碑、项目、目标、结果 | Event: milestone, project, target, outcome
-- column: what 内容：事件，或目标与结果 | What: the event, or what is aimed at and reached
-- column: state 状态：事物的状态，或判定 | State: of the thing, or the verdict
WITH events AS (
  SELECT 'milestone' AS event, fact_id, city, district, within, tier, industry, dated, core.last_of(date, date_precision) AS day, title AS what, state,
         note, source_id, para_no, as_reported, evidence, grade, n_sources FROM milestones
  UNION ALL
  -- Every dated state of a project, with the document that tells it.
  SELECT 'project', z.fact_id, j.city, j.district, j.within, j.tier, j.industry, core.dated(z.status_date, z.status_precision),
         core.last_of(z.status_date, z.status_precision), concat_ws('，', j.name, z.phase), z.status,
         z.note, s.source_id, s.para_no, s.as_reported, s.evidence, s.grade, s.n_sources
  FROM core.project_status z JOIN projects j ON j.fact_id = z.project_id JOIN core.shown s ON s.fact_id = z.fact_id
  UNION ALL
  SELECT 'target', fact_id, city, district, within, tier, industry, dated, coalesce(period_end, make_date(due_year, 12, 31)),
         concat_ws(' ', subject, indicator, stated, '（' || nullif(concat_ws('，', '每' || per, filter), '') || '）'), state,
         note, source_id, para_no, as_reported, evidence, grade, n_sources FROM targets
  UNION ALL
  SELECT 'outcome', outcome_fact_id, city, district, within, tier, industry, outcome_dated, outcome_date,
         concat_ws(' ', subject, indicator, target, '→', outcome) || coalesce('（' || nullif(concat_ws(' ', outcome_subject, outcome_indicator), '') || '）', ''), verdict,
         note, source_id, para_no, as_reported, evidence, grade, n_sources FROM outcomes
)
SELECT dated, day, event, what, state, district, within, tier, industry, fact_id, note, city, source_id, para_no, as_reported, evidence, grade, n_sources
FROM events
WHERE city = $city AND day IS NOT NULL AND dated IS NOT NULL
  AND ($district IS NULL OR district = ANY($district) OR within = ANY($district))
  AND ($industry IS NULL OR industry = ANY($industry))
  AND ($from IS NULL OR day >= CAST($from AS DATE))
  AND ($to IS NULL OR day <= CAST($to AS DATE))
  AND ($search IS NULL OR contains(lower(concat_ws(' ', what, district, industry, note, as_reported)), lower($search)))
  AND ($grade IS NULL OR grade = ANY($grade))
ORDER BY day, event, fact_id, what
