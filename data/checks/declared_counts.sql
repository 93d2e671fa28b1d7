-- title: 官方数目与行数一致 | Declared counts match the rows where the list is complete, and are not exceeded by an official list
SELECT d.fact_id, d.n, count(i.industry_id) AS found
FROM core.declared d LEFT JOIN core.industry i USING (tier_id)
WHERE d.entity IN ('industry', 'batch') AND d.complete
GROUP BY ALL HAVING found <> d.n
UNION ALL
SELECT d.fact_id, d.n, count(*) AS found
FROM core.declared d JOIN core.tier t USING (city_id) JOIN core.industry i ON i.tier_id = t.tier_id
JOIN core.track k USING (industry_id)
WHERE d.entity = 'track' AND k.named_as = 'official list'
GROUP BY ALL HAVING found > d.n
