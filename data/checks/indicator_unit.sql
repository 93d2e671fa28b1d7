-- title: 指标与单位一致 | The unit converts to the indicator's standard unit
-- level: error
SELECT b.fact_id, b.unit, i.unit_std
FROM core.observation b JOIN core.indicator i USING (indicator_id)
WHERE b.unit_std IS DISTINCT FROM i.unit_std AND b.comparator <> 'qualitative'
  -- Things are counted in the measure word the document uses.
  AND NOT (i.class = 'count' AND b.unit_std IN ('个', '家', '项', '处') AND i.unit_std IN ('个', '家', '项', '处'))
