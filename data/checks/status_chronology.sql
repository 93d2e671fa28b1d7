-- title: 项目状态不倒退 | Dated statuses of a project are in order
-- level: error
WITH dated AS (
  SELECT *, CASE status_precision WHEN 'day' THEN status_date
    WHEN 'month' THEN status_date + INTERVAL 1 MONTH - INTERVAL 1 DAY
    ELSE status_date + INTERVAL 1 YEAR - INTERVAL 1 DAY END AS last_day
  FROM core.project_status
)
SELECT b.fact_id, b.status_date, a.fact_id AS after, a.status_date AS after_date
FROM dated a JOIN dated b USING (project_id)
WHERE b.ordinal > a.ordinal AND a.phase IS NOT DISTINCT FROM b.phase AND b.last_day < a.status_date
