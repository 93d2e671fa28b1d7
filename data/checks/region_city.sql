-- title: 地点归于一个城市 | A region belongs to a city and hangs on a region of the same city
-- level: error
SELECT r.region_id, r.city_id, r.parent_id
FROM core.region r
LEFT JOIN core.region c ON c.region_id = r.city_id
LEFT JOIN core.region p ON p.region_id = r.parent_id
WHERE (r.city_id IS NOT NULL AND c.level IS DISTINCT FROM 'city')
  OR (r.level IN ('district', 'zone') AND p.city_id IS DISTINCT FROM r.city_id)
