-- title: 指标与单位一致 | The unit converts to the indicator's standard unit
SELECT b.fact_id, b.unit, i.unit_std
FROM core.observation b JOIN core.indicator i USING (indicator_id)
WHERE b.unit_std IS DISTINCT FROM i.unit_std AND b.comparator <> 'qualitative'
