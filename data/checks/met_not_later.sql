-- title: 已完成的事不晚于文件 | What is done is not later than the document's last possible date
-- level: error
SELECT m.fact_id, m.met_date, s.published_to
FROM core.milestone m JOIN core.source s USING (source_id)
WHERE m.status = 'met' AND m.met_date > s.published_to
