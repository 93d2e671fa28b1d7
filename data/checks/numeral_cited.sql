-- title: 台账说已引的数字确在引证之内 | Numerals said to be cited lie within a citation of that fact
-- level: error
SELECT n.fact_id, n.source_id, n.para_no, n.char_start, n.printed
FROM core.numeral n
WHERE n.disposition IN ('cited', 'repeated') AND NOT EXISTS (
  SELECT 1 FROM core.cited c
  WHERE c.fact_id = n.fact_id AND c.source_id = n.source_id AND c.evidence = 'offsets'
    AND (c.para_no, c.char_start) <= (n.para_no, n.char_start) AND (c.para_end, c.char_end) >= (n.para_no, n.char_end))
