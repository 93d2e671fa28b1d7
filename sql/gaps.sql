-- title: 到期而不知结果 | Due, and no outcome known
-- about: 到所给日期（默认今天）已到期、而本库没有结果的目标与里程碑；给了日期就只用那时已知的文件。有结果而不可比的不在此列，见 outcomes --verdict indeterminate。 | Targets and milestones due by the date given (default today) of which this release knows no outcome; with a date, only documents known by then count. Those with an outcome that cannot be compared are not here: outcomes --verdict indeterminate.
-- param: district text[] values=districts.district | 区市，含其功能区，可多次 | District with its zones, repeatable
-- param: industry text[] values=industries.industry | 产业，可多次 | Industry, repeatable
-- param: tier text[] values=industries.tier | 层级，可多次 | Tier, repeatable
-- param: due integer[] | 目标年，可多次 | Target year, repeatable
-- param: as_of date | 截至日期，如 2025-12-31，默认今天 | As of a date such as 2025-12-31, default today
-- param: search text | 文字包含 | Text contains
-- notice: as_of SELECT (SELECT count(*) FROM targets WHERE city = $city AND known_on IS NULL AND coalesce(period_end, make_date(due_year, 12, 31)) < CAST($as_of AS DATE) AND ($district IS NULL OR district = ANY($district) OR within = ANY($district)) AND ($industry IS NULL OR industry = ANY($industry))) + (SELECT count(*) FROM milestones WHERE city = $city AND status = 'due' AND known_on IS NULL AND due_date < CAST($as_of AS DATE) AND ($district IS NULL OR district = ANY($district) OR within = ANY($district)) AND ($industry IS NULL OR industry = ANY($industry))) | 另有 {n} 个目标与里程碑的文件日期不详，--as-of 时不计入 | {n} more targets and milestones rest on documents of unknown date and are left out with --as-of
-- example: ipcli gaps --as-of 2025-12-31
-- show: district, industry, kind, subject, aim, stated, due_date, days_overdue
-- column: kind 类别：目标或里程碑 | Kind: target or milestone
-- column: aim 目标：指标，或事件 | Aim: the indicator, or the event
-- column: due_date 到期日：目标期间的最后一天 | Due: last day of the target's period
-- column: days_overdue 逾期（天）：从到期日到所问之日的天数 | Overdue: days from the due date to the date asked for
WITH aims AS (
  SELECT fact_id, 'target' AS kind, city, district, within, tier, industry, subject, indicator AS aim, stated, comparator, value, unit,
         coalesce(period_end, make_date(due_year, 12, 31)) AS due_date, known_on, note, source_id, para_no, as_reported, evidence, grade, n_sources
  FROM targets
  UNION ALL
  SELECT fact_id, 'milestone', city, district, within, tier, industry, coalesce(project, organisation, carrier), title, NULL, NULL, NULL, NULL,
         CASE due_precision
           WHEN 'day' THEN due_date
           WHEN 'month' THEN last_day(due_date)
           WHEN 'year' THEN make_date(year(due_date), 12, 31) END,
         known_on, note, source_id, para_no, as_reported, evidence, grade, n_sources
  FROM milestones
  WHERE status = 'due'
)
SELECT fact_id, kind, district, within, tier, industry, subject, aim, stated, comparator, value, unit, due_date,
       date_diff('day', due_date, coalesce(CAST($as_of AS DATE), current_date)) AS days_overdue,
       known_on, note, city, source_id, para_no, as_reported, evidence, grade, n_sources
FROM aims
WHERE city = $city AND due_date < coalesce(CAST($as_of AS DATE), current_date)
  AND ($as_of IS NULL OR known_on <= CAST($as_of AS DATE))
  AND fact_id NOT IN (SELECT target_fact_id FROM outcomes WHERE $as_of IS NULL OR known_on <= CAST($as_of AS DATE))
  AND ($district IS NULL OR district = ANY($district) OR within = ANY($district))
  AND ($industry IS NULL OR industry = ANY($industry))
  AND ($tier IS NULL OR tier = ANY($tier))
  AND ($due IS NULL OR year(due_date) = ANY($due))
  AND ($search IS NULL OR contains(lower(concat_ws(' ', district, industry, subject, aim, note, as_reported)), lower($search)))
  AND ($grade IS NULL OR grade = ANY($grade))
ORDER BY due_date, fact_id
