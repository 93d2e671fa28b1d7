-- title: 重点产业 | Industries of the system
-- about: 每个产业一行：层级与方针、点名的赛道、布局的区市、投资下限、2027 年目标。 | One row an industry: tier and policy, named tracks, districts that bet on it, investment floor, 2027 target.
-- example: ipcli industries --tier 新兴产业
-- show: industry, districts, investment_floor_yi, target_2027, tier, named_tracks, tier_policy
FROM industries
WHERE city = $city
  AND one_of($tier, tier) AND one_of($industry, industry)
  AND says($search, concat_ws(' ', tier, industry, industry_en, note))
  AND one_of($grade, grade)
ORDER BY rowid
