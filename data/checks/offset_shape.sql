-- title: 偏移成形 | Offsets are whole, in order, as long as the phrase, and within the document
-- level: error
WITH placed AS (
  SELECT c.*, s.paragraphs FROM core.cited c JOIN core.source s USING (source_id)
)
SELECT fact_id, ordinal, para_no, char_start, para_end, char_end, as_reported
FROM placed
WHERE (evidence = 'offsets' AND (para_no IS NULL OR char_start IS NULL OR para_end IS NULL OR char_end IS NULL))
  OR (evidence <> 'offsets' AND coalesce(char_start, char_end) IS NOT NULL)
  OR para_no < 1 OR char_start < 0 OR para_end < para_no OR para_end > paragraphs OR para_no > paragraphs
  OR (para_end = para_no AND char_end - char_start <> length(as_reported))
