-- title: 总盘子与项目一致 | Umbrella money is of an umbrella project, and only that
-- level: error
SELECT b.fact_id, p.name
FROM core.observation b JOIN core.indicator i USING (indicator_id) JOIN core.project p ON p.fact_id = b.project_id
WHERE i.class = 'investment' AND b.is_umbrella <> p.is_umbrella
