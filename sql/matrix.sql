-- title: 区市与产业的矩阵 | Districts by industries
-- about: 每格一行：区市对产业的立场（最强者）与条数，或投资下限，或目标数；在终端上画成矩阵。 | One row a cell: the strongest stance of a district on an industry and how many bets, or the floor of investments, or the number of targets; a terminal gets a matrix.
-- about: 功能区的计入上级区市；投资下限不含总盘子，总盘子逐个另列，从不相加。 | Zones count for their district. Floors are without umbrella sums, which are listed one by one and never added.
-- param: by text = alignments choices=alignments,investments,targets | 按布局、投资或目标 | By bets, investments or targets
-- example: ipcli matrix
-- example: ipcli matrix --by investments
-- show: district, tier, industry, n, stance_class, floor_yi, umbrellas, umbrellas_yi
-- column: n 条数：布局、投资（不含总盘子）或目标的行数 | Count: bets, investments that are no umbrella, or targets
-- column: floor_yi 投资下限（亿元）：下限之和，不含总盘子 | Floor: sum of lower bounds, umbrellas apart
-- column: umbrellas 总盘子（个）：园区或一批项目的合计；只在 --by investments 时有 | Umbrellas: totals of parks or batches; only with --by investments
-- column: umbrellas_yi 各总盘子（亿元）：逐个列出，大者在前；从不相加 | Each umbrella: one by one, the largest first; never added
-- column: cites 出处：所计各行的段 | Cited: paragraphs of the rows counted
FROM facts
SELECT counts_for($district, district, within) AS district, tier, industry, count(*) FILTER (is_umbrella IS NOT TRUE) AS n,
       arg_min(status, list_position(['lead', 'breakthrough', 'strengthen', 'upgrade', 'focus', 'cultivate', 'frontier',
                                      'layout', 'support'], status)) FILTER (section = 'alignment') AS stance_class,
       round(sum(addable_yi), 4) AS floor_yi,
       CASE WHEN $by = 'investments' THEN count(*) FILTER (is_umbrella) END AS umbrellas,
       list(stated_yi ORDER BY coalesce(lower, value) DESC NULLS LAST, fact_id)
         FILTER (is_umbrella) AS umbrellas_yi,
       list_sort(list(DISTINCT core.cite(source_id, para_no))) AS cites
WHERE city = $city AND section = rtrim($by, 's')
  AND placed($district, district, within)
  AND one_of($industry, industry) AND one_of($tier, tier)
  AND one_of($grade, grade)
GROUP BY ALL
ORDER BY district, tier, industry
