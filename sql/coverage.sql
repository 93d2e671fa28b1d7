-- title: 已知与未知 | What is known and what is not
-- about: 区市与产业的每个组合一行，列出各类事实的条数；文件没有归到任何产业的列在“未归类”，功能区的也计入上级区市；0 表示文件未述，不表示没有；--known 只列有事实的组合。 | One row for each district and industry with the number of facts of each kind; what no document ties to an industry is told as 未归类, and zones count for their district too; 0 means no document says, not that there is none; --known lists only where something is known.
-- param: known flag | 只列有事实的组合 | Only where something is known
-- param: unknown flag | 只列没有事实的组合 | Only where nothing is known
-- example: ipcli coverage --industry 低空经济
-- show: district, industry, alignments, investments, targets, indicators, projects, carriers, facts
-- column: alignments 布局：布局的条数 | Alignments: bets
-- column: investments 投资：投资的行数 | Investments: rows
-- column: targets 目标：目标的行数 | Targets: rows
-- column: forecasts 预计：预计、规划与产能的行数 | Forecasts: rows
-- column: indicators 实际值：实际值的行数 | Actuals: rows
-- column: projects 项目：项目的行数 | Projects: rows
-- column: carriers 载体：载体的行数 | Carriers: rows
-- column: organisations 机构：机构角色的条数 | Organisations: roles
-- column: honours 荣誉：荣誉的行数 | Honours: rows
-- column: milestones 里程碑：里程碑的行数 | Milestones: rows
-- column: facts 合计：以上各类之和 | Facts: of all these kinds
WITH fields AS (
  SELECT city, tier, industry, rowid AS place FROM industries
  UNION ALL SELECT DISTINCT city, NULL, '未归类', 1000 FROM industries
)
FROM districts d JOIN fields i USING (city)
LEFT JOIN facts f ON f.city = d.city AND d.district IN (f.district, f.within) AND coalesce(f.industry, '未归类') = i.industry
  AND f.section IN ('alignment', 'investment', 'target', 'forecast', 'plan', 'capacity', 'actual', 'project', 'carrier',
                    'organisation', 'honour', 'milestone')
  AND one_of($grade, f.grade)
SELECT d.district, d.within, i.tier, i.industry,
       count(*) FILTER (section = 'alignment') AS alignments, count(*) FILTER (section = 'investment') AS investments,
       count(*) FILTER (section = 'target') AS targets,
       count(*) FILTER (section IN ('forecast', 'plan', 'capacity')) AS forecasts,
       count(*) FILTER (section = 'actual') AS indicators, count(*) FILTER (section = 'project') AS projects,
       count(*) FILTER (section = 'carrier') AS carriers, count(*) FILTER (section = 'organisation') AS organisations,
       count(*) FILTER (section = 'honour') AS honours, count(*) FILTER (section = 'milestone') AS milestones,
       count(section) AS facts, d.city
WHERE d.city = $city
  AND placed($district, d.district, d.within)
  AND one_of($industry, i.industry) AND one_of($tier, i.tier)
GROUP BY d.district, d.within, i.tier, i.industry, d.city, d.rowid, i.place
HAVING (NOT $known OR facts > 0) AND (NOT $unknown OR facts = 0)
ORDER BY d.rowid, i.place
