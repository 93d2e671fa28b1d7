-- title: 时间线 | Timeline
-- about: 里程碑、项目状态、目标的到期（连同结果），按时间排列；日期只到已知的精度。 | Milestones, states of projects, due dates of targets and their outcomes in the order of time; dates are as precise as they are known.
-- param: from date | 起始日 | From
-- param: to date | 截止日 | To
-- example: ipcli timeline --district 即墨
-- example: ipcli timeline --industry 低空经济 --from 2025-01-01
-- show: dated, event, what, state, district, industry
-- column: dated 时间：按已知的精度 | When: as far as it is known
-- column: day 日期：那段时间的最后一天，供排序 | Day: the last day of that time, for sorting
-- column: event 事件：里程碑、项目、目标、结果 | Event: milestone, project, target, outcome
-- column: what 内容：事件，或目标与结果 | What: the event, or what is aimed at and reached
-- column: state 状态：事物的状态，或判定 | State: of the thing, or the verdict
WITH events AS (
  SELECT 'milestone' AS event, core.last_of(date, date_precision) AS day, title AS what, * FROM milestones
  -- Every dated state of a project, with the document that tells it.
  UNION ALL BY NAME
  SELECT 'project' AS event, j.city, j.district, j.within, j.tier, j.industry, z.status AS state, z.note,
         core.dated(z.status_date, z.status_precision) AS dated, core.last_of(z.status_date, z.status_precision) AS day,
         concat_ws('，', j.name, z.phase) AS what, s.*
  FROM core.project_status z JOIN projects j ON j.fact_id = z.project_id JOIN core.shown s ON s.fact_id = z.fact_id
  UNION ALL BY NAME
  SELECT 'target' AS event, core.ends(period_end, due_year) AS day, concat_ws(
           ' ', subject, indicator, stated, '-> ' || outcome_stated, '（' || nullif(concat_ws('，', '每' || per, filter), '') || '）') AS what, *
  FROM targets
)
SELECT dated, day, event, what, state, district, within, tier, industry, fact_id, note, city,
       source_id, para_no, as_reported, evidence, grade, n_sources
FROM events
WHERE city = $city AND (day IS NOT NULL AND dated IS NOT NULL OR $undated)
  AND placed($district, district, within)
  AND one_of($industry, industry)
  AND ($from IS NULL OR day >= CAST($from AS DATE))
  AND ($to IS NULL OR day <= CAST($to AS DATE))
  AND of_year($year, year(day), $undated)
  AND says($search, concat_ws(' ', what, district, industry, note, as_reported))
  AND one_of($grade, grade)
ORDER BY day, event, fact_id, what
