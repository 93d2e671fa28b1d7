-- title: 投资合计 | Investment totals
-- about: 末行是合计；功能区计入上级区市。下限与名义值并列，无数值的行计数；总盘子（园区或一批项目的合计）逐个列出，不与项目相加，也不相互相加：是否重叠，文件未述。 | The last row is the total; zones count for their district. Floor and nominal side by side, rows without a value counted; umbrella sums (totals of a park or a batch) are listed one by one and added neither to projects nor to each other: whether they overlap, no document says.
-- param: by text = district choices=district,industry,tier,track,status,city | 按什么合计 | Group by
-- example: ipcli totals --by industry
-- show: name, investments, floor_yi, nominal_yi, without_value, umbrellas, umbrellas_yi
-- column: name 名称：分组的名称；文件没有归到任何一组的钱为“未归类” | Name: of the group; 未归类 where the document ties the money to none
-- column: investments 投资（笔）：不含总盘子的行数 | Investments: rows that are no umbrella
-- column: floor_yi 下限合计（亿元）：下限之和，不含总盘子 | Floor: sum of lower bounds
-- column: nominal_yi 名义合计（亿元）：所印数值之和；都没有数值时为空 | Nominal: sum of stated values; NULL where no row states one
-- column: without_value 无数值（笔）：只有界限或量级的行数 | Without value: rows that state only bounds or an order of magnitude
-- column: approximate 约数（笔）：印作“约”的行；下限合计按其舍入的下界计 | Approximate: rows printed as “about”; the floor adds the lower bound of their rounding
-- column: umbrellas 总盘子（个）：园区或一批项目的合计 | Umbrellas: totals of parks or batches
-- column: umbrellas_yi 各总盘子（亿元）：逐个列出，大者在前；从不相加 | Each umbrella: one by one, the largest first; never added
-- column: umbrella_largest_yi 最大总盘子（亿元）：最大一个的下限；合在一起至少有这么多，此外不知 | Largest umbrella: lower bound of the largest; together they come to at least this, and no more is known
-- column: cites 出处：相加与所列各行的段 | Cited: paragraphs of the rows added
WITH grouped AS (
  SELECT *, coalesce(CASE $by WHEN 'industry' THEN industry WHEN 'tier' THEN tier WHEN 'track' THEN track
                              WHEN 'status' THEN status WHEN 'city' THEN city ELSE counts_for($district, district, within) END,
                     '未归类') AS part
  FROM investments
  WHERE city = $city
    AND placed($district, district, within)
    AND one_of($industry, industry) AND one_of($tier, tier)
    AND of_year($year, year, $undated)
    AND one_of($grade, grade)
)
SELECT coalesce(part, '合计') AS name,
       count(*) FILTER (NOT is_umbrella) AS investments,
       round(sum(addable_yi), 4) AS floor_yi,
       round(sum(amount_yi) FILTER (NOT is_umbrella), 4) AS nominal_yi,
       count(*) FILTER (NOT is_umbrella AND amount_yi IS NULL) AS without_value,
       count(*) FILTER (NOT is_umbrella AND comparator = 'approx') AS approximate,
       count(*) FILTER (is_umbrella) AS umbrellas,
       list(stated_yi ORDER BY coalesce(lower_yi, amount_yi) DESC NULLS LAST, fact_id)
         FILTER (is_umbrella) AS umbrellas_yi,
       round(max(coalesce(lower_yi, amount_yi)) FILTER (is_umbrella), 4) AS umbrella_largest_yi,
       list_sort(list(DISTINCT core.cite(source_id, para_no))) AS cites
FROM grouped
GROUP BY ROLLUP (part)
HAVING part IS NOT NULL OR count(DISTINCT part) > 1
ORDER BY part IS NULL, floor_yi DESC NULLS LAST, name
