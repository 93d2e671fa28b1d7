-- title: 到期而不知结果 | Due, and no outcome known
-- about: 到所给日期（默认今天）已到期、而本库没有可比结果的目标与里程碑；给了日期就只用那时已知的文件。只有相近而不可比的数的也在此列，那些数在“相关”。 | Targets and milestones due by the date given (default today) of which this release knows no outcome that can be compared; with a date, only documents known by then count. Those with figures near them are here too, and these are told as related.
-- param: due integer[] | 目标年，可多次 | Target year, repeatable
-- param: as_of date | 截至日期，如 2025-12-31，默认今天 | As of a date such as 2025-12-31, default today
-- notice: as_of SELECT (SELECT count(*) FROM targets WHERE city = $city AND known_on IS NULL AND core.ends(period_end, due_year) < CAST($as_of AS DATE) AND placed($district, district, within) AND one_of($industry, industry)) + (SELECT count(*) FROM milestones WHERE city = $city AND status = 'due' AND known_on IS NULL AND due_date < CAST($as_of AS DATE) AND placed($district, district, within) AND one_of($industry, industry)) | 另有 {n} 个目标与里程碑的文件日期不详，--as-of 时不计入 | {n} more targets and milestones rest on documents of unknown date and are left out with --as-of
-- example: ipcli gaps --as-of 2025-12-31
-- show: district, subject, aim, stated, due_date, days_overdue, kind, industry
-- column: kind 类别：目标或里程碑 | Kind: target or milestone
-- column: aim 目标：指标，或事件 | Aim: the indicator, or the event
-- column: due_date 到期日：目标期间的最后一天 | Due: last day of the target's period
-- column: days_overdue 逾期（天）：从到期日到所问之日的天数 | Overdue: days from the due date to the date asked for
WITH aims AS (
  SELECT 'target' AS kind, indicator AS aim, core.ends(period_end, due_year) AS due_date, * FROM targets
  UNION ALL BY NAME
  SELECT 'milestone' AS kind, title AS aim, coalesce(project, organisation, carrier) AS subject,
         * REPLACE (core.last_of(due_date, due_precision) AS due_date)
  FROM milestones WHERE status = 'due'
)
SELECT fact_id, kind, district, within, tier, industry, subject, aim, stated, comparator, value, unit, due_date,
       date_diff('day', due_date, coalesce(CAST($as_of AS DATE), current_date)) AS days_overdue,
       CASE WHEN $as_of IS NULL THEN related END AS related, known_on, note, city, source_id, para_no, as_reported, evidence, grade, n_sources
FROM aims
WHERE city = $city AND due_date < coalesce(CAST($as_of AS DATE), current_date)
  AND ($as_of IS NULL OR known_on <= CAST($as_of AS DATE))
  AND placed($district, district, within)
  AND one_of($industry, industry) AND one_of($tier, tier)
  AND of_year($due, year(due_date), $undated)
  AND says($search, concat_ws(' ', district, industry, subject, aim, note, as_reported))
  AND one_of($grade, grade)
  AND fact_id NOT IN (SELECT target_fact_id FROM outcomes WHERE $as_of IS NULL OR known_on <= CAST($as_of AS DATE))
ORDER BY due_date, fact_id
