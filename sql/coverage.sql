-- title: 已知与未知 | What is known and what is not
-- about: 区市与产业的每个组合一行，列出各类事实的条数；0 表示文件未述，不表示没有；--known 只列有事实的组合。 | One row for each district and industry with the number of facts of each kind; 0 means no document says, not that there is none; --known lists only where something is known.
-- param: district text[] values=districts.district | 区市，含其功能区，可多次 | District with its zones, repeatable
-- param: industry text[] values=industries.industry | 产业，可多次 | Industry, repeatable
-- param: tier text[] values=industries.tier | 层级，可多次 | Tier, repeatable
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
WITH facts AS (
  SELECT city, district, industry, grade, 'alignments' AS kind FROM alignments
  UNION ALL SELECT city, district, industry, grade, 'investments' FROM investments
  UNION ALL SELECT city, district, industry, grade, 'targets' FROM targets
  UNION ALL SELECT city, district, industry, grade, 'forecasts' FROM forecasts
  UNION ALL SELECT city, district, industry, grade, 'indicators' FROM indicators
  UNION ALL SELECT city, district, industry, grade, 'projects' FROM projects
  UNION ALL SELECT city, district, industry, grade, 'carriers' FROM carriers
  UNION ALL SELECT city, district, industry, grade, 'organisations' FROM organisations
  UNION ALL SELECT city, district, industry, grade, 'honours' FROM honours
  UNION ALL SELECT city, district, industry, grade, 'milestones' FROM milestones
), counted AS (
  SELECT district, industry,
         count(*) FILTER (kind = 'alignments') AS alignments, count(*) FILTER (kind = 'investments') AS investments,
         count(*) FILTER (kind = 'targets') AS targets, count(*) FILTER (kind = 'forecasts') AS forecasts,
         count(*) FILTER (kind = 'indicators') AS indicators, count(*) FILTER (kind = 'projects') AS projects,
         count(*) FILTER (kind = 'carriers') AS carriers, count(*) FILTER (kind = 'organisations') AS organisations,
         count(*) FILTER (kind = 'honours') AS honours, count(*) FILTER (kind = 'milestones') AS milestones, count(*) AS facts
  FROM facts
  WHERE city = $city AND ($grade IS NULL OR grade = ANY($grade))
  GROUP BY district, industry
)
SELECT d.district, d.within, i.tier, i.industry,
       coalesce(c.alignments, 0) AS alignments, coalesce(c.investments, 0) AS investments, coalesce(c.targets, 0) AS targets,
       coalesce(c.forecasts, 0) AS forecasts, coalesce(c.indicators, 0) AS indicators, coalesce(c.projects, 0) AS projects,
       coalesce(c.carriers, 0) AS carriers, coalesce(c.organisations, 0) AS organisations, coalesce(c.honours, 0) AS honours,
       coalesce(c.milestones, 0) AS milestones, coalesce(c.facts, 0) AS facts, d.city
FROM districts d
JOIN industries i USING (city)
LEFT JOIN counted c ON c.district = d.district AND c.industry = i.industry
WHERE d.city = $city
  AND ($district IS NULL OR d.district = ANY($district) OR d.within = ANY($district))
  AND ($industry IS NULL OR i.industry = ANY($industry))
  AND ($tier IS NULL OR i.tier = ANY($tier))
  AND (NOT $known OR c.facts > 0)
  AND (NOT $unknown OR c.facts IS NULL)
ORDER BY d.rowid, i.rowid
