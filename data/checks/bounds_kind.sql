-- title: 上下限合乎比较词 | Bounds are of the kind that the comparator has; a magnitude spans one power of ten
-- level: error
SELECT fact_id, comparator, lower, upper FROM core.observation
WHERE (comparator = 'qualitative' AND (lower IS NOT NULL OR upper IS NOT NULL))
  OR (comparator = 'between' AND (lower < upper) IS NOT TRUE)
  OR (comparator = 'magnitude' AND (upper = lower * 10 AND lower > 0 AND log10(lower) = round(log10(lower))) IS NOT TRUE)
