-- title: 投资 | Investments
-- about: 项目在前，大者在前；“总盘子”是园区或一批项目的合计，不与其中项目相加，也不相互相加。 | Projects first, the largest first; an umbrella is the total of a park or batch and is added neither to its parts nor to other umbrellas.
-- param: organisation text[] values=organisations.name | 机构或企业，可多次 | Organisation, repeatable
-- param: min number | 不低于（亿元，按下限） | At least (CNY 100 mn), by lower bound
-- param: max number | 不高于（亿元，按下限） | At most (CNY 100 mn), by lower bound
-- param: umbrella text choices=only,none | 只列总盘子，或不列 | Umbrella sums only, or none
-- example: ipcli investments --min 100 --umbrella none
-- example: ipcli investments --district 即墨 -o 投资.csv
-- column: stated 总投资：用符号写的金额 | Amount: total investment in signs
-- show: project, district, industry, stated, status, year, organisation, is_umbrella
-- order: amount_yi = coalesce(lower_yi, amount_yi)
-- order: stated = coalesce(lower_yi, amount_yi)
FROM investments
SELECT * EXCLUDE (addable_yi, stated_yi)
WHERE city = $city
  AND placed($district, district, within)
  AND one_of($industry, industry) AND one_of($track, track) AND one_of($tier, tier)
  AND ($organisation IS NULL OR list_has_any(string_split(organisation, '、'), $organisation))
  AND one_of($status, status)
  AND of_year($year, year, $undated)
  AND ($min IS NULL OR coalesce(lower_yi, amount_yi) >= $min)
  AND ($max IS NULL OR coalesce(lower_yi, amount_yi) <= $max)
  AND says($search, concat_ws(' ', project, district, industry, track, organisation, note, as_reported))
  AND ($umbrella IS NULL OR is_umbrella = ($umbrella = 'only'))
  AND one_of($grade, grade)
ORDER BY is_umbrella, coalesce(lower_yi, amount_yi) DESC NULLS LAST, fact_id
