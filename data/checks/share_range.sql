-- title: 占比在 0 到 100 之间 | Shares lie in 0-100; growth may exceed it
-- level: error
SELECT b.fact_id, b.value, b.lower, b.upper
FROM core.observation b JOIN core.indicator i USING (indicator_id)
WHERE i.class = 'share' AND (NOT coalesce(b.value, b.lower) BETWEEN 0 AND 100 OR NOT coalesce(b.value, b.upper) BETWEEN 0 AND 100)
