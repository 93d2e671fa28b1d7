-- title: 编号全库唯一 | A fact id is unique over all tables
-- level: error
SELECT fact_id, count(*) AS n FROM core.cited WHERE ordinal = 1
GROUP BY ALL HAVING n > 1
