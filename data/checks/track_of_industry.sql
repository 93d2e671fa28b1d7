-- title: 赛道属于本行的产业 | A track belongs to its row's industry
-- level: error
SELECT x.fact_id, k.name
FROM core.statement x JOIN core.track k ON k.fact_id = x.track_id
WHERE x.industry_id IS DISTINCT FROM k.industry_id AND x.kind NOT IN ('project_party', 'project_status')
