-- title: 区划代码不重复 | No two regions have one area code
-- level: error
SELECT adcode, string_agg(region_id, ', ' ORDER BY region_id) AS regions
FROM core.region WHERE adcode IS NOT NULL
GROUP BY adcode HAVING count(*) > 1
