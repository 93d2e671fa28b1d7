-- title: 合计不含总盘子 | Totals of industries leave umbrella sums and restated figures out
-- level: error
SELECT v.city, v.industry, v.investment_floor_yi, w.floor_yi
FROM main.industries v
JOIN core.industry i ON i.name = v.industry
JOIN core.tier t ON t.tier_id = i.tier_id
JOIN core.region r ON r.region_id = t.city_id AND r.name = v.city
LEFT JOIN (
  SELECT b.industry_id, sum(coalesce(b.lower_std, b.value_std)) AS floor_yi
  FROM core.observation b JOIN core.indicator n USING (indicator_id) LEFT JOIN core.project p ON p.fact_id = b.project_id
  WHERE n.class = 'investment' AND NOT b.is_umbrella AND NOT coalesce(p.is_umbrella, false) AND b.restates IS NULL
  GROUP BY b.industry_id
) w USING (industry_id)
WHERE abs(coalesce(v.investment_floor_yi, 0) - coalesce(w.floor_yi, 0)) > 1e-6
