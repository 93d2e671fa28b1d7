-- title: 计数为整数 | Counts are whole in their standard unit
-- level: error
SELECT b.fact_id, b.value_std
FROM core.observation b JOIN core.indicator i USING (indicator_id)
WHERE i.class IN ('count', 'streak') AND b.value_std <> floor(b.value_std)
