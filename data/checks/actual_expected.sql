-- title: 预计的不是实际 | What is expected is no actual
-- level: error
SELECT b.fact_id, c.source_id, c.as_reported
FROM core.observation b JOIN core.cited c USING (fact_id)
WHERE b.kind = 'actual' AND regexp_matches(c.as_reported, '预计|預計|力争|力爭|争取|爭取|有望')
