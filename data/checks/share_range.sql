-- title: 占比在 0 到 100 之间 | Shares lie in 0-100; growth may exceed it
SELECT b.fact_id, b.value
FROM core.observation b JOIN core.indicator i USING (indicator_id)
WHERE i.class = 'share' AND NOT b.value BETWEEN 0 AND 100
