-- title: 说法不一的两行说的是同一件事 | The two rows of a conflict are of one place and one indicator
-- level: error
SELECT c.fact_id, c.other_id
FROM core.conflict c
JOIN core.observation a ON a.fact_id = c.fact_id
JOIN core.observation b ON b.fact_id = c.other_id
WHERE a.region_id <> b.region_id OR a.indicator_id <> b.indicator_id OR a.fact_id = b.fact_id
