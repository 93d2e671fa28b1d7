-- title: 转载指向原件 | A reprint names another document, which is no reprint itself
-- level: error
SELECT s.source_id, s.reprint_of
FROM core.source s LEFT JOIN core.source o ON o.source_id = s.reprint_of
WHERE s.reprint_of IS NOT NULL AND (o.source_id IS NULL OR o.source_id = s.source_id OR o.reprint_of IS NOT NULL)
