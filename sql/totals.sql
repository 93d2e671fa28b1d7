-- title: 投资合计 | Investment totals
-- about: 下限与名义值并列；总盘子单列，绝不与其中项目相加；无数值的行计数。 | Floor and nominal side by side; umbrella sums apart, never added to their parts; rows without a value are counted.
-- param: by text = district choices=district,industry,tier,track,status,city | 按什么合计 | Group by
-- param: district text[] values=investments.district | 区市，含其功能区，可多次 | District with its zones, repeatable
-- param: industry text[] values=industries.industry | 产业，可多次 | Industry, repeatable
-- param: tier text[] values=industries.tier | 层级，可多次 | Tier, repeatable
-- param: year integer[] | 年份，可多次 | Year, repeatable
-- example: ipcli totals --by industry
-- show: name, investments, floor_yi, nominal_yi, without_value, umbrellas, umbrella_floor_yi
-- column: name 名称 | Name: of the group; 未归类 where the document ties the money to none
-- column: investments 投资（笔） | Investments: rows that are no umbrella
-- column: floor_yi 下限合计（亿元） | Floor: sum of lower bounds
-- column: nominal_yi 名义合计（亿元） | Nominal: sum of stated values; NULL where no row states one
-- column: without_value 无数值（笔） | Without value: rows that state only bounds or an order of magnitude
-- column: umbrellas 总盘子（个） | Umbrellas: totals of parks or batches
-- column: umbrella_floor_yi 总盘子下限（亿元） | Umbrella floor: sum of lower bounds of umbrellas, which may overlap
-- column: cites 出处 | Cited: paragraphs of the rows added
SELECT coalesce(CASE $by WHEN 'industry' THEN industry WHEN 'tier' THEN tier WHEN 'track' THEN track
                         WHEN 'status' THEN status WHEN 'city' THEN city ELSE district END, '未归类') AS name,
       count(*) FILTER (NOT is_umbrella) AS investments,
       round(sum(coalesce(lower_yi, amount_yi)) FILTER (NOT is_umbrella), 4) AS floor_yi,
       round(sum(amount_yi) FILTER (NOT is_umbrella), 4) AS nominal_yi,
       count(*) FILTER (NOT is_umbrella AND amount_yi IS NULL) AS without_value,
       count(*) FILTER (is_umbrella) AS umbrellas,
       round(sum(coalesce(lower_yi, amount_yi)) FILTER (is_umbrella), 4) AS umbrella_floor_yi,
       list_sort(list(DISTINCT source_id || coalesce('#' || para_no, ''))) AS cites
FROM investments
WHERE city = $city
  AND ($district IS NULL OR district = ANY($district) OR within = ANY($district))
  AND ($industry IS NULL OR industry = ANY($industry))
  AND ($tier IS NULL OR tier = ANY($tier))
  AND ($year IS NULL OR year = ANY($year))
  AND ($grade IS NULL OR grade = ANY($grade))
GROUP BY ALL
ORDER BY floor_yi DESC NULLS LAST, name
