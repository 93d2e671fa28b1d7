-- title: 区市与产业的矩阵 | Districts by industries
-- about: 每格一行：区市对产业的立场（最强者）与条数，或投资下限，或目标数；在终端上画成矩阵。 | One row a cell: the strongest stance of a district on an industry and how many bets, or the floor of investments, or the number of targets; a terminal gets a matrix.
-- about: 投资下限不含总盘子，总盘子另列，从不相加。 | Floors are without umbrella sums, which stand apart and are never added.
-- param: by text = alignments choices=alignments,investments,targets | 按布局、投资或目标 | By bets, investments or targets
-- param: district text[] values=districts.district | 区市，含其功能区，可多次 | District with its zones, repeatable
-- param: industry text[] values=industries.industry | 产业，可多次 | Industry, repeatable
-- param: tier text[] values=industries.tier | 层级，可多次 | Tier, repeatable
-- example: ipcli matrix
-- example: ipcli matrix --by investments
-- show: district, tier, industry, n, stance_class, floor_yi, umbrellas, umbrella_floor_yi
-- column: n 条数 | Count: bets, investments that are no umbrella, or targets
-- column: floor_yi 投资下限（亿元） | Floor: sum of lower bounds, umbrellas apart
-- column: umbrellas 总盘子（个） | Umbrellas: totals of parks or batches
-- column: umbrella_floor_yi 总盘子下限（亿元） | Umbrella floor: sum of lower bounds of umbrellas, which may overlap
-- column: cites 出处 | Cited: paragraphs of the rows counted
WITH cells AS (
  SELECT district, within, tier, industry, stance_class, NULL::DOUBLE AS floor, false AS is_umbrella, grade, source_id, para_no
  FROM alignments WHERE $by = 'alignments' AND city = $city
  UNION ALL
  SELECT district, within, tier, industry, NULL, coalesce(lower_yi, amount_yi), is_umbrella, grade, source_id, para_no
  FROM investments WHERE $by = 'investments' AND city = $city
  UNION ALL
  SELECT district, within, tier, industry, NULL, NULL, false, grade, source_id, para_no
  FROM targets WHERE $by = 'targets' AND city = $city
)
SELECT district, tier, industry, count(*) FILTER (NOT is_umbrella) AS n,
       arg_min(stance_class, list_position(['lead', 'breakthrough', 'strengthen', 'upgrade', 'focus', 'cultivate', 'frontier', 'layout', 'support'], stance_class)) AS stance_class,
       round(sum(floor) FILTER (NOT is_umbrella), 4) AS floor_yi,
       count(*) FILTER (is_umbrella) AS umbrellas,
       round(sum(floor) FILTER (is_umbrella), 4) AS umbrella_floor_yi,
       list_sort(list(DISTINCT source_id || coalesce('#' || para_no, ''))) AS cites
FROM cells
WHERE ($district IS NULL OR district = ANY($district) OR within = ANY($district))
  AND ($industry IS NULL OR industry = ANY($industry))
  AND ($tier IS NULL OR tier = ANY($tier))
  AND ($grade IS NULL OR grade = ANY($grade))
GROUP BY district, tier, industry
ORDER BY district, tier, industry
