-- title: 投资 | Investments
-- about: 单位亿元；“总盘子”是园区或一批项目的合计，不与其中项目相加，也不相互相加。 | In units of CNY 100 mn; an umbrella is the total of a park or batch and is added neither to its parts nor to other umbrellas.
-- param: organisation text[] values=organisations.name | 机构或企业，可多次 | Organisation, repeatable
-- param: min number | 不低于（亿元，按下限） | At least (CNY 100 mn), by lower bound
-- param: max number | 不高于（亿元，按下限） | At most (CNY 100 mn), by lower bound
-- param: no_umbrella flag | 不列总盘子 | Leave out umbrella sums
-- example: ipcli investments --min 100 --sort -amount_yi
-- example: ipcli investments --district 即墨 -o 投资.csv
-- show: project, district, industry, organisation, amount_yi, stated, status, year, is_umbrella
-- order: amount_yi = coalesce(lower_yi, amount_yi)
FROM investments
SELECT * EXCLUDE (addable_yi)
WHERE city = $city
  AND placed($district, district, within)
  AND one_of($industry, industry) AND one_of($track, track) AND one_of($tier, tier)
  AND ($organisation IS NULL OR list_has_any(string_split(organisation, '、'), $organisation))
  AND one_of($status, status)
  AND one_of($year, year)
  AND ($min IS NULL OR coalesce(lower_yi, amount_yi) >= $min)
  AND ($max IS NULL OR coalesce(lower_yi, amount_yi) <= $max)
  AND says($search, concat_ws(' ', project, district, industry, track, organisation, note, as_reported))
  AND (NOT $no_umbrella OR NOT is_umbrella)
  AND one_of($grade, grade)
ORDER BY fact_id
