-- title: 官方数目与行数一致 | Declared counts match the rows where the list is complete, and are not exceeded by an official list
-- level: error
SELECT d.fact_id, d.n, count(i.industry_id) AS found
FROM core.declared d LEFT JOIN core.industry i USING (tier_id)
WHERE d.entity IN ('industry', 'batch') AND d.complete
GROUP BY ALL HAVING found <> d.n
UNION ALL
SELECT d.fact_id, d.n, count(t.tier_id) AS found
FROM core.declared d LEFT JOIN core.tier t USING (city_id)
WHERE d.entity = 'tier' AND d.complete
GROUP BY ALL HAVING found <> d.n
UNION ALL
SELECT d.fact_id, d.n, count(r.region_id) AS found
FROM core.declared d LEFT JOIN core.region r ON r.city_id = d.city_id AND r.level = 'district'
WHERE d.entity = 'district' AND d.complete
GROUP BY ALL HAVING found <> d.n
UNION ALL
SELECT d.fact_id, d.n, count(k.fact_id) AS found
FROM core.declared d JOIN core.tier t ON t.city_id = d.city_id AND t.tier_id = coalesce(d.tier_id, t.tier_id)
LEFT JOIN core.industry i ON i.tier_id = t.tier_id
LEFT JOIN core.track k ON k.industry_id = i.industry_id AND k.named_as = 'official list'
WHERE d.entity = 'track'
GROUP BY ALL HAVING found > d.n OR (d.complete AND found <> d.n)
