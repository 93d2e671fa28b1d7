-- title: 投资 | Investments
-- about: 单位亿元；“总盘子”是园区或一批项目的合计，不与其中项目相加，也不相互相加。 | In units of CNY 100 mn; an umbrella is the total of a park or batch and is added neither to its parts nor to other umbrellas.
-- param: district text[] values=investments.district | 区市，含其功能区，可多次 | District with its zones, repeatable
-- param: industry text[] values=industries.industry | 产业，可多次 | Industry, repeatable
-- param: track text[] values=tracks.track | 细分赛道，可多次 | Sub-track, repeatable
-- param: tier text[] values=industries.tier | 层级，可多次 | Tier, repeatable
-- param: organisation text[] values=organisations.name | 机构或企业，可多次 | Organisation, repeatable
-- param: status text[] values=investments.status | 状态，可多次 | Status, repeatable
-- param: year integer[] | 年份，可多次 | Year, repeatable
-- param: min number | 不低于（亿元，按下限） | At least (CNY 100 mn), by lower bound
-- param: max number | 不高于（亿元，按下限） | At most (CNY 100 mn), by lower bound
-- param: search text | 文字包含 | Text contains
-- param: no_umbrella flag | 不列总盘子 | Leave out umbrella sums
-- example: ipcli investments --min 100 --sort -amount_yi
-- example: ipcli investments --district 即墨 -o 投资.csv
-- show: project, district, industry, organisation, amount_yi, stated, status, year, is_umbrella
-- order: amount_yi = coalesce(lower_yi, amount_yi)
SELECT fact_id, project, district, within, tier, industry, track, organisation, stated, amount_yi, lower_yi, upper_yi, comparator, status, year, year_basis, is_umbrella, note, city, source_id, para_no, as_reported, evidence, grade, n_sources
FROM investments
WHERE city = $city
  AND ($district IS NULL OR district = ANY($district) OR within = ANY($district))
  AND ($industry IS NULL OR industry = ANY($industry))
  AND ($track IS NULL OR track = ANY($track))
  AND ($tier IS NULL OR tier = ANY($tier))
  AND ($organisation IS NULL OR list_has_any(string_split(organisation, '、'), $organisation))
  AND ($status IS NULL OR status = ANY($status))
  AND ($year IS NULL OR year = ANY($year))
  AND ($min IS NULL OR coalesce(lower_yi, amount_yi) >= $min)
  AND ($max IS NULL OR coalesce(lower_yi, amount_yi) <= $max)
  AND ($search IS NULL OR contains(lower(concat_ws(' ', project, district, industry, track, organisation, note, as_reported)), lower($search)))
  AND (NOT $no_umbrella OR NOT is_umbrella)
  AND ($grade IS NULL OR grade = ANY($grade))
ORDER BY fact_id
