-- title: 投资排名（只计所印之数） | Ranking by investment, as far as printed
-- about: 按下限合计排名，总盘子不计；并列同名次。功能区计入上级区市；全市的投资不归任何区市，不参加区市排名（见 totals）。 | Ranked by the sum of lower bounds, umbrella sums left out; ties share a rank. Zones count for their district; money of the city as a whole is no district's and not ranked among them (see totals).
-- param: by text = district choices=district,industry,tier,track,organisation,project | 排什么 | What to rank
-- notice: * SELECT count(*) FROM investments WHERE city = $city AND is_umbrella AND placed($district, district, within) AND one_of($industry, industry) AND one_of($grade, grade) | 只计所印之数；另有总盘子 {n} 个不参加排名：ipcli investments --umbrella only | As far as printed; {n} umbrella sums are not ranked: ipcli investments --umbrella only
-- example: ipcli ranking --by project
-- show: rank, name, floor_yi, nominal_yi, investments, without_value, largest
-- column: rank 名次：1 为下限合计最大 | Rank: 1 is the largest floor
-- column: name 名称：所排之名 | Name: of what is ranked
-- column: floor_yi 下限合计（亿元）：下限之和，不含总盘子 | Floor: sum of lower bounds, umbrella sums left out
-- column: nominal_yi 名义合计（亿元）：所印数值之和 | Nominal: sum of stated values
-- column: investments 投资（笔）：相加的行数 | Investments: rows added
-- column: without_value 无数值（笔）：只有界限或量级的行数 | Without value: rows that state only bounds or an order of magnitude
-- column: largest 最大一笔：下限最大的项目 | Largest: the project with the highest floor
-- column: cites 出处：相加各行的段 | Cited: paragraphs of the rows added
WITH groups AS (
  SELECT CASE $by WHEN 'industry' THEN industry WHEN 'tier' THEN tier WHEN 'track' THEN track
                  WHEN 'organisation' THEN organisation WHEN 'project' THEN project ELSE counts_for($district, district, within) END AS name,
         round(sum(addable_yi), 4) AS floor_yi,
         round(sum(amount_yi), 4) AS nominal_yi,
         count(*) AS investments,
         count(*) FILTER (amount_yi IS NULL) AS without_value,
         arg_max(project, addable_yi) AS largest,
         list_sort(list(DISTINCT core.cite(source_id, para_no))) AS cites
  FROM investments
  WHERE city = $city AND NOT is_umbrella
    AND ($by <> 'district' OR district <> city)
    AND placed($district, district, within)
    AND one_of($industry, industry) AND one_of($tier, tier)
    AND one_of($grade, grade)
  GROUP BY ALL
)
SELECT rank() OVER (ORDER BY floor_yi DESC NULLS LAST) AS rank, *
FROM groups
WHERE name IS NOT NULL
ORDER BY rank, name
