-- title: 区市与其押注的产业 | Districts and what they bet on
-- about: 每个区市一行：自有体系，以及在所选条件内的产业、赛道、本地提法与动词、投资下限、项目与目标数。 | One row a district: its systems, and within the filters its industries, tracks, local names and verbs, investment floor, numbers of projects and targets.
-- about: 功能区另列一行并注明上级区市；投资下限不含总盘子。 | Zones have a row of their own and name their district; the floor leaves umbrella sums out.
-- param: district text[] values=districts.district | 区市，含其功能区，可多次 | District with its zones, repeatable
-- param: industry text[] values=industries.industry | 产业，可多次 | Industry, repeatable
-- param: track text[] values=tracks.track | 细分赛道，可多次 | Sub-track, repeatable
-- param: tier text[] values=industries.tier | 层级，可多次 | Tier, repeatable
-- param: search text | 文字包含 | Text contains
-- example: ipcli districts --industry 低空经济
-- example: ipcli districts --district 崂山 --vertical
-- show: district, industries, local_names, stances, tracks, systems, within, investment_floor_yi, projects, targets
-- column: industries 产业：全市体系中的产业，布局所点名或归入的 | Industries: of the city's system, as the bets name or are tied to them
-- column: tracks 细分赛道：布局中点名的 | Tracks: named in the bets
-- column: local_names 本地提法：区市自己的叫法 | Local names: what the district itself calls them
-- column: stances 动词：所印的动词 | Verbs: as printed
-- column: investment_floor_yi 投资下限（亿元）：下限之和，不含总盘子 | Investment floor: sum of lower bounds, umbrella sums left out
-- column: projects 项目（个）：有名称的项目数，不含总盘子 | Projects: named projects, umbrellas left out
-- column: targets 目标（个）：所印的目标数 | Targets: printed targets
-- column: cites 出处：布局与体系所在的段 | Cited: paragraphs of the bets and systems
WITH bets AS (
  SELECT district,
         list(industry ORDER BY fact_id) FILTER (industry IS NOT NULL) AS industries,
         list(track ORDER BY fact_id) FILTER (track IS NOT NULL) AS tracks,
         list(local_name ORDER BY fact_id) AS names,
         list(stance ORDER BY fact_id) FILTER (stance IS NOT NULL) AS verbs,
         list(source_id || coalesce('#' || para_no, '') ORDER BY fact_id) AS cites
  FROM alignments
  WHERE city = $city
    AND ($industry IS NULL OR industry = ANY($industry))
    AND ($track IS NULL OR track = ANY($track))
    AND ($tier IS NULL OR tier = ANY($tier))
    AND ($search IS NULL OR contains(lower(concat_ws(' ', district, industry, track, local_name, stance, note, as_reported)), lower($search)))
    AND ($grade IS NULL OR grade = ANY($grade))
  GROUP BY district
), money AS (
  SELECT district, sum(coalesce(lower_yi, amount_yi)) AS floor_yi
  FROM investments
  WHERE city = $city AND NOT is_umbrella
    AND ($industry IS NULL OR industry = ANY($industry))
    AND ($track IS NULL OR track = ANY($track))
    AND ($tier IS NULL OR tier = ANY($tier))
    AND ($grade IS NULL OR grade = ANY($grade))
  GROUP BY district
), works AS (
  SELECT district, count(*) AS n
  FROM projects
  WHERE city = $city AND NOT is_umbrella
    AND ($industry IS NULL OR industry = ANY($industry))
    AND ($track IS NULL OR track = ANY($track))
    AND ($tier IS NULL OR tier = ANY($tier))
    AND ($grade IS NULL OR grade = ANY($grade))
  GROUP BY district
), aims AS (
  SELECT district, count(*) AS n
  FROM targets
  WHERE city = $city
    AND ($industry IS NULL OR industry = ANY($industry))
    AND ($track IS NULL OR track = ANY($track))
    AND ($tier IS NULL OR tier = ANY($tier))
    AND ($grade IS NULL OR grade = ANY($grade))
  GROUP BY district
)
SELECT d.district, d.district_en, d.level, d.within, d.adcode, d.systems,
       -- Each once, in the order of the document: the first place of x is where it stands.
       list_filter(b.industries, lambda x, i: list_position(b.industries, x) = i) AS industries,
       list_filter(b.tracks, lambda x, i: list_position(b.tracks, x) = i) AS tracks,
       list_filter(b.names, lambda x, i: list_position(b.names, x) = i) AS local_names,
       list_filter(b.verbs, lambda x, i: list_position(b.verbs, x) = i) AS stances,
       m.floor_yi AS investment_floor_yi,
       coalesce(w.n, 0) AS projects, coalesce(a.n, 0) AS targets, d.city,
       list_sort(list_distinct(list_concat(b.cites, d.cites))) AS cites
FROM districts d
LEFT JOIN bets b USING (district)
LEFT JOIN money m USING (district)
LEFT JOIN works w USING (district)
LEFT JOIN aims a USING (district)
WHERE d.city = $city
  AND ($district IS NULL OR d.district = ANY($district) OR d.within = ANY($district))
  AND (b.district IS NOT NULL OR ($industry IS NULL AND $track IS NULL AND $tier IS NULL AND $search IS NULL AND $grade IS NULL))
ORDER BY d.level, len(b.names) DESC NULLS LAST, d.district
