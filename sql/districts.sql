-- title: 区市与其押注的产业 | Districts and what they bet on
-- about: 每个区市一行：自有体系，以及在所选条件内的产业、赛道、本地提法与动词、投资下限、项目与目标数。 | One row a district: its systems, and within the filters its industries, tracks, local names and verbs, investment floor, numbers of projects and targets.
-- about: 功能区的各数也计入上级区市，另列一行；投资下限不含总盘子。 | What zones tell counts for their district too, and they have a row of their own; the floor leaves umbrella sums out.
-- notice: industry SELECT string_agg(home || ' ' || n || ' 项', '、' ORDER BY n DESC, home), string_agg(coalesce(district_en, home) || ' (' || n || ')', ', ' ORDER BY n DESC, home) FROM (SELECT city, coalesce(within, district) AS home, count(*) AS n FROM facts WHERE city = $city AND district <> city AND $district IS NULL AND section NOT IN ('party', 'progress') AND one_of($industry, industry) AND one_of($grade, grade) GROUP BY ALL HAVING count(*) FILTER (section = 'alignment') = 0) JOIN districts d USING (city) WHERE d.district = home | 只见活动、未见布局（事实不等于布局）：{n} | Only seen to be active, with facts but no bet: {n}
-- notice: industry SELECT string_agg(concat_ws('，', industry || ' ' || stated, dated, core.cite(source_id, para_no)), '；'), string_agg(concat_ws(', ', en || ' ' || regexp_replace(stated, ' 个$', ''), dated, core.cite(source_id, para_no)), '; ') FROM indicators LEFT JOIN (SELECT value AS industry, any_value(en) AS en FROM words WHERE column_name = 'industry' GROUP BY ALL) USING (industry) WHERE city = $city AND $district IS NULL AND indicator = '布局区市数' AND district = city AND one_of($industry, industry) AND one_of($grade, grade) | 全市的说法，未逐个点名：布局区市 {n} | What the city says, without naming each: districts that bet: {n}
-- example: ipcli districts --industry 低空经济
-- example: ipcli districts --district 崂山 --vertical
-- show: district, stances, industries, local_names, tracks, system_codes, within, investment_floor_yi, projects, targets
-- column: industries 产业：全市体系中的产业，布局所点名或归入的 | Industries: of the city's system, as the bets name or are tied to them
-- column: tracks 细分赛道：布局中点名的 | Tracks: named in the bets
-- column: local_names 本地提法：区市自己的叫法 | Local names: what the district itself calls them
-- column: stances 动词：所印的动词 | Verbs: as printed
-- column: investment_floor_yi 投资下限（亿元）：下限之和，不含总盘子 | Investment floor: sum of lower bounds, umbrella sums left out
-- column: projects 项目（个）：项目的行数，含总盘子 | Projects: rows of projects, umbrellas among them
-- column: targets 目标（个）：所印的目标数 | Targets: printed targets
-- column: cites 出处：布局与体系所在的段 | Cited: paragraphs of the bets and systems
WITH told AS (
  -- What a zone tells counts for its district too.
  SELECT p.district,
         list(industry ORDER BY fact_id) FILTER (section = 'alignment' AND industry IS NOT NULL) AS industries,
         list(track ORDER BY fact_id) FILTER (section = 'alignment' AND track IS NOT NULL) AS tracks,
         list(item ORDER BY fact_id) FILTER (section = 'alignment') AS names,
         list(detail ORDER BY fact_id) FILTER (section = 'alignment' AND detail IS NOT NULL) AS verbs,
         list(core.cite(source_id, para_no)) FILTER (section = 'alignment') AS cites,
         sum(addable_yi) AS floor_yi,
         count(*) FILTER (section = 'project') AS projects,
         count(*) FILTER (section = 'target') AS targets
  FROM districts p JOIN facts f ON p.city = f.city AND p.district IN (f.district, f.within)
  WHERE f.city = $city
    AND placed($district, p.district, p.within)
    AND one_of($industry, industry) AND one_of($track, track) AND one_of($tier, tier)
    AND (section <> 'alignment'
         OR says($search, concat_ws(' ', f.district, industry, track, item, detail, note, as_reported)))
    AND one_of($grade, grade)
  GROUP BY p.district
)
SELECT d.district, d.district_en, d.level, d.within, d.adcode, d.systems, d.system_codes,
       -- Each once, in the order of the document.
       core.once(t.industries) AS industries, core.once(t.tracks) AS tracks, core.once(t.names) AS local_names,
       core.once(t.verbs) AS stances, t.floor_yi AS investment_floor_yi, coalesce(t.projects, 0) AS projects,
       coalesce(t.targets, 0) AS targets, d.city, list_sort(list_distinct(list_concat(t.cites, d.cites))) AS cites
FROM districts d LEFT JOIN told t USING (district)
WHERE d.city = $city
  AND placed($district, d.district, d.within)
  AND (t.names IS NOT NULL
       OR ($industry IS NULL AND $track IS NULL AND $tier IS NULL AND $search IS NULL AND $grade IS NULL))
ORDER BY d.level, len(t.names) DESC NULLS LAST, d.district
