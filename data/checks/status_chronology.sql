-- title: 项目状态不倒退 | Dated statuses of a project are in order
SELECT a.project_id, a.fact_id, b.fact_id AS earlier
FROM core.project_status a JOIN core.project_status b USING (project_id)
WHERE a.ordinal > b.ordinal AND a.status_date < b.status_date
